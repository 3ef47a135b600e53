/** A slim bar that says how a turn ended, or what it waits for: one sentence and one button. */

import { act, make, write } from "../browser/make.js";
import { Steady } from "../browser/steady.js";

class ChatEnd extends HTMLElement {
  /** A retry that is stopped becomes an end under the finger. */
  #steady = new Steady();

  constructor() {
    super();
    this.sentence = make("span");
    this.words = make("span", { className: "end-words", dir: "auto", hidden: true });
    this.button = make("button", { type: "button", hidden: true });
    this.button.onclick = () => this.#steady.settled && act(this, this.dataset.action ?? "");
  }

  connectedCallback() {
    if (this.firstChild) return;
    this.append(make("span", { className: "end-text" }, this.sentence, this.words), this.button);
  }

  /**
   * @param {object} props
   * @param {string} props.sentence
   * @param {string} [props.words] the endpoint's own, shown as text
   * @param {string | null} [props.action]
   * @param {string} [props.label]
   * @param {"calm" | "retry" | ""} [props.tone]
   * @param {boolean} [props.busy]
   */
  update({ sentence, words = "", action = null, label = "", tone = "", busy = false }) {
    this.className = `end ${tone}`.trim();
    write(this.sentence, sentence);
    this.words.hidden = !words;
    write(this.words, words);
    this.button.hidden = !action;
    this.button.disabled = busy;
    write(this.button, label);
    this.dataset.action = action ?? "";
    this.#steady.hold(this.dataset.action);
  }
}

customElements.define("chat-end", ChatEnd);
