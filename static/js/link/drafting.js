/**
 * Drafts between this browser and the server, and so between devices: what is typed is sent a
 * moment later, what is typed elsewhere is taken up at once, unless something is being typed here.
 * What both changed is joined here and sent again.
 */

import { merged } from "../state/bases.js";

const AFTER = 800;
const AGAIN_AFTER = 2_000;

export class Drafting {
  #session;
  #drafts;
  #bases;
  #busy;
  /** @type {Map<string | null, ReturnType<typeof setTimeout>>} */
  #timers = new Map();
  /** @type {Set<string | null>} on their way */
  #sending = new Set();
  /** @type {Map<string | null, number>} the newest revision that was heard of */
  #heard = new Map();
  #closed = false;

  /**
   * @param {import("./session.js").Session} session
   * @param {import("../state/drafts.js").Drafts} drafts
   * @param {import("../state/bases.js").Bases} bases
   * @param {(conversation: string | null) => boolean} busy whether its field must not be touched
   */
  constructor(session, drafts, bases, busy) {
    [this.#session, this.#drafts, this.#bases, this.#busy] = [session, drafts, bases, busy];
    drafts.addEventListener("wrote", (event) =>
      this.#plan(/** @type {CustomEvent} */ (event).detail),
    );
    session.addEventListener("heard", (event) =>
      this.#hear(/** @type {CustomEvent} */ (event).detail),
    );
    for (const name of ["blur", "pagehide"]) addEventListener(name, () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden && this.flush());
  }

  /** Sends at once what waits. */
  flush() {
    for (const conversation of [...this.#timers.keys()]) this.#push(conversation);
  }

  /** Sends nothing from now on. */
  close() {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #plan(conversation, after = AFTER) {
    clearTimeout(this.#timers.get(conversation));
    if (this.#closed) return;
    this.#timers.set(
      conversation,
      setTimeout(() => this.#push(conversation), after),
    );
  }

  async #push(conversation) {
    clearTimeout(this.#timers.get(conversation));
    this.#timers.delete(conversation);
    const [text, base] = [this.#drafts.read(conversation), this.#bases.read(conversation)];
    if (this.#closed || text === base.text || this.#sending.has(conversation)) return;
    this.#sending.add(conversation);
    const { revision } = base;
    const answer = await this.#session.ask({ type: "draft", conversation, text, revision });
    this.#sending.delete(conversation);
    if (answer?.type === "draft") this.#answered(conversation, text, answer);
    else if (answer?.code === "slow_down" || answer?.code === "unavailable")
      this.#plan(conversation, AGAIN_AFTER);
  }

  #answered(conversation, sent, { kept, text, revision }) {
    const mine = this.#drafts.read(conversation);
    if (kept) this.#base(conversation, { revision, text: sent });
    else if (mine === sent && !this.#busy(conversation)) {
      const joined = merged(this.#bases.read(conversation).text, mine, text);
      this.#base(conversation, { revision, text });
      this.#drafts.adopt(conversation, joined);
    }
    if (this.#drafts.read(conversation) !== this.#bases.read(conversation).text)
      this.#plan(conversation);
  }

  #hear(frame) {
    if (frame.type === "welcome") this.#begin();
    else if (frame.type === "draft" && frame.kept === undefined) this.#told(frame);
    else if (frame.draft?.text !== undefined) this.#told(frame.draft);
  }

  /** A new line: what was typed without one is sent, and what was typed elsewhere is heard. */
  #begin() {
    this.#sending.clear();
    this.#session.ask({ type: "drafts" });
    for (const conversation of this.#drafts.kept()) this.#push(conversation);
  }

  /** @param {{conversation: string | null, text: string, revision: number}} draft */
  #told(draft) {
    const { conversation, text, revision } = draft;
    if (this.#closed || revision < (this.#heard.get(conversation) ?? 0)) return;
    this.#heard.set(conversation, revision);
    const [mine, base] = [this.#drafts.read(conversation), this.#bases.read(conversation)];
    if (revision < base.revision) return;
    if (mine === text) this.#base(conversation, { revision, text });
    else if (mine === base.text && !this.#busy(conversation)) {
      this.#base(conversation, { revision, text });
      this.#drafts.adopt(conversation, text);
    } else if (mine === base.text) setTimeout(() => this.#told(draft), AGAIN_AFTER);
    else this.#plan(conversation);
  }

  #base(conversation, base) {
    this.#heard.set(conversation, Math.max(base.revision, this.#heard.get(conversation) ?? 0));
    this.#bases.write(conversation, base);
  }
}
