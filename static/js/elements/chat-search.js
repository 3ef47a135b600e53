/** The search at the page's side: what is found takes the place of the list while one looks. */

import { Listbox } from "../browser/listbox.js";
import { act, write } from "../browser/make.js";
import { Search } from "../browser/search.js";
import { gettext, interpolate, ngettext } from "../text.js";
import { result } from "./results.js";

const THOUGHTS = "thinkalong:search-thoughts";
const NEAR_END = 300;

class ChatSearch extends HTMLElement {
  #search = /** @type {Search | null} */ (null);
  #drawn = null;

  connectedCallback() {
    this.field = /** @type {HTMLInputElement} */ (this.querySelector("#search-field"));
    this.results = /** @type {HTMLElement} */ (this.querySelector("#search-results"));
    this.thoughts = /** @type {HTMLInputElement} */ (this.querySelector("#search-thoughts"));
    this.told = /** @type {HTMLElement} */ (this.querySelector(".search-told"));
    this.list = document.querySelector("chat-list");
    this.box = new Listbox(this.field, this.results);
    this.thoughts.checked = remembered();
    this.field.oninput = () => this.#ask();
    this.thoughts.onchange = () => {
      remember(this.thoughts.checked);
      this.#ask();
    };
    this.addEventListener("keydown", (event) => this.#pressed(event));
    const close = /** @type {HTMLElement} */ (this.querySelector(".search-clear"));
    close.onclick = () => {
      this.clear();
      this.field.focus();
    };
    this.results.addEventListener("scroll", () => this.#reach(), { passive: true });
  }

  /** @param {import("../link/session.js").Session} session */
  connect(session) {
    const search = new Search(session);
    search.addEventListener("change", () => this.#draw(search.found));
    this.#search = search;
    if (this.field.value) this.#ask();
  }

  focus() {
    this.field.focus();
    this.field.select();
  }

  clear() {
    this.field.value = "";
    this.#ask();
  }

  #ask() {
    this.#search?.ask(this.field.value, this.thoughts.checked);
  }

  #pressed(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    // What is typed is put away first; only then does Escape mean the drawer.
    if (!this.field.value) return this.field.blur();
    event.stopPropagation();
    this.clear();
  }

  #draw(found) {
    const open = found.phase !== "idle";
    this.classList.toggle("searching", open);
    if (this.list) this.list.toggleAttribute("hidden", open);
    write(this.told, summary(found));
    const fresh = found.items !== this.#drawn;
    this.#drawn = found.items;
    if (fresh) {
      const go = (place) => act(this, "open-found", place);
      this.results.replaceChildren(...found.items.map((item) => result(item, go)));
      this.box?.changed(true);
    }
    this.results.classList.toggle("search-old", found.phase === "asking");
    if (found.phase === "here") this.#reach();
  }

  #reach() {
    const { scrollHeight, scrollTop, clientHeight } = this.results;
    if (clientHeight && scrollHeight - scrollTop - clientHeight < NEAR_END) this.#search?.more();
  }
}

function summary({ phase, items, more, thoughts, told, text }) {
  if (phase === "failed") return told;
  if (phase !== "here") return phase === "asking" && !items.length ? gettext("Searching") : "";
  const count = items.length;
  if (!count && !thoughts)
    return interpolate(
      gettext("Nothing has “%(text)s” in it. Try fewer words, or look in thoughts too."),
      { text },
    );
  if (!count)
    return interpolate(gettext("Nothing has “%(text)s” in it. Try fewer words."), { text });
  if (more) return interpolate(gettext("More than %(count)s found"), { count: count - 1 });
  return interpolate(ngettext("%(count)s found", "%(count)s found", count), {
    count,
  });
}

function remembered() {
  try {
    return localStorage.getItem(THOUGHTS) === "on";
  } catch {
    return false;
  }
}

function remember(on) {
  try {
    if (on) localStorage.setItem(THOUGHTS, "on");
    else localStorage.removeItem(THOUGHTS);
  } catch {
    // Forbidden storage: the choice holds for this page.
  }
}

customElements.define("chat-search", ChatSearch);
