/** A section of the list: its title, for a folder with what opens it and its menu, and its rows. */

import { icon, make, write } from "../browser/make.js";
import { count, gettext, interpolate, ngettext } from "../text.js";

/**
 * @param {import("../state/sections.js").Section} section
 * @returns {HTMLElement}
 */
export function sectionNode(section) {
  const rows = make("ul", { className: "list-rows" });
  const node = make("section", { className: "list-group" });
  node.append(section.folder ? folderHead(section.folder) : title(section), rows);
  if (section.folder) node.dataset.folder = section.folder.id;
  return node;
}

/**
 * @param {HTMLElement} node
 * @returns {HTMLElement} where its rows are
 */
export function rowsOf(node) {
  return /** @type {HTMLElement} */ (node.querySelector(".list-rows"));
}

/**
 * @param {HTMLElement} node
 * @param {import("../state/sections.js").Section} section
 * @param {boolean} deeper whether there is more in the folder than was read
 */
export function showSection(node, { folder, open, title: words }, deeper) {
  if (!folder) return write(/** @type {Element} */ (node.querySelector(".list-title")), words);
  // By name: while the folder is renamed, the field stands between them.
  const toggle = /** @type {any} */ (node.querySelector(".folder-open"));
  const menu = /** @type {Element} */ (node.querySelector(".folder-head .list-more"));
  toggle.setAttribute("aria-expanded", String(open));
  write(toggle.querySelector(".folder-name"), folder.name);
  write(toggle.querySelector(".folder-count"), count(folder.count));
  const many = ngettext("%(count)s conversation", "%(count)s conversations", folder.count);
  toggle.setAttribute(
    "aria-label",
    `${folder.name}, ${interpolate(many, { count: folder.count })}`,
  );
  const label = gettext("Menu of the folder “%(name)s”");
  menu.setAttribute("aria-label", interpolate(label, { name: folder.name }));
  rowsOf(node).hidden = !open;
  const held = node.querySelector(".folder-more");
  if (!open || !deeper) held?.remove();
  else if (!held) {
    const more = make("button", { type: "button", className: "folder-more" }, gettext("Show more"));
    node.append(more);
  }
}

function title(section) {
  return make("h2", { className: "list-title", textContent: section.title });
}

function folderHead(folder) {
  const toggle = make("button", { type: "button", className: "folder-open" });
  toggle.append(
    icon("more"),
    make("span", { className: "folder-name", dir: "auto", textContent: folder.name }),
    make("span", { className: "folder-count" }),
  );
  const menu = make("button", { type: "button", className: "list-more" });
  menu.setAttribute("aria-haspopup", "menu");
  menu.dataset.folder = String(folder.id);
  return make("h2", { className: "folder-head" }, toggle, menu);
}
