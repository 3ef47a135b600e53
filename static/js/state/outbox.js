/**
 * What was sent and not yet accepted: kept over reloads and repeated until it is, under the one id
 * by which the server knows it again.
 *
 * @typedef {object} Outgoing
 * @property {string} id
 * @property {"send" | "again"} type
 * @property {string | null} conversation
 * @property {string} [text]
 * @property {import("./attachments.js").Kept[]} [attachments]
 * @property {string} [model]
 * @property {Record<string, any>} [settings] of a new conversation
 * @property {number} [edits] the question in whose place it is asked
 * @property {number} [after] what its writer saw last
 * @property {string} [turn]
 * @property {string} [how]
 * @property {string} [trouble] why it has not gone through yet
 */

import { wellFormed } from "../text.js";

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
 * Whether something is on its way that will start a turn in the conversation.
 * @param {Outgoing[]} outgoing
 * @param {string | null} conversation
 * @returns {boolean}
 */
export function pending(outgoing, conversation) {
  return outgoing.some((item) => item.conversation === conversation);
}

/**
 * @param {Outgoing} item
 * @returns {Record<string, any>}
 */
export function frame(item) {
  const { trouble, attachments, ...rest } = item;
  // Half a surrogate pair is no text to the server: it could not even say which frame it refuses.
  if (item.type === "send") {
    const letter = { ...rest, text: wellFormed(item.text ?? "") };
    return attachments ? { ...letter, attachments: attachments.map(({ id }) => id) } : letter;
  }
  const { conversation, ...again } = rest;
  return again;
}

export class Outbox {
  #storage;
  /** @type {Outgoing[]} what a full or forbidden storage did not take */
  #loose = [];
  #closed = false;

  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage
   * @param {string} person outboxes are a person's own, also on a shared machine
   */
  constructor(storage, person) {
    this.#storage = storage;
    this.key = `thinkalong:outbox:${person}`;
  }

  /** @returns {Outgoing[]} */
  read() {
    return [...this.#stored(), ...this.#loose];
  }

  /** @param {Outgoing} item */
  put(item) {
    const others = this.#stored().filter((held) => held.id !== item.id);
    if (!this.#write([...others, item])) this.#loose.push(item);
  }

  /**
   * @param {string} id
   * @returns {boolean} whether it was still here: another tab may have had the answer first
   */
  drop(id) {
    const held = this.read().some((item) => item.id === id);
    this.#loose = this.#loose.filter((item) => item.id !== id);
    if (held) this.#write(this.#stored().filter((item) => item.id !== id));
    return held;
  }

  /** Keeps nothing from now on. */
  close() {
    this.#closed = true;
    this.#loose = [];
  }

  #stored() {
    try {
      const items = JSON.parse(this.#storage.getItem(this.key) ?? "[]");
      return Array.isArray(items) ? items.filter((item) => typeof item?.id === "string") : [];
    } catch {
      return [];
    }
  }

  #write(items) {
    if (this.#closed) return true;
    try {
      if (items.length) this.#storage.setItem(this.key, JSON.stringify(items));
      else this.#storage.removeItem(this.key);
      return true;
    } catch {
      return false;
    }
  }
}
