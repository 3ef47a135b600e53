/**
 * Pages that are only read: a shared conversation, and one to be printed. The text is in them as it
 * was written, so that it can be read without this; here it is drawn as in the chat.
 */

import { copy } from "./browser/clipboard.js";
import { codeFigure, colour } from "./draw/code.js";
import { Drawer } from "./draw/drawer.js";
import { draw } from "./draw/frames.js";
import "./elements/chat-answer.js";

for (const source of document.querySelectorAll(".source")) {
  const text = source.textContent ?? "";
  if (source instanceof HTMLPreElement) ran(source, text);
  else if (source.matches("chat-answer")) answered(source, text);
  else thought(source, text);
  source.classList.remove("source");
}

function answered(answer, text) {
  answer.replaceChildren();
  answer.write(text);
  answer.finish();
}

function thought(place, text) {
  place.replaceChildren();
  const drawer = new Drawer(place, colour);
  drawer.write(text);
  drawer.finish();
  draw((deadline) => drawer.flush(deadline));
}

function ran(source, text) {
  const { figure, code } = codeFigure(source.dataset.language ?? "");
  code.textContent = text;
  const part = source.parentElement;
  source.replaceWith(figure);
  if (part) colour(part);
}

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest(".code-copy") : null;
  if (button instanceof HTMLElement)
    copy(button.closest(".code")?.querySelector("code")?.textContent ?? "", button);
});

document.getElementById("print")?.addEventListener("click", () => print());
