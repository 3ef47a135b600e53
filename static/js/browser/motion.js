/** Shows where things went when a list is put in another order: quickly, or, if asked, not at all. */

const MOST = 120;
const LONGEST = 160;
const STILL = "(prefers-reduced-motion: reduce)";

/**
 * Notes where the nodes in sight are.
 * @param {HTMLElement} scroller
 * @param {string} selector
 * @param {(node: HTMLElement) => string | undefined} key
 * @returns {() => void} to be called when the order is another one
 */
export function glide(scroller, selector, key) {
  const before = places(scroller, selector, key);
  return () => {
    if (!before.size) return;
    const after = places(scroller, selector, key);
    const order = (places) =>
      [...places.keys()].filter((name) => before.has(name) && after.has(name));
    if (order(before).join() === order(after).join()) return;
    for (const [name, { node, top }] of after) {
      const moved = (before.get(name)?.top ?? top) - top;
      if (moved)
        node.animate([{ transform: `translateY(${moved}px)` }, { transform: "none" }], {
          duration: LONGEST,
          easing: "ease-out",
        });
    }
  };
}

/** @returns {Map<string, {node: HTMLElement, top: number}>} */
function places(scroller, selector, key) {
  const found = new Map();
  if (matchMedia(STILL).matches || document.hidden) return found;
  const nodes = /** @type {NodeListOf<HTMLElement>} */ (scroller.querySelectorAll(selector));
  if (!nodes.length || nodes.length > MOST) return found;
  for (const node of nodes) found.set(key(node) ?? "", { node, top: node.offsetTop });
  return found;
}
