/** A picture by itself, as large as the page: closed by Escape, its button or a click beside it. */

import { icon, make } from "../browser/make.js";
import { gettext, interpolate } from "../text.js";

const PICTURES = "chat-log .picture-open img";
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/** @type {HTMLDialogElement | null} */
let box = null;
/** @type {HTMLImageElement} */
let shown;

/** @param {HTMLImageElement} image one of the conversation's */
export function enlarge(image) {
  box ??= built();
  show(image);
  box.showModal();
}

function show(image) {
  shown = image;
  const all = [...document.querySelectorAll(PICTURES)];
  const dialog = /** @type {HTMLDialogElement} */ (box);
  const [large, place] = [dialog.querySelector("img"), dialog.querySelector("p")];
  Object.assign(/** @type {any} */ (large), { src: image.src, alt: image.alt });
  const values = { number: all.indexOf(image) + 1, count: all.length };
  if (place)
    place.textContent =
      all.length > 1 ? interpolate(gettext("Picture %(number)s of %(count)s"), values) : "";
}

function step(by) {
  const all = /** @type {HTMLImageElement[]} */ ([...document.querySelectorAll(PICTURES)]);
  const next = all[all.indexOf(shown) + by];
  if (next) show(next);
}

function built() {
  const close = make("button", { type: "button", className: "icon-button" }, icon("close"));
  close.setAttribute("aria-label", gettext("Close"));
  const place = make("p", { ariaLive: "polite" });
  const dialog = /** @type {HTMLDialogElement} */ (
    make("dialog", { className: "lightbox" }, make("img"), place, close)
  );
  dialog.setAttribute("aria-label", gettext("Picture"));
  close.onclick = () => dialog.close();
  dialog.onclick = ({ target }) => {
    if (target === dialog) dialog.close();
  };
  dialog.onkeydown = ({ key }) => {
    if (Object.hasOwn(STEPS, key)) step(STEPS[key]);
  };
  document.body.append(dialog);
  return dialog;
}
