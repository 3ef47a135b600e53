/**
 * Keeps the newest text in view for as long as the reader has not gone elsewhere.
 *
 * The reader's own scrolling always wins: any move up ends the following, arriving at the end
 * resumes it, and while a finger or a button is down nothing moves at all. A move up that ends at
 * the very end is not the reader's: the view has become taller, or its content shorter.
 */

const AT_END = 24;
const WORTH_A_BUTTON = 120;

export class Follow extends EventTarget {
  /** What stands last is not the newest: to arrive there is not to arrive at the end. */
  partial = false;
  #scroller;
  #content;
  #following = true;
  #held = false;
  #top = 0;
  #floor = 0;
  #away = false;

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} content
   */
  constructor(scroller, content) {
    super();
    this.#scroller = scroller;
    this.#content = content;
    const listen = { passive: true };
    scroller.addEventListener("scroll", () => this.#scrolled(), listen);
    scroller.addEventListener("wheel", (event) => this.#wheeled(event), listen);
    for (const name of ["pointerdown", "touchstart"])
      scroller.addEventListener(name, () => (this.#held = true), listen);
    for (const name of ["pointerup", "pointercancel", "touchend", "touchcancel"]) {
      addEventListener(name, () => this.#release(), listen);
    }
    const observer = new ResizeObserver(() => this.#grown());
    observer.observe(content);
    observer.observe(scroller);
  }

  get following() {
    return this.#following;
  }

  /** Goes to the newest and stays there. */
  toEnd() {
    this.letGo();
    this.resume();
    this.#move();
    this.#told();
  }

  /** Follows what comes next, wherever the reader is: it is he who has asked for it. */
  resume() {
    this.#following = true;
  }

  /** The reader is busy elsewhere on the page. */
  leave() {
    this.#following = false;
  }

  /**
   * Keeps the content at least as tall as it is, so that what closes in it leaves room below
   * rather than moving what stands above.
   */
  hold() {
    this.#floor = this.#content.offsetHeight;
    this.#content.style.minHeight = `${this.#floor}px`;
  }

  /** Gives held room back. */
  letGo() {
    this.#floor = 0;
    this.#content.style.minHeight = "";
  }

  get #gap() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  /** How much text is out of sight below: held room is none. */
  get #unseen() {
    const last = this.#content.lastElementChild;
    if (!last) return 0;
    return last.getBoundingClientRect().bottom - this.#scroller.getBoundingClientRect().bottom;
  }

  /** Before the move itself is seen, so that text which comes in between does not undo it. */
  #wheeled({ deltaY, ctrlKey }) {
    if (deltaY < 0 && !ctrlKey && this.#scroller.scrollTop > 0) this.leave();
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    if (scrollTop < Math.min(this.#top, scrollHeight - clientHeight) - 1) this.#following = false;
    else if (!this.partial && scrollTop > this.#top && this.#gap < AT_END) this.#following = true;
    this.#top = scrollTop;
    if (this.#floor > scrollTop + clientHeight) {
      this.#floor = scrollTop + clientHeight;
      this.#content.style.minHeight = `${this.#floor}px`;
    }
    this.#told();
  }

  #release() {
    if (!this.#held) return;
    this.#held = false;
    this.#grown();
  }

  #grown() {
    if (this.#following && !this.#held) this.#move();
    this.#told();
  }

  #move() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#top = this.#scroller.scrollTop;
  }

  #told() {
    const away = !this.#following && (this.partial || this.#unseen > WORTH_A_BUTTON);
    if (away === this.#away) return;
    this.#away = away;
    this.dispatchEvent(new CustomEvent("away", { detail: away }));
  }
}
