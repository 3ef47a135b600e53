/** The conversation on show: its questions and replies, and what is still on its way out. */

import { copy } from "../browser/clipboard.js";
import { Follow } from "../browser/follow.js";
import { keep } from "../browser/keyed.js";
import { act, make, write } from "../browser/make.js";
import { filesNode } from "./ask-files.js";
import "./chat-ask.js";
import "./chat-reply.js";
import { ofQuestion, ofReply } from "../state/branches.js";
import { pending } from "../state/outbox.js";
import { active } from "../state/replies.js";
import { running } from "../state/state.js";
import { lastTurn } from "../state/threads.js";
import { gettext } from "../text.js";
import { Choosing } from "./choosing.js";

/** What is accepted sooner need not be offered to be taken back. */
const SOON = 1_500;

/** Actions that begin a turn. */
const BEGINS = new Set("send again more_room answer_now answer-now continue".split(" "));

class ChatLog extends HTMLElement {
  /** @type {import("../state/edits.js").Edits | null} */
  edits = null;
  #shown = undefined;
  #newest = undefined;

  connectedCallback() {
    this.rows = /** @type {HTMLElement} */ (this.querySelector(".rows"));
    this.follow = new Follow(this, this.rows);
    this.choosing = new Choosing(this, this.rows, this.follow);
    this.addEventListener("closing", () => this.follow.hold());
    this.addEventListener("toggling", () => {
      this.follow.leave();
      this.follow.hold();
    });
    this.addEventListener("act", (event) => this.#name(/** @type {CustomEvent} */ (event)), true);
    document.addEventListener("act", (event) => this.#asked(/** @type {CustomEvent} */ (event)));
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
    const items = this.#items(state, thread);
    keep(
      this.rows,
      items,
      ({ key }) => key,
      make_,
      (node, item) => show(node, item),
    );
    const newest = items.at(-1)?.key;
    if (moved || (newest !== this.#newest && this.follow.following)) this.follow.toEnd();
    this.choosing.arrived();
    this.#shown = state.shown;
    this.#newest = newest;
  }

  /** Puts the focus on the newest reply, for whom a keyboard on the screen would cover it. */
  focusNewest() {
    const newest = this.rows.lastElementChild;
    if (!(newest instanceof HTMLElement)) return;
    newest.tabIndex = -1;
    newest.focus({ preventScroll: true });
  }

  /** Plays a turn once more, in the place of its reply. */
  replay({ turn, steps }) {
    const node = [...this.rows.children].find(
      (row) => row instanceof HTMLElement && row.dataset.turn === turn,
    );
    /** @type {any} */ (node)?.replay(steps);
  }

  /** Opens the editor of the question that was asked last. */
  editLast() {
    const asks = [.../** @type {NodeListOf<any>} */ (this.rows.querySelectorAll("chat-ask"))];
    asks.findLast((ask) => ask.text)?.edit();
  }

  #items(state, thread) {
    if (thread?.phase === "missing") {
      const { gone } = state.list;
      return [{ key: gone[state.shown ?? ""] ? "deleted" : "missing", id: state.shown }];
    }
    const last = lastTurn(thread);
    const busy = pending(state.outgoing, state.shown) || Boolean(running(state));
    const limit = state.welcome?.limits.message ?? Infinity;
    const elsewhere = state.replies[thread?.elsewhere ?? ""];
    let question;
    const rows = (thread?.rows ?? []).map((row) => {
      if (!row.turn) {
        question = row.question;
        const versions = ofQuestion(question);
        return { key: row.key, question, busy, limit, versions, edits: this.edits };
      }
      const reply = state.replies[row.turn];
      return {
        key: row.key,
        reply,
        last: row.turn === last,
        busy,
        skew: state.skew,
        versions: ofReply(reply, question, elsewhere),
      };
    });
    if (elsewhere && active(elsewhere.turn)) rows.push({ key: "elsewhere", elsewhere });
    return [...rows, ...waiting(state)];
  }

  /** What this page asks for is followed; what another device does takes no reader away. */
  #asked({ detail }) {
    if (BEGINS.has(detail.name)) this.follow.resume();
  }

  /** An action in a reply is about its turn. */
  #name(event) {
    const reply = event.target instanceof Element ? event.target.closest("chat-reply") : null;
    if (reply instanceof HTMLElement) event.detail.turn = reply.dataset.turn;
  }
}

/** What is on its way. Asking again is seen only where it takes longer than a blink. */
function waiting({ outgoing, shown, link }) {
  const up = link.phase === "up";
  return outgoing
    .filter((item) => item.conversation === shown)
    .filter((item) => item.type === "send" || !up || item.trouble)
    .map((item) => ({ key: item.id, item, up }));
}

function make_(item) {
  if (item.key === "missing") return gone();
  if (item.key === "deleted") return deleted(item.id);
  if (item.reply) {
    const node = document.createElement("chat-reply");
    node.dataset.turn = item.reply.turn.id;
    return node;
  }
  if (item.question) return document.createElement("chat-ask");
  if (item.elsewhere) return elsewhere(item.elsewhere.turn.question);
  const text = make("div", {
    className: "ask-text",
    dir: "auto",
    textContent: item.item.text ?? gettext("Try again"),
  });
  text.hidden = !text.textContent;
  const files = filesNode(item.item.attachments ?? []);
  const note = make("p", { className: "ask-note", role: "status" });
  return make("div", { className: "ask waiting" }, text, note, takeBack(item.item.id), ...files);
}

/** A turn that runs in another branch keeps this one from being asked anything. */
function elsewhere(question) {
  const words = gettext("An answer is being written in another branch.");
  const button = make("button", { type: "button", textContent: gettext("Show it") });
  button.onclick = () => act(button, "choose", { message: question });
  return make(
    "div",
    { className: "end calm" },
    make("span", { className: "end-text" }, words),
    button,
  );
}

function show(node, item) {
  if (item.reply || item.question) node.update(item);
  if (!item.item) return;
  const offline = gettext("Kept here, and sent as soon as the connection is back.");
  const [, note, back] = node.children;
  write(note, item.item.trouble ?? (item.up ? gettext("Sending") : offline));
  if (item.item.trouble || !item.up) back.hidden = false;
}

function takeBack(id) {
  const button = make("button", { type: "button", textContent: gettext("Take back") });
  button.onclick = () => act(button, "take-back", { id });
  const node = make("div", { className: "tools", hidden: true }, button);
  setTimeout(() => (node.hidden = false), SOON);
  return node;
}

function deleted(id) {
  const button = make("button", { type: "button", textContent: gettext("Bring it back") });
  button.onclick = () => act(button, "undelete", { conversation: id });
  const words = gettext("This conversation was deleted.");
  return make("div", { className: "gone" }, words, make("br"), button);
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
