/** The folders that show what is in them, remembered in the browser. */

export class OpenFolders {
  #storage;
  #key;
  #closed = false;

  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage
   * @param {string} person
   */
  constructor(storage, person) {
    this.#storage = storage;
    this.#key = `thinkalong:folders:${person}`;
  }

  /** @returns {number[]} */
  read() {
    try {
      const ids = JSON.parse(this.#storage.getItem(this.#key) ?? "[]");
      return Array.isArray(ids) ? ids.filter(Number.isInteger) : [];
    } catch {
      return [];
    }
  }

  /** @param {number[]} ids */
  write(ids) {
    if (!this.#closed) this.#put(ids);
  }

  /** Keeps nothing from now on. */
  close() {
    this.#closed = true;
    this.#put([]);
  }

  #put(ids) {
    try {
      if (ids.length) this.#storage.setItem(this.#key, JSON.stringify(ids));
      else this.#storage.removeItem(this.#key);
    } catch {
      // A full or forbidden storage: it holds for this page.
    }
  }
}
