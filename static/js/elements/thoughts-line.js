/** The line above thoughts: how long, how much of what was allowed, what about, and its buttons. */

import { icon, make, write } from "../browser/make.js";
import { count, gettext, interpolate, seconds, span } from "../text.js";

const LEVELS = {
  MINIMAL: gettext("minimal thinking"),
  LOW: gettext("low thinking"),
  MEDIUM: gettext("medium thinking"),
  HIGH: gettext("high thinking"),
  XHIGH: gettext("highest thinking"),
};

/**
 * @typedef {object} Told
 * @property {number | null} time how long it thought, or has been thinking
 * @property {number} tokens
 * @property {number | null} budget of tokens; what is not above 0 is no limit
 * @property {string | null} [level] of thinking, where the model has levels
 * @property {boolean} live
 * @property {boolean} [mute] there is nothing to be asked for
 */

export class ThoughtsLine {
  constructor(controls) {
    this.title = make("span", { className: "thoughts-title" });
    this.last = make("span", { className: "thoughts-last" });
    this.open = button("thoughts-open", icon("more"), this.title, this.last);
    this.open.setAttribute("aria-controls", controls);
    this.meter = make("span", { className: "meter", hidden: true }, make("i"));
    this.meter.setAttribute("role", "meter");
    this.meter.setAttribute("aria-label", gettext("Thinking used of what is allowed"));
    this.fold = button("thoughts-fold", icon("fold"));
    this.keep = button("thoughts-keep", gettext("Keep open"));
    this.keep.title = gettext("Open all thoughts from now on");
    this.now = button("answer-now", gettext("Answer now"));
    const parts = [this.open, this.meter, this.fold, this.keep, this.now];
    this.node = make("div", { className: "thoughts-line" }, ...parts);
  }

  /**
   * @param {Told} told
   * @param {object} how
   * @param {string} how.heading the thoughts' own last one
   * @param {string} how.mode
   */
  update({ time, tokens, budget, level = null, live, mute = false }, { heading, mode }) {
    // What took less than a second did not take none.
    const short = time !== null && !live && time < 1_000;
    const shown = time === null ? "" : short ? seconds(time) : span(time);
    const title = live ? gettext("Thinking, %(time)s") : gettext("Thought for %(time)s");
    write(this.title, shown ? interpolate(title, { time: shown }) : gettext("Thoughts"));
    const limit = live && budget !== null && budget > 0 ? budget : 0;
    const words = [
      // What is to be seen need not be summed up.
      live && mode !== "closed" ? "" : heading,
      used(tokens, limit),
      live && level ? (LEVELS[level] ?? level.toLowerCase()) : "",
    ];
    write(this.last, words.filter(Boolean).join(" · "));
    this.#measure(tokens, limit);
    this.fold.hidden = !live || mode === "open";
    this.keep.hidden = mode !== "open";
    this.now.hidden = !live || mute;
    this.folded(mode === "closed");
  }

  /** @param {boolean} folded */
  folded(folded) {
    const words = folded ? gettext("Show the thinking") : gettext("Fold the thinking");
    this.fold.classList.toggle("folded", folded);
    if (this.fold.title === words) return;
    this.fold.title = words;
    this.fold.setAttribute("aria-label", words);
  }

  #measure(tokens, limit) {
    this.meter.hidden = !limit || !tokens;
    if (this.meter.hidden) return;
    const share = Math.min(1, tokens / limit);
    this.meter.firstElementChild.style.transform = `scaleX(${share})`;
    this.meter.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    this.meter.setAttribute("aria-valuetext", used(tokens, limit));
  }
}

function button(className, ...children) {
  return make(
    "button",
    { type: "button", className, hidden: className !== "thoughts-open" },
    ...children,
  );
}

function used(tokens, limit) {
  if (!tokens) return "";
  const values = { tokens: count(tokens), budget: count(limit) };
  return interpolate(
    limit ? gettext("%(tokens)s of %(budget)s tokens") : gettext("%(tokens)s tokens"),
    values,
  );
}
