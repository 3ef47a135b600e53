/** Sets math with KaTeX, which is loaded when the first formula comes. */

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
    () => {},
  );
}

async function load() {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = document.querySelector("meta[name=math-style]")?.getAttribute("content") ?? "";
  document.head.append(sheet);
  const styled = new Promise((resolve) => {
    sheet.onload = sheet.onerror = resolve;
  });
  const [module] = await Promise.all([import("katex"), styled]);
  katex = module.default;
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
