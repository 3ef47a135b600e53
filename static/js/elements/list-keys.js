/** The list by keyboard: arrows go from row to row, F2 renames, Delete deletes. */

import { act } from "../browser/make.js";
import { shortcuts } from "../browser/shortcuts.js";
import { gettext } from "../text.js";

const STOPS = ".list-row, .folder-open, .folder-more";

/** @param {HTMLElement} list */
export function keys(list) {
  const group = gettext("In the list");
  const told = (name, what) => ({ keys: name, group, what, act: null });
  shortcuts.add(
    told("ArrowDown", gettext("To the next conversation")),
    told("ArrowUp", gettext("To the conversation before")),
    told("F2", gettext("Rename")),
    told("Delete", gettext("Delete")),
    told("Mod+Z", gettext("Bring back what was deleted last")),
  );
  list.addEventListener("keydown", (event) => {
    const { target } = event;
    if (!(target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!target.matches(`${STOPS}, .list-more`)) return;
    const id = target.closest(".list-item")?.querySelector("a")?.dataset.id;
    const does = {
      ArrowDown: () => step(list, target, 1),
      ArrowUp: () => step(list, target, -1),
      Home: () => toEnd(list, target, -Infinity),
      End: () => toEnd(list, target, Infinity),
      F2: id && (() => act(target, "rename", { conversation: id })),
      Delete: id && (() => leave(list, target, id)),
    }[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });
}

/** Of a very long list, the end is there two frames after it came in sight. */
function toEnd(list, from, by) {
  list.scrollTop = by > 0 ? list.scrollHeight : 0;
  requestAnimationFrame(() => requestAnimationFrame(() => step(list, from, by)));
}

function step(list, from, by) {
  const stops = [...list.querySelectorAll(STOPS)].filter((node) => node.getClientRects().length);
  const here = stops.indexOf(from.closest(".list-item")?.querySelector("a") ?? from);
  const to = Math.max(0, Math.min(stops.length - 1, here + by));
  stops[to]?.focus();
}

/** The focus goes on to the next row, or the one before. */
function leave(list, from, id) {
  const rows = [...list.querySelectorAll(".list-row")];
  const here = rows.findIndex((node) => node.dataset.id === id);
  act(from, "delete", { conversation: id });
  (rows[here + 1] ?? rows[here - 1])?.focus();
}
