/** What a screen reader is told: changes of state, and blocks of the answer once they are whole. */

import { gettext, interpolate } from "../text.js";

const KEPT = 16;
const LONGEST = 1_500;

/** @param {string} words */
export function announce(words) {
  const said = document.getElementById("said");
  const text = words.trim();
  if (!said || !text) return;
  const line = document.createElement("p");
  line.textContent = text.slice(0, LONGEST);
  said.append(line);
  while (said.childElementCount > KEPT) said.firstElementChild?.remove();
}

/** @param {Element} block a finished block of an answer */
export function announceBlock(block) {
  const told = document.createElement("div");
  told.append(block.cloneNode(true));
  for (const code of told.querySelectorAll(".code")) {
    const name = code.querySelector(":scope > .code-bar > .code-name")?.textContent;
    code.replaceWith(interpolate(gettext("Code block: %(name)s"), { name }));
  }
  for (const box of told.querySelectorAll("input"))
    box.replaceWith(`${box.getAttribute("aria-label")}: `);
  for (const button of told.querySelectorAll("button")) button.remove();
  // A formula holds its form for the eye, its form for the ear and its source: read in a row, they
  // are noise. Of a plain text, the source says it best.
  for (const formula of told.querySelectorAll(".math-set"))
    formula.replaceWith(formula.querySelector("annotation")?.textContent ?? "");
  announce(told.textContent ?? "");
}
