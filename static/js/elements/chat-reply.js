/**
 * One reply: its thoughts, answers and other parts in the order in which they came, how it ended,
 * and the tools under it. It reads on in the turn's pieces from where it was.
 */

import { announce, announceBlock } from "../browser/announce.js";
import { copy } from "../browser/clipboard.js";
import { rest, tick } from "../browser/clock.js";
import { act, icon, make, write } from "../browser/make.js";
import "./chat-answer.js";
import "./chat-end.js";
import "./chat-thoughts.js";
import { retrying, told } from "../state/outcomes.js";
import { active, answer } from "../state/replies.js";
import { count, gettext, interpolate, span } from "../text.js";
import { partNode } from "./parts.js";

class ChatReply extends HTMLElement {
  #props = null;
  #pieces = null;
  #read = 0;
  #segments = [];
  #watched = false;
  /** The retry that was last announced: its seconds change, and are not told each time. */
  #attempt = 0;
  #face = () => this.#time();

  constructor() {
    super();
    this.heading = make("h2", { className: "unseen", textContent: gettext("Answer") });
    this.body = make("div", { className: "reply-body" });
    this.wait = make("p", { className: "wait" });
    this.end = make("chat-end");
    this.tools = tools(this);
  }

  connectedCallback() {
    if (!this.firstChild) this.append(this.heading, this.body, this.wait, this.end, this.tools);
    if (this.#props && !this.#props.reply.over) tick(this.#face);
  }

  disconnectedCallback() {
    rest(this.#face);
  }

  /**
   * @param {object} props
   * @param {import("../state/replies.js").Reply} props.reply
   * @param {boolean} props.last whether it is the last of its conversation
   * @param {boolean} props.busy another run of it has been asked for
   * @param {number} props.skew
   */
  update(props) {
    const before = this.#props;
    this.#props = props;
    const { reply, last, busy } = props;
    if (before?.reply === reply && before.last === last && before.busy === busy) return;
    if (reply.pieces !== this.#pieces) this.#restart(reply);
    const pieces = reply.pieces;
    for (; this.#read < pieces.length; this.#read++) this.#take(pieces[this.#read]);
    if (reply.over) this.#segments.at(-1)?.finish?.();
    this.#watched ||= !reply.over;
    if (reply.over) rest(this.#face);
    else tick(this.#face);
    this.#time();
    this.#ending(props);
  }

  #restart(reply) {
    this.body.replaceChildren();
    this.#segments = [];
    this.#pieces = reply.pieces;
    this.#read = 0;
  }

  #take([kind, value]) {
    const last = this.#segments.at(-1);
    if (kind === "p") {
      const node = partNode(value);
      if (node) this.#add(node);
    } else if (last?.dataset.kind === kind) {
      last.write(value);
    } else if (value.trim()) {
      const node = /** @type {any} */ (
        document.createElement(kind === "t" ? "chat-thoughts" : "chat-answer")
      );
      node.dataset.kind = kind;
      this.#add(node);
      if (this.#watched && kind === "a") node.onblock = announceBlock;
      node.write(value);
    }
  }

  #add(node) {
    this.#segments.at(-1)?.finish?.();
    this.#segments.push(node);
    this.body.append(node);
  }

  /** All that depends on the time of day. */
  #time() {
    const { reply, skew } = this.#props;
    const { turn } = reply;
    const clock = Date.now() + skew;
    const running = !reply.over && active(turn);
    const begun = turn.times.asked ?? turn.times.accepted;
    const last = this.#segments.at(-1);
    this.#segments
      .filter((node) => node.dataset.kind === "t")
      .forEach((node, at) => {
        const live = running && node === last;
        const until = live ? clock : (turn.times.answer ?? turn.times.end ?? clock);
        node.update({
          time: at ? null : until - begun,
          tokens: at ? 0 : turn.usage.thought,
          budget: turn.budget,
          live,
        });
      });
    this.wait.hidden = !running || Boolean(last) || Boolean(turn.waiting);
    if (!this.wait.hidden)
      write(
        this.wait,
        interpolate(gettext("Waiting for the model, %(time)s"), {
          time: span(clock - turn.times.accepted),
        }),
      );
    if (running) this.#retry(turn, clock);
  }

  #retry(turn, clock) {
    this.end.hidden = !turn.waiting;
    if (!turn.waiting) return;
    const words = turn.waiting.message ?? "";
    const sentence = retrying(turn.waiting, clock);
    if (turn.waiting.attempt !== this.#attempt) announce(sentence);
    this.#attempt = turn.waiting.attempt;
    this.end.update({
      sentence,
      words,
      action: "stop",
      label: gettext("Stop"),
      tone: "retry",
    });
  }

  #ending({ reply, last, busy }) {
    const { turn } = reply;
    this.tools.hidden = active(turn);
    if (this.tools.hidden) return;
    const end = told(turn);
    this.end.hidden = !end;
    if (end)
      this.end.update({
        ...end,
        action: last ? end.action : null,
        tone: end.calm ? "calm" : "",
        busy,
      });
    this.tools.copy.hidden = !reply.pieces.some(([kind]) => kind === "a");
    this.tools.again.hidden = !last || end?.action === "again";
    this.tools.again.disabled = busy;
    write(this.tools.use, usage(turn.usage));
    if (this.#watched && reply.over) {
      this.#watched = false;
      announce(end ? end.sentence : gettext("The answer is complete."));
    }
  }

  copied(button, label) {
    copy(answer(this.#props.reply), button, label);
  }
}

function tools(reply) {
  const word = make("span", { textContent: gettext("Copy") });
  const copyButton = make("button", { type: "button", className: "copy" }, icon("copy"), word);
  copyButton.onclick = () => reply.copied(copyButton, word);
  const again = make("button", { type: "button" }, icon("again"), gettext("Try again"));
  again.onclick = () => act(reply, "again");
  const use = make("span", { className: "tools-use" });
  return Object.assign(make("div", { className: "tools" }, copyButton, again, use), {
    copy: copyButton,
    again,
    use,
  });
}

function usage({ prompt, thought, answer: out }) {
  if (!prompt && !thought && !out) return "";
  const values = { prompt: count(prompt), thought: count(thought), out: count(out) };
  const words = thought
    ? gettext("%(prompt)s in · %(thought)s thought · %(out)s out")
    : gettext("%(prompt)s in · %(out)s out");
  return interpolate(words, values);
}

customElements.define("chat-reply", ChatReply);
