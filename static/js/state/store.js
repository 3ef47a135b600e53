/** Holds the page's state and tells that it changed, however often, once each time it is due. */

import { initial } from "./state.js";

export class Store {
  #state = initial();
  #watchers = [];
  #due = false;
  #schedule;

  /** @param {(tell: () => void) => void} schedule when to tell */
  constructor(schedule) {
    this.#schedule = schedule;
  }

  get state() {
    return this.#state;
  }

  /** @param {Partial<import("./state.js").State>} change */
  set(change) {
    this.replace({ ...this.#state, ...change });
  }

  /** @param {import("./state.js").State} state */
  replace(state) {
    if (state === this.#state) return;
    this.#state = state;
    if (this.#due) return;
    this.#due = true;
    this.#schedule(() => this.flush());
  }

  /** Tells at once what is due to be told: what a person does next is to find it done. */
  flush() {
    if (!this.#due) return;
    this.#due = false;
    for (const watcher of this.#watchers) watcher(this.#state);
  }

  /** @param {(state: import("./state.js").State) => void} watcher */
  watch(watcher) {
    this.#watchers.push(watcher);
  }
}
