/** Code blocks: a bar with the language and buttons, and the colours once the code is whole. */

import { chosen, onchoice } from "../browser/choice.js";
import { gettext } from "../text.js";
import { draw } from "./frames.js";
import { languageFile } from "./languages.js";
import { fetched } from "./library.js";
import { safe } from "./safe.js";

const LONGEST_COLOURED = 60_000;
/** Not in the import map, which would have to name two hundred grammars on each page. */
const LIBRARY = new URL("../../lib/highlight/", import.meta.url).href;

/** @type {Promise<any> | null} */
let core = null;
const grammars = new Map();

/**
 * @param {string} name the language as the text has it
 * @returns {{figure: HTMLElement, code: HTMLElement}}
 */
export function codeFigure(name) {
  const figure = element("div", "code");
  const bar = element("div", "code-bar");
  const label = element("span", "code-name");
  label.textContent = name || gettext("text");
  const copy = button("code-copy", gettext("Copy"));
  const wrap = button("code-wrap", gettext("Wrap"));
  wrap.title = gettext("Break long lines");
  wrap.setAttribute("aria-pressed", String(chosen("wrap") === "yes"));
  bar.append(label, wrap, copy);
  const pre = element("pre", "");
  pre.tabIndex = 0;
  pre.dir = "ltr";
  const code = element("code", "");
  code.dataset.language = name;
  pre.append(code);
  figure.append(bar, pre);
  return { figure, code };
}

function button(name, words) {
  const node = /** @type {HTMLButtonElement} */ (element("button", name));
  node.type = "button";
  node.textContent = words;
  return node;
}

/** One wish for all code: whoever reads on a narrow screen has it for each block. */
function wrapped(wish) {
  document.documentElement.dataset.code = wish === "yes" ? "wrap" : "";
  for (const node of document.querySelectorAll(".code-wrap"))
    node.setAttribute("aria-pressed", String(wish === "yes"));
}
onchoice("wrap", wrapped);
if (globalThis.document) wrapped(chosen("wrap"));

function element(tag, name) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  return node;
}

/**
 * Colours the finished code blocks in a node.
 * @param {Element} node
 */
export function colour(node) {
  for (const code of node.querySelectorAll(".code-bar + pre > code")) {
    const file = languageFile(/** @type {HTMLElement} */ (code).dataset.language ?? "");
    if (file && code.textContent.length < LONGEST_COLOURED)
      coloured(/** @type {HTMLElement} */ (code), file);
  }
}

async function coloured(code, file) {
  try {
    const highlighter = await loaded(file);
    draw(() => {
      const { value } = highlighter.highlight(code.textContent, {
        language: file,
        ignoreIllegals: true,
      });
      code.replaceChildren(safe(value));
      return false;
    });
  } catch {
    // What was needed could not be had for a long while: the code stands there without colours.
    grammars.delete(file);
    core = null;
  }
}

async function loaded(file) {
  core ??= fetched((again) => import(`${LIBRARY}core.min.js${again}`));
  const { default: highlighter } = await core;
  const address = `${LIBRARY}languages/${file}.min.js`;
  if (!grammars.has(file))
    grammars.set(
      file,
      fetched((again) => import(address + again)),
    );
  const { default: grammar } = await grammars.get(file);
  if (!highlighter.getLanguage(file)) highlighter.registerLanguage(file, grammar);
  return highlighter;
}
