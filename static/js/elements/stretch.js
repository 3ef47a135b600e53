/**
 * The stretch of a conversation that is drawn: its end first, and more on either side as the reader
 * comes near, a few rows in a frame. So a long one is on show as soon as a short one, and costs no
 * more while it is read.
 */

import { draw, drawing, drawNow, undraw } from "../draw/frames.js";

/** Rows that are drawn at once, and those that are added in a frame. */
const FIRST = 4;
const STEP = 2;
/** Rows that are drawn wherever the reader is: about what the server sends at first. */
const ALWAYS = 48;
/** Rows that stay drawn, and their height in those of what is in sight; of more, those on the far
 * side go. */
const MOST = 80;
const TALL = 12;
/** How near an end has to be for more to be drawn there, in heights of what is in sight. */
const NEAR = 3;
/** Rounds for which other drawing is waited for: what is put in is to be whole before more is. */
const PATIENCE = 12;
/** Milliseconds of a frame for what is put in. */
const SHARE = 8;

/** @typedef {import("../state/threads.js").Row} Row */

export class Stretch {
  #log;
  #grow;
  #before;
  /** @type {Set<string>} */
  #drawn = new Set();
  #from = 0;
  #to = 0;
  #count = 0;
  #up = 0;
  #down = FIRST;
  #changed = false;
  #earlier = false;
  #waited = 0;
  #tall = false;
  #task = () => this.#look();

  /**
   * @param {HTMLElement} log
   * @param {() => void} grow draws the log anew, with the stretch as it is then
   * @param {() => void} before asks for what comes before all rows
   */
  constructor(log, grow, before) {
    this.#log = log;
    this.#grow = grow;
    this.#before = before;
    log.addEventListener("scroll", () => draw(this.#task), { passive: true });
  }

  /** Begins anew: at the end, or at a row. */
  begin(key = "") {
    this.#drawn = new Set(key ? [key] : []);
    this.#up = 0;
    this.#down = FIRST;
    this.#to = this.#count;
    undraw(this.#task);
  }

  /** Whether rows after it are not drawn. */
  get short() {
    return this.#to < this.#count;
  }

  /**
   * @param {Row[]} rows all that there are
   * @param {object} how
   * @param {boolean} how.earlier there are more before them, which can be asked for
   * @param {boolean} how.following the end is to be in sight
   * @returns {Row[]} those to be drawn now
   */
  of(rows, { earlier, following }) {
    let first = rows.findIndex(({ key }) => this.#drawn.has(key));
    let to = this.#end(rows, Math.max(0, first));
    if (first < 0 || (following && to < rows.length)) {
      first = Math.max(0, rows.length - FIRST);
      to = rows.length;
    }
    let from = Math.max(0, first - this.#up);
    if (this.#tall && to - from > MOST) {
      if (this.#up) to = from + MOST;
      else if (this.#down) from = to - MOST;
    }
    const changed = from !== this.#from || to !== this.#to || rows.length !== this.#count;
    this.#from = from;
    this.#to = to;
    this.#up = this.#down = 0;
    this.#count = rows.length;
    this.#earlier = earlier;
    this.#changed = changed || earlier;
    const shown = rows.slice(from, to);
    this.#drawn = new Set(shown.map(({ key }) => key));
    return shown;
  }

  /** What was given is in its place. */
  put() {
    // Where the reader is costs a layout to know; he is asked again when he scrolls.
    if (this.#changed) draw(this.#task);
  }

  /** What comes at the end is drawn with it, unless it is much. */
  #end(rows, from) {
    const most = this.short ? this.#down : FIRST;
    let at = from;
    for (let fresh = 0; at < rows.length; at++)
      if (!this.#drawn.has(rows[at].key) && ++fresh > most) break;
    return at;
  }

  /** Where more is to be drawn now: a side, or before all rows. */
  #wanted() {
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    const few = this.#to - this.#from < ALWAYS;
    const near = NEAR * clientHeight;
    this.#tall = scrollHeight > TALL * clientHeight;
    if (this.short && (few || scrollHeight - scrollTop - clientHeight < near)) return "down";
    if (this.#from > 0 && (few || scrollTop < near)) return "up";
    return this.#from === 0 && this.#earlier && scrollTop < near ? "before" : "";
  }

  #look() {
    if (drawing() && this.#waited++ < PATIENCE) return true;
    this.#waited = 0;
    const wanted = this.#log.isConnected ? this.#wanted() : "";
    if (wanted === "before") this.#before();
    else if (wanted) {
      if (wanted === "up") this.#up = STEP;
      else this.#down = STEP;
      this.#grow();
      undraw(this.#task);
      drawNow(SHARE);
      requestAnimationFrame(() => draw(this.#task));
    }
    return false;
  }
}
