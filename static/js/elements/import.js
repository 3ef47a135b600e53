/** The dialog in which files are taken in: chosen or dropped, one after the other. */

import { dialog } from "../browser/dialog.js";
import { make, write } from "../browser/make.js";
import { imported } from "../link/inout.js";
import { count, gettext, interpolate } from "../text.js";

const MEGABYTE = 2 ** 20;

export class ImportDialog {
  #node = /** @type {HTMLDialogElement} */ (document.getElementById("import"));
  #dialog = dialog(this.#node);
  #place = /** @type {HTMLElement} */ (this.#node.querySelector(".import-place"));
  #field = /** @type {HTMLInputElement} */ (this.#node.querySelector("input[type=file]"));
  #list = /** @type {HTMLElement} */ (this.#node.querySelector(".import-files"));
  /** Files go one after the other: the server takes in one at a time. */
  #last = Promise.resolve();

  constructor() {
    this.#field.onchange = () => this.#take(this.#field.files ?? []);
    for (const name of ["dragover", "dragleave", "drop"])
      this.#node.addEventListener(name, (event) => this.#drag(/** @type {DragEvent} */ (event)));
  }

  /** @param {HTMLElement} [from] */
  open(from) {
    for (const row of [...this.#list.children]) if (!row.matches(".going")) row.remove();
    this.#dialog.open(from);
  }

  close() {
    this.#dialog.close();
  }

  #drag(event) {
    event.preventDefault();
    this.#place.classList.toggle("over", event.type === "dragover");
    if (event.type === "drop") this.#take(event.dataTransfer?.files ?? []);
  }

  #take(files) {
    for (const file of files) this.#add(file, false);
    this.#field.value = "";
  }

  #add(file, copies) {
    const bar = make("progress", { max: 1, value: 0 });
    bar.setAttribute("aria-label", gettext("Sent so far"));
    const said = make("p", { className: "import-said" });
    said.setAttribute("role", "status");
    const name = make("p", { className: "import-name", dir: "auto", textContent: file.name });
    const row = make("li", { className: "import-file going" }, name, bar, said);
    this.#list.append(row);
    row.scrollIntoView({ block: "nearest" });
    const most = Number(this.#node.dataset.most);
    if (file.size > most * MEGABYTE) {
      const words = gettext("The file is larger than %(most)s MB. Nothing was imported.");
      return this.#end(row, { message: interpolate(words, { most: count(most) }) }, file);
    }
    this.#last = this.#last.then(async () => {
      const answer = await imported(file, copies, (part) => {
        bar.value = part;
        // From here on the server reads, which takes it a while for many.
        if (part >= 1) bar.removeAttribute("value");
        write(said, part < 1 ? gettext("Sending") : gettext("Reading"));
      });
      this.#end(row, answer, file);
    });
  }

  #end(row, answer, file) {
    const failed = answer.imported === undefined;
    row.classList.remove("going");
    row.classList.toggle("failed", failed);
    row.querySelector("progress")?.remove();
    write(row.querySelector(".import-said"), answer.message ?? "");
    const next = make("p", { className: "import-next" });
    if (answer.conversation) next.append(this.#link(answer.conversation));
    if (answer.known) next.append(this.#copies(row, file));
    if (next.firstChild) row.append(next);
  }

  #link({ id }) {
    const link = make("a", { href: `/c/${id}`, textContent: gettext("Open it") });
    link.dataset.route = "";
    link.addEventListener("click", () => this.close());
    return link;
  }

  #copies(row, file) {
    const button = make("button", {
      type: "button",
      className: "quiet-link",
      textContent: gettext("Import as copies"),
    });
    button.onclick = () => {
      row.remove();
      this.#add(file, true);
      this.#field.focus();
    };
    return button;
  }
}
