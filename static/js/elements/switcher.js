/** The quick switcher: recent conversations, what is found as one types, and what the page can do. */

import { commands, words } from "../browser/commands.js";
import { Listbox } from "../browser/listbox.js";
import { act, icon, make, write } from "../browser/make.js";
import { address } from "../browser/router.js";
import { Search } from "../browser/search.js";
import { gettext, interpolate } from "../text.js";
import { result } from "./results.js";

const RECENT = 6;
const FOUND = 8;
const OFFERED = 5;

export class Switcher {
  #store;
  #search;
  #dialog;
  #field;
  #list;
  #told;
  #box;
  #listed = /** @type {Record<string, any> | null} */ (null);

  /**
   * @param {import("../state/store.js").Store} store
   * @param {import("../link/session.js").Session} session
   */
  constructor(store, session) {
    this.#store = store;
    this.#search = new Search(session);
    this.#field = make("input", {
      type: "search",
      className: "switcher-field",
      dir: "auto",
      maxLength: 200,
      autocomplete: "off",
      spellcheck: false,
      placeholder: gettext("Go to a conversation, or do something"),
    });
    this.#field.setAttribute("aria-label", gettext("Go to a conversation, or do something"));
    this.#list = make("div", { className: "switcher-list", id: "switcher-list" });
    this.#list.setAttribute("aria-label", gettext("Choices"));
    this.#told = make("p", { className: "switcher-told", role: "status" });
    const close = make("button", { type: "button", className: "icon-button" }, icon("close"));
    close.setAttribute("aria-label", gettext("Close"));
    close.onclick = () => this.#dialog.close();
    const head = make("div", { className: "switcher-head" }, icon("search"), this.#field, close);
    this.#dialog = make("dialog", { className: "switcher" }, head, this.#list, this.#told);
    this.#dialog.setAttribute("aria-label", gettext("Quick switcher"));
    this.#box = new Listbox(this.#field, this.#list);
    this.#field.oninput = () => this.#ask();
    this.#search.addEventListener("change", () => this.#draw());
    // Only the dialog's own ground, outside of what is in it, counts as outside.
    this.#dialog.onclick = ({ target }) => target === this.#dialog && this.#dialog.close();
    document.body.append(this.#dialog);
    store.watch(({ list }) => {
      if (list.items !== this.#listed) this.#draw();
    });
  }

  open() {
    if (this.#dialog.open) return;
    this.#field.value = "";
    this.#ask();
    this.#list.replaceChildren();
    this.#dialog.showModal();
    this.#field.focus();
    this.#draw();
  }

  #ask() {
    this.#search.ask(this.#field.value, false);
    this.#draw();
  }

  /** Choices are made anew each time: they are few. */
  #draw() {
    if (!this.#dialog.open) return;
    this.#listed = this.#store.state.list.items;
    const text = this.#field.value.trim();
    const { items, phase, told } = this.#search.found;
    const offered = commands.matching(text).slice(0, text ? OFFERED : Infinity);
    const known = text ? this.#known(text) : this.#recent();
    const seen = new Set(known.map(({ id }) => id));
    const found = text ? items.filter(({ conversation }) => !seen.has(conversation.id)) : [];
    this.#list.replaceChildren(
      ...section(text ? gettext("Conversations") : gettext("Recent"), [
        ...known.map((row) => this.#row(row)),
        ...found.slice(0, FOUND).map((item) => result(item, (place) => this.#open(place))),
      ]),
      ...section(
        gettext("Commands"),
        offered.map((command) => this.#command(command)),
      ),
    );
    this.#box.changed(true);
    const none = phase === "here" && !this.#list.childElementCount;
    const nothing = interpolate(gettext("Nothing has “%(text)s” in it. Try fewer words."), {
      text,
    });
    write(this.#told, phase === "failed" ? told : none ? nothing : "");
  }

  #recent() {
    const { list, shown } = this.#store.state;
    return Object.values(list.items)
      .filter(({ id, archived }) => id !== shown && !archived)
      .sort((a, b) => b.updated - a.updated)
      .slice(0, RECENT);
  }

  /** Titles that the page knows need no server. */
  #known(text) {
    const wanted = words(text);
    if (!wanted.length) return [];
    return Object.values(this.#store.state.list.items)
      .filter(({ title }) => {
        const own = words(title);
        return wanted.every((word) => own.some((each) => each.startsWith(word)));
      })
      .sort((a, b) => b.updated - a.updated)
      .slice(0, RECENT);
  }

  #row({ id, title }) {
    const name = make("span", {
      className: "found-name",
      dir: "auto",
      textContent: title || gettext("Untitled"),
    });
    const link = make("a", { className: "found-head", href: address(id), tabIndex: -1 }, name);
    link.setAttribute("role", "option");
    link.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.#open({ conversation: id, message: null, words: [] });
    };
    return make("div", { className: "found" }, link);
  }

  #command(command) {
    const node = make(
      "div",
      { className: "command" },
      icon(command.icon ?? "more"),
      make("span", { textContent: command.name }),
    );
    if (command.keys) node.append(make("kbd", { textContent: command.keys }));
    node.setAttribute("role", "option");
    node.onclick = () => {
      this.#dialog.close();
      command.act();
    };
    return node;
  }

  #open(place) {
    this.#dialog.close();
    act(document.body, "open-found", place);
  }
}

function section(title, nodes) {
  if (!nodes.length) return [];
  const name = make("h2", { className: "switcher-title", textContent: title, ariaHidden: "true" });
  const group = make("div", { className: "switcher-group" }, name, ...nodes);
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", title);
  return [group];
}
