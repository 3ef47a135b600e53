/**
 * What was sent and not yet accepted: kept over reloads and repeated until it is, under the one id
 * by which the server knows it again.
 *
 * @typedef {object} Outgoing
 * @property {string} id
 * @property {"send" | "again"} type
 * @property {string | null} conversation
 * @property {string} [text]
 * @property {string} [model]
 * @property {string} [turn]
 * @property {string} [how]
 * @property {string} [trouble] why it has not gone through yet
 */

const TRIED_AGAIN = new Set(["draining", "unavailable", "slow_down"]);

/**
 * Whether the page repeats the frame by itself, since the refusal is of the moment.
 * @param {string} code
 * @returns {boolean}
 */
export function passing(code) {
  return TRIED_AGAIN.has(code);
}

/**
 * @param {Outgoing} item
 * @returns {Record<string, any>}
 */
export function frame(item) {
  const { trouble, ...rest } = item;
  if (item.type === "send") return rest;
  const { conversation, ...again } = rest;
  return again;
}

export class Outbox {
  #storage;
  #key;

  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage
   * @param {string} person outboxes are a person's own, also on a shared machine
   */
  constructor(storage, person) {
    this.#storage = storage;
    this.#key = `thinkalong:outbox:${person}`;
  }

  /** @returns {Outgoing[]} */
  read() {
    try {
      const items = JSON.parse(this.#storage.getItem(this.#key) ?? "[]");
      return Array.isArray(items) ? items : [];
    } catch {
      return [];
    }
  }

  /** @param {Outgoing} item */
  put(item) {
    this.#write([...this.read().filter((held) => held.id !== item.id), item]);
  }

  /** @param {string} id */
  drop(id) {
    this.#write(this.read().filter((held) => held.id !== id));
  }

  #write(items) {
    try {
      if (items.length) this.#storage.setItem(this.#key, JSON.stringify(items));
      else this.#storage.removeItem(this.#key);
    } catch {
      // A full or forbidden storage: the page still holds the message and repeats it while open.
    }
  }
}
