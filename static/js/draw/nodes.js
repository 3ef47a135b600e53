/** Blocks of tokens made into nodes, one element for each block. */

import { gettext } from "../text.js";
import { codeFigure } from "./code.js";
import { markdown } from "./markdown.js";
import { setMath } from "./math.js";
import { safe } from "./safe.js";

/**
 * @param {any[]} tokens
 * @param {import("./outline.js").Group[]} groups
 * @param {{kind: string}} place what the nodes will stand in
 * @returns {Element[]}
 */
export function nodes(tokens, groups, place) {
  if (!groups.length) return [];
  let drawn = elements(tokens, groups, place);
  if (drawn.length !== groups.length)
    drawn = groups.map((group) => only(elements(tokens, [group], place)));
  return drawn.map(dress);
}

function elements(tokens, groups, place) {
  const html = groups.map((group) =>
    markdown.renderer.render(tokens.slice(group.from, group.to), markdown.options, {}),
  );
  if (place.kind !== "table") return [...safe(html.join("")).children];
  // Rows outside of a table are no rows to an HTML parser.
  const rows = safe(`<table><tbody>${html.join("")}</tbody></table>`).querySelectorAll("tr");
  return [...rows];
}

function only(parts) {
  if (parts.length === 1) return parts[0];
  const box = document.createElement("div");
  box.append(...parts);
  return box;
}

/** Each is written from the side of its own first letters. */
const WRITTEN = "p, h3, h4, h5, h6, th, td";
/** These have marks, an edge or columns on one side: that of what is written first in them. */
const SIDED = "ul, ol, blockquote, table";
const HOLDS = `${SIDED}, li, thead, tbody, tr`;
const LETTER = /\p{L}/u;
const FROM_RIGHT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/** Gives code its bar, math its form, tables their button and tasks their boxes. */
function dress(node) {
  if (node.matches("pre")) return framed(node);
  for (const block of [node, ...node.querySelectorAll(`${WRITTEN}, ${SIDED}`)]) direct(block);
  for (const pre of node.querySelectorAll("pre")) pre.replaceWith(framed(pre));
  for (const source of node.querySelectorAll("code.math")) setMath(source);
  for (const mark of node.querySelectorAll(".task-box")) mark.replaceWith(box(mark));
  if (node.matches(".table-box")) node.append(copyButton());
  for (const table of node.querySelectorAll(".table-box")) table.append(copyButton());
  return node;
}

/**
 * Gives a block its side. The browser's own "auto" does not look into blocks that have one.
 * @param {Element} block
 */
export function direct(block) {
  if (block.matches(WRITTEN)) block.setAttribute("dir", "auto");
  if (!block.matches(SIDED)) return;
  let first = block.firstElementChild;
  while (first && !first.matches(WRITTEN)) first = first.matches(HOLDS) && first.firstElementChild;
  const [letter] = LETTER.exec(first?.textContent ?? "") ?? [];
  if (letter) block.setAttribute("dir", FROM_RIGHT.test(letter) ? "rtl" : "ltr");
  else block.removeAttribute("dir");
}

function framed(pre) {
  const { figure, code } = codeFigure(pre.querySelector("code")?.dataset.language ?? "");
  code.textContent = pre.textContent;
  return figure;
}

function box(mark) {
  const done = mark.classList.contains("task-done");
  const input = document.createElement("input");
  input.type = "checkbox";
  input.className = "task-box";
  input.disabled = true;
  input.defaultChecked = done;
  input.setAttribute("aria-label", done ? gettext("Done") : gettext("To do"));
  return input;
}

function copyButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "table-copy";
  button.textContent = gettext("Copy table");
  return button;
}
