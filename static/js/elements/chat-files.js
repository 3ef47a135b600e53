/**
 * The files of what is being written: taken from a button, a drop or the clipboard, checked, sent
 * up at once, and kept until the question goes. Each conversation has its own.
 *
 * @typedef {object} Item
 * @property {string} key
 * @property {string} name
 * @property {number} size
 * @property {string} mimeType
 * @property {import("../state/attachments.js").Kept | null} kept once the server has it
 * @property {number | null} share how much of it has gone up; null when it is not on its way
 * @property {string} trouble why it did not get there
 * @property {boolean} again whether it may be tried again
 * @property {string} [text] what was pasted, which can still be put in as text
 * @property {string} [preview] address of the picture while the page has it
 * @property {File} [file]
 * @property {import("../link/upload.js").Upload} [job]
 */

import { announce } from "../browser/announce.js";
import { keep } from "../browser/keyed.js";
import { isThere, takeBack, upload } from "../link/upload.js";
import { objection } from "../state/files.js";
import { gettext, interpolate } from "../text.js";
import { fileChip, updateChip } from "./file-chip.js";

const LIMITS = { message: 60_000, files: 10, file: 20 * 1024 * 1024, all_files: 40 * 1024 * 1024 };
let number = 0;

class ChatFiles extends HTMLElement {
  /** @type {import("../state/attachments.js").Attachments | null} */
  store = null;
  limits = LIMITS;
  /** @type {Map<string | null, Item[]>} */
  #items = new Map();
  /** @type {string | null} */
  #shown = null;

  connectedCallback() {
    this.list = /** @type {HTMLElement} */ (this.querySelector("ul"));
    this.#draw();
  }

  get items() {
    return this.#items.get(this.#shown) ?? [];
  }

  /** What can go with the question. */
  get kept() {
    return this.items.flatMap(({ kept, trouble }) => (kept && !trouble ? [kept] : []));
  }

  /** Whether something is still on its way up. */
  get going() {
    return this.items.some(({ kept, trouble }) => !kept && !trouble);
  }

  get failed() {
    return this.items.some(({ trouble }) => trouble);
  }

  /** @param {string | null} conversation */
  turnTo(conversation) {
    this.#shown = conversation;
    this.take();
  }

  /** Takes up what is kept, which another tab may have changed or sent, or which came back. */
  take() {
    const stored = this.store?.read(this.#shown) ?? [];
    const held = new Map(this.items.map((item) => [item.kept?.id ?? item.key, item]));
    const ids = new Set(stored.map(({ id }) => id));
    const here = stored.map((kept) => held.get(kept.id) ?? this.#restored(kept));
    const own = this.items.filter(({ kept }) => !kept || !ids.has(kept.id));
    // One that is gone stays, and says so, until the person has taken it away.
    this.#set(this.#shown, [...here, ...own.filter(({ kept, trouble }) => !kept || trouble)]);
  }

  /** A new conversation got its address. */
  settle(conversation) {
    const loose = this.#items.get(null) ?? [];
    this.#items.set(null, []);
    this.#items.set(conversation, [...(this.#items.get(conversation) ?? []), ...loose]);
  }

  /** The question has gone with them. */
  sent() {
    for (const item of this.items) this.#forget(item);
    this.#set(this.#shown, []);
    this.store?.write(this.#shown, []);
  }

  /** The person goes: nothing stays behind, and nothing goes on. */
  leave() {
    for (const item of [...this.#items.values()].flat()) this.#forget(item);
    this.#items.clear();
    this.#draw();
  }

  /**
   * Puts a text in a file of its own.
   * @param {string} text
   */
  addText(text) {
    const file = new File([text], `${gettext("Pasted text")}.txt`, { type: "text/plain" });
    // What no message holds is not offered as one: megabytes in a field would stop the page.
    this.add([file], text.length <= this.limits.message ? text : "");
  }

  /**
   * @param {Iterable<File>} files
   * @param {string} [text]
   */
  add(files, text) {
    const conversation = this.#shown;
    for (const file of files) {
      const item = this.#item(file.name, file.size, file.type || "text/plain", { file, text });
      if (file.type.startsWith("image/")) item.preview = URL.createObjectURL(file);
      item.trouble = this.#tooMuch(file);
      this.#set(conversation, [...(this.#items.get(conversation) ?? []), item]);
      if (item.trouble) this.#tell(item);
      else this.#begin(conversation, item);
    }
  }

  #item(name, size, mimeType, more) {
    const key = `f${++number}`;
    return { key, name, size, mimeType, kept: null, share: 0, trouble: "", again: false, ...more };
  }

  #restored(kept) {
    const item = this.#item(kept.name, kept.size, kept.mimeType, { kept, share: null });
    isThere(kept.id).then((there) => {
      if (there) return;
      item.trouble = gettext("This file is not here any more. Remove it, and attach it again.");
      this.#draw();
    });
    return item;
  }

  /** Why one more is too many. */
  #tooMuch(file) {
    const good = this.items.filter(({ trouble }) => !trouble);
    if (good.length >= this.limits.files)
      return interpolate(gettext("A message can carry %(count)s files. Send the rest after it."), {
        count: this.limits.files,
      });
    const all = good.reduce((sum, { size }) => sum + size, file.size);
    if (file.size <= this.limits.file && all > this.limits.all_files)
      return interpolate(gettext("Together these files are larger than %(size)s MB."), {
        size: Math.floor(this.limits.all_files / 1024 / 1024),
      });
    return "";
  }

  async #begin(conversation, item) {
    item.share = 0;
    item.trouble = await objection(item.file, this.limits.file);
    item.again = false;
    if (item.gone) return;
    if (item.trouble) return this.#tell(item);
    try {
      item.job = upload(item.file, (share) => {
        item.share = share;
        this.#draw();
      });
      this.#draw();
      this.#arrived(conversation, item, await item.job.done);
    } catch (trouble) {
      if (item.gone) return;
      const { message, again } = /** @type {any} */ (trouble);
      Object.assign(item, { trouble: message, again });
      this.#tell(item);
    }
  }

  #arrived(conversation, item, kept) {
    if (item.gone) return takeBack(kept.id);
    Object.assign(item, { kept, share: null, name: kept.name, mimeType: kept.mimeType });
    const place = [...this.#items].find(([_id, items]) => items.includes(item));
    this.#store(place ? place[0] : conversation, kept.id, [kept]);
    announce(interpolate(gettext("%(name)s is attached."), { name: item.name }));
    this.#draw();
  }

  #tell(item) {
    announce(`${item.name}: ${item.trouble}`);
    this.#draw();
  }

  #remove(item) {
    const at = this.items.indexOf(item);
    this.#forget(item);
    if (item.kept) takeBack(item.kept.id);
    this.#set(
      this.#shown,
      this.items.filter((other) => other !== item),
    );
    if (item.kept) this.#store(this.#shown, item.kept.id, []);
    announce(interpolate(gettext("%(name)s is removed."), { name: item.name }));
    const next = this.list.children[Math.min(at, this.list.childElementCount - 1)];
    if (next) /** @type {HTMLElement} */ (next.querySelector(".file-remove")).focus();
    else this.dispatchEvent(new Event("emptied"));
  }

  #insert(item) {
    this.#remove(item);
    this.dispatchEvent(new CustomEvent("insert", { detail: item.text }));
  }

  #forget(item) {
    item.gone = true;
    item.job?.abort();
    if (item.preview) URL.revokeObjectURL(item.preview);
  }

  /**
   * Puts something in a file's place among those that are kept, which another tab or device may
   * have changed since they were taken up here.
   */
  #store(conversation, id, instead) {
    const others = this.store?.read(conversation).filter((kept) => kept.id !== id) ?? [];
    this.store?.write(conversation, [...others, ...instead]);
  }

  #set(conversation, items) {
    this.#items.set(conversation, items);
    this.#draw();
  }

  #draw() {
    this.hidden = !this.items.length;
    keep(
      this.list,
      this.items,
      ({ key }) => key,
      (item) =>
        fileChip(item, {
          remove: () => this.#remove(item),
          again: () => this.#begin(this.#shown, item),
          insert: () => this.#insert(item),
        }),
      updateChip,
    );
    this.dispatchEvent(new Event("changed"));
  }
}

customElements.define("chat-files", ChatFiles);
