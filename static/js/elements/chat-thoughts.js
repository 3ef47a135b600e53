/**
 * What the model thinks: a line with the clock and, under it, one of three things. While it thinks,
 * a window of fixed height with the newest lines, or nothing where the reader has folded it;
 * afterwards nothing; and when the reader asks, all of it. What he has asked for is remembered.
 *
 * Only what can be seen is drawn: in the window the newest blocks, closed none.
 */

import { choose, chosen, onchoice } from "../browser/choice.js";
import { act, make } from "../browser/make.js";
import { colour } from "../draw/code.js";
import { Drawer } from "../draw/drawer.js";
import { draw, undraw } from "../draw/frames.js";
import { lastHeading } from "../state/headings.js";
import { ThoughtsLine } from "./thoughts-line.js";

const WINDOW = 2_000;
const SECTIONS = 2;
const ITEMS = 12;
/** What is remembered: all thoughts open, and thinking folded to its line. */
const OPEN = "thoughts-open";
const FOLDED = "thinking-folded";
let names = 0;

onchoice(OPEN, (wish) => {
  for (const node of document.querySelectorAll(".thoughts-keep"))
    node.setAttribute("aria-pressed", String(Boolean(wish)));
});

class ChatThoughts extends HTMLElement {
  #texts = [];
  #pending = "";
  #heading = "";
  #over = false;
  #mode = chosen(OPEN) ? "open" : chosen(FOLDED) ? "closed" : "window";
  #drawer = null;
  #wished = false;
  /** @type {import("./thoughts-line.js").Told | null} */
  #told = null;
  #task = (deadline) => this.#flush(deadline);

  constructor() {
    super();
    this.text = make("div", { className: "thoughts-text", id: `thoughts-${++names}`, dir: "auto" });
    this.line = new ThoughtsLine(this.text.id);
    this.line.open.onclick = () => this.#toggle();
    this.line.fold.onclick = () => this.#fold();
    this.line.keep.onclick = () => choose(OPEN, chosen(OPEN) ? "" : "yes");
    this.line.keep.setAttribute("aria-pressed", String(Boolean(chosen(OPEN))));
    this.line.now.onclick = () => this.#wish();
  }

  connectedCallback() {
    if (this.firstChild) return;
    this.append(this.line.node, this.text);
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
      // What ends before it was drawn takes no room that could be missed.
      if (this.text.textContent) this.dispatchEvent(new Event("closing", { bubbles: true }));
      return this.#show("closed");
    }
    this.#drawer?.finish();
    draw(this.#task);
  }

  /** @param {import("./thoughts-line.js").Told} told */
  update(told) {
    this.#told = told;
    this.#tell();
  }

  #tell() {
    if (this.#told) this.line.update(this.#told, { heading: this.#heading, mode: this.#mode });
    this.line.now.disabled = this.#wished;
  }

  #wish() {
    this.#wished = true;
    this.line.now.disabled = true;
    act(this, "answer-now");
  }

  #toggle() {
    const closed = this.#over || chosen(FOLDED) ? "closed" : "window";
    this.#turn(this.#mode === "open" ? closed : "open");
  }

  #fold() {
    choose(FOLDED, this.#mode === "closed" ? "" : "yes");
    this.#turn(this.#mode === "closed" ? "window" : "closed");
  }

  /** The line stays where it was clicked: open thoughts hold it in view, out of its place. */
  #turn(mode) {
    const before = this.line.node.getBoundingClientRect().top;
    this.dispatchEvent(new Event("toggling", { bubbles: true }));
    this.#show(mode);
    this.#tell();
    const moved = this.line.node.getBoundingClientRect().top - before;
    const scroller = this.closest(".log");
    if (moved && scroller) scroller.scrollTop += moved;
  }

  #show(mode) {
    this.#mode = mode;
    this.dataset.mode = mode;
    this.line.open.setAttribute("aria-expanded", String(mode === "open"));
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

customElements.define("chat-thoughts", ChatThoughts);
