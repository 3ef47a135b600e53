/**
 * The conversation between page and server: turns what a person does into frames, and frames into
 * state. Everything that has to arrive goes through the outbox and is repeated until accepted.
 */

import * as outbox from "../state/outbox.js";
import { missed, receive, show } from "../state/state.js";
import { uuid } from "./uuid.js";

const AGAIN_AFTER = 2_000;
const UNANSWERED = new Set(["leave", "seen"]);

export class Session extends EventTarget {
  #store;
  #link;
  #box;
  #ref = 0;
  #waiting = new Map();
  #stops = new Set();
  #wishes = new Map();
  #own = new Set();

  /**
   * @param {import("../state/store.js").Store} store
   * @param {import("./link.js").Link} link
   * @param {outbox.Outbox} box
   */
  constructor(store, link, box) {
    super();
    this.#store = store;
    this.#link = link;
    this.#box = box;
    store.set({ outgoing: box.read() });
    link.addEventListener("frame", (event) =>
      this.#hear(/** @type {CustomEvent} */ (event).detail),
    );
    link.addEventListener("phase", (event) =>
      this.#phase(/** @type {CustomEvent} */ (event).detail),
    );
    link.addEventListener("probe", () => this.#ask({ type: "list" }));
  }

  /** @param {string | null} id */
  show(id) {
    this.#step(show(this.#store.state, id));
  }

  /**
   * @param {string} text
   * @param {string | undefined} model
   */
  send(text, model) {
    const conversation = this.#store.state.shown;
    this.#post({ id: uuid(), type: "send", conversation, text, ...(model && { model }) });
  }

  /**
   * @param {string} turn
   * @param {string} how
   */
  again(turn, how) {
    const conversation = this.#store.state.replies[turn]?.turn.conversation ?? null;
    this.#post({ id: uuid(), type: "again", conversation, turn, how });
  }

  /** @param {string} turn */
  stop(turn) {
    this.#stops.add(turn);
    this.#ask({ type: "stop", turn });
  }

  /**
   * Stops the thinking, and asks for the answer with as little of it as the model allows, once the
   * turn has ended: `again` is for finished turns.
   * @param {string} turn
   */
  answerNow(turn) {
    this.#wishes.set(turn, "answer_now");
    this.stop(turn);
  }

  more() {
    const { before } = this.#store.state.list;
    const asked = [...this.#waiting.values()].some((frame) => frame.before);
    if (before && !asked) this.#ask({ type: "list", before });
  }

  /** @param {string} conversation */
  seen(conversation) {
    this.#ask({ type: "seen", conversation });
  }

  #post(item) {
    this.#own.add(item.id);
    this.#box.put(item);
    this.#store.set({ outgoing: [...this.#store.state.outgoing, item], notice: null });
    this.#ask(outbox.frame(item));
  }

  #ask(frame) {
    const ref = ++this.#ref;
    const sent = this.#link.send({ ref, ...frame });
    if (sent && !UNANSWERED.has(frame.type)) this.#waiting.set(ref, frame);
  }

  /** What was not answered may have been turned away unread, for coming too fast. */
  #askAgain() {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const frame of waiting) this.#ask(frame);
  }

  #phase(phase) {
    const link = this.#store.state.link;
    if (phase !== "up") this.#waiting.clear();
    const since = link.phase === "up" && phase !== "up" ? Date.now() : link.since;
    this.#store.set({ link: { ...link, phase, since: phase === "up" ? 0 : since || Date.now() } });
  }

  #hear(frame) {
    const asked = this.#waiting.get(frame.ref);
    this.#waiting.delete(frame.ref);
    if (frame.type === "error") return this.#refused(frame, asked);
    if (frame.type === "snapshot") this.#joined(frame.turn.id);
    if (frame.type === "conversations" && asked?.before) frame = { ...frame, more: true };
    this.#step(receive(this.#store.state, frame, Date.now()));
    if (frame.type === "welcome") this.#resume();
    if (frame.type === "accepted") this.#accepted(frame);
    if (frame.type === "end") this.#granted(frame.turn);
  }

  /** What was asked for on a line that broke is asked for again. */
  #resume() {
    for (const item of this.#store.state.outgoing) this.#ask(outbox.frame(item));
    for (const turn of this.#stops) this.#ask({ type: "stop", turn });
  }

  /** A join is answered by a snapshot, which names the turn and no ref. */
  #joined(turn) {
    for (const [ref, frame] of this.#waiting) {
      if (frame.type === "join" && frame.turn === turn) this.#waiting.delete(ref);
    }
  }

  #step({ state, needs }) {
    this.#store.replace(state);
    for (const frame of needs) this.#ask(frame);
  }

  #accepted(frame) {
    const item = this.#settle(frame.id);
    if (!item) return;
    this.dispatchEvent(
      new CustomEvent("accepted", { detail: { item, conversation: frame.turn.conversation } }),
    );
  }

  #granted(turn) {
    const how = this.#wishes.get(turn.id);
    this.#wishes.delete(turn.id);
    this.#stops.delete(turn.id);
    if (how && turn.state === "stopped") this.again(turn.id, how);
  }

  #refused(error, asked) {
    if (!asked) {
      if (error.code === "slow_down") setTimeout(() => this.#askAgain(), AGAIN_AFTER);
      return;
    }
    if (outbox.passing(error.code)) {
      if (asked.id) this.#trouble(asked.id, error.message);
      setTimeout(() => this.#repeat(asked), AGAIN_AFTER);
    } else if (asked.id) {
      const item = this.#settle(asked.id);
      this.#store.set({
        notice: {
          text: error.message,
          returned: item?.text ?? "",
          conversation: item?.conversation ?? null,
        },
      });
    } else if (error.code === "not_found" && asked.type === "open") {
      this.#store.replace(missed(this.#store.state, asked.conversation));
    } else if (asked.type === "stop") {
      this.#stops.delete(asked.turn);
      this.#wishes.delete(asked.turn);
    }
  }

  #repeat(frame) {
    const settled = frame.id && !this.#store.state.outgoing.some((item) => item.id === frame.id);
    if (!settled) this.#ask(frame);
  }

  #trouble(id, trouble) {
    const outgoing = this.#store.state.outgoing.map((item) =>
      item.id === id ? { ...item, trouble } : item,
    );
    this.#store.set({ outgoing });
  }

  #settle(id) {
    const { outgoing } = this.#store.state;
    const item = outgoing.find((held) => held.id === id);
    this.#box.drop(id);
    if (item) this.#store.set({ outgoing: outgoing.filter((held) => held !== item) });
    return item && { ...item, own: this.#own.has(id) };
  }
}
