/**
 * The settings of the conversation on show, or of the next new one: only what its model has, saved
 * as it is changed.
 */

import { dialog } from "../browser/dialog.js";
import { act, write } from "../browser/make.js";
import { has, NAMES, UNKNOWN } from "../state/dials.js";
import { differs, tuned, whole } from "../state/settings.js";
import { gettext, interpolate, ngettext } from "../text.js";
import { dial } from "./dials.js";
import { Presets } from "./presets.js";

const WATCHED = ["welcome", "settings", "tuning", "fresh", "presets", "trouble", "shown"];

class ChatSettings extends HTMLElement {
  #seen = /** @type {any[]} */ ([]);
  #state = /** @type {any} */ (null);
  #shown = undefined;
  #saved = "";
  #dials = /** @type {((props: any) => void)[]} */ ([]);

  connectedCallback() {
    const find = (selector) => /** @type {any} */ (this.querySelector(selector));
    this.presets = new Presets(find("#presets"));
    this.status = find(".settings-state");
    this.trouble = find(".settings-trouble");
    this.summary = find(".settings-differ");
    this.lack = find(".settings-lack");
    this.button = /** @type {any} */ (document.getElementById("settings-open"));
    this.sheet = dialog(/** @type {any} */ (this.closest("dialog")));
    for (const node of this.querySelectorAll("[data-field]")) this.#add(node);
    this.button.onclick = () => this.open();
    find("[data-reset-all]").onclick = () => this.#tell({ settings: whole({}) });
    // What was typed and is no number gives way to what holds.
    this.addEventListener("focusout", () => queueMicrotask(() => this.#draw()));
  }

  #add(node) {
    this.#dials.push(dial(node, (settings, resting) => this.#tell({ settings }, resting)));
    const name = NAMES[node.dataset.field];
    const label = interpolate(gettext("Reset: %(name)s"), { name });
    node.querySelector("[data-reset]").setAttribute("aria-label", label);
  }

  #tell(change, resting = false) {
    act(this, "configure", { change, resting });
  }

  open() {
    this.#saved = "";
    act(this, "presets");
    this.sheet.open(this.button);
    this.#draw();
  }

  /** @param {import("../state/state.js").State} state */
  update(state) {
    const seen = [
      ...WATCHED.map((name) => state[name]),
      state.list.items[state.shown ?? ""],
      state.link.phase,
    ];
    if (seen.every((value, at) => value === this.#seen[at])) return;
    this.#seen = seen;
    this.#state = state;
    this.#draw();
  }

  #draw() {
    const state = this.#state;
    if (!state?.welcome) return;
    if (state.shown !== this.#shown) this.#turn(state.shown);
    const { model, chosen, here, under } = tuned(state, state.shown);
    const number = here ? differs(chosen) : 0;
    const words = summary(number);
    this.button.hidden = false;
    this.button.disabled = state.threads[state.shown ?? ""]?.phase === "missing";
    this.button.classList.toggle("differs", number > 0);
    const label = number
      ? interpolate(gettext("Settings: %(words)s"), { words })
      : gettext("Settings");
    if (this.button.ariaLabel !== label) this.button.ariaLabel = this.button.title = label;
    if (!this.closest("dialog")?.open) return;
    this.#fill(state, { model, chosen });
    write(this.summary.firstElementChild, words);
    this.summary.lastElementChild.hidden = !number;
    write(this.trouble, state.trouble);
    write(this.status, this.#word(state, under));
  }

  #turn(shown) {
    this.#shown = shown;
    this.#saved = "";
    this.presets.turn();
  }

  #fill(state, { model, chosen }) {
    const { models, settings: defaults, limits } = state.welcome;
    const can = models.find(({ name }) => name === model)?.can ?? UNKNOWN;
    const names = models.map(({ name }) => name);
    this.presets.update({ presets: state.presets, model, chosen, models: names });
    for (const show of this.#dials) show({ chosen, defaults, can, limit: limits.instruction });
    const lacking = Object.keys(chosen).filter((field) => !has(can, field));
    const listed = lacking.map((field) => NAMES[field]).join(", ");
    const words = gettext("Kept for other models, since this one does not have it: %(names)s.");
    write(this.lack, listed ? interpolate(words, { names: listed }) : "");
  }

  /** Whether what was changed is stored. */
  #word(state, under) {
    if (under) {
      this.#saved = gettext("Saved");
      return state.link.phase === "up"
        ? gettext("Saving")
        : gettext("Not saved yet: no connection");
    }
    if (state.shown === null && state.fresh) return gettext("For the next conversation");
    return state.trouble ? "" : this.#saved;
  }
}

function summary(number) {
  if (!number) return gettext("All as the site has it");
  const words = ngettext(
    "%(number)s setting differs from the site's",
    "%(number)s settings differ from the site's",
    number,
  );
  return interpolate(words, { number });
}

customElements.define("chat-settings", ChatSettings);
