/**
 * Watches a place on the page where one control takes another's. What was meant for the one, by a
 * second click or a finger on its way down, must not fall on the other.
 */

const SETTLING = 500;

export class Steady {
  #what = "";
  #since = -Infinity;

  /** @param {string} what what is in the place now; empty for nothing that could be meant */
  hold(what) {
    if (what === this.#what) return;
    if (what && this.#what) this.#since = performance.now();
    this.#what = what;
  }

  /** Something else altogether is on show: nothing there was meant by an earlier click. */
  forget() {
    this.#what = "";
    this.#since = -Infinity;
  }

  get settled() {
    return performance.now() - this.#since >= SETTLING;
  }
}
