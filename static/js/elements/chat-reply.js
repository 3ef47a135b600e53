/** One reply: what came of its turn, how it ended, and the tools under it. */

import { announce } from "../browser/announce.js";
import { copy } from "../browser/clipboard.js";
import { rest, tick } from "../browser/clock.js";
import { act, icon, make, write } from "../browser/make.js";
import "./chat-end.js";
import "./chat-sources.js";
import { retrying, told } from "../state/outcomes.js";
import { active, answer } from "../state/replies.js";
import { count, gettext, interpolate, span } from "../text.js";
import { replay } from "./chat-replay.js";
import "./figures.js";
import { Flow } from "./flow.js";
import { Versions } from "./versions.js";

/** Milliseconds after its end in which a reply is told of. */
const LATELY = 2_000;

class ChatReply extends HTMLElement {
  #props = null;
  #watched = false;
  /** The retry that was last announced: its seconds change, and are not told each time. */
  #attempt = 0;
  #face = () => this.#time();

  constructor() {
    super();
    this.heading = make("h2", { className: "unseen", textContent: gettext("Answer") });
    this.body = make("div", { className: "reply-body" });
    this.flow = new Flow(this.body);
    this.sources = make("chat-sources", { hidden: true });
    this.wait = make("p", { className: "wait" });
    this.end = make("chat-end");
    this.versions = new Versions();
    this.tools = tools(this);
    /** Where one walks away from what is still being written. */
    this.coming = make("div", { className: "coming" });
  }

  connectedCallback() {
    if (!this.firstChild)
      this.append(
        this.heading,
        this.body,
        this.sources,
        this.wait,
        this.end,
        this.coming,
        this.tools,
      );
    if (this.#props && !this.#props.reply.over) tick(this.#face);
  }

  disconnectedCallback() {
    rest(this.#face);
  }

  /**
   * @param {object} props
   * @param {import("../state/replies.js").Reply} props.reply
   * @param {boolean} props.last whether it is the last of its conversation
   * @param {boolean} props.busy nothing can be asked just now
   * @param {number} props.skew
   * @param {import("../state/branches.js").Versions | null} props.versions
   */
  update(props) {
    const before = this.#props;
    this.#props = props;
    const { reply, last, busy, versions } = props;
    this.versions.update(versions);
    if (before?.reply === reply && before.last === last && before.busy === busy) return;
    this.flow.take(reply.pieces, this.#watched);
    if (reply.over) this.flow.finish();
    this.sources.update(reply.over ? reply.grounding : null, this.flow);
    this.#watched ||= !reply.over || (!before && lately(reply, props.skew));
    if (reply.over) rest(this.#face);
    else tick(this.#face);
    this.#time();
    this.#ending(props);
  }

  /** All that depends on the time of day. */
  #time() {
    const { reply, skew } = this.#props;
    const { turn } = reply;
    const clock = Date.now() + skew;
    const running = !reply.over && active(turn);
    this.flow.tell(turn, clock, running);
    this.wait.hidden = !running || Boolean(this.flow.last) || Boolean(turn.waiting);
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
    this.tools.hidden = !reply.over;
    this.#placeVersions();
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
    this.tools.replay.hidden = !reply.pieces.length;
    this.tools.again.hidden = last && end?.action === "again";
    this.tools.again.disabled = busy;
    write(this.tools.use, usage(turn.usage));
    if (this.#watched && reply.over) {
      this.#watched = false;
      announce(end ? end.sentence : gettext("The answer is complete."));
    }
  }

  #placeVersions() {
    const { node } = this.versions;
    const place = this.tools.hidden ? this.coming : this.tools;
    if (node.parentElement === place) return;
    const focused = document.activeElement;
    place.prepend(node);
    if (focused instanceof HTMLElement && node.contains(focused)) focused.focus();
  }

  replay(steps) {
    replay(this, this.#props.reply, steps, () => this.tools.replay.focus());
  }

  copied(button, label) {
    copy(answer(this.#props.reply), button, label);
  }
}

/**
 * Whether it began while the page was there, and was over before it could be shown.
 * @param {import("../state/replies.js").Reply} reply
 * @param {number} skew
 */
function lately({ asked, turn }, skew) {
  return Boolean(asked) && Date.now() + skew - turn.times.end < LATELY;
}

function tools(reply) {
  const word = label(gettext("Copy"));
  const copyButton = make("button", { type: "button", className: "copy" }, icon("copy"), word);
  copyButton.onclick = () => reply.copied(copyButton, word);
  const again = make("button", { type: "button" }, icon("again"), label(gettext("Try again")));
  again.onclick = () => act(reply, "again");
  const made = make("button", { type: "button" }, icon("details"), label(gettext("Details")));
  made.setAttribute("aria-haspopup", "dialog");
  made.onclick = () => act(reply, "details", { from: made });
  const once = make("button", { type: "button", className: "replay" }, icon("play"));
  once.title = gettext("Replay: watch it come once more");
  once.setAttribute("aria-label", gettext("Replay"));
  once.onclick = () => act(reply, "replay");
  const use = make("span", { className: "tools-use" });
  return Object.assign(make("div", { className: "tools" }, copyButton, again, made, once, use), {
    copy: copyButton,
    again,
    replay: once,
    use,
  });
}

function label(words) {
  return make("span", { className: "word", textContent: words });
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
