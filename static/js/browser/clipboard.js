/** Copying, also where the browser keeps its clipboard for secure origins. */

import { gettext } from "../text.js";
import { announce } from "./announce.js";

const SHOWN = 1_600;

/**
 * Copies the text, and lets the button say so for a moment.
 * @param {string} text
 * @param {HTMLElement} button
 * @param {Element} label what holds the button's word
 * @param {string} html the same, for whoever takes more than text
 */
export async function copy(text, button, label = button, html = "") {
  const done = (html && (await putBoth(text, html))) || (await put(text));
  const before = button.dataset.word ?? label.textContent ?? "";
  button.dataset.word = before;
  label.textContent = done ? gettext("Copied") : gettext("Not copied");
  announce(label.textContent);
  setTimeout(() => {
    label.textContent = before;
    delete button.dataset.word;
  }, SHOWN);
}

async function putBoth(text, html) {
  const typed = (type, content) => ({ [type]: new Blob([content], { type }) });
  try {
    const item = new ClipboardItem({ ...typed("text/plain", text), ...typed("text/html", html) });
    await navigator.clipboard.write([item]);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether it is in the clipboard
 */
export async function put(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return putBySelection(text);
  }
}

function putBySelection(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
