/** Rows are dragged into folders, and out of them among the others. The menu does the same. */

import { act } from "../browser/make.js";

const KIND = "application/x-thinkalong-conversation";

/** @param {HTMLElement} list */
export function drags(list) {
  /** @type {HTMLElement | null} */
  let over = null;
  const mark = (group) => {
    over?.classList.remove("over");
    over = group;
    over?.classList.add("over");
  };
  list.addEventListener("dragstart", ({ target, dataTransfer }) => {
    const link = target instanceof Element ? target.closest("a") : null;
    if (link?.dataset.id) dataTransfer?.setData(KIND, link.dataset.id);
  });
  list.addEventListener("dragover", (event) => {
    const group = takes(event);
    mark(group);
    if (group) event.preventDefault();
  });
  list.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node) || !list.contains(relatedTarget)) mark(null);
  });
  list.addEventListener("dragend", () => mark(null));
  list.addEventListener("drop", (event) => {
    const group = takes(event);
    const conversation = event.dataTransfer?.getData(KIND);
    mark(null);
    if (!group || !conversation) return;
    event.preventDefault();
    const folder = Number(group.dataset.folder) || null;
    act(list, "arrange", { conversation, changes: { folder } });
  });
}

/** The section that would take what is dragged. */
function takes({ dataTransfer, target }) {
  if (!dataTransfer?.types.includes(KIND) || !(target instanceof Element)) return null;
  return /** @type {HTMLElement | null} */ (target.closest(".list-group"));
}
