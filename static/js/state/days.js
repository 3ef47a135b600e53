/** The list of conversations, grouped by how long ago each was touched. */

import { gettext } from "../text.js";

/**
 * @param {Record<string, any>[]} rows
 * @param {number} now
 * @returns {{title: string, items: Record<string, any>[]}[]} newest first, empty groups left out
 */
export function grouped(rows, now) {
  const groups = [
    { title: gettext("Today"), since: midnight(now, 0), items: [] },
    { title: gettext("Yesterday"), since: midnight(now, 1), items: [] },
    { title: gettext("Previous 7 days"), since: midnight(now, 7), items: [] },
    { title: gettext("Older"), since: -Infinity, items: [] },
  ];
  for (const row of [...rows].sort(newestFirst))
    groups.find((group) => row.updated >= group.since)?.items.push(row);
  return groups.filter((group) => group.items.length);
}

/**
 * @param {Record<string, any>} a
 * @param {Record<string, any>} b
 */
export function newestFirst(a, b) {
  return b.updated - a.updated || (a.id < b.id ? 1 : -1);
}

/** Through the calendar, since a day is not always 24 hours long. */
function midnight(now, daysAgo) {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() - daysAgo).getTime();
}
