/** The conversation on show: its questions and replies, and what is still on its way out. */

import { announce } from "../browser/announce.js";
import { copy } from "../browser/clipboard.js";
import { Follow } from "../browser/follow.js";
import { keep, keyOf } from "../browser/keyed.js";
import { act } from "../browser/make.js";
import { Place } from "../browser/place.js";
import { drawNow } from "../draw/frames.js";
import { gettext } from "../text.js";
import { Choosing } from "./choosing.js";
import { itemsOf, makeRow, showRow } from "./log-rows.js";
import { Stretch } from "./stretch.js";

/** Actions that begin a turn. */
const BEGINS = new Set("send again more_room answer_now answer-now continue".split(" "));

/** Milliseconds of a frame for the first rows of a conversation. */
const OPENING = 24;

class ChatLog extends HTMLElement {
  /** @type {import("../state/edits.js").Edits | null} */
  edits = null;
  #shown = undefined;
  #newest = undefined;
  #first = undefined;
  /** @type {import("../state/state.js").State | null} */
  #state = null;

  connectedCallback() {
    this.rows = /** @type {HTMLElement} */ (this.querySelector(".rows"));
    this.follow = new Follow(this, this.rows);
    this.place = new Place(this, this.rows);
    this.choosing = new Choosing(this, this.rows, this.follow, this.place);
    this.stretch = new Stretch(
      this,
      () => this.#state && this.#draw(this.#state),
      () => act(this, "earlier"),
    );
    this.addEventListener("closing", () => this.follow.hold());
    this.addEventListener("toggling", () => {
      this.follow.leave();
      this.follow.hold();
      this.place.letGo();
    });
    this.addEventListener("act", (event) => this.#name(/** @type {CustomEvent} */ (event)), true);
    document.addEventListener("act", (event) => this.#asked(/** @type {CustomEvent} */ (event)));
    this.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest(".code-copy") : null;
      if (button instanceof HTMLElement)
        copy(button.closest(".code")?.querySelector("code")?.textContent ?? "", button);
    });
  }

  /** @param {import("../state/state.js").State} state */
  update(state) {
    this.#state = state;
    const moved = state.shown !== this.#shown;
    if (moved) {
      this.stretch.begin();
      this.place.letGo();
    }
    this.#draw(state);
    this.choosing.arrived();
    if (moved) this.follow.toEnd();
    else this.#tellEarlier(state.threads[state.shown ?? ""]);
    this.#first = state.threads[state.shown ?? ""]?.rows[0]?.key;
    this.#shown = state.shown;
  }

  /** To the newest, wherever the reader is. */
  toEnd() {
    this.place.letGo();
    this.follow.resume();
    if (this.stretch.short && this.#state) {
      this.stretch.begin();
      this.#draw(this.#state);
    }
    this.follow.toEnd();
  }

  /**
   * Draws a row of the conversation on show, however far it is from what is in sight.
   * @param {string} key
   */
  reveal(key) {
    this.follow.leave();
    this.stretch.begin(key);
    if (this.#state) this.#draw(this.#state);
    this.place.letGo();
  }

  #draw(state) {
    const items = itemsOf(state, this.stretch, this.follow.following, this.edits);
    this.follow.partial = this.stretch.short;
    const put = () => keep(this.rows, items, ({ key }) => key, makeRow, showRow);
    const first = this.rows.firstElementChild;
    // Measuring costs a layout, which most changes need not wait for.
    if (first && keyOf(first) !== items[0]?.key && !this.follow.following) this.place.keep(put);
    else put();
    // What is opened is to stand there at once, which is worth a longer frame.
    if (!first && items.length) drawNow(OPENING);
    this.stretch.put();
    const newest = items.at(-1)?.key;
    if (newest !== this.#newest && this.follow.following) {
      this.place.letGo();
      this.follow.toEnd();
    }
    this.#newest = newest;
  }

  #tellEarlier(thread) {
    const grown = this.#first && thread?.rows[0]?.key !== this.#first;
    if (grown && thread.rows.some(({ key }) => key === this.#first))
      announce(gettext("Earlier messages have come, above."));
  }

  /** Puts the focus on the newest reply, for whom a keyboard on the screen would cover it. */
  focusNewest() {
    const newest = this.rows.lastElementChild;
    if (!(newest instanceof HTMLElement)) return;
    newest.tabIndex = -1;
    newest.focus({ preventScroll: true });
  }

  /** Plays a turn once more, in the place of its reply. */
  replay({ turn, steps }) {
    const node = [...this.rows.children].find(
      (row) => row instanceof HTMLElement && row.dataset.turn === turn,
    );
    /** @type {any} */ (node)?.replay(steps);
  }

  /** Opens the editor of the question that was asked last. */
  editLast() {
    if (this.stretch.short) this.toEnd();
    const asks = [.../** @type {NodeListOf<any>} */ (this.rows.querySelectorAll("chat-ask"))];
    asks.findLast((ask) => ask.text)?.edit();
  }

  /** What this page asks for is followed; what another device does takes no reader away. */
  #asked({ detail }) {
    if (BEGINS.has(detail.name)) this.follow.resume();
  }

  /** An action in a reply is about its turn. */
  #name(event) {
    const reply = event.target instanceof Element ? event.target.closest("chat-reply") : null;
    if (reply instanceof HTMLElement) event.detail.turn = reply.dataset.turn;
  }
}

customElements.define("chat-log", ChatLog);
