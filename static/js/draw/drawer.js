/**
 * Draws a streaming markdown text at a cost that grows with the text and no faster.
 *
 * Finished blocks are drawn once and left alone; only the open end is parsed and drawn again. In a
 * list, a quote or a table the open end is its last item, block or row: the containers that are
 * open are kept as a path, and the parser is told of them by a stub of each before the open text.
 * markdown-it alone judges what a block is; a way down that it does not take is not taken.
 *
 * @typedef {import("./places.js").Place} Place
 */

import { Fence } from "./fence.js";
import { settleNotes } from "./footnotes.js";
import { markdown } from "./markdown.js";
import { entered } from "./marks.js";
import { setMath } from "./math.js";
import { mend } from "./mend.js";
import { direct, nodes } from "./nodes.js";
import { inside, offset, same, sure } from "./outline.js";
import { alike, kindOf, placed, scoped, worthwhile } from "./places.js";

const PORTION = 2048;
const SECTION = 16;

export class Drawer {
  #root;
  #frozen;
  /** @type {Place[]} */
  #path;
  #all = [];
  #backlog = "";
  /** A carriage return that may be half of a line's end. */
  #half = "";
  #tail = "";
  /** @type {Element[]} */
  #live = [];
  /** @type {Fence | null} */
  #fence = null;
  #references = {};
  #finished = false;
  /** @type {Element | null} where all is drawn once more, out of sight */
  #draft = null;

  /**
   * @param {Element} root
   * @param {(node: Element, again: boolean) => void} frozen told of each block (item, row) that is
   *   finished; `again` when the same was told before
   */
  constructor(root, frozen) {
    this.#root = root;
    this.#frozen = (node) => frozen(node, this.#draft !== null);
    this.#path = [start(root)];
  }

  /**
   * Takes a text as the parser would: with one kind of line end.
   * @param {string} text
   */
  write(text) {
    const lines = `${this.#half}${text}`.replace(/\r\n/g, "\n");
    this.#half = lines.endsWith("\r") ? "\r" : "";
    const whole = lines
      .slice(0, lines.length - this.#half.length)
      .replace(/\r/g, "\n")
      .replace(/\0/g, "\ufffd");
    this.#all.push(whole);
    this.#backlog += whole;
  }

  /** No more text comes. */
  finish() {
    if (this.#half) this.write("\n");
    this.#finished = true;
  }

  /**
   * Draws what has come, for as long as there is time.
   * @param {number} deadline
   * @returns {boolean} whether there is more to draw
   */
  flush(deadline) {
    do {
      const portion = this.#portion();
      this.#tail += portion;
      this.#backlog = this.#backlog.slice(portion.length);
      this.#step(this.#finished && !this.#backlog);
    } while (this.#backlog && performance.now() < deadline);
    return Boolean(this.#backlog);
  }

  #portion() {
    if (this.#backlog.length <= PORTION) return this.#backlog;
    const end = this.#backlog.lastIndexOf("\n", PORTION);
    return this.#backlog.slice(0, end < 0 ? PORTION : end + 1);
  }

  #step(last) {
    do {
      if (this.#fence && !this.#feed(last)) return;
    } while (this.#parse(last));
    if (!last) return;
    if (this.#draft) this.#swap();
    else if (Object.keys(this.#references).length) return this.#again();
    settleNotes(this.#root);
  }

  /** Gives the open fence its text; true once it is closed. */
  #feed(last) {
    const fence = /** @type {Fence} */ (this.#fence);
    const { closed, rest } = fence.feed(this.#tail, last);
    this.#tail = rest;
    if (!closed && !last) return false;
    this.#fence = null;
    fence.close();
    this.#frozen(fence.figure);
    return true;
  }

  /** Draws the open end; true when it turned out to be a fence, which is fed in another way. */
  #parse(last) {
    const parsed = this.#parsed(last ? this.#tail : mend(this.#tail), !last);
    if (!parsed.scopes) {
      this.#path.length = 1;
      return this.#parse(last);
    }
    const drawn = this.#draw(parsed);
    if (!last) return this.#judge(parsed, drawn);
    this.#learn(parsed, Infinity);
    this.#freeze(drawn, drawn.length, this.#tail.length);
    return false;
  }

  #parsed(text, live, path = this.#path) {
    const stub = path.map((place) => place.stub).join("");
    const source = stub + text;
    /** @type {Record<string, any>} which the parser fills */
    const environment = { live, references: { ...this.#references } };
    const tokens = markdown.parse(source, environment);
    const lines = stub.split("\n").length - 1;
    return { environment, text, source, tokens, lines, scopes: scoped(tokens, path) };
  }

  /**
   * Finds what is finished. What was closed for the eye may have become something else by that, so
   * that the text is judged as it has come.
   */
  #judge(parsed, drawn) {
    const bare = parsed.text === this.#tail ? parsed : this.#parsed(this.#tail, true);
    const found = placed(bare.scopes ?? []);
    const open = found.findLastIndex(({ group }) => sure(bare.source, group));
    if (open < 0 || !found.slice(0, open + 1).every((one, at) => alike(one, drawn[at], at < open)))
      return false;
    const { group } = found[open];
    this.#learn(bare, group.line);
    this.#freeze(drawn, open, offset(this.#tail, group.line - bare.lines));
    const alone = open === found.length - 1 && open === drawn.length - 1;
    return alone && this.#deepen(bare, group);
  }

  #draw({ tokens, scopes }) {
    for (const node of this.#live) node.remove();
    this.#live = [];
    for (const { place, groups } of scopes) {
      const made = nodes(tokens, groups, place);
      place.node.append(...made);
      this.#live.push(...made);
    }
    // What is open may have begun without a letter.
    for (const { node } of this.#path) direct(node);
    return placed(scopes);
  }

  /** Keeps the links that are defined before this line. */
  #learn({ environment }, before) {
    for (const { line, label } of environment.definitions)
      if (line < before) this.#references[label] = environment.references[label];
  }

  /** What was drawn before this block is finished; the text goes on from there. */
  #freeze(drawn, open, cut) {
    for (const node of this.#live.slice(0, open)) this.#frozen(node);
    if (open < drawn.length) this.#path.length = this.#path.indexOf(drawn[open].place) + 1;
    this.#live = this.#live.slice(open);
    this.#tail = this.#tail.slice(cut);
    if (this.#path[0].node.childElementCount > SECTION)
      this.#path[0] = start(this.#draft ?? this.#root);
  }

  /**
   * Goes down into the open block: to its last item, block or row, and on into that.
   * @returns {boolean} whether it has come to a fence
   */
  #deepen(parsed, group) {
    const { source, tokens } = parsed;
    const kind = kindOf(group);
    if (group.type === "fence") return this.#enter();
    if (!kind) return false;
    const children = inside(tokens, group);
    const open = children.findLastIndex((child) => sure(source, child));
    if (open < 0 || !worthwhile(kind, open, children[open])) return false;
    const way = this.#way(kind, children[open].line - group.line);
    const found = [...(way?.place.node.children ?? [])];
    const expected = children.slice(open);
    if (!way || found.length !== children.length || !this.#fits(way, tokens, expected))
      return false;
    this.#learn(parsed, children[open].line);
    for (const node of found.slice(0, open)) this.#frozen(node);
    this.#path.push(way.place);
    this.#tail = way.tail;
    this.#live = found.slice(open);
    return expected.length === 1 && this.#deepen(parsed, children[open]);
  }

  /** The place to go down to, with the text that is open there: from so many lines on. */
  #way(kind, lines) {
    const node = this.#live[0];
    const tail = this.#tail;
    const rest = tail.slice(offset(tail, lines));
    if (kind === "list") return { place: { kind, node, stub: "", width: 0 }, tail: rest };
    if (kind === "table") {
      const body = node.querySelector("tbody");
      const stub = tail.slice(0, offset(tail, 2));
      return body && { place: { kind, node: body, stub, width: 0 }, tail: rest };
    }
    const [first] = tail.split("\n", 1);
    const found = entered(this.#path, kind, node, first);
    if (!found || lines) return found && { place: found.place, tail: rest };
    return { place: found.place, tail: found.line + tail.slice(first.length) };
  }

  /** Whether the parser finds down there what it has found from above. */
  #fits({ place, tail }, tokens, expected) {
    const found = this.#parsed(tail, true, [...this.#path, place]);
    const [inner, ...outer] = found.scopes ?? [];
    return (
      inner !== undefined &&
      outer.every(({ groups }) => !groups.length) &&
      same(tokens, expected, found.tokens, inner.groups)
    );
  }

  #enter() {
    const end = this.#tail.indexOf("\n");
    if (end < 0) return false;
    const fence = Fence.opened(this.#tail.slice(0, end), this.#path);
    if (!fence) return false;
    for (const node of this.#live) node.remove();
    this.#live = [];
    this.#fence = fence;
    this.#path[this.#path.length - 1].node.append(fence.figure);
    this.#tail = this.#tail.slice(end + 1);
    return true;
  }

  /** A link may be defined after its use: then all is drawn once more, with the definitions known. */
  #again() {
    this.#draft = document.createElement("div");
    this.#path = [start(this.#draft)];
    this.#live = [];
    this.#tail = "";
    this.#backlog = this.#all.join("");
  }

  /** In one go, so that nobody's place on the page is lost. */
  #swap() {
    const draft = /** @type {Element} */ (this.#draft);
    this.#root.replaceChildren(...draft.children);
    for (const source of this.#root.querySelectorAll("code.math")) setMath(source);
    this.#draft = null;
    this.#references = {};
  }
}

/**
 * Blocks stand in sections of a few, since a layout looks at each child of what has changed: with
 * all in one, a long answer would cost more with every block.
 * @returns {Place}
 */
function start(root) {
  const node = root.appendChild(document.createElement("div"));
  return { kind: "root", node, stub: "", width: 0 };
}
