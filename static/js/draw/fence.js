/**
 * A code fence while its text comes: lines are appended as they are, with no parsing, until the
 * closing line.
 */

import { codeFigure } from "./code.js";
import { codeName } from "./markdown.js";
import { unindented, within } from "./marks.js";

const RUN = 2_000;
const OPENER = /^( {0,3})(`{3,}|~{3,})(.*)/;
/** The beginning of a line in an item or a quote, in which it may be seen to have ended. */
const EDGE = /^[ \t>]*$/;

export class Fence {
  #path;
  #code;
  #text = new Text();
  #closer;
  #maybe;
  #indent;
  #within = false;

  /**
   * @param {string} line its first one
   * @param {import("./places.js").Place[]} path the containers that it stands in
   * @returns {Fence | null} null where the line is marked in another way than expected
   */
  static opened(line, path) {
    const found = OPENER.exec(within(path, line)?.text ?? "");
    return found && new Fence(found, path);
  }

  /**
   * @param {string[]} opener
   * @param {import("./places.js").Place[]} path
   */
  constructor([, indent, marks, info], path) {
    this.#path = path;
    this.#closer = new RegExp(`^ {0,3}${marks[0]}{${marks.length},}[ \\t]*$`);
    this.#maybe = new RegExp(`^ {0,3}${marks[0]}*[ \\t]*$`);
    this.#indent = indent.length;
    const { figure, code } = codeFigure(codeName(info));
    this.#code = code;
    this.figure = figure;
    figure.classList.add("code-live");
    this.#run();
  }

  /**
   * Takes what it can of a text.
   * @param {string} text
   * @param {boolean} last no more comes
   * @returns {{closed: boolean, rest: string}} what is left: after the closing line, or a last
   *   line that may become one, or from where its container has ended
   */
  feed(text, last) {
    let body = "";
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf("\n", at);
      const whole = end < 0 ? text.slice(at) : text.slice(at, end);
      const known = end >= 0 || last;
      const fresh = !this.#within;
      if (fresh && !known && this.#undecided(whole)) return this.#go(body, whole);
      const inner = fresh ? within(this.#path, whole) : { text: whole, column: 0 };
      if (!inner) return this.#stop(body, text.slice(at));
      const line = inner.text;
      // To the parser a last line of nothing but space is none.
      if (fresh && end < 0 && !line.trim()) break;
      if (fresh && known && this.#closer.test(line))
        return this.#stop(body, end < 0 ? "" : text.slice(end + 1));
      body += fresh ? unindented(line, this.#indent, inner.column).text : line;
      this.#within = end < 0;
      if (end < 0) break;
      body += "\n";
      at = end + 1;
    }
    return this.#go(body, "");
  }

  /** Whether the beginning of a line may be that of the closing one, or of one outside. */
  #undecided(line) {
    if (this.#path.length > 1 && EDGE.test(line)) return true;
    const inner = within(this.#path, line);
    return inner !== null && this.#maybe.test(inner.text);
  }

  #go(body, rest) {
    const cut = this.#text.length > RUN ? body.lastIndexOf("\n") + 1 : 0;
    if (cut) {
      this.#text.appendData(body.slice(0, cut));
      this.#run();
    }
    if (cut < body.length) this.#text.appendData(body.slice(cut));
    return { closed: false, rest };
  }

  /** A new run of lines: each addition lays out the run that it is in, so that runs are kept short. */
  #run() {
    const run = document.createElement("span");
    run.className = "code-run";
    this.#text = new Text();
    run.append(this.#text);
    this.#code.append(run);
  }

  /** One text again, as in any other code block. */
  close() {
    const text = this.#code.textContent;
    this.#code.textContent = text;
  }

  #stop(body, rest) {
    this.#go(body, "");
    return { closed: true, rest };
  }
}
