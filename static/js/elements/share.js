/** The dialog in which links to a conversation are made, copied and revoked. */

import { announce } from "../browser/announce.js";
import { copy } from "../browser/clipboard.js";
import { dialog } from "../browser/dialog.js";
import { make, write } from "../browser/make.js";
import { addressOf, asked } from "../link/inout.js";
import { day, gettext, interpolate } from "../text.js";

export class ShareDialog {
  #node = /** @type {HTMLDialogElement} */ (document.getElementById("share"));
  #dialog = dialog(this.#node);
  #form = /** @type {HTMLFormElement} */ (this.#node.querySelector("form"));
  #wrong = /** @type {HTMLElement} */ (this.#node.querySelector(".share-wrong"));
  #list = /** @type {HTMLElement} */ (this.#node.querySelector(".share-links"));
  #conversation = "";

  constructor() {
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      this.#make();
    };
  }

  /**
   * @param {string} conversation
   * @param {HTMLElement} [from]
   */
  async open(conversation, from) {
    this.#conversation = conversation;
    this.#form.reset();
    write(this.#wrong, "");
    this.#show([]);
    // Not before the list is here: it would come without what was made meanwhile.
    this.#button().disabled = true;
    this.#dialog.open(from);
    const { links, message } = await asked(addressOf(conversation, "links"));
    if (conversation !== this.#conversation) return;
    this.#button().disabled = false;
    write(this.#wrong, message ?? "");
    this.#show(links ?? []);
  }

  async #make() {
    const conversation = this.#conversation;
    const wish = new FormData(this.#form);
    const button = this.#button();
    button.disabled = true;
    const { link, message } = await asked(addressOf(conversation, "links"), {
      days: String(wish.get("days")),
      thoughts: wish.has("thoughts") ? "1" : "",
    });
    button.disabled = false;
    if (conversation !== this.#conversation) return;
    write(this.#wrong, message ?? "");
    if (!link) return;
    this.#list.prepend(this.#row(link));
    this.#count();
    announce(gettext("The link is made."));
    const copyButton = this.#list.querySelector("button");
    copyButton?.classList.remove("plain");
    copyButton?.focus();
  }

  #button() {
    return /** @type {HTMLButtonElement} */ (this.#form.querySelector("[type=submit]"));
  }

  #show(links) {
    this.#list.replaceChildren(...links.map((link) => this.#row(link)));
    this.#count();
  }

  #count() {
    const heading = /** @type {HTMLElement} */ (this.#node.querySelector(".share-heading"));
    heading.hidden = !this.#list.childElementCount;
  }

  #row(link) {
    const word = make("span", { textContent: gettext("Copy") });
    const copyButton = make("button", { type: "button", className: "button plain" }, word);
    copyButton.onclick = () => copy(link.address, copyButton, word);
    const revoke = make("button", {
      type: "button",
      className: "button plain",
      textContent: gettext("Revoke"),
    });
    const address = make("a", {
      className: "share-address",
      href: link.address,
      target: "_blank",
      rel: "noopener",
      textContent: link.address.replace(/^https?:\/\//, ""),
    });
    const about = make("p", { className: "share-about", textContent: told(link) });
    const row = make(
      "li",
      { className: "share-link" },
      make("div", { className: "share-words" }, address, about),
      copyButton,
      revoke,
    );
    revoke.onclick = () => this.#revoke(link, row, revoke);
    return row;
  }

  async #revoke(link, row, button) {
    button.disabled = true;
    const { done, message } = await asked(`/links/${link.id}/revoke`, {});
    button.disabled = false;
    write(this.#wrong, message ?? "");
    if (!done) return;
    row.remove();
    this.#count();
    announce(gettext("The link does not work any more."));
    this.#button().focus();
  }
}

function told(link) {
  const ends = link.expires
    ? interpolate(gettext("Works until %(day)s"), { day: day(link.expires) })
    : gettext("Works until it is revoked");
  return link.thoughts ? `${ends} · ${gettext("with thoughts")}` : ends;
}
