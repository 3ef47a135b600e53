/**
 * Where a person writes. The text is kept in the browser until the server has accepted it; Enter
 * sends, unless an input method is still composing.
 */

import { act, write } from "../browser/make.js";
import { points } from "../state/positions.js";
import { count, gettext, interpolate } from "../text.js";

const COMPOSING = 229;
const SAVE_AFTER = 300;
const NEARLY = 0.9;

class ChatComposer extends HTMLElement {
  /** @type {import("../state/drafts.js").Drafts | null} */
  drafts = null;
  #shown = undefined;
  #running = false;
  #limit = Infinity;
  #notice = null;
  #timer = 0;

  connectedCallback() {
    this.form = /** @type {HTMLFormElement} */ (this.querySelector("form"));
    this.field = /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
    this.go = /** @type {HTMLButtonElement} */ (this.querySelector(".send"));
    this.stop = /** @type {HTMLButtonElement} */ (this.querySelector(".stop"));
    this.note = /** @type {HTMLElement} */ (this.querySelector(".notice"));
    this.left = /** @type {HTMLElement} */ (this.querySelector(".room-left"));
    this.form.onsubmit = (event) => this.#submit(event);
    this.field.onkeydown = (event) => this.#key(event);
    this.field.oninput = () => this.#typed();
    this.stop.onclick = () => act(this, "stop");
    addEventListener("pagehide", () => this.#save());
    document.addEventListener("visibilitychange", () => this.#save());
  }

  /**
   * @param {object} props
   * @param {string | null} props.shown
   * @param {boolean} props.running
   * @param {boolean} props.missing
   * @param {number} [props.limit]
   * @param {Record<string, any> | null} props.notice
   */
  update({ shown, running, missing, limit, notice }) {
    this.hidden = missing;
    if (shown !== this.#shown) this.#turnTo(shown);
    this.#running = running;
    this.#limit = limit ?? Infinity;
    if (notice !== this.#notice) this.#tell(notice);
    const focused = document.activeElement === this.stop || document.activeElement === this.go;
    this.go.hidden = running;
    this.stop.hidden = !running;
    if (focused) (running ? this.stop : this.field).focus();
    this.#measure();
  }

  /** @param {string} text */
  fill(text) {
    this.field.value = text;
    this.#typed();
    this.focus();
  }

  /** Not on a phone, where the keyboard would cover what was opened. */
  focus() {
    if (matchMedia("(pointer: fine)").matches) this.field.focus();
  }

  #turnTo(shown) {
    if (this.#shown !== undefined) this.#save();
    this.#shown = shown;
    this.field.value = this.drafts?.read(shown) ?? "";
    this.field.placeholder = (shown ? this.field.dataset.next : this.field.dataset.first) ?? "";
    this.#fit();
    this.focus();
  }

  #tell(notice) {
    this.#notice = notice;
    this.note.hidden = !notice;
    write(this.note, notice?.text ?? "");
    if (!notice?.returned) return;
    const typed = this.field.value;
    this.field.value = typed ? `${notice.returned}\n\n${typed}` : notice.returned;
    this.#typed();
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === COMPOSING)
      return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  #submit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text) return;
    if (this.#running)
      return this.#say(
        gettext(
          "An answer is still being written. Stop it, or wait for its end; your text stays here.",
        ),
      );
    if (this.#over()) return this.#say(this.left.textContent ?? "");
    act(this, "send", { text });
    this.field.value = "";
    this.#typed();
    this.#save();
  }

  #say(words) {
    this.note.hidden = false;
    write(this.note, words);
  }

  #typed() {
    if (!this.#notice) this.note.hidden = true;
    this.#fit();
    this.#measure();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), SAVE_AFTER);
  }

  #save() {
    clearTimeout(this.#timer);
    if (this.#shown !== undefined) this.drafts?.write(this.#shown, this.field.value);
  }

  /** For browsers in which a field does not take its content's size by itself. */
  #fit() {
    if (CSS.supports("field-sizing", "content")) return;
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }

  #over() {
    const text = this.field.value;
    return text.length > this.#limit && points(text) > this.#limit;
  }

  #measure() {
    const near = this.field.value.length > this.#limit * NEARLY;
    const used = near ? points(this.field.value.trim()) : 0;
    const over = used > this.#limit;
    const values = {
      used: count(used),
      limit: count(this.#limit),
      more: count(used - this.#limit),
    };
    this.left.classList.toggle("over", over);
    if (over)
      write(
        this.left,
        interpolate(gettext("Too long by %(more)s characters; %(limit)s is the most"), values),
      );
    else
      write(
        this.left,
        near ? interpolate(gettext("%(used)s of %(limit)s characters"), values) : "",
      );
    this.go.disabled = over || !this.field.value.trim();
  }
}

customElements.define("chat-composer", ChatComposer);
