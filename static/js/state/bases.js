/**
 * The drafts as this browser and the server had them in common last: what was changed since, here
 * or elsewhere, is told by comparing. Shared by the tabs, and kept for when the line is back.
 *
 * @typedef {{revision: number, text: string, files: string[]}} Base with the ids of its files
 */

const NEW = "new";
/** @type {Base} */
const NONE = { revision: 0, text: "", files: [] };

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
      const whole = Number.isInteger(held?.revision) && typeof held.text === "string";
      return whole ? { ...held, files: Array.isArray(held.files) ? held.files : [] } : NONE;
    } catch {
      return NONE;
    }
  }

  /**
   * An empty one need not be kept: on an empty draft nothing can be lost.
   * @param {string | null} conversation
   * @param {Base} base
   */
  write(conversation, { revision, text, files }) {
    if (this.#closed) return;
    this.#loose.delete(conversation);
    const key = this.#key(conversation);
    const base = { revision, text, files };
    try {
      if (text || files.length) this.#storage.setItem(key, JSON.stringify(base));
      else this.#storage.removeItem(key);
    } catch {
      this.#loose.set(conversation, base);
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
  if (mine === base) return theirs;
  if (theirs === base) return mine;
  if (theirs.includes(mine.trim())) return theirs;
  if (mine.includes(theirs.trim())) return mine;
  const grown = base && mine.startsWith(base) && theirs.startsWith(base);
  return `${theirs.trimEnd()}\n\n${(grown ? mine.slice(base.length) : mine).trimStart()}`;
}

/**
 * The files of two devices, of which each may have added some and taken some away.
 * @template {{id: string}} File
 * @param {string[]} base
 * @param {File[]} mine
 * @param {File[]} theirs
 * @returns {File[]}
 */
export function mergedFiles(base, mine, theirs) {
  const [here, there] = [mine, theirs].map((files) => new Set(files.map(({ id }) => id)));
  const known = new Set(base);
  return [
    ...theirs.filter(({ id }) => here.has(id) || !known.has(id)),
    ...mine.filter(({ id }) => !there.has(id) && !known.has(id)),
  ];
}
