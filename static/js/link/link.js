/**
 * The page's one socket, kept open: it connects again by itself, notices a line that has gone
 * silent, answers pings, and comes back when the server asks for it. What the frames mean is not
 * its business.
 *
 * @typedef {object} Early the line that js/early.js has opened
 * @property {WebSocket} socket
 * @property {Record<string, any>[]} asked what it asked for, each with a ref of its own
 * @property {string[]} told what came since
 * @property {number} closed the close code, once there is one
 */

import { pause } from "./backoff.js";

const LONGEST_SILENCE = 40_000;
const LONGEST_OPENING = 10_000;
const PROBE = 5_000;
const WATCH = 2_000;
const SIGNED_OUT = 4401;
const ABUSED = 4400;
const REFUSED_ORIGIN = 4403;

export class Link extends EventTarget {
  #address;
  #socket = null;
  #attempt = 0;
  #heard = 0;
  #deadline = Infinity;
  #timer = 0;
  #wait = null;
  /** @type {Early | null} */
  #early;
  /** @type {Map<number, number | null>} the refs of what was asked early: by whom they are meant */
  #meant = new Map();

  /**
   * @param {string} address
   * @param {Early} [early] a line that is open already
   */
  constructor(address, early) {
    super();
    this.#address = address;
    this.#early = early ?? null;
  }

  start() {
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
    setInterval(() => this.#watch(), WATCH);
    this.#connect();
  }

  get up() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /**
   * @param {Record<string, any>} frame
   * @returns {boolean} whether it went out; what must arrive is repeated at the next welcome
   */
  send(frame) {
    if (!this.up) return false;
    if (!this.#wasAsked(frame)) this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #connect() {
    clearTimeout(this.#timer);
    const early = this.#early;
    const socket = early?.socket ?? new WebSocket(this.#address);
    this.#socket = socket;
    this.#deadline = Date.now() + LONGEST_OPENING;
    socket.onmessage = ({ data }) => this.#hear(socket, data);
    socket.onclose = ({ code }) => this.#lost(socket, code);
    this.#tell("connecting");
    if (!early) return;
    for (const { ref } of early.asked) this.#meant.set(ref, null);
    for (const data of early.told.splice(0)) this.#hear(socket, data);
    if (early.closed) this.#lost(socket, early.closed);
  }

  /**
   * Whether the answer to a frame is on its way already: it was asked for early.
   * @param {Record<string, any>} frame
   */
  #wasAsked({ ref, ...frame }) {
    const asked = this.#early?.asked;
    if (!asked?.length) return false;
    const wanted = JSON.stringify(frame);
    const at = asked.findIndex(({ ref: _own, ...other }) => JSON.stringify(other) === wanted);
    if (at < 0) return false;
    this.#meant.set(asked[at].ref, ref);
    asked.splice(at, 1);
    return true;
  }

  #hear(socket, data) {
    if (socket !== this.#socket) return;
    this.#heard = Date.now();
    this.#deadline = this.#heard + LONGEST_SILENCE;
    const frame = JSON.parse(data);
    if (frame.type === "ping") return void this.send({ type: "pong", mark: frame.mark });
    if (this.#meant.has(frame.ref)) {
      const ref = this.#meant.get(frame.ref);
      if (!ref) return; // nobody came to want it
      frame.ref = ref;
    }
    if (frame.type === "bye") this.#wait = frame.after;
    if (frame.type === "welcome") {
      this.#attempt = 0;
      this.#tell("up");
    }
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  #lost(socket, code) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.#early = null;
    this.#deadline = Infinity;
    if (code === SIGNED_OUT) return void this.dispatchEvent(new Event("signedout"));
    const least = code === ABUSED || code === REFUSED_ORIGIN ? 5_000 : 0;
    const asked = this.#wait ?? 0;
    this.#wait = null;
    this.#timer = setTimeout(
      () => this.#connect(),
      Math.max(least, asked) + pause(this.#attempt++),
    );
    this.#tell("down");
  }

  /** A close that does not wait for the other side, which may be gone. */
  #abandon() {
    const socket = this.#socket;
    socket.close();
    this.#lost(socket, 0);
  }

  #watch() {
    if (this.#socket && Date.now() > this.#deadline) this.#abandon();
  }

  /** The network or the reader is back: connect at once, or make the line prove that it lives. */
  #hurry() {
    if (!this.#socket) return this.#connect();
    if (!this.up) return;
    if (Date.now() - this.#heard > LONGEST_SILENCE) return this.#abandon();
    this.#deadline = Math.min(this.#deadline, Date.now() + PROBE);
    this.dispatchEvent(new Event("probe"));
  }

  #tell(phase) {
    this.dispatchEvent(new CustomEvent("phase", { detail: phase }));
  }
}
