/**
 * The page's keys: whoever has an act for a key adds it here, and the sheet (`?`) lists them all.
 *
 * Keys are written "Mod+Shift+O", "Alt+ArrowUp", "?" or "j"; Mod is Ctrl, or Command on a Mac.
 * Those of a single character act only where nothing is being typed, and a person can turn them
 * off: whoever speaks to the computer would set them off by accident (WCAG 2.1.4).
 */

const OFF = "thinkalong:single-keys";
const COMPOSING = 229;
const TYPED_IN = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";
export const MAC = /Mac|iP(hone|ad|od)/.test(globalThis.navigator?.platform ?? "");

/**
 * @typedef {object} Shortcut
 * @property {string} keys
 * @property {string} group the heading that it stands under in the sheet
 * @property {string} what what it does, in a few words
 * @property {(() => void) | null} act null where the page's own elements see to it
 * @property {boolean} [held] whether a key that is held down does it again and again
 */

export class Shortcuts {
  /** @type {Shortcut[]} */
  all = [];
  #storage;

  /** @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} [storage] */
  constructor(storage) {
    this.#storage = storage;
  }

  /** @param {Shortcut[]} shortcuts */
  add(...shortcuts) {
    this.all.push(...shortcuts);
  }

  /** Whether single characters do something. */
  get single() {
    try {
      return this.#storage?.getItem(OFF) !== "off";
    } catch {
      return true;
    }
  }

  set single(on) {
    try {
      if (on) this.#storage?.removeItem(OFF);
      else this.#storage?.setItem(OFF, "off");
    } catch {
      // Forbidden storage: they stay on.
    }
  }

  /** @returns {{title: string, shortcuts: Shortcut[]}[]} in the order in which they were added */
  groups() {
    const titles = [...new Set(this.all.map(({ group }) => group))];
    return titles.map((title) => ({
      title,
      shortcuts: this.all.filter(({ group }) => group === title),
    }));
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.defaultPrevented || event.isComposing || event.keyCode === COMPOSING) return;
    const meant = this.all.find((each) => each.act && matches(each.keys, event));
    if (!meant || (isSingle(meant.keys) && !(this.single && !typing(event.target)))) return;
    // A dialog has the page's keys to itself.
    if (document.querySelector("dialog:modal")) return;
    event.preventDefault();
    if (!event.repeat || meant.held) meant.act?.();
  }
}

/** @param {string} keys */
export function isSingle(keys) {
  return keys.length === 1;
}

/**
 * @param {string} keys
 * @param {Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">} event
 * @param {boolean} [mac]
 */
export function matches(keys, event, mac = MAC) {
  const names = keys === "+" ? ["+"] : keys.split("+");
  const key = names.at(-1) ?? "";
  const has = (name) => names.includes(name);
  const [mod, other] = mac ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  if (mod !== has("Mod") || other || event.altKey !== has("Alt")) return false;
  // Where a character lies differs by layout: it may need Shift.
  if (/^[^a-z]$/i.test(key)) return event.key === key;
  if (event.shiftKey !== has("Shift")) return false;
  return event.key.toLowerCase() === key.toLowerCase() || elsewhere(key, event);
}

/** The letter's place, where the layout has no Latin letters at all. */
function elsewhere(key, { key: typed, code }) {
  return /^[a-z]$/i.test(key) && !/^[\x20-\x7e]$/.test(typed) && code === `Key${key.toUpperCase()}`;
}

function typing(target) {
  return target instanceof Element && Boolean(target.closest(TYPED_IN));
}

function stored() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

export const shortcuts = new Shortcuts(stored());
globalThis.addEventListener?.("keydown", (event) => shortcuts.pressed(event));
