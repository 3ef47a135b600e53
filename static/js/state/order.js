/** Frames about the order of conversations, as they change the state: deletions, folders, drafts. */

import * as lists from "./list.js";
import * as threads from "./threads.js";

/**
 * @typedef {{id: number, name: string, count: number}} Folder
 * @typedef {{at: number, items: Folder[]}} Folders the one dated last holds
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Step} Step
 */

/** @returns {{folders: Folders, drafted: Record<string, true>}} */
export function initial() {
  return { folders: { at: -1, items: [] }, drafted: {} };
}

/**
 * An answer to `list`: a page, or what changed since the last one.
 * @param {State} state
 * @param {Record<string, any>} frame
 * @returns {Step}
 */
export function listed(state, frame) {
  if (frame.stale) {
    const list = lists.forgotten(state.list, state.shown);
    return { state: { ...state, list }, needs: [{ type: "list" }] };
  }
  if (frame.gone) return back(state, lists.caughtUp(state.list, frame));
  const view = frame.view ?? lists.ACTIVE;
  const list = frame.more
    ? lists.deepened(state.list, frame, view)
    : lists.refreshed(state.list, frame, state.shown, view);
  return back(state, list);
}

/**
 * What to ask for so that the list is as the server has it.
 * @param {State} state
 * @returns {Record<string, any>}
 */
export function asking({ list }) {
  return list.loaded && list.at ? { type: "list", since: list.at } : { type: "list" };
}

/**
 * A row is new, or different, or back.
 * @param {State} state
 * @param {Record<string, any>} row
 * @returns {Step}
 */
export function told(state, row) {
  return back(state, lists.placed(state.list, row));
}

/** With a new list: what was deleted and is on show leaves it; what is back is read again. */
function back(state, list) {
  let next = { ...state, list };
  const needs = [];
  for (const id of Object.keys(state.list.gone)) {
    if (id in list.gone || !state.threads[id]) continue;
    next = { ...next, threads: { ...next.threads, [id]: threads.asked(id) } };
    if (state.shown === id) needs.push({ type: "open", conversation: id });
  }
  for (const id of Object.keys(list.gone))
    if (!(id in state.list.gone) && next.threads[id]) next = without(next, id);
  return { state: next, needs };
}

function without(state, id) {
  const thread = { ...threads.asked(id), phase: /** @type {const} */ ("missing") };
  return { ...state, threads: { ...state.threads, [id]: thread } };
}

/** @type {Record<string, (state: State, frame: Record<string, any>) => Step>} */
export const TAKES = {
  gone: (state, { conversation, revision }) =>
    back(state, lists.removed(state.list, conversation, revision)),
  folders: foldersTold,
  draft: (state, { conversation, text, attachments = [] }) => {
    const filled = Boolean(text.trim() || attachments.length);
    const drafted = conversation ? marked(state.drafted, conversation, filled) : state.drafted;
    return { state: { ...state, drafted }, needs: [] };
  },
  drafts: (state, { items }) => ({
    state: { ...state, drafted: Object.fromEntries(items.map((id) => [id, true])) },
    needs: [],
  }),
};

/** What was in a folder that is gone stands in the list again, which is therefore read anew. */
function foldersTold(state, { at, items }) {
  if (at < state.folders.at) return { state, needs: [] };
  const ids = new Set(items.map(({ id }) => id));
  const lost = state.folders.items.some(({ id }) => !ids.has(id));
  const next = { ...state, folders: { at, items } };
  if (!lost) return { state: next, needs: [] };
  return {
    state: { ...next, list: lists.forgotten(state.list, state.shown) },
    needs: [{ type: "list" }],
  };
}

function marked(drafted, id, filled) {
  if (filled === Boolean(drafted[id])) return drafted;
  const { [id]: _mark, ...rest } = drafted;
  return filled ? { ...rest, [id]: true } : rest;
}
