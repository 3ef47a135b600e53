/** How the next new conversation is to begin, kept over a reload until it has begun. */

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

export class Fresh {
  #storage;
  #key;

  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage the tab's own
   * @param {string} person
   */
  constructor(storage, person) {
    this.#storage = storage;
    this.#key = `thinkalong:fresh:${person}`;
  }

  /** @returns {{model: string | null, settings: Record<string, any>} | null} */
  read() {
    try {
      const kept = JSON.parse(this.#storage.getItem(this.#key) ?? "null");
      return isObject(kept) && isObject(kept.settings) ? kept : null;
    } catch {
      return null;
    }
  }

  /** @param {{model: string | null, settings: Record<string, any>} | null} fresh */
  write(fresh) {
    try {
      if (fresh) this.#storage.setItem(this.#key, JSON.stringify(fresh));
      else this.#storage.removeItem(this.#key);
    } catch {
      // A full or forbidden storage: it holds for as long as the page is open.
    }
  }
}
