/**
 * HTML of another's making, cut down to what may be shown in a frame: text, boxes, drawings and web
 * links, and the part of its style that asks for nothing.
 */

import DOMPurify from "dompurify";

const TAGS = (
  "a b br circle defs div ellipse em g i li line ol p path polygon polyline rect span strong svg " +
  "title ul"
).split(" ");
const ATTRIBUTES = (
  "class href viewBox width height fill fill-rule fill-opacity clip-rule stroke stroke-width " +
  "stroke-linecap stroke-linejoin opacity transform d cx cy r rx ry x y x1 x2 y1 y2 points xmlns " +
  "aria-hidden aria-label role"
).split(" ");
const WEB = /^https?:\/\//i;
/** What a style could fetch by, and escapes, in which it could be hidden. */
const FETCHES = /\\|(?:url|src|image|image-set|cross-fade|element|paint)\s*\(|@import|@font-face/i;
const STYLE = /<style\b[^>]*>([^<]*)<\/style\s*>/gi;
const IMPORT = /@import[^;]*;?/gi;
const LONGEST_STYLE = 64 * 1024;
const MOST_RULES = 400;

const purify = DOMPurify(window);
purify.setConfig({
  ALLOWED_TAGS: [...TAGS, "#text"],
  ALLOWED_ATTR: ATTRIBUTES,
  ALLOWED_URI_REGEXP: WEB,
  ADD_URI_SAFE_ATTR: ATTRIBUTES.filter((name) => name !== "href"),
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
});
purify.addHook("uponSanitizeAttribute", (_node, data) => {
  if (data.attrName !== "href" && FETCHES.test(data.attrValue)) data.keepAttr = false;
});
purify.addHook("afterSanitizeAttributes", (node) => {
  if (node.nodeName.toLowerCase() !== "a") return node.removeAttribute("href");
  node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer nofollow");
});

/**
 * @param {string} html
 * @returns {{content: DocumentFragment, css: string}}
 */
export function foreign(html) {
  const css = [];
  // Taken out before anything is parsed: the page's policy complains of any inline style it meets.
  const rest = html.replace(STYLE, (_whole, text) => {
    css.push(text.replace(IMPORT, ""));
    return "";
  });
  return {
    content: /** @type {any} */ (purify.sanitize(rest)),
    css: css.join("\n").slice(0, LONGEST_STYLE),
  };
}

/**
 * A sheet of the rules that fetch nothing, which takes up the page's own light or dark.
 * @param {string} css
 * @param {typeof CSSStyleSheet} Sheet of the document that it is for
 * @returns {{sheet: CSSStyleSheet, scheme: (name: "light" | "dark") => void}}
 */
export function styled(css, Sheet) {
  const sheet = new Sheet();
  sheet.replaceSync(css);
  for (let at = sheet.cssRules.length - 1; at >= 0; at--) {
    const rule = sheet.cssRules[at];
    if (at >= MOST_RULES || FETCHES.test(rule.cssText)) sheet.deleteRule(at);
  }
  const asked = [...sheet.cssRules].flatMap((rule) => {
    const media = /** @type {CSSMediaRule} */ (rule).media;
    const wanted = /^\(prefers-color-scheme: (light|dark)\)$/.exec(media?.mediaText ?? "")?.[1];
    return wanted ? [{ media, wanted }] : [];
  });
  const scheme = (name) => {
    for (const { media, wanted } of asked) media.mediaText = wanted === name ? "all" : "not all";
  };
  return { sheet, scheme };
}
