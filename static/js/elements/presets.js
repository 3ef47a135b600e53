/** A person's presets, at the top of the settings. */

import { act, make, write } from "../browser/make.js";
import { same, whole } from "../state/settings.js";
import { gettext, interpolate } from "../text.js";

export class Presets {
  #node;
  #select;
  #name;
  #drop;
  #field;
  #usual;
  /** The preset that was chosen last, also once its settings were changed here. */
  #chosen = null;
  #items = null;
  #props = /** @type {any} */ (null);
  #doing = "";

  /** @param {HTMLElement} node */
  constructor(node) {
    const find = (selector) => /** @type {any} */ (node.querySelector(selector));
    this.#node = node;
    this.#select = find("select");
    this.#name = find(".presets-name");
    this.#drop = find(".presets-drop");
    this.#field = find("#preset-name");
    this.#usual = find(".presets-default input");
    this.#select.onchange = () => this.#apply();
    this.#name.onsubmit = (event) => this.#save(event);
    this.#drop.onsubmit = (event) => this.#delete(event);
    this.#usual.onchange = () => this.#keep({ default: this.#usual.checked });
    for (const button of node.querySelectorAll("[data-do]"))
      button.addEventListener("click", () => this.#start(button.getAttribute("data-do")));
    node.onkeydown = (event) => {
      if (event.key !== "Escape" || !this.#doing) return;
      event.preventDefault();
      event.stopPropagation();
      this.#start("cancel");
    };
  }

  /** Another conversation is on show. */
  turn() {
    this.#chosen = null;
    this.#doing = "";
  }

  /**
   * @param {object} props
   * @param {Record<string, any>[] | null} props.presets
   * @param {string} props.model
   * @param {Record<string, any>} props.chosen
   * @param {string[]} props.models offered here
   */
  update(props) {
    this.#props = props;
    const { presets, model, chosen } = props;
    const items = presets ?? [];
    if (items !== this.#items) this.#list(items);
    const fits = (one) => one.model === model && same(one.settings, chosen);
    const held = items.find((one) => one.id === this.#chosen);
    const fitting = held && fits(held) ? held : items.find(fits);
    if (fitting) this.#chosen = fitting.id;
    const shown = fitting ?? held;
    const own = !shown && Object.keys(chosen).length > 0;
    const value = shown ? String(shown.id) : own ? "own" : "site";
    if (this.#select.value !== value) this.#select.value = value;
    this.#tools(shown, Boolean(shown) && !fitting);
  }

  #list(items) {
    this.#items = items;
    for (const option of [...this.#select.options].slice(2)) option.remove();
    this.#select.append(
      ...items.map(({ id, name, default: usual }) =>
        make("option", {
          value: String(id),
          textContent: usual ? interpolate(gettext("%(name)s (for new ones)"), { name }) : name,
        }),
      ),
    );
  }

  #tools(shown, changed) {
    const has = { new: true, update: changed, rename: Boolean(shown), drop: Boolean(shown) };
    if (!shown && this.#doing !== "new") this.#doing = "";
    for (const [what, there] of Object.entries(has))
      this.#button(what).hidden = !there || Boolean(this.#doing);
    this.#name.hidden = !["new", "rename"].includes(this.#doing);
    this.#drop.hidden = this.#doing !== "drop";
    this.#usual.closest("label").hidden = !shown || Boolean(this.#doing);
    this.#usual.checked = Boolean(shown?.default);
    const words = interpolate(gettext("Delete “%(name)s”?"), { name: shown?.name });
    write(this.#drop.firstElementChild, shown ? words : "");
  }

  #button(what) {
    return this.#node.querySelector(`.presets-tools [data-do=${what}]`);
  }

  #apply() {
    const { models } = this.#props;
    const preset = this.#items.find(({ id }) => String(id) === this.#select.value);
    this.#chosen = preset?.id ?? null;
    this.#doing = "";
    const model = preset && models.includes(preset.model) ? preset.model : undefined;
    act(this.#node, "configure", { change: { settings: whole(preset?.settings ?? {}), model } });
  }

  #start(what) {
    if (what === "update") {
      const { model, chosen } = this.#props;
      return this.#keep({ model, settings: chosen });
    }
    const before = this.#doing;
    this.#doing = what === "cancel" ? "" : what;
    this.update(this.#props);
    if (this.#doing === "drop") this.#drop.querySelector("[type=submit]").focus();
    else if (this.#doing) this.#ask();
    else this.#button(before || "new").focus();
  }

  #ask() {
    const held = this.#items.find(({ id }) => id === this.#chosen);
    this.#field.value = this.#doing === "rename" ? held.name : "";
    this.#field.focus();
    this.#field.select();
  }

  #save(event) {
    event.preventDefault();
    const name = this.#field.value.trim();
    if (!name) return;
    const { model, chosen } = this.#props;
    if (this.#doing === "rename") this.#keep({ name });
    else act(this.#node, "keep-preset", { wanted: { name, model, settings: chosen } });
    this.#start("cancel");
  }

  #keep(wanted) {
    act(this.#node, "keep-preset", { wanted: { preset: this.#chosen, ...wanted } });
  }

  #delete(event) {
    event.preventDefault();
    act(this.#node, "drop-preset", { preset: this.#chosen });
    this.#chosen = null;
    this.#start("cancel");
  }
}
