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
  const name = block.querySelector(":scope > .code-bar > .code-name")?.textContent;
  announce(
    name ? interpolate(gettext("Code block: %(name)s"), { name }) : (block.textContent ?? ""),
  );
}
