/**
 * What the page knows, as one value, and how a frame from the server changes it.
 *
 * Nothing here touches the DOM, the socket or the clock: `receive` gives the next state and the
 * frames that the page now has to send.
 *
 * @typedef {import("./replies.js").Reply} Reply
 * @typedef {import("./threads.js").Thread} Thread
 * @typedef {object} State
 * @property {Record<string, any> | null} welcome
 * @property {{phase: "connecting" | "up" | "down", since: number, told: string}} link
 * @property {number} skew the server's clock less the page's
 * @property {import("./list.js").List} list
 * @property {import("./order.js").Folders} folders
 * @property {Record<string, true>} drafted conversations in which something is typed and not sent
 * @property {string | null} shown the conversation on show; null for a new one
 * @property {Record<string, Thread>} threads
 * @property {Record<string, Reply>} replies by turn
 * @property {import("./outbox.js").Outgoing[]} outgoing
 * @property {import("./notices.js").Notices} notices what the composer has to say
 * @property {Record<string, import("./settings.js").Held>} settings by conversation, as stored
 * @property {Record<string, import("./settings.js").Change>} tuning changes of them on their way
 * @property {{model: string | null, settings: Record<string, any>} | null} fresh how a new
 *   conversation is to begin, if that was said
 * @property {Record<string, any>[] | null} presets
 * @property {Record<string, any> | null} made with what the turn was made that was asked about last
 * @property {string} trouble why settings or presets were not stored
 *
 * @typedef {{state: State, needs: Record<string, any>[]}} Step
 */

import { answered, TAKES as branches, joins, reading, watched } from "./branch.js";
import * as lists from "./list.js";
import * as notices from "./notices.js";
import * as order from "./order.js";
import * as replies from "./replies.js";
import * as threads from "./threads.js";

/** @returns {State} */
export function initial() {
  return {
    welcome: null,
    link: { phase: "connecting", since: 0, told: "" },
    skew: 0,
    list: lists.empty(),
    ...order.initial(),
    shown: null,
    threads: {},
    replies: {},
    outgoing: [],
    notices: {},
    settings: {},
    tuning: {},
    fresh: null,
    presets: null,
    made: null,
    trouble: "",
  };
}

/**
 * @param {State} state
 * @param {Record<string, any>} frame
 * @param {number} clock the page's time
 * @returns {Step}
 */
export function receive(state, frame, clock) {
  const take = Object.hasOwn(TAKES, frame.type) ? TAKES[frame.type] : null;
  if (!take) return { state, needs: [] };
  const now = frame.now ?? frame.turn?.now;
  const timed = now ? { ...state, skew: now - clock } : state;
  return take(timed, frame, clock + timed.skew);
}

const TAKES = {
  welcome: welcomed,
  conversations: order.listed,
  ...order.TAKES,
  ...branches,
  snapshot: logged,
  tail: logged,
  state: described,
  end: ended,
};

/** A new connection: nothing is joined on it, and all that was read may have changed meanwhile. */
function welcomed(state, frame) {
  const stale = mapped(state.threads, (thread) => ({ ...thread, fresh: false, reading: "" }));
  const loose = mapped(state.replies, (reply) => ({ ...reply, joined: false, asking: false }));
  const next = { ...state, welcome: frame, threads: stale, replies: loose };
  const rejoined = joins(next);
  // What is on show comes first.
  const read = state.shown ? [reading(state, state.shown)] : [];
  const needs = [...rejoined.needs, ...read, order.asking(state)];
  return { state: rejoined.state, needs };
}

function logged(state, frame, clock) {
  const id = frame.type === "tail" ? frame.turn : frame.turn.id;
  return advanced(state, id, (reply) => replies.extended(reply, frame, clock));
}

function described(state, frame) {
  return advanced(state, frame.turn.id, (reply) => ({
    reply: replies.described(reply, frame.turn),
    gap: false,
  }));
}

/** What was refused because of a running turn is not refused any more. */
function ended(state, frame) {
  const left = notices.without(state.notices, frame.turn.conversation);
  const told = left === state.notices ? state : { ...state, notices: left };
  const noted = frame.message ? answered(told, frame.turn.conversation, frame.message) : told;
  return advanced(noted, frame.turn.id, (reply) => replies.ended(reply, frame));
}

function advanced(state, id, change) {
  const held = state.replies[id];
  if (!held) return { state, needs: [] };
  const { reply, gap } = change(held);
  if (reply === held) return { state, needs: [] };
  const needs = gap ? [{ type: "join", turn: id, at: reply.position }] : [];
  return { state: { ...state, replies: { ...state.replies, [id]: reply } }, needs };
}

/**
 * Shows a conversation, or the page for a new one.
 * @param {State} state
 * @param {string | null} id
 * @returns {Step}
 */
export function show(state, id) {
  const held = { ...state.replies };
  const needs = [];
  if (id !== state.shown) {
    for (const turn of watched(state)) {
      if (!held[turn].joined || held[turn].over) continue;
      held[turn] = { ...held[turn], joined: false, asking: false };
      needs.push({ type: "leave", turn });
    }
  }
  const next = { ...state, shown: id, replies: held, notices: notices.kept(state.notices, id) };
  if (!id) return { state: next, needs };
  const thread = state.threads[id];
  if (!thread) next.threads = { ...state.threads, [id]: threads.asked(id) };
  const joined = joins(next);
  needs.push(...joined.needs);
  if (!thread?.fresh) needs.push(reading(joined.state, id));
  return { state: joined.state, needs };
}

/**
 * Notes that a conversation is not there, or not this person's.
 * @param {State} state
 * @param {string} id
 * @returns {State}
 */
export function missed(state, id) {
  const thread = { ...threads.asked(id), phase: /** @type {const} */ ("missing") };
  return { ...state, threads: { ...state.threads, [id]: thread } };
}

/**
 * The running reply of the conversation on show, in whichever branch.
 * @param {State} state
 * @returns {Reply | null}
 */
export function running(state) {
  const thread = state.threads[state.shown ?? ""];
  for (const turn of [threads.lastTurn(thread), thread?.elsewhere]) {
    const reply = turn ? state.replies[turn] : null;
    if (reply && replies.active(reply.turn)) return reply;
  }
  return null;
}

function mapped(record, change) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
