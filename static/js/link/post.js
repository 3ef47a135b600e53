/**
 * What starts a turn, from the moment a person asks for it until the server has it: kept, repeated,
 * given back where it is not taken, and taken back by the person while it waits.
 */

import { noticed, without } from "../state/notices.js";
import { frame, pending } from "../state/outbox.js";
import { missed } from "../state/state.js";
import { gettext } from "../text.js";

/** Bytes that one unit of a text takes in a frame at most: a control character is escaped. */
const WIDEST = 6;
const ENVELOPE = 100;

export class Post {
  #store;
  #box;
  #drafts;
  #files;
  #own;
  #send;

  /**
   * @param {import("../state/store.js").Store} store
   * @param {object} keeps
   * @param {import("../state/outbox.js").Outbox} keeps.box
   * @param {import("../state/drafts.js").Drafts} keeps.drafts
   * @param {import("../state/attachments.js").Attachments} keeps.files
   * @param {import("../state/own.js").Own} keeps.own
   * @param {(frame: Record<string, any>) => void} send
   */
  constructor(store, { box, drafts, files, own }, send) {
    this.#store = store;
    this.#box = box;
    this.#drafts = drafts;
    this.#files = files;
    this.#own = own;
    this.#send = send;
    store.set({ outgoing: box.read() });
  }

  /**
   * @param {string | null} conversation
   * @returns {boolean}
   */
  pending(conversation) {
    return pending(this.#store.state.outgoing, conversation);
  }

  /**
   * @param {string} id
   * @returns {boolean}
   */
  waits(id) {
    return this.#store.state.outgoing.some((item) => item.id === id);
  }

  /** @param {import("../state/outbox.js").Outgoing} item */
  put(item) {
    const { outgoing, notices } = this.#store.state;
    this.#own.add(item.id);
    this.#box.put(item);
    this.#store.set({
      outgoing: [...outgoing, item],
      notices: without(notices, item.conversation),
    });
    this.#mail(item);
  }

  /** Sends all that waits, also what a tab has left that is closed. */
  repeat() {
    const { outgoing } = this.#store.state;
    const items = this.#box.read().map((kept) => outgoing.find(({ id }) => id === kept.id) ?? kept);
    this.#store.set({ outgoing: items });
    for (const item of items) this.#mail(item);
  }

  /**
   * @param {string} id
   * @param {string} trouble why it has to wait
   */
  delay(id, trouble) {
    const outgoing = this.#store.state.outgoing.map((item) =>
      item.id === id ? { ...item, trouble } : item,
    );
    this.#store.set({ outgoing });
  }

  /**
   * Takes what waited out of the post.
   * @param {string} id
   * @returns {import("../state/outbox.js").Outgoing & {held: boolean, own: boolean} | undefined}
   *   `own`: it is this tab's; `held`: no other tab had taken it out
   */
  settle(id) {
    const { outgoing } = this.#store.state;
    const item = outgoing.find((waiting) => waiting.id === id);
    const [held, own] = [this.#box.drop(id), this.#own.drop(id)];
    if (item) this.#store.set({ outgoing: outgoing.filter((waiting) => waiting !== item) });
    return item && { ...item, held, own };
  }

  /** What another tab has settled does not wait here any more. */
  settleElsewhere() {
    const held = new Set(this.#box.read().map(({ id }) => id));
    const { outgoing } = this.#store.state;
    const left = outgoing.filter(({ id }) => held.has(id));
    if (left.length < outgoing.length) this.#store.set({ outgoing: left });
  }

  /**
   * Ceases to send what waits; its text is a draft again. Should it have arrived all the same, it
   * is asked, and told as what is asked in another tab.
   * @param {string} id
   */
  takeBack(id) {
    const item = this.settle(id);
    if (item?.held) this.#toDraft(item.conversation, item);
  }

  /**
   * What is not taken goes to the draft of the conversation that it was written in; where that is
   * gone, to the one of a new conversation.
   * @param {string} id
   * @param {string} words why
   * @param {boolean} gone
   */
  giveBack(id, words, gone = false) {
    const item = this.settle(id);
    if (!item) return;
    const filled = Boolean(item.text || item.attachments);
    const lost = gone && filled && item.conversation;
    if (lost) this.#store.replace(missed(this.#store.state, lost));
    const conversation = lost ? null : item.conversation;
    if (item.held) this.#toDraft(conversation, item);
    const notice = { words, drafted: filled };
    this.#store.set({ notices: noticed(this.#store.state.notices, conversation, notice) });
  }

  /**
   * @param {string | null} conversation
   * @param {import("../state/outbox.js").Outgoing} item
   */
  #toDraft(conversation, item) {
    if (item.text) this.#drafts.give(conversation, item.text);
    this.#files.give(conversation, item.attachments ?? []);
  }

  #mail(item) {
    const letter = frame(item);
    if (this.#fits(letter)) this.#send(letter);
    else {
      const words = gettext("This message takes more room than the server gives it. Shorten it.");
      this.giveBack(item.id, words);
    }
  }

  /** A frame that is too large is refused unread: the server could not say which one it was. */
  #fits(letter) {
    const limit = this.#store.state.welcome?.limits.frame ?? Infinity;
    const texts = (letter.text?.length ?? 0) + (letter.settings?.system_instruction?.length ?? 0);
    if (texts * WIDEST + ENVELOPE * 10 < limit) return true;
    return new TextEncoder().encode(JSON.stringify(letter)).length + ENVELOPE <= limit;
  }
}
