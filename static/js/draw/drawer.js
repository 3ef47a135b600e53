/**
 * Draws a streaming markdown text at a cost that grows with the text and no faster.
 *
 * Finished blocks are drawn once and left alone; only the open end is parsed and drawn again. In a
 * list or a table the open end is its last item or row: the containers that are open are kept as a
 * path, and the parser is told of them by a stub of each (a short line that opens the same
 * container) before the open text. markdown-it alone judges what a block is.
 *
 * @typedef {{kind: "root" | "list" | "item" | "table", node: Element, stub: string}} Place
 * @typedef {import("./outline.js").Group} Group
 */

import { Fence } from "./fence.js";
import { markdown } from "./markdown.js";
import { mend } from "./mend.js";
import { nodes } from "./nodes.js";
import { inside, isList, offset, outline } from "./outline.js";

const PORTION = 2048;
const SURE = 12;
const SECTION = 16;
const ITEM = /^[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]{1,4}(?=\S)/;
const REFERENCE = /^ {0,3}\[[^\]\n]+\]:/m;

export class Drawer {
  #root;
  #frozen;
  /** @type {Place[]} */
  #path;
  #all = [];
  #backlog = "";
  #tail = "";
  /** @type {Element[]} */
  #live = [];
  /** @type {Fence | null} */
  #fence = null;
  #references = {};
  #finished = false;
  #redrawn = false;

  /**
   * @param {Element} root
   * @param {(node: Element) => void} frozen told of each block (item, row) that is finished
   */
  constructor(root, frozen) {
    this.#root = root;
    this.#frozen = frozen;
    this.#path = [{ kind: "root", node: section(root), stub: "" }];
  }

  /** @param {string} text */
  write(text) {
    this.#all.push(text);
    this.#backlog += text;
  }

  /** No more text comes. */
  finish() {
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
    if (last && !this.#redrawn && Object.keys(this.#references).length) this.#again();
  }

  /** Gives the open fence its text; true once it is closed. */
  #feed(last) {
    const fence = /** @type {Fence} */ (this.#fence);
    const { closed, rest } = fence.feed(
      last && !this.#tail.endsWith("\n") ? `${this.#tail}\n` : this.#tail,
    );
    this.#tail = rest;
    if (!closed && !last) return false;
    this.#fence = null;
    fence.close();
    this.#frozen(fence.figure);
    return true;
  }

  /** Draws the open end; true when it turned out to be a fence, which is fed in another way. */
  #parse(last) {
    const stub = this.#path.map((place) => place.stub).join("");
    const source = stub + (last ? this.#tail : mend(this.#tail));
    const tokens = markdown.parse(source, { live: !last, references: { ...this.#references } });
    const scopes = this.#scopes(tokens);
    if (!scopes) {
      this.#path.length = 1;
      return this.#parse(last);
    }
    const drawn = this.#draw(tokens, scopes);
    if (last) {
      this.#settle(drawn, "");
      return false;
    }
    const open = drawn.findLastIndex(({ group }) => sure(source, group.line));
    if (open < 0) return false;
    const lines = stub.split("\n").length - 1;
    this.#freeze(drawn, open, offset(this.#tail, drawn[open].group.line - lines));
    if (open < drawn.length - 1) return false;
    if (drawn[open].group.type === "fence" && this.#path.length === 1) return this.#enter();
    this.#deepen(source, tokens, drawn[open].group);
    return false;
  }

  /** The blocks of the parsed text by the place they stand in; null where the path does not fit. */
  #scopes(tokens) {
    let groups = outline(tokens);
    const scopes = [];
    for (const [at, place] of this.#path.entries()) {
      const next = this.#path[at + 1];
      if (!next) return [...scopes, { place, groups }];
      const [first, ...others] = groups;
      const fits =
        next.kind === "list"
          ? isList(first)
          : next.kind === "table"
            ? first?.type === "table_open"
            : first;
      if (!fits) return null;
      scopes.push({ place, groups: others });
      groups = inside(tokens, first).slice(next.kind === "item" ? 1 : 0);
    }
    return scopes;
  }

  #draw(tokens, scopes) {
    for (const node of this.#live) node.remove();
    const drawn = [];
    for (const { place, groups } of scopes.reverse()) {
      const made = nodes(tokens, groups, place);
      place.node.append(...made);
      for (const [at, group] of groups.entries()) drawn.push({ place, group, node: made[at] });
    }
    this.#live = drawn.map(({ node }) => node);
    return drawn;
  }

  #freeze(drawn, open, cut) {
    const depth = this.#path.indexOf(drawn[open].place);
    this.#path.length = depth + 1;
    this.#settle(drawn.slice(0, open), this.#tail.slice(cut), cut);
    this.#live = drawn.slice(open).map(({ node }) => node);
  }

  #settle(drawn, tail, cut = this.#tail.length) {
    for (const { node } of drawn) this.#frozen(node);
    const text = this.#tail.slice(0, cut);
    if (REFERENCE.test(text)) {
      const environment = { references: this.#references };
      markdown.parse(text, environment);
    }
    this.#tail = tail;
    this.#live = [];
    const [root] = this.#path;
    if (root.node.childElementCount > SECTION) root.node = section(this.#root);
  }

  #enter() {
    const end = this.#tail.indexOf("\n");
    if (end < 0) return false;
    for (const node of this.#live) node.remove();
    this.#live = [];
    this.#fence = new Fence(this.#tail.slice(0, end));
    this.#path[0].node.append(this.#fence.figure);
    this.#tail = this.#tail.slice(end + 1);
    return true;
  }

  /** Goes down into the open block: to its last item or row, and on into that. */
  #deepen(source, tokens, group) {
    if (isList(group)) this.#intoList(source, tokens, group);
    else if (group.type === "list_item_open") this.#intoItem(source, tokens, group);
    else if (group.type === "table_open" && this.#path.length === 1)
      this.#intoTable(source, tokens, group);
  }

  #intoList(source, tokens, group) {
    const items = inside(tokens, group);
    const open = items.findLastIndex((item) => sure(source, item.line));
    if (open < 0) return;
    this.#descend({ kind: "list", node: this.#live[0], stub: "" }, items, open);
    if (open === items.length - 1) this.#intoItem(source, tokens, items[open]);
  }

  /** Into an item whose last block is a list, which is where long items grow. */
  #intoItem(source, tokens, item) {
    const nested = inside(tokens, item).at(-1);
    const marker = ITEM.exec(source.slice(offset(source, item.line)))?.[0];
    if (!marker || !isList(nested) || nested.line === item.line || !sure(source, nested.line)) {
      return;
    }
    const list = this.#live[0].lastElementChild;
    if (list?.tagName !== "UL" && list?.tagName !== "OL") return;
    this.#path.push({ kind: "item", node: this.#live[0], stub: `${marker}# x\n` });
    this.#tail = this.#tail.slice(offset(this.#tail, nested.line - item.line));
    this.#live = [list];
    this.#intoList(source, tokens, nested);
  }

  #intoTable(source, tokens, group) {
    const rows = inside(tokens, group);
    const open = rows.findLastIndex((row) => sure(source, row.line));
    const body = this.#live[0].querySelector("tbody");
    if (open < 0 || !body) return;
    const head = this.#tail.slice(0, offset(this.#tail, 2));
    this.#descend({ kind: "table", node: body, stub: head }, rows, open, group.line);
  }

  #descend(place, children, open, start = children[0].line) {
    const found = [...place.node.children];
    for (const node of found.slice(0, open)) this.#frozen(node);
    this.#path.push(place);
    this.#tail = this.#tail.slice(offset(this.#tail, children[open].line - start));
    this.#live = found.slice(open);
  }

  /** A link may be defined after its use: then all is drawn once more, with the definitions known. */
  #again() {
    this.#redrawn = true;
    this.#root.replaceChildren();
    this.#path = [{ kind: "root", node: section(this.#root), stub: "" }];
    this.#live = [];
    this.#tail = "";
    this.#backlog = this.#all.join("");
  }
}

/**
 * Blocks stand in sections of a few, since a layout looks at each child of what has changed: with
 * all in one, a long answer would cost more with every block.
 */
function section(root) {
  return root.appendChild(document.createElement("div"));
}

/**
 * Whether a block that starts on this line is sure to do so, whatever comes: the line is complete,
 * or it stands after a blank one and is longer than any mark that could make something else of it.
 */
function sure(source, line) {
  const start = offset(source, line);
  const end = source.indexOf("\n", start);
  if (end >= 0) return true;
  const before = source.slice(0, start);
  return /\n[ \t]*\n$/.test(before) && source.slice(start).trim().length >= SURE;
}
