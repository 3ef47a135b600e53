/**
 * Where a person writes. The text is kept in the browser until the server has accepted it; Enter
 * sends, unless an input method is still composing.
 */

import { pasted, takeDrops } from "../browser/dropping.js";
import { fit, sends } from "../browser/field.js";
import { act, write } from "../browser/make.js";
import { Steady } from "../browser/steady.js";
import { joined } from "../state/drafts.js";
import { ACCEPT } from "../state/files.js";
import { room } from "../state/room.js";
import { gettext } from "../text.js";
import "./chat-files.js";

const SAVE_AFTER = 300;

const NOT_YET = {
  running: gettext(
    "An answer is still being written. Stop it, or wait for its end; your text stays here.",
  ),
  pending: gettext(
    "What you sent last is still on its way. Wait for it, or take it back; your text stays here.",
  ),
};

const FAILED = gettext("A file could not be taken. Try it again, or remove it; then send.");
const GOES = gettext("Your message goes as soon as its files are there.");

class ChatComposer extends HTMLElement {
  /** @type {import("../state/drafts.js").Drafts | null} */
  drafts = null;
  #shown = undefined;
  #busy = "";
  #limit = Infinity;
  #notice = "";
  #said = "";
  #timer = 0;
  #steady = new Steady();
  #composing = false;
  /** Whether the question goes by itself once its files are there. */
  #goes = false;
  /** Texts that came back while an input method was composing, which a change would break off. */
  #owed = "";
  /** Whether something was typed since the field was given the focus. */
  #touched = false;

  connectedCallback() {
    this.form = /** @type {HTMLFormElement} */ (this.querySelector("form"));
    this.field = /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
    this.go = /** @type {HTMLButtonElement} */ (this.querySelector(".send"));
    this.stop = /** @type {HTMLButtonElement} */ (this.querySelector(".stop"));
    this.note = /** @type {HTMLElement} */ (this.querySelector(".notice"));
    this.left = /** @type {HTMLElement} */ (this.querySelector(".room-left"));
    this.files = /** @type {any} */ (this.querySelector("chat-files"));
    this.#connectFiles();
    this.form.onsubmit = (event) => this.#submit(event);
    this.field.onkeydown = (event) => this.#key(event);
    this.field.oninput = () => this.#typed();
    this.field.addEventListener("compositionstart", () => (this.#composing = true));
    this.field.addEventListener("compositionend", () => this.#composed());
    // The second half of a double click on Send is no wish to stop.
    this.stop.onclick = ({ detail }) => detail > 1 || act(this, "stop");
    for (const name of ["pagehide", "blur"]) addEventListener(name, () => this.#save());
    for (const name of ["focus", "storage"]) addEventListener(name, () => this.#take());
    document.addEventListener("visibilitychange", () =>
      document.hidden ? this.#save() : this.#take(),
    );
  }

  /**
   * @param {object} props
   * @param {string | null} props.shown
   * @param {"running" | "pending" | ""} props.busy why nothing can be sent just now
   * @param {boolean} props.missing
   * @param {number} [props.limit]
   * @param {string} props.notice
   */
  update({ shown, busy, missing, limit, notice }) {
    this.hidden = missing;
    if (shown !== this.#shown) this.#turnTo(shown);
    if (busy !== this.#busy) this.#said = "";
    this.#busy = busy;
    this.#limit = limit ?? Infinity;
    this.#notice = notice;
    const running = busy === "running";
    this.#steady.hold(running ? "stop" : "send");
    this.go.hidden = running;
    this.stop.hidden = !running;
    this.#tell();
    this.#measure();
  }

  /** A text came back to a draft: it is taken up where that draft is on show. */
  given({ conversation, text }) {
    if (conversation !== this.#shown) return;
    if (this.#composing) this.#owed = joined(text, this.#owed);
    else this.#take();
  }

  /**
   * Another device wrote a draft, which is taken up where it is on show.
   * @param {string | null} conversation
   */
  adopt(conversation) {
    if (conversation === this.#shown) this.#take();
  }

  /**
   * Whether the field of the conversation must be let be: an input method is composing in it.
   * @param {string | null} conversation
   */
  isBusy(conversation) {
    return conversation === this.#shown && (this.#composing || Boolean(this.#owed));
  }

  /** The person goes: nothing typed stays behind. */
  leave() {
    this.field.value = this.#owed = "";
    this.files.leave();
    this.#measure();
  }

  #connectFiles() {
    const pick = /** @type {HTMLInputElement} */ (this.querySelector(".pick"));
    const attach = /** @type {HTMLElement} */ (this.querySelector(".attach"));
    pick.accept = ACCEPT;
    attach.onclick = () => pick.click();
    pick.onchange = () => {
      this.files.add([...(pick.files ?? [])]);
      pick.value = "";
      this.focus();
    };
    takeDrops(
      (files) => {
        this.files.add(files);
        this.focus();
      },
      () => !this.hidden && !document.querySelector("dialog[open]"),
    );
    addEventListener("paste", (event) => this.#paste(event));
    this.files.addEventListener("changed", () => this.#filesChanged());
    this.files.addEventListener("emptied", () => this.field.focus());
    this.files.addEventListener("insert", (event) => {
      const text = /** @type {CustomEvent} */ (event).detail;
      this.field.value = joined(this.field.value, text);
      this.#typed();
      this.field.focus();
    });
  }

  #paste(event) {
    const elsewhere = event.target instanceof Element && event.target.closest("input, dialog");
    const found = this.hidden || elsewhere ? null : pasted(event);
    if (!found) return;
    event.preventDefault();
    if (found.text) this.files.addText(found.text);
    else this.files.add(found.files);
  }

  #filesChanged() {
    this.#measure();
    if (!this.#goes || this.files.going) return;
    this.#goes = false;
    this.form.requestSubmit();
  }

  /** Not on a phone, where the keyboard would cover what was opened. */
  focus() {
    if (!matchMedia("(pointer: fine)").matches || document.activeElement === this.field) return;
    this.#touched = false;
    this.field.focus();
  }

  #turnTo(shown) {
    this.#save();
    this.#shown = shown;
    this.#owed = this.#said = "";
    this.#goes = false;
    this.files.turnTo(shown);
    this.#steady.forget();
    this.field.placeholder = (shown ? this.field.dataset.next : this.field.dataset.first) ?? "";
    this.#show(this.drafts?.read(shown) ?? "");
    this.focus();
  }

  /** Takes up the draft as it is now, which another tab may have changed or sent. */
  #take() {
    if (this.#shown === undefined) return;
    this.files.take();
    if (!this.#composing) this.#show(this.drafts.read(this.#shown));
  }

  /** What is there already is let be: a new conversation got its address, amid the typing. */
  #show(text) {
    if (text !== this.field.value) this.#put(text);
    fit(this.field);
    this.#measure();
  }

  /** What another device adds stands before what is typed here: the caret stays where it is. */
  #put(text) {
    const { value, selectionEnd, selectionStart } = this.field;
    const [start, end] = [value.length - selectionStart, value.length - selectionEnd];
    const typing = document.activeElement === this.field;
    this.field.value = text;
    if (typing)
      this.field.setSelectionRange(
        Math.max(0, text.length - start),
        Math.max(0, text.length - end),
      );
  }

  #composed() {
    this.#composing = false;
    if (!this.#owed) return;
    this.field.value = joined(this.#owed, this.field.value);
    this.#owed = "";
    this.#typed();
  }

  #key(event) {
    if (this.#recalls(event)) return act(this, "edit-last");
    if (!sends(event)) return;
    event.preventDefault();
    // The key that stopped an answer, held or pressed twice, finds itself here.
    const strayed = !this.#touched && !this.#steady.settled;
    if (!event.repeat && !strayed) this.form.requestSubmit();
  }

  /** An arrow up in the empty field goes to what was asked last, as in a shell. */
  #recalls(event) {
    const bare = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    const empty = !this.field.value && !this.files.items.length;
    return event.key === "ArrowUp" && bare && empty && !event.isComposing;
  }

  #submit(event) {
    event.preventDefault();
    if (event.submitter && !this.#steady.settled) return;
    const text = this.field.value.trim();
    if (!text && !this.files.items.length) return;
    if (this.#busy) return this.#say(NOT_YET[this.#busy]);
    if (room(this.field.value, this.#limit).over) return this.#say(this.left.textContent ?? "");
    if (this.files.failed) return this.#say(FAILED);
    if (this.files.going) {
      this.#say(GOES);
      this.#goes = true;
      return;
    }
    const files = this.files.kept;
    this.field.value = "";
    this.files.sent();
    this.#typed();
    this.#save();
    act(this, "send", { text, conversation: this.#shown, files });
  }

  #say(words) {
    this.#said = words;
    this.#tell();
  }

  #tell() {
    const words = this.#said || this.#notice;
    this.note.hidden = !words;
    write(this.note, words);
  }

  #typed() {
    this.#touched = true;
    this.#goes = false;
    this.#say("");
    fit(this.field);
    this.#measure();
    this.drafts?.write(this.#shown, joined(this.#owed, this.field.value));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), SAVE_AFTER);
  }

  #save() {
    clearTimeout(this.#timer);
    this.drafts?.save();
  }

  #measure() {
    const { over, words } = room(this.field.value, this.#limit);
    this.left.classList.toggle("over", over);
    write(this.left, words);
    this.go.disabled = over || !(this.field.value.trim() || this.files.items.length);
  }
}

customElements.define("chat-composer", ChatComposer);
