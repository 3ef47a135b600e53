/** What was typed and not sent, for each conversation, kept in the browser. */

const NEW = "new";

export class Drafts {
  #storage;
  #prefix;

  /**
   * @param {Storage} storage
   * @param {string} person
   */
  constructor(storage, person) {
    this.#storage = storage;
    this.#prefix = `thinkalong:draft:${person}:`;
  }

  /**
   * @param {string | null} conversation
   * @returns {string}
   */
  read(conversation) {
    try {
      return this.#storage.getItem(this.#prefix + (conversation ?? NEW)) ?? "";
    } catch {
      return "";
    }
  }

  /**
   * @param {string | null} conversation
   * @param {string} text
   */
  write(conversation, text) {
    const key = this.#prefix + (conversation ?? NEW);
    try {
      if (text) this.#storage.setItem(key, text);
      else this.#storage.removeItem(key);
    } catch {
      // A full or forbidden storage: the text stays in the composer.
    }
  }
}

/**
 * Forgets all that the page kept of a person, who is signing out.
 * @param {Storage} storage
 * @param {string} person
 */
export function forget(storage, person) {
  const own = [`thinkalong:draft:${person}:`, `thinkalong:outbox:${person}`];
  for (const key of Object.keys(storage)) {
    if (own.some((prefix) => key.startsWith(prefix))) storage.removeItem(key);
  }
}
