/**
 * A code fence while its text comes: lines are appended as they are, with no parsing, until the
 * closing line.
 */

import { codeFigure } from "./code.js";

const RUN = 2_000;
const OPENER = /^( {0,3})(`{3,}|~{3,})[ \t]*([^\s]*)/;

export class Fence {
  #code;
  #text = new Text();
  #closer;
  #maybe;
  #indent;
  #within = false;

  /** @param {string} opener its first line */
  constructor(opener) {
    const [, indent, marks, name] = /** @type {RegExpExecArray} */ (OPENER.exec(opener));
    this.#closer = new RegExp(`^ {0,3}${marks[0]}{${marks.length},}[ \\t]*$`);
    this.#maybe = new RegExp(`^ {0,3}${marks[0]}*[ \\t]*$`);
    this.#indent = new RegExp(`^ {0,${indent.length}}`);
    const { figure, code } = codeFigure(name);
    this.#code = code;
    this.figure = figure;
    this.#run();
  }

  /**
   * Takes what it can of a text.
   * @param {string} text
   * @returns {{closed: boolean, rest: string}} what is left: after the closing line, or a last
   *   line that may become one
   */
  feed(text) {
    let body = "";
    let at = 0;
    while (at < text.length) {
      const end = text.indexOf("\n", at);
      const line = end < 0 ? text.slice(at) : text.slice(at, end);
      const fresh = !this.#within;
      if (fresh && end >= 0 && this.#closer.test(line))
        return this.#stop(body, text.slice(end + 1));
      if (fresh && end < 0 && this.#maybe.test(line)) return this.#go(body, line);
      body += fresh ? line.replace(this.#indent, "") : line;
      this.#within = end < 0;
      if (end < 0) return this.#go(body, "");
      body += "\n";
      at = end + 1;
    }
    return this.#go(body, "");
  }

  #go(body, rest) {
    if (body) this.#text.appendData(body);
    if (this.#text.length > RUN && this.#text.data.endsWith("\n")) this.#run();
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
