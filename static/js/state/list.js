/**
 * The list of conversations as far as it was read: rows by id, and for each view (the active ones,
 * the archive, each folder) the cursor of what lies deeper.
 *
 * A row may be told by several frames that pass each other on the way. The higher revision wins,
 * also over a deletion.
 *
 * @typedef {{before: string | null, loaded: boolean}} Reach
 * @typedef {object} List
 * @property {Record<string, any>} items
 * @property {string | null} before of the active ones
 * @property {boolean} loaded
 * @property {number | null} at when the server last told all of what it knew
 * @property {Record<string, number>} gone revisions of what was deleted
 * @property {Record<string, Reach>} deeper the other views, by their key
 */

export const ACTIVE = "active";
export const ARCHIVED = "archived";

/** @returns {List} */
export function empty() {
  return { items: {}, before: null, loaded: false, at: null, gone: {}, deeper: {} };
}

/**
 * The key of a view, from the frame that asks for one of its pages.
 * @param {Record<string, any> | undefined} asked
 * @returns {string}
 */
export function viewOf(asked) {
  return asked?.folder ? `folder ${asked.folder}` : (asked?.view ?? ACTIVE);
}

/**
 * @param {List} list
 * @param {string} view
 * @returns {Reach}
 */
export function reach(list, view) {
  return view === ACTIVE ? list : (list.deeper[view] ?? { before: null, loaded: false });
}

/**
 * @param {List} list
 * @param {Record<string, any>} row
 * @returns {List}
 */
export function placed(list, row) {
  if (list.gone?.[row.id] >= row.revision) return list;
  const { [row.id]: _back, ...gone } = list.gone ?? {};
  const newest = newer(list.items[row.id], row);
  return { ...list, gone, items: { ...list.items, [row.id]: newest } };
}

/**
 * Takes out what was deleted, unless it is back already.
 * @param {List} list
 * @param {string} id
 * @param {number} revision
 * @returns {List}
 */
export function removed(list, id, revision) {
  const { [id]: held, ...items } = list.items;
  if (held?.revision > revision) return list;
  const latest = Math.max(revision, list.gone?.[id] ?? 0);
  return { ...list, items, gone: { ...list.gone, [id]: latest } };
}

/**
 * Takes what changed since the list was read.
 * @param {List} list
 * @param {Record<string, any>} news
 * @returns {List}
 */
export function caughtUp(list, news) {
  let next = list;
  for (const row of news.items) next = placed(next, row);
  for (const { conversation, revision } of news.gone) next = removed(next, conversation, revision);
  return { ...next, at: news.at };
}

/**
 * Goes on with a deeper page.
 * @param {List} list
 * @param {Record<string, any>} page
 * @param {string} [view]
 * @returns {List}
 */
export function deepened(list, page, view = ACTIVE) {
  return reached({ ...list, items: taken(list, page.items, { ...list.items }) }, page.before, view);
}

/**
 * Takes a first page that was read anew. What it does not reach stays as it was read before, and so
 * do the row on show and those that moved above it since.
 * @param {List} list
 * @param {Record<string, any>} page
 * @param {string | null} shown
 * @param {string} [view]
 * @returns {List}
 */
export function refreshed(list, page, shown, view = ACTIVE) {
  const first = page.items[0];
  const last = page.items.at(-1);
  const stays = (row) =>
    !first || row.updated > first.updated || (page.before !== null && row.updated <= last.updated);
  const held = Object.entries(list.items).filter(
    ([id, row]) =>
      id === shown ||
      (inView(row, view) ? stays(row) : !page.pinned || !row.pinned || row.pinned > page.at),
  );
  // Where the page's last row is as it was, all below it are so too, and need not be read again.
  const { before, loaded } = reach(list, view);
  const known = last && list.items[last.id]?.updated === last.updated;
  const deeper = page.before !== null && loaded && known ? before : page.before;
  const rows = [...page.items, ...(page.pinned ?? [])];
  const next = { ...list, items: taken(list, rows, Object.fromEntries(held)) };
  return reached(view === ACTIVE ? { ...next, at: page.at ?? null } : next, deeper, view);
}

/**
 * Forgets what was read, all but the row on show: it cannot be told any more what changed in it.
 * @param {List} list
 * @param {string | null} shown
 * @returns {List}
 */
export function forgotten(list, shown) {
  const row = list.items[shown ?? ""];
  return { ...empty(), gone: list.gone, items: row ? { [row.id]: row } : {} };
}

function taken(list, rows, items) {
  for (const row of rows) {
    if (!(list.gone?.[row.id] >= row.revision)) items[row.id] = newer(list.items[row.id], row);
  }
  return items;
}

function reached(list, before, view) {
  if (view === ACTIVE) return { ...list, before, loaded: true };
  return { ...list, deeper: { ...list.deeper, [view]: { before, loaded: true } } };
}

function inView(row, view) {
  if (view === ARCHIVED) return Boolean(row.archived);
  if (row.archived) return false;
  return view === ACTIVE ? !row.pinned && !row.folder : `folder ${row.folder}` === view;
}

function newer(held, row) {
  return held && held.revision > row.revision ? held : row;
}
