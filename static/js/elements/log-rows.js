/** The rows of a conversation on show: what is in each, and how it is made. */

import { act, make, write } from "../browser/make.js";
import { ofQuestion, ofReply } from "../state/branches.js";
import { pending } from "../state/outbox.js";
import { active } from "../state/replies.js";
import { running } from "../state/state.js";
import { lastTurn } from "../state/threads.js";
import { gettext } from "../text.js";
import { filesNode } from "./ask-files.js";
import "./chat-ask.js";
import "./chat-reply.js";

/** What is accepted sooner need not be offered to be taken back. */
const SOON = 1_500;

/** @typedef {{key: string} & Record<string, any>} Item */

/**
 * @param {import("../state/state.js").State} state
 * @param {import("./stretch.js").Stretch} stretch which part of it is drawn
 * @param {boolean} following the end is to be in sight
 * @param {import("../state/edits.js").Edits | null} edits
 * @returns {Item[]}
 */
export function itemsOf(state, stretch, following, edits) {
  const thread = state.threads[state.shown ?? ""];
  if (thread?.phase === "missing") {
    const { gone } = state.list;
    return [{ key: gone[state.shown ?? ""] ? "deleted" : "missing", id: state.shown }];
  }
  const all = thread?.rows ?? [];
  const earlier = Boolean(thread?.earlier && thread.fresh && !thread.reading);
  const drawn = stretch.of(all, { earlier, following });
  const last = lastTurn(thread);
  const busy = pending(state.outgoing, state.shown) || Boolean(running(state));
  const limit = state.welcome?.limits.message ?? Infinity;
  const elsewhere = state.replies[thread?.elsewhere ?? ""];
  // A reply's versions are told by its question, which may be the last that is not drawn.
  let question = all[all.indexOf(drawn[0]) - 1]?.question;
  /** @type {Item[]} */
  const items = drawn.map((row) => {
    if (!row.turn) {
      question = /** @type {Record<string, any>} */ (row.question);
      return { key: row.key, question, busy, limit, versions: ofQuestion(question), edits };
    }
    const reply = state.replies[row.turn];
    const versions = ofReply(reply, question, elsewhere);
    return { key: row.key, reply, last: row.turn === last, busy, skew: state.skew, versions };
  });
  if (thread?.earlier && drawn[0] === all[0])
    items.unshift({ key: "earlier", reading: thread.reading });
  if (stretch.short) return items;
  if (elsewhere && active(elsewhere.turn)) items.push({ key: "elsewhere", elsewhere });
  return [...items, ...waiting(state)];
}

/** What is on its way. Asking again is seen only where it takes longer than a blink. */
function waiting({ outgoing, shown, link, replies, threads }) {
  const up = link.phase === "up";
  // That a turn has begun may be heard before the answer to what asked for it.
  const begun = replies[lastTurn(threads[shown ?? ""]) ?? ""]?.asked;
  return outgoing
    .filter((item) => item.conversation === shown && item.id !== begun)
    .filter((item) => item.type === "send" || !up || item.trouble)
    .map((item) => ({ key: item.id, item, up }));
}

/**
 * @param {Item} item
 * @returns {HTMLElement}
 */
export function makeRow(item) {
  if (item.key === "earlier") return earlier();
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

/**
 * @param {any} node
 * @param {Item} item
 */
export function showRow(node, item) {
  if (item.key === "earlier") return tellEarlier(node, item.reading);
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

/** Older turns come as they are reached; whoever cannot scroll asks for them. */
function earlier() {
  const button = make("button", { type: "button" });
  button.onclick = () => act(button, "earlier");
  return make("div", { className: "earlier" }, button);
}

const EARLIER = {
  "": gettext("Earlier messages"),
  asked: gettext("Reading earlier messages"),
  failed: gettext("Earlier messages could not be read. Try again"),
};

function tellEarlier(node, reading) {
  const [button] = node.children;
  write(button, EARLIER[reading]);
  button.setAttribute("aria-busy", String(reading === "asked"));
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
