/**
 * A finished turn once more, as it came: its thoughts and its answer in their own time or faster,
 * in the place of the reply, with a bar to stop, to go back and to hurry.
 */

import { announce } from "../browser/announce.js";
import { choose, chosen } from "../browser/choice.js";
import { icon, make, write } from "../browser/make.js";
import { points } from "../state/positions.js";
import { Reel, Timeline } from "../state/timeline.js";
import { gettext, interpolate, span } from "../text.js";
import { Flow } from "./flow.js";

const SPEEDS = [1, 2, 4, 8];
const CHOICE = "replay-speed";
/** What is left of a long silence when it goes faster than it went. */
const SILENCE = 600;
/** Of the scrubber. */
const NOTCHES = 200;
const LONGEST_FRAME = 100;
const CLEARANCE = 16;

class ChatReplay extends HTMLElement {
  #moment = 0;
  #playing = false;
  #speed = Number(chosen(CHOICE)) || 1;
  #frame = 0;
  #before = 0;
  #pieces = [];
  #follows = true;
  #over = false;

  constructor() {
    super();
    this.body = make("div", { className: "replay-body" });
    this.play = make("button", { type: "button", className: "replay-play" });
    this.range = make("input", { type: "range", min: 0, max: NOTCHES });
    this.time = make("span", { className: "replay-time" });
    this.speeds = make("select", {}, ...SPEEDS.map(option));
    this.closing = make("button", { type: "button", className: "replay-close" }, icon("close"));
    const controls = [this.play, this.range, this.time, this.speeds, this.closing];
    this.bar = make("div", { className: "replay-bar" }, ...controls);
    this.bar.setAttribute("role", "group");
    for (const [node, words] of [
      [this.bar, gettext("Replay")],
      [this.range, gettext("Place in the replay")],
      [this.speeds, gettext("Speed")],
      [this.closing, gettext("End the replay")],
    ])
      node.setAttribute("aria-label", words);
  }

  /**
   * @param {import("../state/replies.js").Reply} reply
   * @param {import("../state/timeline.js").Step[]} steps
   */
  start(reply, steps) {
    this.reply = reply;
    this.timeline = new Timeline(steps);
    this.flow = new Flow(this.body);
    this.reel = new Reel(reply.pieces);
    this.thoughts = thoughtsIn(reply.pieces);
    this.speeds.value = String(SPEEDS.includes(this.#speed) ? this.#speed : 1);
    this.append(this.body, this.bar);
    this.play.onclick = () => this.#turn(!this.#playing);
    this.range.oninput = () =>
      this.#seek((Number(this.range.value) / NOTCHES) * this.timeline.length);
    this.speeds.onchange = () => this.#hurry(Number(this.speeds.value));
    this.closing.onclick = () => this.end();
    this.onkeydown = (event) => this.#key(event);
    this.onwheel = ({ deltaY }) => (this.#follows &&= deltaY > 0);
    this.ontouchmove = () => (this.#follows = false);
    new ResizeObserver(() => this.#follow()).observe(this.body);
    this.#turn(true);
    this.play.focus({ preventScroll: true });
  }

  disconnectedCallback() {
    cancelAnimationFrame(this.#frame);
  }

  /** Gives the reply back. */
  end() {
    cancelAnimationFrame(this.#frame);
    this.dispatchEvent(new Event("ended"));
  }

  #key(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    this.end();
  }

  #turn(playing) {
    if (playing && this.#moment >= this.timeline.length) this.#seek(0);
    this.#playing = playing;
    this.#follows ||= playing;
    this.play.replaceChildren(icon(playing ? "pause" : "play"));
    this.play.setAttribute("aria-label", playing ? gettext("Pause") : gettext("Play"));
    this.#before = performance.now();
    this.#plan();
  }

  #hurry(speed) {
    this.#speed = speed;
    choose(CHOICE, String(speed));
  }

  #seek(moment) {
    this.#moment = moment;
    this.#follows = true;
    this.#plan();
  }

  #plan() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame((now) => this.#step(now));
  }

  #step(now) {
    if (this.#playing) this.#advance(Math.max(0, Math.min(now - this.#before, LONGEST_FRAME)));
    this.#before = now;
    this.#show();
    if (this.#playing) this.#plan();
  }

  #advance(passed) {
    this.#moment = Math.min(this.timeline.length, this.#moment + passed * this.#speed);
    const silence = this.#speed > 1 ? this.timeline.silence(this.#moment) : 0;
    if (silence > SILENCE * this.#speed) this.#moment += silence - SILENCE * this.#speed;
  }

  #show() {
    const { length } = this.timeline;
    const over = this.#moment >= length;
    const position = over ? Infinity : this.timeline.reached(this.#moment);
    // Back in time is from the beginning once more; so is what was finished.
    if (position < this.reel.position || (this.#over && !over)) {
      this.reel = new Reel(this.reply.pieces);
      this.#pieces = [];
    }
    this.#pieces.push(...this.reel.upTo(position));
    this.flow.take(this.#pieces, false);
    this.flow.tell(this.#turnThen(), this.#clock, !over, true);
    if (over && !this.#over) this.#finish();
    this.#over = over;
    if (this.#playing || over) this.range.value = length ? (this.#moment / length) * NOTCHES : 0;
    const values = { time: span(this.#moment), all: span(length) };
    write(this.time, interpolate(gettext("%(time)s of %(all)s"), values));
    this.range.setAttribute("aria-valuetext", this.time.textContent);
  }

  #finish() {
    this.flow.finish();
    if (!this.#playing) return;
    this.#turn(false);
    announce(gettext("The replay is over."));
  }

  get #begun() {
    const { asked, accepted } = this.reply.turn.times;
    return asked ?? accepted;
  }

  get #clock() {
    return this.#begun + this.#moment;
  }

  /** The turn as it was told then; how many tokens it had thought is reckoned by the text. */
  #turnThen() {
    const { turn } = this.reply;
    const answer = Math.min(this.#clock, turn.times.answer ?? Infinity);
    const share = this.thoughts ? thoughtsIn(this.#pieces) / this.thoughts : 0;
    const thought = Math.round(turn.usage.thought * share);
    return {
      ...turn,
      times: { ...turn.times, answer, end: null },
      usage: { ...turn.usage, thought },
    };
  }

  /** The newest is kept in view above the bar, unless the reader has gone elsewhere. */
  #follow() {
    const scroller = this.closest(".log");
    if (!this.#follows || !scroller) return;
    const foot = scroller.getBoundingClientRect().bottom - this.bar.offsetHeight - CLEARANCE;
    const below = this.body.getBoundingClientRect().bottom - foot;
    if (below > 0) scroller.scrollTop += below;
  }
}

function option(speed) {
  return make("option", { value: String(speed), textContent: `${speed}×` });
}

function thoughtsIn(pieces) {
  let sum = 0;
  for (const [kind, text] of pieces) if (kind === "t") sum += points(text);
  return sum;
}

customElements.define("chat-replay", ChatReplay);

/** @type {ChatReplay | null} */
let current = null;

/**
 * Plays a turn in the place of its reply.
 * @param {HTMLElement} node the reply's
 * @param {import("../state/replies.js").Reply} reply
 * @param {import("../state/timeline.js").Step[]} steps
 * @param {() => void} after when the reply is back
 */
export function replay(node, reply, steps, after) {
  current?.end();
  if (!steps.length) return announce(gettext("When this answer came was not kept."));
  const player = /** @type {ChatReplay} */ (document.createElement("chat-replay"));
  current = player;
  // What stands below keeps its place; the page goes to where the reply begins.
  node.dispatchEvent(new Event("toggling", { bubbles: true }));
  node.style.minHeight = `${node.getBoundingClientRect().height}px`;
  node.dataset.replaying = "";
  node.append(player);
  const scroller = node.closest(".log");
  const above = node.getBoundingClientRect().top - (scroller?.getBoundingClientRect().top ?? 0);
  if (scroller && above < CLEARANCE) scroller.scrollTop += above - CLEARANCE;
  player.addEventListener("ended", () => {
    current = null;
    player.remove();
    delete node.dataset.replaying;
    node.style.minHeight = "";
    after();
  });
  player.start(reply, steps);
}
