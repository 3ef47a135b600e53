/** A field in which a message is written. */

const COMPOSING = 229;

/**
 * Makes a field as tall as its text, in browsers in which it does not become so by itself.
 * @param {HTMLTextAreaElement} field
 */
export function fit(field) {
  if (CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}

/**
 * Whether a key sends what is in a field: Enter alone, unless an input method is composing.
 * @param {KeyboardEvent} event
 * @returns {boolean}
 */
export function sends(event) {
  return (
    event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== COMPOSING
  );
}
