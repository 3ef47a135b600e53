/** Code that the model ran, and what came of it, as one figure. */

import { make, write } from "../browser/make.js";
import { codeFigure, colour } from "../draw/code.js";
import { gettext, interpolate } from "../text.js";

const LONGEST = 100_000;
const STATES = {
  OUTCOME_OK: "ok",
  OUTCOME_FAILED: "failed",
  OUTCOME_DEADLINE_EXCEEDED: "deadline",
};
const WORDS = {
  running: gettext("Running"),
  ok: gettext("Output"),
  failed: gettext("It failed"),
  deadline: gettext("It took too long and was cut short"),
  silent: gettext("No result came"),
  odd: gettext("It ended in a way that this page does not know"),
};

class ChatRun extends HTMLElement {
  constructor() {
    super();
    this.word = make("p", { className: "run-word" });
    this.output = make("samp");
  }

  /** @param {Record<string, any> | null} code the part's; null where a result came by itself */
  show(code) {
    this.className = "part run";
    const result = make("div", { className: "run-result" }, this.word);
    if (code) this.append(this.#code(code, result));
    else this.append(make("div", { className: "code" }, result));
    this.#tell("running");
  }

  #code(given, result) {
    const { language, code: text } = given;
    const name = said(language).toLowerCase();
    const { figure, code } = codeFigure(/^[a-z0-9+#-]{1,20}$/.test(name) ? name : "");
    const label = /** @type {HTMLElement} */ (figure.querySelector(".code-name"));
    label.textContent = interpolate(gettext("%(language)s, run by the model"), {
      language: label.textContent,
    });
    code.textContent = text;
    figure.append(result);
    colour(figure);
    return figure;
  }

  /**
   * Takes the result that belongs to this code.
   * @param {Record<string, any>} part
   * @returns {boolean} false where it is no result, or there was one already
   */
  takes({ codeExecutionResult: result }) {
    if (typeof result !== "object" || !result || this.dataset.state !== "running") return false;
    const text = said(result.output).slice(0, LONGEST);
    this.output.textContent = text;
    if (text.trim()) this.word.after(make("pre", { tabIndex: 0, dir: "ltr" }, this.output));
    const outcome = said(result.outcome);
    this.#tell(Object.hasOwn(STATES, outcome) ? STATES[outcome] : outcome ? "odd" : "ok");
    if (!text.trim() && outcome === "OUTCOME_OK") write(this.word, gettext("No output"));
    return true;
  }

  /** No more comes. */
  finish() {
    if (this.dataset.state === "running") this.#tell("silent");
  }

  #tell(state) {
    this.dataset.state = state;
    write(this.word, WORDS[state]);
  }
}

function said(value) {
  return typeof value === "string" ? value : "";
}

customElements.define("chat-run", ChatRun);
