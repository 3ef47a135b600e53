/**
 * Where an answer is from: its sources as numbered links, what was searched for, pages that were
 * read, texts that were quoted. Nothing is fetched for it, no picture of a site either.
 */

import { make } from "../browser/make.js";
import { gettext, interpolate, ngettext } from "../text.js";
import { cite } from "./cites.js";
import { outward, sourceName } from "./outward.js";
import { suggestionsFrame } from "./suggestions.js";

const SHOWN = 6;
const STATUSES = {
  success: gettext("read"),
  error: gettext("could not be read"),
  paywall: gettext("behind a paywall"),
  unsafe: gettext("held to be unsafe"),
};

class ChatSources extends HTMLElement {
  #grounding = null;
  #flow = null;

  /**
   * @param {Record<string, any> | null} grounding as FRAMES.md has it
   * @param {import("./flow.js").Flow} flow the answers that it is about
   */
  update(grounding, flow) {
    if (grounding === this.#grounding) return;
    this.#grounding = grounding;
    this.#flow = flow;
    this.hidden = !grounding;
    this.replaceChildren(...(grounding ? sections(grounding) : []));
    if (grounding?.marks.length) this.#cite();
  }

  /** Once the answers are drawn to their end. */
  async #cite() {
    const { answers } = this.#flow;
    await Promise.all(answers.map((answer) => answer.drawn));
    await cite(answers, this.#grounding, this.#flow.length);
  }
}

function sections(grounding) {
  const { sources, queries, suggestions, pages, citations } = grounding;
  const frame = suggestions ? suggestionsFrame(suggestions) : null;
  return [
    list(gettext("Sources"), "ol", sources.map(source)),
    frame ?? words(queries),
    list(gettext("Pages"), "ul", pages.map(page)),
    list(gettext("Quoted"), "ul", citations.map(citation)),
  ].filter((node) => node !== null);
}

function list(title, kind, items) {
  if (!items.length) return null;
  const rows = make(kind, { className: "sources-list" }, ...items);
  const section = make(
    "section",
    { className: "sources-part" },
    make("h3", { className: "sources-title", textContent: title }),
    rows,
  );
  section.setAttribute("aria-label", title);
  if (items.length > SHOWN) section.append(folded(items.slice(SHOWN)));
  return section;
}

function folded(rest) {
  for (const item of rest) item.hidden = true;
  const more = ngettext("Show one more", "Show %(count)s more", rest.length);
  const button = make("button", {
    type: "button",
    className: "sources-more",
    textContent: interpolate(more, { count: rest.length }),
  });
  button.onclick = () => {
    for (const item of rest) item.hidden = false;
    (rest[0].querySelector("a") ?? button).focus();
    button.remove();
  };
  return button;
}

function source({ uri, title }) {
  const { name, host } = sourceName(uri, title);
  return make("li", {}, outward(uri, name), host && aside(host));
}

function page({ uri, status }) {
  const word = Object.hasOwn(STATUSES, status) ? STATUSES[status] : gettext("of unknown state");
  const item = make("li", {}, outward(uri, uri.replace(/^https?:\/\//, "")), aside(word));
  item.dataset.status = status === "success" ? "success" : "other";
  return item;
}

function citation({ uri, title, license, text }) {
  const { name, host } = sourceName(uri, title);
  const licence = license && interpolate(gettext("Licence: %(license)s"), { license });
  return make(
    "li",
    {},
    outward(uri, name || gettext("A source without a name")),
    host && aside(host),
    licence && aside(licence),
    text && make("q", { className: "sources-quote", dir: "auto", textContent: text }),
  );
}

function aside(text) {
  return make("span", { className: "sources-aside", textContent: text });
}

function words(queries) {
  if (!queries.length) return null;
  const values = { queries: queries.map((query) => `“${query}”`).join(", ") };
  return make("p", {
    className: "sources-queries",
    dir: "auto",
    textContent: interpolate(gettext("Searched for %(queries)s"), values),
  });
}

customElements.define("chat-sources", ChatSources);
