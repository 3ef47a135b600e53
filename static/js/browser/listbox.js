/**
 * A field with a list of choices under it: the focus stays in the field, the arrows walk the list.
 * https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */

export class Listbox {
  #field;
  #list;
  #active = /** @type {HTMLElement | null} */ (null);

  /**
   * @param {HTMLInputElement} field
   * @param {HTMLElement} list
   */
  constructor(field, list) {
    this.#field = field;
    this.#list = list;
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-expanded", "false");
    list.setAttribute("role", "listbox");
    field.addEventListener("keydown", (event) => this.#pressed(event));
    // The field keeps the focus, also under a mouse.
    list.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse") event.preventDefault();
    });
    list.addEventListener("pointermove", ({ target }) => {
      const option = target instanceof Element ? target.closest("[role=option]") : null;
      if (option instanceof HTMLElement) this.#point(option, false);
    });
  }

  get #options() {
    return /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll("[role=option]")]);
  }

  /** To be called when the list has changed. @param {boolean} first whether to point at the first */
  changed(first) {
    const options = this.#options;
    for (const [at, option] of options.entries()) option.id = `${this.#list.id}-${at}`;
    this.#field.setAttribute("aria-expanded", String(options.length > 0));
    // A choice that was drawn anew is still the same one.
    const text = this.#active?.textContent;
    const held = options.includes(/** @type {HTMLElement} */ (this.#active))
      ? this.#active
      : options.find((option) => text !== undefined && option.textContent === text);
    this.#point(held ?? (first ? (options[0] ?? null) : null), false);
  }

  #pressed(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const options = this.#options;
    if (!options.length) return;
    const at = this.#active ? options.indexOf(this.#active) : -1;
    const last = options.length - 1;
    const to = {
      ArrowDown: at >= last ? 0 : at + 1,
      ArrowUp: at <= 0 ? last : at - 1,
      PageDown: Math.min(last, at + 8),
      PageUp: Math.max(0, at - 8),
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.#point(options[to], true);
    } else if (event.key === "Enter") {
      event.preventDefault();
      (this.#active ?? options[0]).click();
    }
  }

  #point(option, reveal) {
    if (this.#active !== option) {
      this.#active?.removeAttribute("aria-selected");
      option?.setAttribute("aria-selected", "true");
      this.#active = option;
    }
    if (option) this.#field.setAttribute("aria-activedescendant", option.id);
    else this.#field.removeAttribute("aria-activedescendant");
    if (reveal) option?.scrollIntoView({ block: "nearest" });
  }
}
