/**
 * A turn's log as it came: what was there at which moment, from the times and positions that the
 * server kept of it (FRAMES.md).
 *
 * @typedef {import("./replies.js").Piece} Piece
 * @typedef {[number, number]} Step milliseconds since the run began, and the position then
 */

/** Between steps that are nearer than this, what came in between is spread evenly. */
const SPREAD = 1_000;

export class Timeline {
  #steps;

  /** @param {Step[]} steps in order */
  constructor(steps) {
    this.#steps = steps;
  }

  /** How long all of it took. */
  get length() {
    return this.#steps.at(-1)?.[0] ?? 0;
  }

  /**
   * @param {number} moment
   * @returns {number} the position that had been reached
   */
  reached(moment) {
    const next = this.#next(moment);
    const [then, position] = this.#steps[next - 1] ?? [0, 0];
    const after = this.#steps[next];
    if (!after || after[0] - then > SPREAD || after[0] === then) return position;
    const share = (moment - then) / (after[0] - then);
    return position + Math.floor((after[1] - position) * share);
  }

  /**
   * @param {number} moment
   * @returns {number} how long nothing comes from then on
   */
  silence(moment) {
    const next = this.#steps[this.#next(moment)];
    return next && next[0] - moment > SPREAD ? next[0] - moment : 0;
  }

  /** The first step that is still to come. */
  #next(moment) {
    let [low, high] = [0, this.#steps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#steps[middle][0] <= moment) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Gives out a whole log's pieces bit by bit, by positions. */
export class Reel {
  #pieces;
  #piece = 0;
  #offset = 0;

  /** @param {Piece[]} pieces */
  constructor(pieces) {
    this.#pieces = pieces;
    this.position = 0;
  }

  /**
   * @param {number} to
   * @returns {Piece[]} what lies between the last position and this one
   */
  upTo(to) {
    /** @type {Piece[]} */
    const found = [];
    while (this.position < to && this.#piece < this.#pieces.length) {
      const [kind, value] = this.#pieces[this.#piece];
      if (kind === "p") {
        found.push(this.#pieces[this.#piece++]);
        this.position++;
        continue;
      }
      const end = this.#advance(value, to);
      if (end > this.#offset) found.push([kind, value.slice(this.#offset, end)]);
      this.#offset = end < value.length ? end : 0;
      if (end >= value.length) this.#piece++;
    }
    return found;
  }

  /** Counts code points, as positions do; gives the place in the text. */
  #advance(text, to) {
    let at = this.#offset;
    for (; at < text.length && this.position < to; this.position++)
      at += /** @type {number} */ (text.codePointAt(at)) > 0xffff ? 2 : 1;
    return at;
  }
}
