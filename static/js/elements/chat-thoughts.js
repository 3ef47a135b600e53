/**
 * What the model thinks: a line with the clock and, under it, one of three things. While it thinks,
 * a window of fixed height with the newest lines; afterwards nothing; and when the reader asks,
 * all of it.
 *
 * Only what can be seen is drawn: in the window the newest blocks, closed none.
 */

import { act, icon, make, write } from "../browser/make.js";
import { colour } from "../draw/code.js";
import { Drawer } from "../draw/drawer.js";
import { draw, undraw } from "../draw/frames.js";
import { lastHeading } from "../state/headings.js";
import { count, gettext, interpolate, span } from "../text.js";

const WINDOW = 2_000;
const SECTIONS = 2;
const ITEMS = 12;
let names = 0;

class ChatThoughts extends HTMLElement {
  #texts = [];
  #pending = "";
  #heading = "";
  #over = false;
  #mode = "window";
  #drawer = null;
  #wished = false;
  #task = (deadline) => this.#flush(deadline);

  constructor() {
    super();
    this.title_ = make("span", { className: "thoughts-title" });
    this.last = make("span", { className: "thoughts-last" });
    this.button = make(
      "button",
      { type: "button", className: "thoughts-open" },
      icon("more"),
      this.title_,
      this.last,
    );
    this.meter = make("span", { className: "meter", hidden: true }, make("i"));
    this.now = make("button", {
      type: "button",
      className: "answer-now",
      textContent: gettext("Answer now"),
      hidden: true,
    });
    this.text = make("div", { className: "thoughts-text", id: `thoughts-${++names}`, dir: "auto" });
    this.button.setAttribute("aria-controls", this.text.id);
    this.button.onclick = () => this.#toggle();
    this.now.onclick = () => this.#wish();
  }

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      make("div", { className: "thoughts-line" }, this.button, this.meter, this.now),
      this.text,
    );
    this.#show(this.#mode);
  }

  disconnectedCallback() {
    undraw(this.#task);
  }

  /** @param {string} text */
  write(text) {
    this.#texts.push(text);
    this.#pending += text;
    const end = this.#pending.lastIndexOf("\n") + 1;
    this.#heading = lastHeading(this.#pending.slice(0, end)) || this.#heading;
    this.#pending = this.#pending.slice(end);
    if (this.#mode === "closed") return;
    this.#drawer?.write(text);
    draw(this.#task);
  }

  /** The thoughts are over: the window closes, unless the reader has opened it. */
  finish() {
    if (this.#over) return;
    this.#over = true;
    if (this.#mode === "window") {
      this.dispatchEvent(new Event("closing", { bubbles: true }));
      return this.#show("closed");
    }
    this.#drawer?.finish();
    draw(this.#task);
  }

  /**
   * @param {object} props
   * @param {number | null} props.time how long it thought, or has been thinking
   * @param {number} props.tokens
   * @param {number | null} props.budget
   * @param {boolean} props.live
   */
  update({ time, tokens, budget, live }) {
    const shown = time === null ? "" : span(time);
    const title = live ? gettext("Thinking, %(time)s") : gettext("Thought for %(time)s");
    write(this.title_, shown ? interpolate(title, { time: shown }) : gettext("Thoughts"));
    write(
      this.last,
      [live ? "" : this.#heading, used(tokens, live ? budget : null)].filter(Boolean).join(" · "),
    );
    this.meter.hidden = !live || !(budget > 0) || !tokens;
    if (budget > 0)
      this.meter.firstElementChild.style.transform = `scaleX(${Math.min(1, tokens / budget)})`;
    this.now.hidden = !live;
    this.now.disabled = this.#wished;
  }

  #wish() {
    this.#wished = true;
    this.now.disabled = true;
    act(this, "answer-now");
  }

  #toggle() {
    this.dispatchEvent(new Event("toggling", { bubbles: true }));
    const closed = this.#over ? "closed" : "window";
    this.#show(this.#mode === "open" ? closed : "open");
  }

  #show(mode) {
    this.#mode = mode;
    this.dataset.mode = mode;
    this.button.setAttribute("aria-expanded", String(mode === "open"));
    this.text.replaceChildren();
    undraw(this.#task);
    this.#drawer = mode === "closed" ? null : new Drawer(this.text, colour);
    if (!this.#drawer) return;
    const all = this.#texts.join("");
    this.#drawer.write(mode === "open" ? all : newest(all));
    if (this.#over) this.#drawer.finish();
    draw(this.#task);
  }

  #flush(deadline) {
    const more = this.#drawer?.flush(deadline) ?? false;
    if (this.#mode === "window") prune(this.text);
    return more;
  }
}

/** The end of a long text, from a line's beginning. */
function newest(text) {
  if (text.length <= WINDOW) return text;
  return text.slice(text.indexOf("\n", text.length - WINDOW) + 1);
}

/** What has risen out of the window is not needed any more. */
function prune(node) {
  while (node.childElementCount > SECTIONS) node.firstElementChild.remove();
  const open = node.lastElementChild?.lastElementChild;
  if (open?.matches("ul, ol"))
    while (open.childElementCount > ITEMS) open.firstElementChild.remove();
}

function used(tokens, budget) {
  if (!tokens) return "";
  const values = { tokens: count(tokens), budget: count(budget ?? 0) };
  return interpolate(
    budget > 0 ? gettext("%(tokens)s of %(budget)s tokens") : gettext("%(tokens)s tokens"),
    values,
  );
}

customElements.define("chat-thoughts", ChatThoughts);
