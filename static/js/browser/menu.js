/** A menu as a popover: opened beside a button, walked with arrows, and the focus back after it. */

/**
 * @param {HTMLElement} node with items of the role `menuitem`
 * @param {(item: HTMLElement) => void} chosen
 * @returns {{open: (from: HTMLElement) => void, close: () => void}}
 */
export function menu(node, chosen) {
  /** @type {HTMLElement | null} */
  let opener = null;
  const items = () =>
    /** @type {HTMLElement[]} */ ([...node.querySelectorAll("[role=menuitem]")]).filter(
      (item) => !item.hidden,
    );
  node.addEventListener("keydown", (event) => {
    const all = items();
    const here = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Tab") node.hidePopover();
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length)?.focus();
  });
  node.addEventListener("click", ({ target }) => {
    const item = target instanceof Element ? target.closest("[role=menuitem]") : null;
    if (!(item instanceof HTMLElement)) return;
    node.hidePopover();
    chosen(item);
  });
  node.addEventListener("toggle", (event) => {
    const open = /** @type {ToggleEvent} */ (event).newState === "open";
    opener?.setAttribute("aria-expanded", String(open));
    opener?.classList.toggle("opened", open);
    const lost = !document.activeElement || document.activeElement === document.body;
    if (!open && lost) opener?.focus();
  });
  return {
    open(from) {
      opener?.classList.remove("opened");
      opener = from;
      node.showPopover();
      place(node, from);
      items()[0]?.focus();
    },
    close: () => node.hidePopover(),
  };
}

const GAP = 4;

/** Below what opened it, or above where there is no room; within the page. */
function place(node, from) {
  const at = from.getBoundingClientRect();
  const { width, height } = node.getBoundingClientRect();
  const below = at.bottom + GAP;
  const top = below + height < innerHeight ? below : at.top - GAP - height;
  const start = document.dir === "rtl" ? at.right - width : at.left;
  const left = start + width > innerWidth - GAP ? at.right - width : start;
  node.style.top = `${Math.max(GAP, top)}px`;
  node.style.left = `${Math.max(GAP, left)}px`;
}
