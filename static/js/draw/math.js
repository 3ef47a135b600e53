/** Sets math with KaTeX, which is loaded when the first formula comes. */

import { fetched } from "./library.js";

const LONGEST = 4_000;
const KEPT = 300;

/** @type {any} */
let katex = null;
/** @type {Promise<void> | null} */
let loading = null;
/** @type {Map<string, Element>} */
const set = new Map();

/**
 * Puts the formula in the place of its source, at once where KaTeX is there, otherwise later.
 * @param {Element} source
 */
export function setMath(source) {
  if (source.textContent.length > LONGEST) return;
  if (katex) return render(source);
  loading ??= load();
  loading.then(
    () => source.isConnected && render(source),
    () => (loading = null),
  );
}

/** Both before any: without its style, a formula would be told twice over. */
async function load() {
  const [module] = await Promise.all([fetched(program), fetched(style)]);
  katex = module.default;
}

function program(again) {
  return again ? import(import.meta.resolve("katex") + again) : import("katex");
}

function style(again) {
  const sheet = document.createElement("link");
  const address = document.querySelector("meta[name=math-style]")?.getAttribute("content") ?? "";
  sheet.rel = "stylesheet";
  sheet.href = address + again;
  return new Promise((done, failed) => {
    sheet.onload = done;
    sheet.onerror = (error) => {
      sheet.remove();
      failed(error);
    };
    document.head.append(sheet);
  });
}

/** An open paragraph is drawn many times: a formula is set once and then cloned. */
function render(source) {
  const wide = source.classList.contains("math-wide");
  const key = `${wide ? "w" : "n"}${source.textContent}`;
  let form = set.get(key);
  if (!form) {
    form = formed(source.textContent, wide);
    if (set.size >= KEPT) set.delete(set.keys().next().value);
    set.set(key, form);
  }
  source.replaceWith(form.cloneNode(true));
}

function formed(text, wide) {
  const node = document.createElement("span");
  node.className = wide ? "math-set math-set-wide" : "math-set";
  try {
    katex.render(text, node, {
      displayMode: wide,
      throwOnError: true,
      trust: false,
      strict: "ignore",
      maxExpand: 200,
      maxSize: 20,
    });
  } catch {
    // Not TeX, or more than the limits allow: its source says more than an error would.
    node.className = "math-source";
    node.textContent = text;
  }
  return node;
}
