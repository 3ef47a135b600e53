/** The choice of a model, in the header. */

import { make } from "../browser/make.js";

export class Models {
  #label = /** @type {HTMLElement} */ (document.getElementById("model"));
  #select = /** @type {HTMLSelectElement} */ (this.#label.querySelector("select"));
  #models = null;
  #shown = undefined;
  #chosen = null;

  constructor() {
    this.#select.onchange = () => (this.#chosen = this.#select.value);
  }

  /** What to send with the next message: what was chosen, or nothing. */
  get chosen() {
    return this.#chosen ?? undefined;
  }

  /**
   * @param {Record<string, any>[]} models
   * @param {string | null} shown
   * @param {string | undefined} present the conversation's own
   */
  update(models, shown, present) {
    if (shown !== this.#shown) this.#chosen = null;
    this.#shown = shown;
    if (models !== this.#models) {
      this.#models = models;
      this.#select.replaceChildren(
        ...models.map(({ name, label }) => make("option", { value: name, textContent: label })),
      );
      this.#label.hidden = !models.length;
      this.#label.classList.toggle("single", models.length < 2);
      this.#select.disabled = models.length < 2;
    }
    const name = this.#chosen ?? present ?? models[0]?.name;
    if (name !== this.#select.value && models.some((model) => model.name === name)) {
      this.#select.value = name;
    }
  }
}
