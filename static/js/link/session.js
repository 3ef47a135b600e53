/**
 * The conversation between page and server: turns what a person does into frames, and frames into
 * state. Everything that has to arrive goes through the post and is repeated until accepted.
 */

import { endOf, firstMessage, readingBefore } from "../state/branch.js";
import { reach, viewOf } from "../state/list.js";
import { asking } from "../state/order.js";
import { passing } from "../state/outbox.js";
import { active } from "../state/replies.js";
import { missed, receive, show } from "../state/state.js";
import { Post } from "./post.js";
import { Requests } from "./requests.js";
import { Tuning } from "./tuning.js";
import { uuid } from "./uuid.js";

const AGAIN_AFTER = 2_000;

export class Session extends EventTarget {
  #store;
  #bases;
  #requests;
  #stops = new Set();
  #seen = new Set();

  /**
   * @param {import("../state/store.js").Store} store
   * @param {import("./link.js").Link} link
   * @param {ConstructorParameters<typeof Post>[1] & {fresh?: import("../state/fresh.js").Fresh,
   *   bases?: import("../state/bases.js").Bases}} keeps
   */
  constructor(store, link, keeps) {
    super();
    this.#bases = keeps.bases;
    this.#store = store;
    this.#requests = new Requests(link);
    this.post = new Post(store, keeps, (frame) => this.#ask(frame));
    this.tuning = new Tuning(store, keeps.fresh, (frame) => this.#ask(frame));
    link.addEventListener("frame", (event) =>
      this.#hear(/** @type {CustomEvent} */ (event).detail),
    );
    link.addEventListener("phase", (event) =>
      this.#phase(/** @type {CustomEvent} */ (event).detail),
    );
    link.addEventListener("probe", () => this.#ask(asking(this.#store.state)));
  }

  /** @param {string | null} id */
  show(id) {
    this.#step(show(this.#store.state, id));
  }

  /**
   * @param {string} text
   * @param {string | null} conversation
   * @param {import("../state/attachments.js").Kept[]} [attachments]
   * @param {boolean} [typed] whether it was the draft, which is then empty
   * @returns {boolean} false, and nothing is done, while something is on its way there already
   */
  send(text, conversation, attachments = [], typed = true) {
    return this.#put(conversation, () => {
      const draft = typed && this.#bases?.read(conversation).revision;
      const after = endOf(this.#store.state, conversation);
      return {
        type: "send",
        text,
        ...(conversation ? {} : this.tuning.opening),
        ...(draft && { draft }),
        ...(after && { after }),
        ...(attachments.length && { attachments }),
      };
    });
  }

  /**
   * Asks something else in a question's place: the branch of the one before is kept.
   * @param {number} edits the question's message
   * @param {string} text
   * @param {string} conversation
   * @param {import("../state/attachments.js").Kept[]} [attachments]
   * @returns {boolean} as for `send`
   */
  edit(edits, text, conversation, attachments = []) {
    const files = attachments.length ? { attachments } : {};
    return this.#put(conversation, () => ({ type: "send", text, edits, ...files }));
  }

  /**
   * Asks again, or for more, of a finished turn. Of one that runs an answer can be asked for at
   * once ("answer_now"): the server stops it, and starts the other with its end.
   * @param {string} turn
   * @param {string} how
   */
  again(turn, how) {
    const conversation = this.#store.state.replies[turn]?.turn.conversation ?? null;
    this.#put(conversation, () => ({ type: "again", turn, how }));
  }

  #put(conversation, item) {
    if (this.post.pending(conversation)) return false;
    this.tuning.flush();
    this.post.put({ id: uuid(), conversation, ...item() });
    return true;
  }

  /** @param {string} turn */
  stop(turn) {
    this.#stops.add(turn);
    this.#ask({ type: "stop", turn });
  }

  /**
   * Brings the branch of a message on show, here and on the person's other devices.
   * @param {string} conversation
   * @param {number} message
   */
  choose(conversation, message) {
    return this.ask({ type: "choose", conversation, message });
  }

  /**
   * Reads on in the list: the first page of a view, or the next one.
   * @param {{view?: string, folder?: number}} [where]
   */
  more(where = {}) {
    const view = viewOf(where);
    const { before, loaded } = reach(this.#store.state.list, view);
    const asked = this.#requests.open.some(
      (frame) =>
        frame.type === "list" && (frame.before || view !== "active") && viewOf(frame) === view,
    );
    if (asked || (loaded ? !before : view === "active")) return;
    this.#ask({ type: "list", ...where, ...(before && { before }) });
  }

  /** Reads on in the conversation on show: what was said before its first row. */
  async earlier() {
    const { shown, threads } = this.#store.state;
    const thread = threads[shown ?? ""];
    if (!shown || !thread?.earlier || !thread.fresh || thread.reading === "asked") return;
    const before = firstMessage(this.#store.state, shown);
    const noted = (reading) =>
      this.#store.replace(readingBefore(this.#store.state, shown, reading));
    noted("asked");
    const told = await this.ask({ type: "earlier", conversation: shown, before });
    if (told?.type !== "earlier") noted(told ? "failed" : "");
  }

  /**
   * Asks for something that has to arrive.
   * @param {Record<string, any>} frame
   */
  request(frame) {
    return this.#requests.last(frame);
  }

  /**
   * Tells the server that a conversation's end was looked at: once, unless it may not have heard.
   * @param {{id: string, updated: number}} row
   */
  seen({ id, updated }) {
    const end = `${id} ${updated}`;
    if (!this.#seen.has(end) && this.#ask({ type: "seen", conversation: id })) this.#seen.add(end);
  }

  /**
   * Asks for something on this line.
   * @param {Record<string, any>} frame
   */
  ask(frame) {
    return this.#requests.ask(frame);
  }

  #ask(frame) {
    return this.#requests.send(frame);
  }

  #phase(phase) {
    const link = this.#store.state.link;
    if (phase !== "up") this.#requests.broken();
    const since = link.phase === "up" && phase !== "up" ? Date.now() : link.since;
    this.#store.set({ link: { ...link, phase, since: phase === "up" ? 0 : since || Date.now() } });
  }

  #hear(frame) {
    const asked = this.#requests.asked(frame);
    if (this.#requests.answers(frame, asked)) return;
    if (frame.type === "error") return this.#refused(frame, asked);
    if (frame.type === "snapshot") this.#requests.joined(frame.turn.id);
    if (frame.type === "conversations")
      frame = { ...frame, more: Boolean(asked?.before), view: viewOf(asked) };
    this.#step(receive(this.#store.state, frame, Date.now()));
    this.tuning.hear(frame, asked);
    if (frame.type === "welcome") this.#resume();
    if (frame.type === "accepted") this.#accepted(frame);
    // An answer at once was asked for of a turn that runs: what follows is told when it begins.
    if (frame.type === "ok" && asked?.type === "again") this.post.settle(asked.id);
    this.#forgetStops();
    this.dispatchEvent(new CustomEvent("heard", { detail: frame }));
  }

  /** What was asked for on a line that broke is asked for again. */
  #resume() {
    this.#seen.clear();
    this.#requests.resume();
    this.post.repeat();
    for (const turn of this.#stops) this.#ask({ type: "stop", turn });
  }

  #step({ state, needs }) {
    this.#store.replace(state);
    for (const frame of needs) this.#ask(frame);
  }

  #accepted(frame) {
    const item = this.post.settle(frame.id);
    if (!item) return;
    if (item.own && item.conversation === null) this.tuning.begun();
    this.dispatchEvent(
      new CustomEvent("accepted", { detail: { item, conversation: frame.turn.conversation } }),
    );
  }

  #forgetStops() {
    const { replies } = this.#store.state;
    for (const turn of this.#stops)
      if (replies[turn] && !active(replies[turn].turn)) this.#stops.delete(turn);
  }

  #refused(error, asked) {
    if (!asked) {
      // It may have been about a `seen`, which waits for no answer.
      this.#seen.clear();
      if (error.code === "slow_down") setTimeout(() => this.#requests.repeat(), AGAIN_AFTER);
    } else if (this.tuning.refused(error, asked)) {
      return;
    } else if (passing(error.code)) {
      if (asked.id) this.post.delay(asked.id, error.message);
      setTimeout(() => this.#repeat(asked), AGAIN_AFTER);
    } else if (error.code === "answered") {
      // It came to its answer by itself, which is what was wished for.
      this.post.settle(asked.id);
    } else if (asked.id) {
      this.post.giveBack(asked.id, error.message, error.code === "not_found");
    } else if (error.code === "not_found" && asked.type === "open") {
      this.#store.replace(missed(this.#store.state, asked.conversation));
    } else if (asked.type === "stop") {
      this.#stops.delete(asked.turn);
    }
  }

  #repeat(frame) {
    if (!frame.id || this.post.waits(frame.id)) this.#ask(frame);
  }
}
