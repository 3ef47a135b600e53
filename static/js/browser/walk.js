/** From message to message by keyboard, and what can be done with the one that has the focus. */

/**
 * Puts the focus on the next message, or on the one before. From elsewhere on the page, it begins
 * with what can be seen.
 * @param {HTMLElement} log what scrolls
 * @param {1 | -1} step
 * @returns {boolean} whether there was one
 */
export function walk(log, step) {
  const rows = messages(log);
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[here < 0 ? first(log, rows, step) : here + step];
  if (!row) return false;
  const name = row.querySelector(":scope > h2")?.textContent;
  if (name) {
    row.setAttribute("role", "article");
    row.setAttribute("aria-label", name);
  }
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "start" });
  return true;
}

/** @returns {HTMLElement | undefined} the reply that has the focus, or the newest */
export function reply(log) {
  const held = document.activeElement?.closest("chat-reply");
  const all = log.querySelectorAll("chat-reply");
  return /** @type {any} */ (held ?? all[all.length - 1]);
}

/** @returns {HTMLElement[]} */
function messages(log) {
  return [...log.querySelectorAll(":scope .ask, :scope chat-reply")];
}

function first(log, rows, step) {
  if (step < 0) return rows.length - 1;
  const top = log.getBoundingClientRect().top;
  return rows.findIndex((row) => row.getBoundingClientRect().bottom > top + 1);
}
