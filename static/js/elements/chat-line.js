/** A quiet word about the connection, once it has been away for more than a moment. */

import { write } from "../browser/make.js";
import { gettext } from "../text.js";

const PATIENCE = 2_000;

class ChatLine extends HTMLElement {
  #timer = 0;

  /** @param {{phase: string, since: number}} link */
  update({ phase, since }) {
    clearTimeout(this.#timer);
    const wait = since + PATIENCE - Date.now();
    const away = phase !== "up";
    this.hidden = !away || wait > 0;
    write(this, this.hidden ? "" : gettext("Reconnecting. Nothing is lost meanwhile."));
    if (away && wait > 0) this.#timer = setTimeout(() => this.update({ phase, since }), wait);
  }
}

customElements.define("chat-line", ChatLine);
