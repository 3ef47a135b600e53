/** What a person has chosen in this browser: kept for the next time, and told to the other tabs. */

const PREFIX = "thinkalong:";
const told = new EventTarget();

/**
 * @param {string} name
 * @returns {string} empty where nothing was chosen, or the browser keeps nothing
 */
export function chosen(name) {
  try {
    return localStorage.getItem(PREFIX + name) ?? "";
  } catch {
    return "";
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
export function choose(name, value) {
  try {
    if (value) localStorage.setItem(PREFIX + name, value);
    else localStorage.removeItem(PREFIX + name);
  } catch {
    // It lasts as long as the page, then.
  }
  told.dispatchEvent(new CustomEvent(name, { detail: value }));
}

/**
 * @param {string} name
 * @param {(value: string) => void} act
 */
export function onchoice(name, act) {
  told.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail));
}

globalThis.addEventListener?.("storage", ({ key, newValue }) => {
  if (!key?.startsWith(PREFIX)) return;
  told.dispatchEvent(new CustomEvent(key.slice(PREFIX.length), { detail: newValue ?? "" }));
});
