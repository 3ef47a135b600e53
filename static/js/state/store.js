/** Holds the page's state and tells, once a frame at most, that it changed. */

import { initial } from "./state.js";

export class Store {
  #state = initial();
  #watchers = [];
  #due = false;

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
    // Not an animation frame: a hidden tab has none, and what it announces must still go out.
    queueMicrotask(() => {
      this.#due = false;
      for (const watcher of this.#watchers) watcher(this.#state);
    });
  }

  /** @param {(state: import("./state.js").State) => void} watcher */
  watch(watcher) {
    this.#watchers.push(watcher);
  }
}
