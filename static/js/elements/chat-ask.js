/** One question: its text and files, what else was asked in its place, and the place to edit it. */

import { copy } from "../browser/clipboard.js";
import { act, icon, make, write } from "../browser/make.js";
import { gettext } from "../text.js";
import { editor } from "./ask-editor.js";
import { filesNode, filesOf } from "./ask-files.js";
import { Versions } from "./versions.js";

class ChatAsk extends HTMLElement {
  /** @type {{question: any, busy: boolean, limit: number, versions: any, edits: any} | null} */
  #props = null;
  /** @type {ReturnType<typeof editor> | null} */
  #editor = null;

  constructor() {
    super();
    this.versions = new Versions();
  }

  /**
   * @param {object} props
   * @param {Record<string, any>} props.question
   * @param {boolean} props.busy nothing can be asked just now
   * @param {number} props.limit code points in a message
   * @param {import("../state/branches.js").Versions | null} props.versions
   * @param {import("../state/edits.js").Edits} props.edits
   */
  update(props) {
    const first = !this.#props;
    this.#props = props;
    if (first) this.#build(props.question);
    this.versions.update(props.versions);
    this.#editor?.update(props);
  }

  /** @param {Record<string, any>} question */
  #build({ id, kind, pieces }) {
    this.dataset.message = String(id);
    const heading = make("h2", { className: "unseen", textContent: gettext("Question") });
    if (kind === "continue") {
      this.className = "ask go-on";
      write(heading, gettext("Continued"));
      const line = make("p", { className: "go-on-line", textContent: gettext("Continued") });
      line.setAttribute("aria-hidden", "true");
      return this.append(heading, line, this.versions.node);
    }
    this.className = "ask";
    const said = pieces.map(([sort, text]) => (sort === "a" ? text : "")).join("");
    this.text = make("div", { className: "ask-text", dir: "auto", textContent: said });
    this.text.hidden = !said;
    this.tools = this.#tools();
    this.append(heading, ...filesNode(filesOf(this.#props?.question ?? {})), this.tools, this.text);
    const kept = this.#props?.edits.read(id);
    if (typeof kept === "string") this.edit(kept, false);
  }

  #tools() {
    const word = make("span", { className: "unseen", textContent: gettext("Copy") });
    const copying = make("button", { type: "button", title: gettext("Copy") }, icon("copy"), word);
    copying.onclick = () => copy(this.text.textContent ?? "", copying, word);
    this.pencil = make("button", { type: "button", className: "edit" }, icon("edit"));
    this.pencil.title = gettext("Edit: ask something else here");
    this.pencil.setAttribute("aria-label", gettext("Edit"));
    this.pencil.onclick = () => this.edit();
    return make("div", { className: "tools" }, this.versions.node, this.pencil, copying);
  }

  /**
   * Opens the editor in the text's place.
   * @param {string} [text] what was written before
   * @param {boolean} [focus]
   */
  edit(text = this.text?.textContent ?? "", focus = true) {
    if (!this.text) return;
    if (!this.#editor) {
      this.#editor = editor({
        text,
        files: filesOf(this.#props?.question ?? {}).length > 0,
        wrote: (words) => this.#keep(words),
        send: (words) => this.#send(words),
        cancel: () => this.#close(),
      });
      this.append(this.#editor.node);
      this.#dress(true);
      this.#editor.update(this.#props);
    }
    if (focus) this.#editor.focus();
  }

  #keep(words) {
    this.#props?.edits.write(this.#props.question.id, words);
  }

  #send(text) {
    const { question } = this.#props ?? {};
    act(this, "edit", { message: question.id, text, files: filesOf(question) });
    this.#shut();
  }

  #close() {
    this.#shut();
    this.pencil.focus();
  }

  #shut() {
    this.#keep(null);
    this.#editor?.node.remove();
    this.#editor = null;
    this.#dress(false);
  }

  #dress(editing) {
    this.classList.toggle("editing", editing);
    this.text.hidden = editing || !this.text.textContent;
    this.tools.hidden = editing;
  }
}

customElements.define("chat-ask", ChatAsk);
