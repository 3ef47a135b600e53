/**
 * The files of what was typed and not sent, for each conversation: what the server has of them is
 * kept in the browser beside the draft, and goes to other devices with it (link/drafting.js). What
 * is still on its way up lives in the composer alone.
 *
 * @typedef {{id: string, name: string, mimeType: string, size: number}} Kept as the server names it
 */

const NEW = "new";

export class Attachments extends EventTarget {
  #storage;
  #person;
  /** @type {Map<string | null, Kept[]>} what a full or forbidden storage did not take */
  #loose = new Map();
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
   * @returns {Kept[]}
   */
  read(conversation) {
    const loose = this.#loose.get(conversation);
    if (loose) return loose;
    try {
      const found = JSON.parse(this.#storage.getItem(this.#key(conversation)) ?? "[]");
      return Array.isArray(found) ? found.filter((file) => typeof file?.id === "string") : [];
    } catch {
      return [];
    }
  }

  /**
   * Keeps what was changed here, and tells so ("wrote").
   * @param {string | null} conversation
   * @param {Kept[]} files
   */
  write(conversation, files) {
    if (this.#closed) return;
    this.#keep(conversation, files);
    this.dispatchEvent(new CustomEvent("wrote", { detail: conversation }));
  }

  /**
   * Takes files over from the server, and tells so ("given").
   * @param {string | null} conversation
   * @param {Kept[]} files
   */
  adopt(conversation, files) {
    const held = this.read(conversation);
    const same = held.length === files.length && files.every(({ id }, at) => held[at].id === id);
    if (this.#closed || same) return;
    this.#keep(conversation, files);
    this.dispatchEvent(new CustomEvent("given", { detail: { conversation } }));
  }

  /** @returns {(string | null)[]} the conversations that have some */
  kept() {
    const start = filesPrefix(this.#person);
    const stored = Object.keys(this.#storage).filter((key) => key.startsWith(start));
    const names = stored.map((key) => key.slice(start.length));
    return [
      ...new Set([...names.map((name) => (name === NEW ? null : name)), ...this.#loose.keys()]),
    ];
  }

  #keep(conversation, files) {
    this.#loose.delete(conversation);
    try {
      if (files.length) this.#storage.setItem(this.#key(conversation), JSON.stringify(files));
      else this.#storage.removeItem(this.#key(conversation));
    } catch {
      this.#loose.set(conversation, files);
    }
  }

  /**
   * Puts files that came back before those that are there, and tells so ("given").
   * @param {string | null} conversation
   * @param {Kept[]} files
   */
  give(conversation, files) {
    if (!files.length) return;
    this.write(conversation, united(files, this.read(conversation)));
    this.dispatchEvent(new CustomEvent("given", { detail: { conversation } }));
  }

  /**
   * What was attached for a new conversation is that conversation's, once there is one.
   * @param {string} conversation
   */
  settle(conversation) {
    const files = this.read(null);
    if (!files.length) return;
    this.write(null, []);
    this.write(conversation, united(this.read(conversation), files));
  }

  /** Keeps nothing from now on. */
  close() {
    this.#closed = true;
    this.#loose.clear();
  }

  #key(conversation) {
    return `${filesPrefix(this.#person)}${conversation ?? NEW}`;
  }
}

/** @param {string} person */
export function filesPrefix(person) {
  return `thinkalong:draft-files:${person}:`;
}

/**
 * @param {Kept[]} first
 * @param {Kept[]} second
 * @returns {Kept[]} each file once
 */
function united(first, second) {
  const known = new Set(first.map(({ id }) => id));
  return [...first, ...second.filter(({ id }) => !known.has(id))];
}
