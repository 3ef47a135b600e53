/** The list in sections: what is pinned, the folders, and the rest by how long ago it was touched. */

import { gettext } from "../text.js";
import { grouped, newestFirst } from "./days.js";

/**
 * @typedef {object} Section
 * @property {string} key
 * @property {string} title
 * @property {Record<string, any>[]} items
 * @property {import("./order.js").Folder} [folder]
 * @property {boolean} [open] whether a folder shows what is in it
 *
 * @param {Record<string, any>} items rows by id
 * @param {import("./order.js").Folder[]} folders
 * @param {Set<number>} opened folders
 * @param {number} now
 * @returns {Section[]}
 */
export function sections(items, folders, opened, now) {
  const rows = Object.values(items).filter((row) => !row.archived);
  const known = new Set(folders.map(({ id }) => id));
  const pinned = rows.filter((row) => row.pinned).sort((a, b) => b.pinned - a.pinned);
  const loose = rows.filter((row) => !row.pinned && !known.has(row.folder));
  const byName = [...folders].sort((a, b) => a.name.localeCompare(b.name));
  return [
    ...(pinned.length ? [{ key: "pinned", title: gettext("Pinned"), items: pinned }] : []),
    ...byName.map((folder) => folderSection(folder, rows, opened.has(folder.id))),
    ...days(loose, now),
  ];
}

/**
 * @param {Record<string, any>} items
 * @param {number} now
 * @returns {Section[]}
 */
export function archive(items, now) {
  return days(
    Object.values(items).filter((row) => row.archived),
    now,
  );
}

function days(rows, now) {
  return grouped(rows, now).map((group) => ({ key: `day ${group.title}`, ...group }));
}

function folderSection(folder, rows, open) {
  const items = open ? rows.filter((row) => row.folder === folder.id).sort(newestFirst) : [];
  return { key: `folder ${folder.id}`, title: folder.name, items, folder, open };
}
