/**
 * Settings between page and server: a change shows at once, is sent when the hand rests, and is
 * sent again after a broken line until it has been stored.
 */

import { noticed } from "../state/notices.js";
import { passing } from "../state/outbox.js";
import * as settings from "../state/settings.js";

const REST = 350;
const AGAIN_AFTER = 2_000;

export class Tuning {
  #store;
  #fresh;
  #send;
  /** Conversations with changes that are not on this line yet. */
  #unsent = new Set();
  /** What was asked for last: a conversation, at a state of its settings. */
  #asked = "";
  #timer;

  /**
   * @param {import("../state/store.js").Store} store
   * @param {Pick<import("../state/fresh.js").Fresh, "read" | "write"> | undefined} fresh
   * @param {(frame: Record<string, any>) => boolean} send
   */
  constructor(store, fresh, send) {
    this.#store = store;
    this.#fresh = fresh;
    this.#send = send;
    store.set({ fresh: fresh?.read() ?? null });
  }

  /**
   * @param {string | null} id null for a new conversation
   * @param {Partial<settings.Change>} change
   * @param {boolean} [resting] whether more of it may follow at once
   */
  change(id, change, resting = false) {
    const { state } = this.#store;
    this.#store.set({ trouble: "" });
    if (id === null) return this.#begin(change);
    const tuning = { ...state.tuning, [id]: settings.followed(state.tuning[id], change) };
    this.#store.set({ tuning });
    this.#unsent.add(id);
    clearTimeout(this.#timer);
    if (resting) this.#timer = setTimeout(() => this.flush(), REST);
    else this.flush();
  }

  /** @param {Partial<settings.Change>} change */
  #begin({ settings: change = {}, model }) {
    const { state } = this.#store;
    const { model: before, chosen } = settings.tuned(state, null);
    const defaults = state.welcome?.settings ?? {};
    this.#keep({
      model: model ?? before,
      settings: settings.merged(chosen, change, defaults),
    });
  }

  #keep(fresh) {
    this.#fresh?.write(fresh);
    this.#store.set({ fresh });
  }

  /** What the first message of a new conversation says of it; the server knows the preset. */
  get opening() {
    const { fresh } = this.#store.state;
    return fresh ? { settings: fresh.settings, ...(fresh.model && { model: fresh.model }) } : {};
  }

  /** The new conversation has begun, as it was wanted. */
  begun() {
    this.#keep(null);
  }

  /** Sends what is not sent yet: before a message, which is to be asked like that. */
  flush() {
    clearTimeout(this.#timer);
    for (const id of this.#unsent) {
      const change = this.#store.state.tuning[id];
      if (!change || this.#send({ type: "configure", conversation: id, ...change }))
        this.#unsent.delete(id);
    }
  }

  /**
   * @param {Record<string, any>} frame
   * @param {Record<string, any>} [asked] what it answers
   */
  hear(frame, asked) {
    if (frame.type === "welcome") this.#resume();
    if (frame.type === "presets") this.#store.set({ presets: frame.items });
    if (frame.type === "made") this.#store.set({ made: frame });
    if (frame.type === "settings" || frame.type === "conversation") this.#take(frame);
    if (asked?.type === "configure") this.#settle(asked);
    this.#look();
  }

  #resume() {
    this.#asked = "";
    for (const id of Object.keys(this.#store.state.tuning)) this.#unsent.add(id);
    this.flush();
    this.askPresets();
  }

  /** Another process may have changed them without a bus to tell of it. */
  askPresets() {
    this.#send({ type: "presets" });
  }

  #take(frame) {
    const { conversation, settings: chosen = {} } = frame;
    const held = settings.told(this.#store.state.settings, conversation, chosen);
    this.#store.set({ settings: held });
  }

  #settle(asked) {
    const { [asked.conversation]: change, ...others } = this.#store.state.tuning;
    const left = change && settings.without(change, asked);
    this.#store.set({ tuning: left ? { ...others, [asked.conversation]: left } : others });
  }

  /** Asks for the settings on show where the row says that they are other ones than those here. */
  #look() {
    const { shown, list, settings: all } = this.#store.state;
    const row = list.items[shown ?? ""];
    if (!row?.chosen || all[row.id]?.mark === row.chosen) return;
    const wanted = `${row.id} ${row.chosen}`;
    if (wanted !== this.#asked && this.#send({ type: "settings", conversation: row.id }))
      this.#asked = wanted;
  }

  /**
   * @param {Record<string, any>} error
   * @param {Record<string, any>} asked
   * @returns {boolean} whether it was about settings, and is dealt with
   */
  refused(error, asked) {
    if (asked.type === "configure") this.#turnedAway(error, asked);
    else if (asked.type === "keep-preset" || asked.type === "drop-preset") {
      this.#send({ type: "presets" });
      this.#store.set({ trouble: error.message });
    } else if (asked.type === "made") {
      this.#store.set({ made: { turn: { id: asked.turn }, trouble: error.message } });
    } else return false;
    return true;
  }

  #turnedAway(error, asked) {
    if (passing(error.code)) {
      // Not the frame itself: a later change may have been stored before it comes again.
      this.#unsent.add(asked.conversation);
      setTimeout(() => this.flush(), AGAIN_AFTER);
    } else {
      this.#settle(asked);
      // It may have been the choice of a model in the header: the composer says why it went back.
      const notice = { words: error.message, drafted: false };
      const notices = noticed(this.#store.state.notices, asked.conversation, notice);
      this.#store.set({ trouble: error.message, notices });
    }
  }

  /** @param {Record<string, any>} wanted a new preset, or what changes of one */
  keepPreset(wanted) {
    this.#store.set({ trouble: "" });
    this.#send({ type: "keep-preset", ...wanted });
  }

  /** @param {number} preset */
  dropPreset(preset) {
    this.#store.set({ trouble: "" });
    this.#send({ type: "drop-preset", preset });
  }

  /** @param {string} turn */
  made(turn) {
    this.#store.set({ made: null });
    this.#send({ type: "made", turn });
  }
}
