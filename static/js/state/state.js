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
 * @property {Record<string, string>} wishes how a turn is to be asked again once it has ended
 *
 * @typedef {{state: State, needs: Record<string, any>[]}} Step
 */

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
    wishes: {},
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
  conversation: opened,
  accepted: started,
  started,
  changed,
  settings: changed,
  snapshot: logged,
  tail: logged,
  state: described,
  end: ended,
};

/** A new connection: nothing is joined on it, and all that was read may have changed meanwhile. */
function welcomed(state, frame) {
  const stale = mapped(state.threads, (thread) => ({ ...thread, fresh: false }));
  const loose = mapped(state.replies, (reply) => ({ ...reply, joined: false, asking: false }));
  const next = { ...state, welcome: frame, threads: stale, replies: loose };
  const rejoined = joins(next);
  const needs = [order.asking(state), ...rejoined.needs];
  if (state.shown) needs.push({ type: "open", conversation: state.shown });
  return { state: rejoined.state, needs };
}

function changed(state, frame) {
  return order.told(state, frame.conversation);
}

function opened(state, frame) {
  const id = frame.conversation.id;
  const held = { ...state.replies };
  const rows = [];
  for (const message of frame.messages) {
    if (message.role === "user") rows.push(threads.questionRow(message));
    else if (message.turn) {
      held[message.turn.id] = replies.stored(held[message.turn.id], message);
      rows.push(threads.replyRow(message.turn.id));
    }
  }
  if (frame.turn && !rows.some((row) => row.turn === frame.turn.id)) {
    const reply = held[frame.turn.id];
    held[frame.turn.id] = reply ? replies.described(reply, frame.turn) : replies.begun(frame.turn);
    rows.push(threads.replyRow(frame.turn.id));
  }
  const thread = { id, rows, phase: /** @type {const} */ ("here"), fresh: true };
  const next = { ...state, replies: held, threads: { ...state.threads, [id]: thread } };
  return joins(changed(next, frame).state);
}

/**
 * A turn began, here or elsewhere: `accepted` and `started` say the same, in either order. Either
 * may be old news: of a turn that another one has followed meanwhile.
 */
function started(state, frame) {
  const turn = frame.turn;
  const id = turn.conversation;
  const held = { ...state.replies, [turn.id]: state.replies[turn.id] ?? replies.begun(turn) };
  const next = { ...state, replies: held };
  const thread = state.threads[id];
  if (thread?.phase === "here" && outdated(state, thread, frame)) return reread(next, thread);
  const rows = thread?.phase === "here" ? thread.rows : frame.message.parent === null ? [] : null;
  const grown =
    rows && threads.grafted(rows, frame.message, turn.id, (name) => held[name]?.message ?? null);
  if (!grown)
    return { state: next, needs: state.shown === id ? [{ type: "open", conversation: id }] : [] };
  // A repeated answer may be to the first of many questions.
  const fresh = thread?.fresh ?? !frame.duplicate;
  next.threads = { ...state.threads, [id]: { id, rows: grown, phase: "here", fresh } };
  return joins(next);
}

function outdated(state, thread, { duplicate, turn }) {
  if (thread.rows.some((row) => row.turn === turn.id)) return false;
  const last = state.replies[threads.lastTurn(thread) ?? ""];
  return duplicate || last?.turn.times.accepted > turn.times.accepted;
}

/** Nothing is made of what does not fit: the server tells what is on show now. */
function reread(state, thread) {
  const stale = { ...thread, fresh: false };
  const needs =
    thread.fresh && state.shown === thread.id ? [{ type: "open", conversation: thread.id }] : [];
  return { state: { ...state, threads: { ...state.threads, [thread.id]: stale } }, needs };
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
  return advanced(told, frame.turn.id, (reply) => replies.ended(reply, frame));
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
 * Asks for the frames of every turn that is on show, or whose end is waited for, that is not whole
 * and not yet asked for.
 */
function joins(state) {
  const held = { ...state.replies };
  const needs = [];
  const shown = (state.threads[state.shown ?? ""]?.rows ?? []).flatMap(({ turn }) => turn ?? []);
  for (const turn of new Set([...shown, ...Object.keys(state.wishes)])) {
    if (held[turn].over || held[turn].joined) continue;
    held[turn] = { ...held[turn], joined: true };
    needs.push({ type: "join", turn, at: held[turn].position });
  }
  return { state: needs.length ? { ...state, replies: held } : state, needs };
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
    for (const { turn } of state.threads[state.shown ?? ""]?.rows ?? []) {
      if (!turn || !held[turn].joined || held[turn].over || state.wishes[turn]) continue;
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
  if (!thread?.fresh) needs.push({ type: "open", conversation: id });
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
 * The running reply of the conversation on show.
 * @param {State} state
 * @returns {Reply | null}
 */
export function running(state) {
  const turn = threads.lastTurn(state.threads[state.shown ?? ""]);
  const reply = turn ? state.replies[turn] : null;
  return reply && replies.active(reply.turn) ? reply : null;
}

function mapped(record, change) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
