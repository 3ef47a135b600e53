/**
 * What the page can do by name: whoever has such a thing adds it here, and the switcher (Ctrl+K)
 * offers it.
 *
 * @typedef {object} Command
 * @property {string} name in a few words, as it is shown and searched
 * @property {string} [words] further words by which it is found
 * @property {string} [keys] as in shortcuts.js
 * @property {string} [icon] one of templates/chat/icons.html
 * @property {() => boolean} [can] whether it can be done now
 * @property {() => void} act
 */

export class Commands {
  /** @type {Command[]} */
  #all = [];

  /** @param {Command[]} commands */
  add(...commands) {
    this.#all.push(...commands);
  }

  /**
   * Those that can be done now and have each of the words begin one of theirs.
   * @param {string} text
   */
  matching(text) {
    const wanted = words(text);
    return this.#all.filter((command) => {
      const own = words(`${command.name} ${command.words ?? ""}`);
      const fits = wanted.every((word) => own.some((each) => each.startsWith(word)));
      return fits && (command.can?.() ?? true);
    });
  }
}

/** @param {string} text */
export function words(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

export const commands = new Commands();
