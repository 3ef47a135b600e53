/**
 * What was sent on the line and is to be answered: by `ref`, and again where it may have been lost.
 */

import { passing } from "../state/outbox.js";

const AGAIN_AFTER = 2_000;
const UNANSWERED = new Set(["leave", "seen"]);

/** @typedef {Record<string, any>} Frame */

export class Requests {
  #link;
  #ref = 0;
  /** @type {Map<number, Frame>} */
  #waiting = new Map();
  /** @type {Map<Frame, (answer: Frame) => void>} */
  #lasting = new Map();
  /** @type {Map<Frame, (answer: Frame | null) => void>} */
  #passing = new Map();

  /** @param {import("./link.js").Link} link */
  constructor(link) {
    this.#link = link;
  }

  /**
   * @param {Frame} frame
   * @returns {boolean} false where there is no line
   */
  send(frame) {
    const ref = ++this.#ref;
    const sent = this.#link.send({ ref, ...frame });
    if (sent && !UNANSWERED.has(frame.type)) this.#waiting.set(ref, frame);
    return sent;
  }

  /**
   * Sends what has to arrive: again on a new line, until there is an answer, which may be an error.
   * @param {Frame} frame
   * @returns {Promise<Frame>}
   */
  last(frame) {
    return new Promise((answered) => {
      this.#lasting.set(frame, answered);
      this.send(frame);
    });
  }

  /**
   * Sends something on this line.
   * @param {Frame} frame
   * @returns {Promise<Frame | null>} null where the line breaks first
   */
  ask(frame) {
    return new Promise((answered) => {
      if (this.send(frame)) this.#passing.set(frame, answered);
      else answered(null);
    });
  }

  /** @returns {Frame[]} what is not answered yet */
  get open() {
    return [...this.#waiting.values()];
  }

  /**
   * @param {Frame} frame from the server
   * @returns {Frame | undefined} what it answers
   */
  asked({ ref }) {
    const asked = this.#waiting.get(ref);
    this.#waiting.delete(ref);
    return asked;
  }

  /**
   * Hands an answer to whoever asked; true for an error, of which nobody else need hear.
   * @param {Frame} frame
   * @param {Frame | undefined} asked
   * @returns {boolean}
   */
  answers(frame, asked) {
    if (!asked) return false;
    const failed = frame.type === "error";
    this.#passing.get(asked)?.(frame);
    if (this.#passing.delete(asked)) return failed;
    const answered = this.#lasting.get(asked);
    if (!answered) return false;
    if (failed && passing(frame.code)) setTimeout(() => this.send(asked), AGAIN_AFTER);
    else {
      this.#lasting.delete(asked);
      answered(frame);
    }
    return failed;
  }

  /**
   * A join is answered by a snapshot, which names the turn and no ref.
   * @param {string} turn
   */
  joined(turn) {
    for (const [ref, frame] of this.#waiting) {
      if (frame.type === "join" && frame.turn === turn) this.#waiting.delete(ref);
    }
  }

  /** What was asked for on a line that broke, and has to arrive, is asked for on the new one. */
  resume() {
    for (const frame of this.#lasting.keys()) this.send(frame);
  }

  /** What was not answered may have been turned away unread, for coming too fast. */
  repeat() {
    const { open } = this;
    this.#waiting.clear();
    for (const frame of open) this.send(frame);
  }

  /** Nothing will be answered any more. */
  broken() {
    this.#waiting.clear();
    for (const answered of this.#passing.values()) answered(null);
    this.#passing.clear();
  }
}
