/** The menus of a conversation and of a folder, and what they need: a new name, another folder. */

import { dialog } from "../browser/dialog.js";
import { act, make, write } from "../browser/make.js";
import { menu } from "../browser/menu.js";
import { rename } from "../browser/rename.js";
import { gettext, interpolate } from "../text.js";

const TITLE_LIMIT = 200;
const FOLDER_LIMIT = 80;

const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class ConversationMenu {
  #store;
  #order;
  #id = "";
  #folder = 0;
  #node = find("conversation-menu");
  #menu = menu(this.#node, (item) => this.#chosen(item));
  #folderMenu = menu(find("folder-menu"), (item) => this.#folderChosen(item));
  #button = find("conversation-more");
  #move = new Move();

  /**
   * @param {import("../state/store.js").Store} store
   * @param {import("../link/order.js").Order} order
   */
  constructor(store, order) {
    this.#store = store;
    this.#order = order;
    this.#button.onclick = () => this.open(this.#store.state.shown ?? "", this.#button);
    find("title").addEventListener("dblclick", () => this.rename(this.#store.state.shown ?? ""));
  }

  /** @param {Record<string, any> | undefined} row the one of the conversation on show */
  update(row) {
    this.#button.hidden = !row;
  }

  /**
   * @param {string} id
   * @param {HTMLElement} from
   */
  open(id, from) {
    const row = this.#row(id);
    if (!row) return;
    this.#id = id;
    this.#node.dataset.conversation = id;
    this.#say("pin", row.pinned ? gettext("Unpin") : gettext("Pin"));
    this.#say("archive", row.archived ? gettext("Back to the list") : gettext("Archive"));
    this.#menu.open(from);
  }

  /**
   * @param {number} folder
   * @param {HTMLElement} from
   */
  openFolder(folder, from) {
    this.#folder = folder;
    this.#folderMenu.open(from);
  }

  /** @param {string} id */
  rename(id) {
    const row = this.#row(id);
    if (!row) return;
    const link = rowLink(id);
    const inList = link && document.activeElement?.closest(".list-item")?.contains(link);
    const node = inList ? link : id === this.#store.state.shown ? find("title") : link;
    if (!node) return;
    rename(node, {
      value: row.title,
      label: gettext("Title"),
      limit: TITLE_LIMIT,
      done: (title) => this.#order.arrange(id, { title }),
      after: () => (node === link ? link : this.#button).focus(),
    });
  }

  #row(id) {
    return this.#store.state.list.items[id];
  }

  #say(what, words) {
    const item = this.#node.querySelector(`[data-do=${what}] .menu-word`);
    if (item) write(item, words);
  }

  #chosen(item) {
    const [id, row] = [this.#id, this.#row(this.#id)];
    if (!row) return;
    const does = {
      rename: () => this.rename(id),
      pin: () => this.#order.arrange(id, { pinned: !row.pinned }),
      archive: () => this.#order.arrange(id, { archived: !row.archived }),
      move: () => this.#moveTo(id, row),
      delete: () => act(this.#node, "delete", { conversation: id }),
    }[item.dataset.do ?? ""];
    if (does) does();
    else act(this.#node, item.dataset.do ?? "", { conversation: id });
  }

  async #moveTo(id, row) {
    const from = rowLink(id) ?? this.#button;
    this.#move.open(from, this.#store.state.folders.items, row, {
      chosen: (folder) => this.#order.arrange(id, { folder }),
      made: (name) => this.#order.fold(name),
    });
  }

  #folderChosen(item) {
    const folder = this.#store.state.folders.items.find(({ id }) => id === this.#folder);
    if (!folder) return;
    if (item.dataset.do === "remove") return void this.#order.unfold(folder.id);
    const head = document.querySelector(`.list-group[data-folder="${folder.id}"] .folder-open`);
    if (!(head instanceof HTMLElement)) return;
    rename(head, {
      value: folder.name,
      label: gettext("Name of the folder"),
      limit: FOLDER_LIMIT,
      done: async (name) => {
        const { refused } = await this.#order.fold(name, folder.id);
        if (refused) act(head, "tell", { text: refused });
      },
      after: () => head.focus(),
    });
  }
}

/** The dialog in which a folder is chosen or made. */
class Move {
  #node = /** @type {HTMLDialogElement} */ (find("move"));
  #dialog = dialog(this.#node);
  #list = /** @type {HTMLElement} */ (this.#node.querySelector(".move-folders"));
  #form = /** @type {HTMLFormElement} */ (this.#node.querySelector("form"));
  #name = /** @type {HTMLInputElement} */ (this.#node.querySelector("input"));
  #wrong = /** @type {HTMLElement} */ (this.#node.querySelector(".move-wrong"));

  /**
   * @param {HTMLElement} from
   * @param {import("../state/order.js").Folder[]} folders
   * @param {Record<string, any>} row
   * @param {object} does
   * @param {(folder: number | null) => void} does.chosen
   * @param {(name: string) => Promise<{folder?: number, refused?: string}>} does.made
   */
  open(from, folders, row, { chosen, made }) {
    const choose = (folder) => {
      this.#dialog.close();
      if (folder !== row.folder) chosen(folder);
    };
    const known = folders.some(({ id }) => id === row.folder);
    const none = { id: null, name: gettext("No folder") };
    const button = (folder) => {
      const node = make("button", {
        type: "button",
        className: "move-to",
        textContent: folder.name,
      });
      node.dir = "auto";
      if (folder.id === (known ? row.folder : null)) node.setAttribute("aria-current", "true");
      node.onclick = () => choose(folder.id);
      return make("li", {}, node);
    };
    const sorted = [...folders].sort((a, b) => a.name.localeCompare(b.name));
    this.#list.replaceChildren(...[...sorted, none].map(button));
    write(
      /** @type {Element} */ (this.#node.querySelector(".sheet-title")),
      interpolate(gettext("Move “%(title)s”"), { title: row.title || gettext("Untitled") }),
    );
    this.#name.value = "";
    write(this.#wrong, "");
    this.#form.onsubmit = async (event) => {
      event.preventDefault();
      if (!this.#name.value.trim()) return this.#name.focus();
      const { folder, refused } = await made(this.#name.value);
      if (folder) return choose(folder);
      write(this.#wrong, refused ?? "");
      this.#name.focus();
    };
    this.#dialog.open(from);
  }
}

/** @returns {HTMLElement | null} */
function rowLink(id) {
  return document.querySelector(`.list-row[data-id="${id}"]`);
}
