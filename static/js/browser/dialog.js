/**
 * A native dialog as people expect one: closed by its button, by Escape and by a click beside it,
 * with the focus back where it was. On a phone css/dialog.css makes a sheet from below of it.
 */

const PHONE = "(max-width: 48rem)";
const GAP = 8;

/**
 * @param {HTMLDialogElement} node its buttons with `data-close` close it
 * @returns {{open: (from?: HTMLElement, beside?: boolean) => void, close: () => void}}
 *   `from` is what opened it; `beside`: it is placed there
 */
export function dialog(node) {
  /** @type {HTMLElement | undefined} */
  let opener;
  let pressedBeside = false;
  node.addEventListener("pointerdown", (event) => (pressedBeside = isBeside(node, event)));
  node.addEventListener("click", (event) => {
    const closing = event.target instanceof Element && event.target.closest("[data-close]");
    // A drag that began inside and ends beside it was meant for what it began on.
    if (closing || (pressedBeside && isBeside(node, event))) node.close();
  });
  node.addEventListener("close", () => {
    if (document.activeElement === document.body) opener?.focus();
  });
  return {
    open(from, beside = false) {
      opener = from;
      if (!node.open) node.showModal();
      if (from && beside && !matchMedia(PHONE).matches) place(node, from);
    },
    close: () => node.close(),
  };
}

function isBeside(node, { target, clientX: x, clientY: y }) {
  if (target !== node) return false;
  const { left, right, top, bottom } = node.getBoundingClientRect();
  return x < left || x > right || y < top || y > bottom;
}

/** Above what opened it, or below where there is more room. */
function place(node, from) {
  // Its own height, as if there were no place yet.
  node.style.removeProperty("--top");
  const at = from.getBoundingClientRect();
  const { width, height } = node.getBoundingClientRect();
  const above = at.top - GAP - height;
  const top = above >= GAP ? above : Math.min(at.bottom + GAP, innerHeight - height - GAP);
  const left = Math.min(at.left, innerWidth - width - GAP);
  node.style.setProperty("--top", `${Math.max(GAP, top)}px`);
  node.style.setProperty("--left", `${Math.max(GAP, left)}px`);
}
