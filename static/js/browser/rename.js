/**
 * A name that is changed where it stands: Enter or leaving keeps it, Escape does not. What is around
 * it can leave it where it is: `renaming` tells of it, and the event "renamed" of its end.
 */

import { make } from "./make.js";

const COMPOSING = 229;

/**
 * @param {HTMLElement} node what shows the name
 * @param {object} options
 * @param {string} options.value
 * @param {string} options.label
 * @param {number} options.limit
 * @param {(name: string) => void} options.done called with a name that is another one
 * @param {() => void} options.after when the field is gone: where the focus goes
 */
export function rename(node, { value, label, limit, done, after }) {
  const field = make("input", {
    className: "rename",
    type: "text",
    value,
    maxLength: limit,
    dir: "auto",
    autocomplete: "off",
  });
  field.setAttribute("aria-label", label);
  let over = false;
  const end = (keep, byKey) => {
    if (over) return;
    over = true;
    const name = field.value.trim();
    field.remove();
    node.hidden = false;
    if (keep && name && name !== value) done(name);
    if (byKey) after();
    node.dispatchEvent(new Event("renamed", { bubbles: true }));
  };
  field.onkeydown = (event) => {
    event.stopPropagation();
    if (event.isComposing || event.keyCode === COMPOSING) return;
    if (event.key === "Enter" || event.key === "Escape") {
      event.preventDefault();
      end(event.key === "Enter", true);
    }
  };
  field.onblur = () => end(true, false);
  node.hidden = true;
  node.after(field);
  field.focus();
  field.select();
}

/**
 * @param {Element} around
 * @returns {boolean} whether a name is being written in it
 */
export function renaming(around) {
  return Boolean(around.querySelector(".rename"));
}
