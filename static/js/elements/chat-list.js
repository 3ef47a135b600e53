/** The list of conversations at the page's side, and the archive in its place. */

import { keep, keyOf } from "../browser/keyed.js";
import { act, make } from "../browser/make.js";
import { glide } from "../browser/motion.js";
import { renaming } from "../browser/rename.js";
import { ARCHIVED, reach } from "../state/list.js";
import { archive, sections } from "../state/sections.js";
import { gettext } from "../text.js";
import { deletedNode } from "./list-deleted.js";
import { drags } from "./list-drag.js";
import { keys } from "./list-keys.js";
import { menuOf, row, show } from "./list-row.js";
import { rowsOf, sectionNode, showSection } from "./list-section.js";
import { inSight } from "./list-window.js";

const NEAR_END = 400;
const NONE = { key: "", title: "", items: [] };

class ChatList extends HTMLElement {
  /** @type {import("../state/state.js").State | null} */
  #state = null;
  #view = "active";
  #day = "";
  /** @type {import("../state/sections.js").Section[]} */
  #found = [];
  #frame = 0;
  /** @type {Set<number>} folders that show what is in them */
  #opened = new Set();
  /** @type {Record<string, any>[]} what can be brought back, while the archive is on show */
  #deleted = [];
  /** The row at which Tab stops. */
  #stop = "";
  /** @type {{read: () => number[], write: (ids: number[]) => void}} */
  kept = { read: () => [], write: () => {} };

  connectedCallback() {
    this.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("focusin", ({ target }) => this.#focused(target));
    this.addEventListener("renamed", () => this.#draw());
    keys(this);
    drags(this);
  }

  /** @param {import("../state/state.js").State} state */
  update(state) {
    const day = new Date().toDateString();
    const { list, folders, drafted, shown } = this.#state ?? {};
    if (!this.#state) this.#opened = new Set(this.kept.read());
    const same =
      list?.items === state.list.items &&
      list?.deeper === state.list.deeper &&
      list?.loaded === state.list.loaded &&
      folders === state.folders &&
      drafted === state.drafted &&
      shown === state.shown &&
      day === this.#day;
    [this.#state, this.#day] = [state, day];
    if (!same) this.#draw();
    else this.#reach();
  }

  /** @param {"active" | "archived"} view */
  turn(view) {
    if (view === this.#view) return;
    this.#view = view;
    this.#deleted = [];
    this.scrollTop = 0;
    this.#draw();
  }

  get view() {
    return this.#view;
  }

  /** @param {Record<string, any>[]} rows */
  offer(rows) {
    this.#deleted = rows;
    if (this.#view === ARCHIVED) this.#draw();
  }

  #draw() {
    const state = this.#state;
    // A row that moved would take the field for its name along, or away.
    if (!state || renaming(this)) return;
    const { items } = state.list;
    const found =
      this.#view === ARCHIVED
        ? archive(items, Date.now())
        : sections(items, state.folders.items, this.#opened, Date.now());
    if (!found.length && reach(state.list, this.#view).loaded) found.push(NONE);
    this.#settle(found);
    this.#found = found;
    const focused = idOf(this.contains(document.activeElement) ? document.activeElement : null);
    const done = glide(this, ".list-row", (link) => link.dataset.id);
    keep(
      this,
      [...this.#bin(), ...found],
      (section) => section.key,
      (section) => this.#made(section),
      (node, section) => this.#fill(node, section),
    );
    done();
    // In another section it is another node.
    if (focused && !this.contains(document.activeElement)) {
      const link = this.querySelector(`.list-row[data-id="${focused}"]`);
      /** @type {HTMLElement | null} */ (link)?.focus({ preventScroll: true });
    }
    this.#reach();
  }

  #scrolled() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (renaming(this)) return;
      for (const node of this.children) {
        const section = this.#found.find(({ items, key }) => items.length && key === keyOf(node));
        if (section && node.querySelector(".list-rows")) this.#rows(node, section);
      }
      this.#reach();
    });
  }

  /** What was deleted lately stands above the archive. */
  #bin() {
    const gone = this.#state?.list.items ?? {};
    const rows = this.#deleted.filter(({ id }) => !gone[id]);
    return this.#view === ARCHIVED && rows.length
      ? [{ key: "deleted", title: "", items: [], rows }]
      : [];
  }

  #made(section) {
    if (section.key === "deleted") return deletedNode();
    if (section.key) return sectionNode(section);
    const words =
      this.#view === ARCHIVED
        ? gettext("The archive is empty.")
        : gettext("Your conversations will stand here.");
    return make("p", { className: "list-none", textContent: words });
  }

  #fill(node, section) {
    if (!section.key) return;
    if (section.key === "deleted") return node.fill(section.rows);
    const view = section.folder ? `folder ${section.folder.id}` : this.#view;
    showSection(node, section, Boolean(this.#read(view).before));
    this.#rows(node, section);
  }

  #rows(node, section) {
    const state = /** @type {import("../state/state.js").State} */ (this.#state);
    keep(
      rowsOf(node),
      inSight(this, rowsOf(node), section.items),
      (item) => item.id,
      row,
      (line, item) =>
        show(line, item, {
          current: item.id === state.shown,
          drafted: Boolean(state.drafted[item.id]),
          stop: item.id === this.#stop,
        }),
    );
  }

  /** Tab stops at one row: the last that had the focus, the one on show, or the first. */
  #settle(found) {
    const ids = new Set(found.flatMap((section) => section.items.map(({ id }) => id)));
    if (ids.has(this.#stop)) return;
    const shown = this.#state?.shown ?? "";
    this.#stop = ids.has(shown) ? shown : (ids.values().next().value ?? "");
  }

  #focused(target) {
    const link = target.closest(".list-item")?.querySelector(".list-row");
    if (!link || link.dataset.id === this.#stop) return;
    const before = this.querySelector(`.list-row[data-id="${this.#stop}"]`);
    this.#stop = link.dataset.id;
    stopAt(before, -1);
    stopAt(link, 0);
  }

  #click({ target }) {
    const button = target.closest("button");
    const section = target.closest("[data-folder]");
    const folder = Number(section?.dataset.folder);
    if (!button) return;
    if (button.matches(".folder-open")) this.#toggle(folder);
    else if (button.matches(".folder-more")) act(this, "more", { folder });
    else if (button.matches(".folder-head .list-more")) act(button, "folder-menu", { folder });
    else if (button.matches(".list-more")) {
      act(button, "menu", { conversation: idOf(button) });
    }
  }

  #toggle(folder) {
    if (!this.#opened.delete(folder)) this.#opened.add(folder);
    this.kept.write([...this.#opened]);
    this.#draw();
  }

  #read(view) {
    return reach(/** @type {import("../state/state.js").State} */ (this.#state).list, view);
  }

  #reach() {
    const { scrollHeight, scrollTop, clientHeight } = this;
    if (scrollHeight - scrollTop - clientHeight < NEAR_END)
      act(this, "more", this.#view === ARCHIVED ? { view: ARCHIVED } : {});
    for (const { id } of this.#state?.folders.items ?? [])
      if (this.#opened.has(id) && !this.#read(`folder ${id}`).loaded)
        act(this, "more", { folder: id });
  }
}

/**
 * @param {Element | null} node something in a row
 * @returns {string | undefined} the row's conversation
 */
function idOf(node) {
  return node?.closest(".list-item")?.querySelector("a")?.dataset.id;
}

function stopAt(link, tabIndex) {
  if (link) link.tabIndex = menuOf(link.closest(".list-item")).tabIndex = tabIndex;
}

customElements.define("chat-list", ChatList);
