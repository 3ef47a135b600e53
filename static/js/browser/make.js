/** Making elements by hand: text goes in as text. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, any>} [properties] properties of the element, not attributes
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  Object.assign(node, properties);
  node.append(...children);
  return node;
}

/**
 * @param {string} name one of templates/chat/icons.html
 * @returns {SVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/**
 * Sets a text where it differs, so that nothing is laid out for nothing.
 * @param {Element} node
 * @param {string} text
 */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * What a person wants done, told to whoever holds the state.
 * @param {Element} from
 * @param {string} name
 * @param {Record<string, any>} [detail]
 */
export function act(from, name, detail = {}) {
  from.dispatchEvent(new CustomEvent("act", { bubbles: true, detail: { name, ...detail } }));
}
