/** The list of conversations at the page's side. */

import { keep } from "../browser/keyed.js";
import { act, make, write } from "../browser/make.js";
import { address } from "../browser/router.js";
import { grouped } from "../state/days.js";
import { gettext } from "../text.js";

const NEAR_END = 400;

class ChatList extends HTMLElement {
  #items = null;
  #shown = null;
  #day = "";

  connectedCallback() {
    this.addEventListener("scroll", () => this.#reach(), { passive: true });
  }

  /** @param {{list: Record<string, any>, shown: string | null}} props */
  update({ list, shown }) {
    const day = new Date().toDateString();
    if (list.items === this.#items && shown === this.#shown && day === this.#day) return;
    [this.#items, this.#shown, this.#day] = [list.items, shown, day];
    const groups = grouped(list.items, Date.now());
    if (!groups.length && list.loaded) groups.push({ title: "", items: [] });
    keep(
      this,
      groups,
      (group) => group.title,
      section,
      (node, group) => this.#fill(node, group),
    );
    this.#reach();
  }

  #fill(node, group) {
    if (!group.title) return;
    keep(
      node.lastElementChild,
      group.items,
      (item) => item.id,
      row,
      (line, item) => show(line, item, item.id === this.#shown),
    );
  }

  #reach() {
    const { scrollHeight, scrollTop, clientHeight } = this;
    if (scrollHeight - scrollTop - clientHeight < NEAR_END) act(this, "more");
  }
}

function section(group) {
  if (!group.title)
    return make("p", {
      className: "list-none",
      textContent: gettext("Your conversations will stand here."),
    });
  const title = make("h2", { className: "list-title", textContent: group.title });
  return make(
    "section",
    { className: "list-group" },
    title,
    make("ul", { className: "list-rows" }),
  );
}

function row(item) {
  const link = make("a", { className: "list-row", href: address(item.id) });
  link.dataset.route = "";
  link.append(make("span", { className: "list-name", dir: "auto" }));
  return make("li", {}, link);
}

function show(node, item, current) {
  const link = node.firstElementChild;
  const unread = item.unread && !current;
  write(link.firstElementChild, item.title || gettext("Untitled"));
  link.title = item.title;
  link.classList.toggle("running", item.running);
  link.classList.toggle("unread", unread && !item.running);
  if (current) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
  mark(link, item.running ? gettext("running") : unread ? gettext("unread") : "");
}

function mark(link, meaning) {
  const dot = link.querySelector(".list-dot");
  if (!meaning) return dot?.remove();
  const shown =
    dot ??
    link.appendChild(
      make("span", { className: "list-dot" }, make("span", { className: "unseen" })),
    );
  write(shown.firstElementChild, meaning);
}

customElements.define("chat-list", ChatList);
