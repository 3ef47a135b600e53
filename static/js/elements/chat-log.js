/** The conversation on show: its questions and replies, and what is still on its way out. */

import { copy } from "../browser/clipboard.js";
import { Follow } from "../browser/follow.js";
import { keep } from "../browser/keyed.js";
import { icon, make, write } from "../browser/make.js";
import "./chat-reply.js";
import { lastTurn } from "../state/threads.js";
import { gettext } from "../text.js";

class ChatLog extends HTMLElement {
  #shown = undefined;
  #newest = undefined;

  connectedCallback() {
    this.rows = /** @type {HTMLElement} */ (this.querySelector(".rows"));
    this.follow = new Follow(this, this.rows);
    this.addEventListener("closing", () => this.follow.hold());
    this.addEventListener("toggling", () => {
      this.follow.leave();
      this.follow.hold();
    });
    this.addEventListener("act", (event) => this.#name(/** @type {CustomEvent} */ (event)), true);
    this.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest(".code-copy") : null;
      if (button instanceof HTMLElement)
        copy(button.closest(".code")?.querySelector("code")?.textContent ?? "", button);
    });
  }

  /** @param {import("../state/state.js").State} state */
  update(state) {
    const thread = state.threads[state.shown ?? ""];
    const moved = state.shown !== this.#shown;
    const outgoing = state.outgoing.filter(
      (item) => item.type === "send" && item.conversation === state.shown,
    );
    const items = this.#items(state, thread, outgoing);
    keep(
      this.rows,
      items,
      ({ key }) => key,
      make_,
      (node, item) => show(node, item),
    );
    const newest = items.at(-1)?.key;
    if (moved || newest !== this.#newest) this.follow.toEnd();
    this.#shown = state.shown;
    this.#newest = newest;
  }

  #items(state, thread, outgoing) {
    if (thread?.phase === "missing") return [{ key: "missing" }];
    const last = lastTurn(thread);
    const again = new Set(state.outgoing.map((item) => item.turn));
    const rows = (thread?.rows ?? []).map((row) => {
      if (!row.turn) return row;
      const reply = state.replies[row.turn];
      return {
        key: row.key,
        reply,
        last: row.turn === last,
        busy: again.has(row.turn),
        skew: state.skew,
      };
    });
    return [
      ...rows,
      ...outgoing.map((item) => ({ key: item.id, item, up: state.link.phase === "up" })),
    ];
  }

  /** An action in a reply is about its turn. */
  #name(event) {
    const reply = event.target instanceof Element ? event.target.closest("chat-reply") : null;
    if (reply instanceof HTMLElement) event.detail.turn = reply.dataset.turn;
  }
}

function make_(item) {
  if (item.key === "missing") return gone();
  if (item.reply) {
    const node = document.createElement("chat-reply");
    node.dataset.turn = item.reply.turn.id;
    return node;
  }
  const text = make("div", {
    className: "ask-text",
    dir: "auto",
    textContent: item.item?.text ?? asked(item.question),
  });
  if (item.item)
    return make(
      "div",
      { className: "ask waiting" },
      text,
      make("p", { className: "ask-note", role: "status" }),
    );
  return make("div", { className: "ask" }, heading(gettext("Question")), tools(text), text);
}

/** For those who walk a page by its headings. */
function heading(words) {
  return make("h2", { className: "unseen", textContent: words });
}

function show(node, item) {
  if (item.reply) node.update(item);
  if (!item.item) return;
  const offline = gettext("Kept here, and sent as soon as the connection is back.");
  write(node.lastElementChild, item.item.trouble ?? (item.up ? gettext("Sending") : offline));
}

function asked(message) {
  return message.pieces.map(([kind, text]) => (kind === "a" ? text : "")).join("");
}

function tools(text) {
  const word = make("span", { className: "unseen", textContent: gettext("Copy") });
  const button = make("button", { type: "button", title: gettext("Copy") }, icon("copy"), word);
  button.onclick = () => copy(text.textContent ?? "", button, word);
  return make("div", { className: "tools" }, button);
}

function gone() {
  const node = make(
    "div",
    { className: "gone" },
    gettext("There is no such conversation, or it is not yours."),
    make("br"),
  );
  const link = make("a", { href: "/", textContent: gettext("Start a new one") });
  link.dataset.route = "";
  node.append(link);
  return node;
}

customElements.define("chat-log", ChatLog);
