/**
 * What a person does to the list of conversations: shown at once, sent until it is answered, and
 * taken back where the server says no. A deletion is offered to be undone.
 */

import { announce } from "../browser/announce.js";
import { placed, removed } from "../state/list.js";
import { gettext, interpolate } from "../text.js";

export class Order {
  #store;
  #session;
  #toast;

  /**
   * @param {import("../state/store.js").Store} store
   * @param {import("./session.js").Session} session
   * @param {(told: {text: string, label?: string, run?: () => void}) => void} toast
   */
  constructor(store, session, toast) {
    this.#store = store;
    this.#session = session;
    this.#toast = toast;
    session.addEventListener("heard", (event) => {
      if (/** @type {CustomEvent} */ (event).detail.type === "welcome")
        session.ask({ type: "folders" });
    });
  }

  /**
   * @param {string} id
   * @param {{title?: string, pinned?: boolean, archived?: boolean, folder?: number | null}} changes
   */
  async arrange(id, changes) {
    const before = this.#store.state.list.items[id];
    if (!before) return;
    this.#put({ ...before, ...shown(changes) });
    const told = this.#words(before, changes);
    const answer = await this.#session.request({ type: "arrange", conversation: id, ...changes });
    if (answer.type === "error") {
      const held = this.#store.state.list.items[id];
      if (held?.revision === before.revision) this.#put(before);
      this.#toast({ text: answer.message });
    } else if (changes.archived !== undefined) {
      const back = () => this.arrange(id, { archived: !changes.archived });
      this.#toast({ text: told, label: gettext("Undo"), run: back });
    } else announce(told);
  }

  /** @param {string} id */
  async remove(id) {
    const before = this.#store.state.list.items[id];
    const name = named(before);
    if (before) this.#set(removed(this.#store.state.list, id, before.revision));
    this.#toast({
      text: interpolate(gettext("“%(title)s” is deleted."), { title: name }),
      label: gettext("Undo"),
      run: () => this.restore(id),
    });
    const answer = await this.#session.request({ type: "delete", conversation: id });
    if (answer.type === "error" && answer.code !== "not_found") {
      if (before) this.#back(before);
      this.#toast({ text: answer.message });
    }
  }

  /** @param {string} id */
  async restore(id) {
    const answer = await this.#session.request({ type: "undelete", conversation: id });
    if (answer.type === "error")
      this.#toast({ text: gettext("It was deleted too long ago to be brought back.") });
    else announce(gettext("The conversation is back."));
  }

  /** @returns {Promise<Record<string, any>[]>} what can be brought back */
  async deleted() {
    const answer = await this.#session.request({ type: "list", view: "deleted" });
    return answer.items ?? [];
  }

  /**
   * Makes a folder, or renames one.
   * @param {string} name
   * @param {number} [id]
   * @returns {Promise<{folder?: number, refused?: string}>}
   */
  async fold(name, id) {
    const answer = await this.#session.request({ type: "fold", name, ...(id && { id }) });
    if (answer.type === "error") return { refused: answer.message };
    announce(gettext("The folder is saved."));
    return { folder: answer.folder };
  }

  /** @param {number} id */
  async unfold(id) {
    const answer = await this.#session.request({ type: "unfold", id });
    this.#toast({
      text:
        answer.type === "error"
          ? answer.message
          : gettext("The folder is gone. Its conversations are in the list."),
    });
  }

  #words(row, changes) {
    const title = named(row);
    const words = {
      title: gettext("Renamed."),
      pinned: changes.pinned
        ? gettext("“%(title)s” is pinned.")
        : gettext("“%(title)s” is not pinned any more."),
      archived: changes.archived
        ? gettext("“%(title)s” is in the archive.")
        : gettext("“%(title)s” is back in the list."),
      folder: changes.folder
        ? gettext("“%(title)s” is in the folder now.")
        : gettext("“%(title)s” is in no folder now."),
    };
    return interpolate(words[Object.keys(changes)[0]], { title });
  }

  /** A row as it will be: the server's own word of it has a higher revision. */
  #put(row) {
    this.#set(placed(this.#store.state.list, row));
  }

  /** Back where it was, though it counted as gone. */
  #back(row) {
    const { [row.id]: _gone, ...gone } = this.#store.state.list.gone;
    this.#set(placed({ ...this.#store.state.list, gone }, row));
  }

  #set(list) {
    this.#store.set({ list });
  }
}

function named(row) {
  return row?.title || gettext("Untitled");
}

/**
 * Changes in the form of a row.
 * @param {{title?: string, pinned?: boolean, archived?: boolean, folder?: number | null}} changes
 */
function shown({ pinned, archived, ...rest }) {
  return {
    ...rest,
    ...(pinned !== undefined && { pinned: pinned ? Date.now() : null }),
    ...(pinned && { archived: null }),
    ...(archived !== undefined && { archived: archived ? Date.now() : null }),
    ...(archived && { pinned: null }),
  };
}
