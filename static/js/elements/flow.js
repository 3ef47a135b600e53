/**
 * A reply's thoughts, answers and other parts in the order in which they came, made from the pieces
 * of its turn's log. It reads on in them from where it was.
 */

import { announceBlock } from "../browser/announce.js";
import "./chat-answer.js";
import "./chat-thoughts.js";
import { points } from "../state/positions.js";
import { partNode } from "./parts.js";

export class Flow {
  #body;
  /** @type {import("../state/replies.js").Piece[] | null} */
  #pieces = null;
  #read = 0;
  /** @type {any[]} */
  #segments = [];

  /** @param {HTMLElement} body what the parts are put into */
  constructor(body) {
    this.#body = body;
  }

  /** The newest part. */
  get last() {
    return this.#segments.at(-1);
  }

  /** The answers among the parts, in order. */
  get answers() {
    return this.#segments.filter((node) => node.dataset.kind === "a");
  }

  /** How many code points the answers have together. */
  get length() {
    const texts = (this.#pieces ?? []).map(([kind, text]) => (kind === "a" ? points(text) : 0));
    return texts.reduce((sum, more) => sum + more, 0);
  }

  /**
   * @param {import("../state/replies.js").Piece[]} pieces only ever appended to; another list is
   *   begun anew
   * @param {boolean} aloud blocks of the answer are told to who cannot see them
   */
  take(pieces, aloud) {
    if (pieces !== this.#pieces) this.#restart(pieces);
    for (; this.#read < pieces.length; this.#read++) this.#add(pieces[this.#read], aloud);
  }

  /** No more comes. */
  finish() {
    this.last?.finish?.();
  }

  /**
   * Tells the thoughts the time, and how many tokens they have taken.
   * @param {Record<string, any>} turn
   * @param {number} clock the server's time
   * @param {boolean} running
   * @param {boolean} [mute] there is nothing to be asked for
   */
  tell(turn, clock, running, mute = false) {
    const begun = turn.times.asked ?? turn.times.accepted;
    const thoughts = this.#segments.filter((node) => node.dataset.kind === "t");
    for (const [at, node] of thoughts.entries()) {
      const live = running && node === this.last;
      const until = live ? clock : (turn.times.answer ?? turn.times.end ?? clock);
      node.update({
        time: at ? null : until - begun,
        tokens: at ? 0 : turn.usage.thought,
        budget: turn.budget,
        level: turn.level,
        live,
        mute,
      });
    }
  }

  #restart(pieces) {
    this.#body.replaceChildren();
    this.#segments = [];
    this.#pieces = pieces;
    this.#read = 0;
  }

  #add([kind, value], aloud) {
    const last = this.last;
    if (kind === "p") {
      if (last?.takes?.(value)) return;
      const node = partNode(value);
      if (node) this.#put(node);
    } else if (last?.dataset.kind === kind) {
      last.write(value);
    } else if (value.trim()) {
      const node = /** @type {any} */ (
        document.createElement(kind === "t" ? "chat-thoughts" : "chat-answer")
      );
      node.dataset.kind = kind;
      this.#put(node);
      if (aloud && kind === "a") node.onblock = announceBlock;
      node.write(value);
    }
  }

  #put(node) {
    this.last?.finish?.();
    this.#segments.push(node);
    this.#body.append(node);
  }
}
