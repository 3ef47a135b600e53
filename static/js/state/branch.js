/**
 * Which branch of a conversation the page holds: read from the server, grown by the turns that
 * begin, and in step with what the person's other devices put on show.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Step} Step
 */

import * as order from "./order.js";
import * as replies from "./replies.js";
import * as threads from "./threads.js";

function changed(state, frame) {
  const told = order.told(state, frame.conversation);
  const moved = inStep(told.state, frame.conversation);
  return { state: moved.state, needs: [...told.needs, ...moved.needs] };
}

/**
 * Another device went to another branch, or a turn ended that this page knows nothing of: what is
 * on show is read anew. The newest row tells, since news may come late.
 */
function inStep(state, told) {
  const thread = state.threads[told.id];
  const row = state.list.items[told.id] ?? told;
  if (thread?.phase !== "here" || !thread.fresh || !(row.revision > thread.revision))
    return { state, needs: [] };
  if (row.leaf === last(state, thread)) return { state, needs: [] };
  return reread(state, thread);
}

/**
 * @param {State} state
 * @param {import("./threads.js").Thread | undefined} thread
 * @returns {number | null}
 */
function last(state, thread) {
  return threads.lastMessage(thread, messageOf(state.replies));
}

function messageOf(held) {
  return (turn) => held[turn]?.message ?? null;
}

/**
 * Asks for a conversation, and for all of it from where the page's own part begins to differ.
 * @param {State} state
 * @param {string} id
 * @returns {Record<string, any>}
 */
export function reading(state, id) {
  const shown = last(state, state.threads[id]);
  return { type: "open", conversation: id, ...(shown && { shown }) };
}

function opened(state, frame) {
  const { id, revision } = frame.conversation;
  const held = { ...state.replies };
  for (const message of frame.messages)
    if (message.turn) held[message.turn.id] = replies.stored(held[message.turn.id], message);
  const rows = threads.rowsOf(frame.messages);
  const named = frame.turn;
  let elsewhere = null;
  if (named && !rows.some((row) => row.turn === named.id)) {
    const reply = held[named.id];
    held[named.id] = reply ? replies.described(reply, named) : replies.begun(named);
    if (rows.at(-1)?.question?.id === named.question) rows.push(threads.replyRow(named.id));
    else elsewhere = named.id;
  }
  // What was read of the time before stays, where this goes on from it.
  const before = state.threads[id];
  const parent = frame.messages[0]?.parent ?? null;
  const kept = parent && before && threads.upTo(before.rows, parent, messageOf(held));
  const thread = {
    ...threads.asked(id),
    phase: /** @type {const} */ ("here"),
    fresh: true,
    rows: kept ? [...kept, ...rows] : rows,
    revision: revision ?? -1,
    elsewhere,
    earlier: (kept ? before?.earlier : frame.earlier) ?? null,
  };
  const next = { ...state, replies: held, threads: { ...state.threads, [id]: thread } };
  return joins(order.told(next, frame.conversation).state);
}

/** What was said before: only where it was asked for from what is still the first row. */
function readBefore(state, frame) {
  const thread = state.threads[frame.conversation];
  if (thread?.phase !== "here" || firstMessage(state, frame.conversation) !== frame.before)
    return { state, needs: [] };
  const held = { ...state.replies };
  for (const message of frame.messages)
    if (message.turn) held[message.turn.id] = replies.stored(held[message.turn.id], message);
  const rows = [...threads.rowsOf(frame.messages), ...thread.rows];
  const read = { ...thread, rows, earlier: frame.earlier, reading: /** @type {const} */ ("") };
  const next = { ...state, replies: held, threads: { ...state.threads, [thread.id]: read } };
  return joins(next);
}

/**
 * The message before which the page has nothing.
 * @param {State} state
 * @param {string | null} id
 * @returns {number | null}
 */
export function firstMessage(state, id) {
  const row = state.threads[id ?? ""]?.rows[0];
  return row?.question?.id ?? state.replies[row?.turn ?? ""]?.message ?? null;
}

/**
 * Notes that the time before is being read, or could not be.
 * @param {State} state
 * @param {string} id
 * @param {import("./threads.js").Thread["reading"]} reading
 * @returns {State}
 */
export function readingBefore(state, id, reading) {
  const thread = state.threads[id];
  if (!thread || thread.reading === reading) return state;
  return { ...state, threads: { ...state.threads, [id]: { ...thread, reading } } };
}

/**
 * A turn began, here or elsewhere: `accepted` and `started` say the same, in either order. Either
 * may be old news: of a turn that another one has followed meanwhile.
 */
function started(state, frame) {
  const turn = frame.turn;
  const id = turn.conversation;
  const reply = { ...(state.replies[turn.id] ?? replies.begun(turn)), asked: frame.id };
  const held = { ...state.replies, [turn.id]: reply };
  const next = { ...state, replies: held };
  const thread = state.threads[id];
  if (thread?.phase === "here" && outdated(state, thread, frame)) return reread(next, thread);
  const rows = thread?.phase === "here" ? thread.rows : frame.message.parent === null ? [] : null;
  const grown = rows && threads.grafted(rows, frame.message, turn.id, messageOf(held));
  if (!grown) return { state: next, needs: state.shown === id ? [reading(next, id)] : [] };
  const known = thread ?? { ...threads.asked(id), fresh: !frame.duplicate };
  // Only the answer to one's own asking names the row as it is with this turn.
  const told = frame.duplicate ? null : frame.conversation.revision;
  const grew = {
    ...known,
    rows: grown,
    phase: /** @type {const} */ ("here"),
    revision: told ?? (grown === rows ? known.revision : -1),
    elsewhere: null,
    // A question without a parent begins a branch of its own.
    earlier: grown[0].question?.parent === null ? null : known.earlier,
  };
  next.threads = { ...state.threads, [id]: grew };
  return joins(next);
}

function outdated(state, thread, { duplicate, turn }) {
  if (thread.rows.some((row) => row.turn === turn.id)) return false;
  const newest = state.replies[threads.lastTurn(thread) ?? ""];
  return duplicate || newest?.turn.times.accepted > turn.times.accepted;
}

/** Nothing is made of what does not fit: the server tells what is on show now. */
function reread(state, thread) {
  const stale = { ...thread, fresh: false };
  const needs = thread.fresh && state.shown === thread.id ? [reading(state, thread.id)] : [];
  return { state: { ...state, threads: { ...state.threads, [thread.id]: stale } }, needs };
}

/** @type {Record<string, (state: State, frame: Record<string, any>) => Step>} */
export const TAKES = {
  conversation: opened,
  earlier: readBefore,
  accepted: started,
  started,
  changed,
  settings: changed,
};

/**
 * One more reply to a question that is on show.
 * @param {State} state
 * @param {string} id
 * @param {{id: number, parent: number}} message
 * @returns {State}
 */
export function answered(state, id, message) {
  const thread = state.threads[id];
  const rows = thread ? threads.answered(thread.rows, message) : null;
  if (!rows || rows === thread.rows) return state;
  return { ...state, threads: { ...state.threads, [id]: { ...thread, rows } } };
}

/**
 * Asks for the frames of every turn that is on show, not whole, and not yet asked for.
 * @param {State} state
 * @returns {Step}
 */
export function joins(state) {
  const held = { ...state.replies };
  const needs = [];
  for (const turn of watched(state)) {
    if (held[turn].over || held[turn].joined) continue;
    held[turn] = { ...held[turn], joined: true };
    needs.push({ type: "join", turn, at: held[turn].position });
  }
  return { state: needs.length ? { ...state, replies: held } : state, needs };
}

/**
 * The turns of the conversation on show, and the one that runs in another branch of it.
 * @param {State} state
 * @returns {string[]}
 */
export function watched(state) {
  const thread = state.threads[state.shown ?? ""];
  if (!thread) return [];
  const shown = thread.rows.flatMap(({ turn }) => turn ?? []);
  return thread.elsewhere ? [...shown, thread.elsewhere] : shown;
}

/**
 * The message that a conversation shows last, for what comes after it.
 * @param {State} state
 * @param {string | null} id
 * @returns {number | null}
 */
export function endOf(state, id) {
  return last(state, state.threads[id ?? ""]);
}
