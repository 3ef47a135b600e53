/**
 * The ids of what this tab sent and has no answer to. It alone goes where its first question went,
 * also after a reload.
 */

const KEY = "thinkalong:own";

export class Own {
  #storage;
  #ids;

  /** @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage the tab's own */
  constructor(storage) {
    this.#storage = storage;
    this.#ids = new Set(this.#read());
  }

  /** @param {string} id */
  add(id) {
    this.#ids.add(id);
    this.#write();
  }

  /**
   * @param {string} id
   * @returns {boolean} whether it was one of them
   */
  drop(id) {
    const own = this.#ids.delete(id);
    if (own) this.#write();
    return own;
  }

  clear() {
    this.#ids.clear();
    this.#write();
  }

  #read() {
    try {
      const ids = JSON.parse(this.#storage.getItem(KEY) ?? "[]");
      return Array.isArray(ids) ? ids : [];
    } catch {
      return [];
    }
  }

  #write() {
    try {
      if (this.#ids.size) this.#storage.setItem(KEY, JSON.stringify([...this.#ids]));
      else this.#storage.removeItem(KEY);
    } catch {
      // A full or forbidden storage: they are known for as long as the page is open.
    }
  }
}
