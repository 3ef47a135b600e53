/** What was deleted lately, each with a button that brings it back. */

import { keep } from "../browser/keyed.js";
import { act, make, write } from "../browser/make.js";
import { gettext, interpolate } from "../text.js";

/** @returns {HTMLElement & {fill: (rows: Record<string, any>[]) => void}} */
export function deletedNode() {
  const title = make("h2", {
    className: "list-title",
    textContent: gettext("Deleted in the last 10 minutes"),
  });
  const rows = make("ul", { className: "list-rows" });
  const node = make("section", { className: "list-group" }, title, rows);
  node.fill = (items) => keep(rows, items, ({ id }) => id, line, fill);
  return node;
}

function line() {
  const name = make("span", { className: "list-name", dir: "auto" });
  const back = make("button", { type: "button", textContent: gettext("Bring back") });
  return make("li", { className: "list-deleted" }, name, back);
}

function fill(node, { id, title }) {
  const [name, back] = node.children;
  write(name, title || gettext("Untitled"));
  back.setAttribute("aria-label", interpolate(gettext("Bring back “%(title)s”"), { title }));
  back.onclick = () => act(node, "undelete", { conversation: id });
}
