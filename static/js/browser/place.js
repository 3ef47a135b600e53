/**
 * Keeps what the reader looks at where it is, while more is put in above it.
 *
 * Browsers do not do so at the very top, some never do, and Chromium does not where a script has
 * just scrolled. What is put in is drawn in later frames: so the place is held for a while, after
 * each layout and before it is painted.
 */

/** Milliseconds in which what was put in is drawn. */
const SETTLING = 1_500;

export class Place {
  #scroller;
  #rows;
  /** @type {Element | undefined} */
  #row = undefined;
  /** Where it stands in the content, however far that is scrolled. */
  #at = 0;
  #timer = 0;

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} rows
   */
  constructor(scroller, rows) {
    this.#scroller = scroller;
    this.#rows = rows;
    scroller.addEventListener("scroll", () => this.moved(), { passive: true });
    new ResizeObserver(() => this.#hold()).observe(rows);
  }

  /**
   * Changes what stands above.
   * @param {() => void} change
   */
  keep(change) {
    // There may have been another change in this frame.
    this.#hold();
    this.#look();
    this.#scroller.style.overflowAnchor = "none";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.letGo(), SETTLING);
    change();
  }

  /** Whoever has scrolled looks at something else. */
  moved() {
    if (this.#row) this.#look();
  }

  /** Somebody else says what is to be in sight. */
  letGo() {
    clearTimeout(this.#timer);
    this.#row = undefined;
    this.#scroller.style.overflowAnchor = "";
  }

  /** One that begins above may still be drawn: only where it is all that is in sight it is held. */
  #look() {
    const { top, bottom } = this.#scroller.getBoundingClientRect();
    const rows = this.#rows.children;
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle].getBoundingClientRect().top >= top) high = middle;
      else low = middle + 1;
    }
    if (rows[low]?.matches(".earlier")) low++;
    const begins = rows[low]?.getBoundingClientRect().top < bottom;
    this.#row = begins ? rows[low] : rows[low - 1];
    this.#at = this.#row ? this.#place(this.#row) : 0;
  }

  #place(row) {
    return row.getBoundingClientRect().top + this.#scroller.scrollTop;
  }

  #hold() {
    if (!this.#row?.isConnected) return;
    const moved = this.#place(this.#row) - this.#at;
    if (Math.abs(moved) < 1) return;
    this.#scroller.scrollTop += moved;
    this.#at += moved;
  }
}
