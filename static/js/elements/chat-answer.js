/** An answer as it comes: the text goes to a drawer, which draws in animation frames. */

import { colour } from "../draw/code.js";
import { Drawer } from "../draw/drawer.js";
import { draw, undraw } from "../draw/frames.js";

class ChatAnswer extends HTMLElement {
  /** @type {((block: Element) => void) | null} told once of finished blocks, while the answer is live */
  onblock = null;
  /** @type {Drawer | null} */
  #drawer = null;
  #finished = false;
  /** @type {(value?: unknown) => void} */
  #done = () => {};
  #task = (deadline) => this.#flush(deadline);

  constructor() {
    super();
    /** Kept once the whole of the answer has been drawn. */
    this.drawn = new Promise((done) => (this.#done = done));
  }

  disconnectedCallback() {
    undraw(this.#task);
  }

  /** @param {string} text */
  write(text) {
    this.#drawer ??= new Drawer(this, (block, again) => this.#frozen(block, again));
    this.#drawer.write(text);
    draw(this.#task);
  }

  finish() {
    this.#finished = true;
    this.#drawer?.finish();
    draw(this.#task);
  }

  #flush(deadline) {
    const more = this.#drawer?.flush(deadline) ?? false;
    if (!more && this.#finished) this.#done();
    return more;
  }

  #frozen(block, again) {
    colour(block);
    if (!again) this.onblock?.(block);
  }
}

customElements.define("chat-answer", ChatAnswer);
