/**
 * Drafts between this browser and the server, and so between devices: what is typed or attached is
 * sent a moment later, what is typed elsewhere is taken up at once, unless something is being typed
 * here. What both changed is joined here and sent again.
 *
 * @typedef {{text: string, files: import("../state/attachments.js").Kept[]}} Typed
 */

import { merged, mergedFiles } from "../state/bases.js";

const AFTER = 800;
const AGAIN_AFTER = 2_000;

export class Drafting {
  #session;
  #drafts;
  #files;
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
   * @param {import("../state/attachments.js").Attachments} files
   * @param {import("../state/bases.js").Bases} bases
   * @param {(conversation: string | null) => boolean} busy whether its field must not be touched
   */
  constructor(session, drafts, files, bases, busy) {
    [this.#session, this.#drafts, this.#files] = [session, drafts, files];
    [this.#bases, this.#busy] = [bases, busy];
    for (const kept of [drafts, files])
      kept.addEventListener("wrote", (event) =>
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
    const [mine, base] = [this.#mine(conversation), this.#bases.read(conversation)];
    if (this.#closed || same(mine, base) || this.#sending.has(conversation)) return;
    this.#sending.add(conversation);
    const answer = await this.#session.ask({
      type: "draft",
      conversation,
      text: mine.text,
      attachments: idsOf(mine.files),
      revision: base.revision,
    });
    this.#sending.delete(conversation);
    if (answer?.type === "draft") this.#answered(conversation, mine, answer);
    else if (answer?.code === "slow_down" || answer?.code === "unavailable")
      this.#plan(conversation, AGAIN_AFTER);
  }

  #answered(conversation, sent, { kept, text, attachments = [], revision }) {
    const [mine, base] = [this.#mine(conversation), this.#bases.read(conversation)];
    if (kept) this.#base(conversation, { revision, ...sent });
    else if (same(mine, baseOf(sent)) && !this.#busy(conversation)) {
      this.#base(conversation, { revision, text, files: attachments });
      this.#adopt(conversation, {
        text: merged(base.text, mine.text, text),
        files: mergedFiles(base.files, mine.files, attachments),
      });
    }
    if (!same(this.#mine(conversation), this.#bases.read(conversation))) this.#plan(conversation);
    else if (!kept) this.#told({ conversation, text, attachments, revision });
  }

  /** @returns {Typed} */
  #mine(conversation) {
    return { text: this.#drafts.read(conversation), files: this.#files.read(conversation) };
  }

  /** @param {Typed} typed */
  #adopt(conversation, typed) {
    this.#files.adopt(conversation, typed.files);
    this.#drafts.adopt(conversation, typed.text);
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
    for (const conversation of new Set([...this.#drafts.kept(), ...this.#files.kept()]))
      this.#push(conversation);
  }

  /**
   * @param {Record<string, any>} draft as the server describes it
   * @param {boolean} again whether it was told before, and could not be taken up then
   */
  #told(draft, again = false) {
    const { conversation, text, attachments = [], revision } = draft;
    if (this.#closed || revision < (this.#heard.get(conversation) ?? 0)) return;
    this.#heard.set(conversation, revision);
    const [mine, base] = [this.#mine(conversation), this.#bases.read(conversation)];
    if (revision < base.revision) return;
    const theirs = { text, files: attachments };
    if (same(mine, baseOf(theirs))) this.#base(conversation, { revision, ...theirs });
    else if (!same(mine, base) || this.#busy(conversation)) {
      // What is typed here may be taken back before it is sent: then this is what holds.
      if (!same(mine, base) && !again) this.#plan(conversation);
      setTimeout(() => this.#told(draft, true), AGAIN_AFTER);
    } else {
      this.#base(conversation, { revision, ...theirs });
      this.#adopt(conversation, theirs);
    }
  }

  /** @param {Typed & {revision: number}} had in common with the server from now on */
  #base(conversation, had) {
    const { revision } = had;
    this.#heard.set(conversation, Math.max(revision, this.#heard.get(conversation) ?? 0));
    this.#bases.write(conversation, { revision, ...baseOf(had) });
  }
}

/** @param {Typed["files"]} files */
function idsOf(files) {
  return files.map(({ id }) => id);
}

/** @param {Typed} typed */
function baseOf({ text, files }) {
  return { text, files: idsOf(files) };
}

/**
 * @param {Typed} mine
 * @param {{text: string, files: string[]}} base
 */
function same(mine, base) {
  const { files } = base;
  return (
    mine.text === base.text &&
    mine.files.length === files.length &&
    mine.files.every(({ id }, at) => files[at] === id)
  );
}
