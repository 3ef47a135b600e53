/** A row of the list: the link to a conversation, its marks, and the button of its menu. */

import { make, write } from "../browser/make.js";
import { address } from "../browser/router.js";
import { gettext, interpolate } from "../text.js";

/** What each row shows, so that one that shows it already is let be. */
const shown = new WeakMap();

/**
 * @param {Record<string, any>} item
 * @returns {HTMLLIElement}
 */
export function row(item) {
  const link = make("a", { className: "list-row", href: address(item.id), draggable: true });
  link.dataset.route = "";
  link.dataset.id = item.id;
  link.append(make("span", { className: "list-name", dir: "auto" }));
  const more = make("button", { type: "button", className: "list-more" });
  more.setAttribute("aria-haspopup", "menu");
  return make("li", { className: "list-item" }, link, more);
}

/**
 * @param {HTMLLIElement} node
 * @param {Record<string, any>} item
 * @param {{current: boolean, drafted: boolean, stop: boolean}} how `stop`: Tab stops here
 */
export function show(node, item, { current, drafted, stop }) {
  const before = shown.get(node);
  const same = before?.item === item && before.current === current;
  if (same && before.drafted === drafted && before.stop === stop) return;
  shown.set(node, { item, current, drafted, stop });
  // By name: while it is renamed, the field stands between them.
  const link = /** @type {any} */ (node.querySelector(".list-row"));
  const more = menuOf(node);
  const title = item.title || gettext("Untitled");
  const unread = item.unread && !current;
  write(link.firstElementChild, title);
  link.title = item.title;
  link.tabIndex = more.tabIndex = stop ? 0 : -1;
  link.classList.toggle("running", item.running);
  link.classList.toggle("unread", unread && !item.running);
  if (current) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
  more.setAttribute("aria-label", interpolate(gettext("Menu of “%(title)s”"), { title }));
  mark(link, "list-draft", drafted && !current ? gettext("Draft") : "", (tag, words) =>
    write(tag, words),
  );
  const meaning = item.running ? gettext("running") : unread ? gettext("unread") : "";
  mark(link, "list-dot", meaning, (dot, words) => {
    if (!dot.firstElementChild) dot.append(make("span", { className: "unseen" }));
    write(dot.firstElementChild, words);
  });
}

/**
 * @param {Element} node a row
 * @returns {HTMLButtonElement}
 */
export function menuOf(node) {
  return /** @type {HTMLButtonElement} */ (node.querySelector(".list-more"));
}

function mark(link, className, words, tell) {
  const held = link.querySelector(`.${className}`);
  if (!words) return held?.remove();
  tell(held ?? link.appendChild(make("span", { className })), words);
}
