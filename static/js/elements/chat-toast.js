/**
 * A word at the page's foot for a moment, with one thing to do about it. It stays for as long as
 * the pointer or the focus is on it; what it offers can be had elsewhere too, later.
 */

import { icon, make } from "../browser/make.js";
import { gettext } from "../text.js";

const SHOWN = 10_000;

class ChatToast extends HTMLElement {
  #timer = 0;
  /** @type {(() => void) | null} */
  #run = null;

  connectedCallback() {
    for (const name of ["pointerenter", "focusin"])
      this.addEventListener(name, () => clearTimeout(this.#timer));
    for (const name of ["pointerleave", "focusout"])
      this.addEventListener(name, () => this.#wait());
    addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {{text: string, label?: string, run?: () => void}} told */
  show({ text, label, run }) {
    this.#run = run ?? null;
    const words = make("span", { className: "toast-text", textContent: text, dir: "auto" });
    const act = make("button", {
      type: "button",
      className: "toast-act",
      textContent: label ?? "",
    });
    act.onclick = () => this.#act();
    const close = make("button", { type: "button", className: "toast-close" }, icon("close"));
    close.setAttribute("aria-label", gettext("Dismiss"));
    close.onclick = () => this.close();
    this.replaceChildren(words, ...(run ? [act] : []), close);
    this.hidden = false;
    this.#wait();
  }

  close() {
    clearTimeout(this.#timer);
    this.#run = null;
    this.hidden = true;
    this.replaceChildren();
  }

  #act() {
    const run = this.#run;
    this.close();
    run?.();
  }

  #wait() {
    clearTimeout(this.#timer);
    if (this.hidden || this.matches(":hover, :focus-within")) return;
    this.#timer = setTimeout(() => this.close(), SHOWN);
  }

  /** Ctrl+Z right after, unless there is typing to be undone. */
  #key(event) {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey)
      return;
    const { target } = event;
    const typing = target instanceof HTMLElement && target.matches("input, textarea");
    if (!this.#run || (typing && /** @type {HTMLInputElement} */ (target).value)) return;
    event.preventDefault();
    this.#act();
  }
}

customElements.define("chat-toast", ChatToast);
