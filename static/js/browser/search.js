/** Asks the server as one types, a moment after the last key, and holds what was found. */

import { answered, asked, nothing } from "../state/found.js";

const MOMENT = 80;

export class Search extends EventTarget {
  #session;
  #timer = 0;
  found = nothing();

  /** @param {import("../link/session.js").Session} session */
  constructor(session) {
    super();
    this.#session = session;
  }

  /**
   * @param {string} text
   * @param {boolean} thoughts
   */
  ask(text, thoughts) {
    clearTimeout(this.#timer);
    this.#take(asked(this.found, { text, thoughts }));
    if (this.found.phase === "asking") this.#timer = setTimeout(() => this.#send(), MOMENT);
  }

  more() {
    const { more, phase } = this.found;
    if (!more || phase !== "here") return;
    this.found = { ...this.found, phase: "asking" };
    this.#send(more);
  }

  #send(more) {
    const { text, thoughts } = this.found;
    const question = { text: text.slice(0, 1000), thoughts, ...(more && { more }) };
    this.#session
      .request({ type: "search", ...question })
      .then((frame) => this.#take(answered(this.found, { ...question, text }, frame)));
  }

  #take(found) {
    if (found === this.found) return;
    this.found = found;
    this.dispatchEvent(new Event("change"));
  }
}
