/**
 * Goes to a message that was found: brings its branch on show, has older turns read until it is
 * there, scrolls to it, and marks the words for a moment.
 */

const MARKED = 4_000;
const RANGES = 100;

export class Jump {
  #log;
  #session;
  #target =
    /** @type {{conversation: string, message: number, words: string[], chosen: boolean, earlier: unknown} | null} */ (
      null
    );
  #timer = 0;

  /**
   * @param {any} log the element of the conversation on show
   * @param {any} session
   */
  constructor(log, session) {
    this.#log = log;
    this.#session = session;
  }

  /** @param {{conversation: string, message: number, words: string[]}} place */
  to(place) {
    this.#target = { ...place, chosen: false, earlier: undefined };
  }

  /** @param {import("../state/state.js").State} state what is on show now */
  look(state) {
    const target = this.#target;
    if (!target) return;
    if (state.shown !== target.conversation) return this.#forget();
    const thread = /** @type {any} */ (state.threads[target.conversation]);
    if (thread?.phase === "missing") return this.#forget();
    if (thread?.phase !== "here" || !thread.fresh) return;
    const at = thread.rows.findIndex(
      ({ question, turn }) =>
        question?.id === target.message ||
        (turn && state.replies[turn]?.message === target.message),
    );
    if (at >= 0) return this.#arrive(target, this.#log.rows.children[at]);
    if (!target.chosen) {
      target.chosen = true;
      target.earlier = thread.earlier;
      this.#session.choose(target.conversation, target.message);
    } else if (thread.earlier && thread.earlier !== target.earlier) {
      target.earlier = thread.earlier;
      this.#session.earlier?.(target.conversation);
    }
  }

  #forget() {
    this.#target = null;
  }

  #arrive({ words }, node) {
    this.#forget();
    if (!node) return;
    this.#log.follow.leave();
    requestAnimationFrame(() => {
      const ranges = marks(node, words);
      const closed = node.querySelector(".thoughts-open[aria-expanded=false]");
      if (!ranges.length && closed instanceof HTMLElement && words.length) closed.click();
      requestAnimationFrame(() => this.#show(node, words));
    });
  }

  #show(node, words) {
    const ranges = marks(node, words);
    const first = ranges[0]?.startContainer.parentElement ?? node;
    first.scrollIntoView({ block: ranges.length ? "center" : "start" });
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
