/** Keeps a node's children in step with a list, moving as little as possible. */

/** @type {WeakMap<Element, string>} */
const keys = new WeakMap();

/**
 * @template T
 * @param {Element} parent
 * @param {T[]} items
 * @param {(item: T) => string} key
 * @param {(item: T) => Element} make
 * @param {(node: any, item: T) => void} update may be called any number of times with the same
 */
export function keep(parent, items, key, make, update) {
  const held = new Map();
  for (const child of parent.children) held.set(keys.get(child), child);
  const focused = document.activeElement;
  // First of all: were one of them left where the next belongs, all after it would be moved.
  const wanted = new Set(items.map(key));
  for (const [name, node] of held) if (!wanted.has(name)) node.remove();
  let next = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    let node = held.get(name);
    if (!node) {
      node = make(item);
      keys.set(node, name);
    }
    if (node === next) next = next.nextElementSibling;
    else parent.insertBefore(node, next);
    update(node, item);
  }
  // A node that is moved loses the focus that it held.
  if (
    focused instanceof HTMLElement &&
    focused !== document.activeElement &&
    parent.contains(focused)
  )
    focused.focus();
}

/**
 * @param {Element} node
 * @returns {string | undefined} the key under which it is kept
 */
export function keyOf(node) {
  return keys.get(node);
}
