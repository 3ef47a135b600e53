/**
 * The containers that are open at a text's end, outermost first: a list's last item, a quote, a
 * table. What comes next is parsed behind a stub of each, a short line that opens it once more.
 *
 * @typedef {import("./outline.js").Group} Group
 * @typedef {object} Place
 * @property {"root" | "list" | "item" | "quote" | "table"} kind
 * @property {Element} node
 * @property {string} stub
 * @property {number} width of an item: how far its lines are indented
 *
 * @typedef {{place: Place, group: Group}} Placed
 */

import { inside, outline } from "./outline.js";

/** Blocks with blocks in them. */
const KINDS = {
  bullet_list_open: "list",
  ordered_list_open: "list",
  list_item_open: "item",
  blockquote_open: "quote",
  table_open: "table",
};

/**
 * @param {Group | undefined} group
 * @returns {Place["kind"] | undefined} what the block is to those in it
 */
export function kindOf(group) {
  return KINDS[group?.type ?? ""];
}

/**
 * Whether to go down into a block, to this one of its children. Not for one paragraph: where it
 * ends, so does what it stands in, more often than not.
 * @param {Place["kind"]} kind
 * @param {number} at
 * @param {Group} child
 * @returns {boolean}
 */
export function worthwhile(kind, at, child) {
  return (
    kind === "list" ||
    kind === "table" ||
    at > 0 ||
    child.type === "fence" ||
    Boolean(kindOf(child))
  );
}

/**
 * The blocks of a parsed text by the place they stand in, innermost first, which is the text's
 * order.
 * @param {any[]} tokens
 * @param {Place[]} path
 * @returns {{place: Place, groups: Group[]}[] | null} null where the path does not fit
 */
export function scoped(tokens, path) {
  let groups = outline(tokens);
  const scopes = [];
  for (const [at, place] of path.entries()) {
    const next = path[at + 1];
    if (!next) return [{ place, groups }, ...scopes];
    const [first, ...others] = groups;
    if (kindOf(first) !== next.kind) return null;
    scopes.unshift({ place, groups: others });
    // The stub of an item and of a quote stands in it.
    groups = inside(tokens, first).slice(next.kind === "item" || next.kind === "quote" ? 1 : 0);
  }
  return scopes;
}

/**
 * @param {{place: Place, groups: Group[]}[]} scopes
 * @returns {Placed[]}
 */
export function placed(scopes) {
  return scopes.flatMap(({ place, groups }) => groups.map((group) => ({ place, group })));
}

/**
 * Whether two parsings have a block in the same place.
 * @param {Placed} one
 * @param {Placed | undefined} other
 * @param {boolean} whole it is finished in both, and so of one type
 * @returns {boolean}
 */
export function alike(one, other, whole) {
  return (
    one.place === other?.place &&
    one.group.line === other.group.line &&
    (!whole || one.group.type === other.group.type)
  );
}
