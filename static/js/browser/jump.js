/**
 * Goes to a message that was found: brings its branch on show, has older turns read and drawn until
 * it is there, scrolls to it, and marks the words for a moment.
 */

const MARKED = 4_000;
const RANGES = 100;
/** Frames in which the words are waited for, and those after which thoughts are opened for them. */
const FRAMES = 90;
const UNFOLD = 6;
/** Milliseconds after which a message is not waited for any more. */
const PATIENCE = 40_000;

/** Milliseconds in which the place is held where it came to be. */
const SETTLING = 700;

/**
 * @typedef {{conversation: string, message: number, words: string[]}} Place
 */

export class Jump {
  #log;
  #session;
  #target = /** @type {(Place & {until: number, rows: unknown}) | null} */ (null);
  #timer = 0;
  #stay = 0;

  /**
   * @param {any} log the element of the conversation on show
   * @param {any} session
   */
  constructor(log, session) {
    this.#log = log;
    this.#session = session;
    // Whoever moves by himself is not taken elsewhere.
    for (const name of ["wheel", "touchmove", "pointerdown", "keydown"])
      log.addEventListener(name, () => this.#forget(), { passive: true });
  }

  /** @param {Place} place */
  to(place) {
    this.#target = { ...place, until: performance.now() + PATIENCE, rows: null };
  }

  /** @param {any} state what is on show now */
  look(state) {
    const target = this.#target;
    if (!target) return;
    const thread = state.threads[target.conversation];
    const elsewhere = state.shown !== target.conversation || thread?.phase === "missing";
    if (elsewhere || performance.now() > target.until) return this.#forget();
    if (thread?.phase !== "here" || !thread.fresh) return;
    const at = thread.rows.findIndex(
      ({ question, turn }) =>
        question?.id === target.message ||
        (turn && state.replies[turn]?.message === target.message),
    );
    if (at >= 0) this.#reach(target, thread.rows[at], state);
    else if (!target.rows) {
      target.rows = thread.rows;
      this.#session.choose(target.conversation, target.message);
    } else if (target.rows !== thread.rows) this.#session.earlier();
  }

  /** Rows are drawn as their place is reached. */
  #reach(target, row, state) {
    const name = row.turn
      ? `chat-reply[data-turn="${row.turn}"]`
      : `chat-ask[data-message="${row.question.id}"]`;
    const node = this.#log.rows.querySelector(name);
    if (node) return this.#arrive(target, node);
    this.#log.reveal(row.key);
    requestAnimationFrame(() => this.#target === target && this.look(state));
  }

  #forget() {
    this.#target = null;
    this.#stay = 0;
  }

  #arrive({ words }, node) {
    this.#forget();
    this.#log.follow.leave();
    this.#wait(node, words, FRAMES);
  }

  /** What was drawn just now has its text some frames later; folded thoughts, once they are open. */
  #wait(node, words, frames, unfolded = false) {
    if (marks(node, words).length || !words.length || !frames) return this.#show(node, words);
    const folded = node.querySelector(".thoughts-open[aria-expanded=false]");
    const unfold = folded && !unfolded && frames <= FRAMES - UNFOLD;
    if (unfold) folded.click();
    // Thoughts may be drawn late, and are given their time when they are open.
    const left = unfold ? FRAMES : frames - 1;
    requestAnimationFrame(() => this.#wait(node, words, left, unfolded || unfold));
  }

  /** What stands above may still grow while it is drawn. */
  #hold(place, block) {
    if (performance.now() > this.#stay || !place.isConnected) return;
    place.scrollIntoView({ block });
    this.#log.place.moved();
    requestAnimationFrame(() => this.#hold(place, block));
  }

  #show(node, words) {
    const ranges = marks(node, words);
    const first = ranges[0]?.startContainer.parentElement ?? node;
    this.#stay = performance.now() + SETTLING;
    this.#hold(first, ranges.length ? "center" : "start");
    node.tabIndex = -1;
    node.focus({ preventScroll: true });
    if (!globalThis.Highlight || !ranges.length) return;
    clearTimeout(this.#timer);
    CSS.highlights.set("found", new Highlight(...ranges));
    this.#timer = setTimeout(() => CSS.highlights.delete("found"), MARKED);
  }
}

/**
 * Where the words stand in what is drawn.
 * @param {Element} node
 * @param {string[]} words in small letters
 * @returns {Range[]}
 */
function marks(node, words) {
  const found = [];
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text && found.length < RANGES; text = walker.nextNode()) {
    const lower = (text.nodeValue ?? "").toLowerCase();
    if (!text.parentElement?.getClientRects().length) continue;
    if (text.parentElement.closest(".unseen, .tools")) continue;
    for (const word of words) {
      for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + word.length)) {
        const range = document.createRange();
        range.setStart(text, at);
        range.setEnd(text, Math.min(at + word.length, text.nodeValue?.length ?? 0));
        found.push(range);
      }
    }
  }
  return found;
}
