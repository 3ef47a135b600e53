/**
 * Keeps the hand where it is while one walks between versions: what takes a message's place has its
 * own walk at the same height on the screen, and the focus.
 */

/** Milliseconds in which the place is held: an answer is drawn bit by bit. */
const SETTLING = 400;
/** Milliseconds after which what takes the place was not chosen here. */
const PATIENCE = 10_000;

export class Choosing {
  #rows;
  #follow;
  #place;
  /** @type {{row: Element, before: Element | null, top: number, step: number, until: number} | null} */
  #from = null;

  /**
   * @param {HTMLElement} log
   * @param {HTMLElement} rows
   * @param {import("../browser/follow.js").Follow} follow
   * @param {import("../browser/place.js").Place} place
   */
  constructor(log, rows, follow, place) {
    this.log = log;
    this.#rows = rows;
    this.#follow = follow;
    this.#place = place;
    log.addEventListener("act", (event) => this.#asked(/** @type {CustomEvent} */ (event)));
    // Whoever moves by himself is not held.
    for (const name of ["wheel", "touchmove", "keydown"])
      log.addEventListener(name, () => (this.until = 0), { passive: true });
    this.until = 0;
  }

  #asked({ target, detail }) {
    const row = target instanceof Element ? target.closest("chat-ask, chat-reply") : null;
    if (detail.name !== "choose" || !row || row.parentElement !== this.#rows) return;
    const top = /** @type {Element} */ (target).getBoundingClientRect().top;
    const until = performance.now() + PATIENCE;
    this.#from = { row, before: row.previousElementSibling, top, step: detail.step, until };
    this.#follow.leave();
    this.#follow.hold();
  }

  /** Something else may be on show. */
  arrived() {
    const from = this.#from;
    if (!from || from.row.isConnected) return;
    this.#from = null;
    if (performance.now() > from.until) return;
    const row = /** @type {any} */ (
      from.before ? from.before.nextElementSibling : this.#rows.firstElementChild
    );
    if (!row?.versions) return;
    row.versions.focus(from.step);
    this.until = performance.now() + SETTLING;
    this.#hold(row.versions.node, from.top);
  }

  #hold(node, top) {
    if (!node.isConnected || performance.now() > this.until) return;
    this.log.scrollTop += node.getBoundingClientRect().top - top;
    this.#place.moved();
    requestAnimationFrame(() => this.#hold(node, top));
  }
}
