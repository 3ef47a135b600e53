/** The choice of a model: in the header, and in the settings, where a phone has it. */

import { act, make } from "../browser/make.js";
import { gettext, interpolate } from "../text.js";

export class Models {
  #label = /** @type {HTMLElement} */ (document.getElementById("model"));
  #selects = /** @type {HTMLSelectElement[]} */ ([...document.querySelectorAll("[data-models]")]);
  #models = null;
  #strange = "";

  constructor() {
    for (const select of this.#selects)
      select.onchange = () => act(select, "configure", { change: { model: select.value } });
  }

  /**
   * @param {Record<string, any>[]} models
   * @param {string} present the one that will be asked
   */
  update(models, present) {
    const strange = present && !models.some(({ name }) => name === present) ? present : "";
    if (models !== this.#models || strange !== this.#strange) this.#list(models, strange);
    for (const select of this.#selects) if (select.value !== present) select.value = present;
  }

  /** A conversation may have a model that is not offered any more: it is named all the same. */
  #list(models, strange) {
    this.#models = models;
    this.#strange = strange;
    const gone = interpolate(gettext("%(name)s (not offered any more)"), { name: strange });
    for (const select of this.#selects) {
      select.replaceChildren(
        ...models.map(({ name, label }) => make("option", { value: name, textContent: label })),
        ...(strange ? [make("option", { value: strange, textContent: gone, disabled: true })] : []),
      );
      select.disabled = models.length < 2 && !strange;
    }
    this.#label.hidden = !models.length;
    this.#label.classList.toggle("single", models.length < 2 && !strange);
  }
}
