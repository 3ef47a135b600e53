/**
 * What was typed and not sent, for each conversation, kept in the browser; link/drafting.js brings
 * it to the person's other devices.
 *
 * The tabs of one browser share the drafts, so a tab stores only what was changed in it: what it
 * merely shows may have been sent or written on in another one meanwhile.
 */

import { filesPrefix } from "./attachments.js";
import { prefix as synced } from "./bases.js";
import { editsPrefix } from "./edits.js";

const NEW = "new";

export class Drafts extends EventTarget {
  #storage;
  #person;
  /** @type {Map<string | null, string>} changed here and not yet stored */
  #changed = new Map();
  #closed = false;

  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage
   * @param {string} person
   */
  constructor(storage, person) {
    super();
    this.#storage = storage;
    this.#person = person;
  }

  /**
   * @param {string | null} conversation
   * @returns {string}
   */
  read(conversation) {
    const changed = this.#changed.get(conversation);
    if (changed !== undefined) return changed;
    try {
      return this.#storage.getItem(this.#key(conversation)) ?? "";
    } catch {
      return "";
    }
  }

  /**
   * Holds what was typed until the next `save`.
   * @param {string | null} conversation
   * @param {string} text
   */
  write(conversation, text) {
    if (this.#closed) return;
    this.#changed.set(conversation, text);
    this.dispatchEvent(new CustomEvent("wrote", { detail: conversation }));
  }

  /**
   * Takes a text over from the server, and tells so ("adopted").
   * @param {string | null} conversation
   * @param {string} text
   */
  adopt(conversation, text) {
    if (this.#closed || text === this.read(conversation)) return;
    this.#changed.set(conversation, text);
    this.save();
    this.dispatchEvent(new CustomEvent("adopted", { detail: conversation }));
  }

  /** @returns {(string | null)[]} the conversations with a draft */
  kept() {
    const start = prefix(this.#person);
    const stored = Object.keys(this.#storage).filter((key) => key.startsWith(start));
    const names = stored.map((key) => key.slice(start.length));
    return [
      ...new Set([...names.map((name) => (name === NEW ? null : name)), ...this.#changed.keys()]),
    ];
  }

  save() {
    for (const [conversation, text] of this.#changed) {
      try {
        if (text) this.#storage.setItem(this.#key(conversation), text);
        else this.#storage.removeItem(this.#key(conversation));
        this.#changed.delete(conversation);
      } catch {
        // A full or forbidden storage: held for as long as the page is open.
      }
    }
  }

  /**
   * Puts a text that came back before what is there, and tells so ("given").
   * @param {string | null} conversation
   * @param {string} text
   */
  give(conversation, text) {
    this.write(conversation, joined(text, this.read(conversation)));
    this.save();
    this.dispatchEvent(new CustomEvent("given", { detail: { conversation, text } }));
  }

  /**
   * What was typed for a new conversation is that conversation's, once there is one.
   * @param {string} conversation
   */
  settle(conversation) {
    const text = this.read(null);
    if (!text) return;
    this.write(null, "");
    this.write(conversation, joined(this.read(conversation), text));
    this.save();
  }

  /** Keeps nothing from now on. */
  close() {
    this.#closed = true;
    this.#changed.clear();
  }

  #key(conversation) {
    return `${prefix(this.#person)}${conversation ?? NEW}`;
  }
}

/**
 * Two texts as one, a blank line between them.
 * @param {string} first
 * @param {string} second
 * @returns {string}
 */
export function joined(first, second) {
  return first && second ? `${first}\n\n${second}` : first || second;
}

/**
 * Forgets all that the page kept of a person, who is signing out.
 * @param {Storage} storage
 * @param {string} person
 */
export function forget(storage, person) {
  for (const key of Object.keys(storage)) {
    const starts = [prefix, synced, filesPrefix, editsPrefix].map((of) => of(person));
    const own = starts.some((start) => key.startsWith(start));
    if (own || key === `thinkalong:outbox:${person}`) storage.removeItem(key);
  }
}

function prefix(person) {
  return `thinkalong:draft:${person}:`;
}
