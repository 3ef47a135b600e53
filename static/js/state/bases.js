/**
 * The drafts as this browser and the server had them in common last: what was changed since, here
 * or elsewhere, is told by comparing. Shared by the tabs, and kept for when the line is back.
 *
 * @typedef {{revision: number, text: string}} Base
 */

const NEW = "new";
/** @type {Base} */
const NONE = { revision: 0, text: "" };

export class Bases {
  #storage;
  #prefix;
  /** @type {Map<string | null, Base>} those that a full or forbidden storage did not take */
  #loose = new Map();
  #closed = false;

  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage
   * @param {string} person
   */
  constructor(storage, person) {
    this.#storage = storage;
    this.#prefix = prefix(person);
  }

  /**
   * @param {string | null} conversation
   * @returns {Base}
   */
  read(conversation) {
    const loose = this.#loose.get(conversation);
    if (loose) return loose;
    try {
      const held = JSON.parse(this.#storage.getItem(this.#key(conversation)) ?? "null");
      return Number.isInteger(held?.revision) && typeof held.text === "string" ? held : NONE;
    } catch {
      return NONE;
    }
  }

  /**
   * An empty one need not be kept: on an empty draft nothing can be lost.
   * @param {string | null} conversation
   * @param {Base} base
   */
  write(conversation, { revision, text }) {
    if (this.#closed) return;
    this.#loose.delete(conversation);
    const key = this.#key(conversation);
    try {
      if (text) this.#storage.setItem(key, JSON.stringify({ revision, text }));
      else this.#storage.removeItem(key);
    } catch {
      this.#loose.set(conversation, { revision, text });
    }
  }

  /** Keeps nothing from now on. */
  close() {
    this.#closed = true;
    this.#loose.clear();
  }

  #key(conversation) {
    return `${this.#prefix}${conversation ?? NEW}`;
  }
}

/** @param {string} person */
export function prefix(person) {
  return `thinkalong:synced:${person}:`;
}

/**
 * Two texts that grew out of one, joined: nothing of either is lost, and nothing is said twice.
 * @param {string} base
 * @param {string} mine
 * @param {string} theirs
 * @returns {string}
 */
export function merged(base, mine, theirs) {
  if (mine === base || theirs.includes(mine.trim())) return theirs;
  if (theirs === base || mine.includes(theirs.trim())) return mine;
  const grown = base && mine.startsWith(base) && theirs.startsWith(base);
  return `${theirs.trimEnd()}\n\n${(grown ? mine.slice(base.length) : mine).trimStart()}`;
}
