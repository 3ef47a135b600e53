/**
 * The one module that makes nodes of HTML. Whatever the parser gives is cut down to this list
 * last, whoever wrote it.
 */

import DOMPurify from "dompurify";

const TAGS = [
  "p",
  "br",
  "hr",
  "h3",
  "h4",
  "h5",
  "h6",
  "strong",
  "em",
  "s",
  "code",
  "pre",
  "blockquote",
  "ul",
  "ol",
  "li",
  "a",
  "div",
  "table",
  "thead",
  "tbody",
  "tr",
  "th",
  "td",
  "span",
];
const ATTRIBUTES = ["href", "class", "start", "data-language", "tabindex"];
const CLASSES =
  /^(?:left|right|center|table|table-box|task|task-box|task-done|note|note-ref|note-name|remote-image|math|math-wide|math-open|math-line|hljs-[\w-]+|\w+_)$/;

const purify = DOMPurify(window);
purify.setConfig({
  ALLOWED_TAGS: TAGS,
  ALLOWED_ATTR: ATTRIBUTES,
  // What is no address is not held against the list of addresses.
  ADD_URI_SAFE_ATTR: ["start", "data-language", "tabindex"],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
});
purify.addHook("uponSanitizeAttribute", (_node, data) => {
  if (data.attrName !== "class") return;
  data.attrValue = data.attrValue
    .split(/\s+/)
    .filter((name) => CLASSES.test(name))
    .join(" ");
  if (!data.attrValue) data.keepAttr = false;
});
purify.addHook("afterSanitizeAttributes", (node) => {
  if (node.nodeName !== "A") return;
  node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer nofollow");
});

/**
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function safe(html) {
  return /** @type {any} */ (purify.sanitize(html));
}
