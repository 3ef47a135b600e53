/**
 * The list of conversations as far as it was read: rows by id, and the cursor of what lies deeper.
 *
 * A row may be told by several frames that pass each other on the way. The higher revision wins.
 *
 * @typedef {{items: Record<string, any>, before: string | null, loaded: boolean}} List
 */

/**
 * @param {List} list
 * @param {Record<string, any>} row
 * @returns {List}
 */
export function placed(list, row) {
  const newest = newer(list.items[row.id], row);
  return { ...list, items: { ...list.items, [row.id]: newest } };
}

/**
 * Goes on with a deeper page.
 * @param {List} list
 * @param {Record<string, any>} page
 * @returns {List}
 */
export function deepened(list, page) {
  const items = { ...list.items };
  for (const row of page.items) items[row.id] = newer(items[row.id], row);
  return { items, before: page.before, loaded: true };
}

/**
 * Takes a first page that was read anew. What it does not reach stays as it was read before, and so
 * do the row on show and those that moved above it since.
 * @param {List} list
 * @param {Record<string, any>} page
 * @param {string | null} shown
 * @returns {List}
 */
export function refreshed(list, page, shown) {
  const first = page.items[0];
  const last = page.items.at(-1);
  const items = Object.fromEntries(
    Object.entries(list.items).filter(
      ([id, row]) =>
        id === shown ||
        !first ||
        row.updated > first.updated ||
        (page.before !== null && row.updated <= last.updated),
    ),
  );
  // Where the page's last row is as it was, all below it are so too, and need not be read again.
  const known = last && list.items[last.id]?.updated === last.updated;
  const before = page.before !== null && list.loaded && known ? list.before : page.before;
  for (const row of page.items) items[row.id] = newer(list.items[row.id], row);
  return { items, before, loaded: true };
}

function newer(held, row) {
  return held && held.revision > row.revision ? held : row;
}
