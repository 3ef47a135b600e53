/**
 * What was changed in a question and not sent: kept in the browser, over reloads, by the question's
 * message.
 */

export class Edits {
  #storage;
  #start;
  #closed = false;

  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage
   * @param {string} person
   */
  constructor(storage, person) {
    this.#storage = storage;
    this.#start = editsPrefix(person);
  }

  /**
   * @param {number} message
   * @returns {string | null} null where the question is not being edited
   */
  read(message) {
    try {
      return this.#storage.getItem(this.#start + message);
    } catch {
      return null;
    }
  }

  /**
   * @param {number} message
   * @param {string | null} text null when the editing is over
   */
  write(message, text) {
    if (this.#closed) return;
    try {
      if (text === null) this.#storage.removeItem(this.#start + message);
      else this.#storage.setItem(this.#start + message, text);
    } catch {
      // A full or forbidden storage: it is kept for as long as the editor is open.
    }
  }

  /** Keeps nothing from now on. */
  close() {
    this.#closed = true;
  }
}

/**
 * @param {string} person
 * @returns {string}
 */
export function editsPrefix(person) {
  return `thinkalong:edit:${person}:`;
}
