/**
 * The blocks of a parsed text as ranges of markdown-it's tokens.
 *
 * @typedef {{type: string, from: number, to: number, line: number}} Group
 */

/**
 * The blocks in a range of tokens, one for each child of the range.
 * @param {any[]} tokens
 * @param {number} from
 * @param {number} to
 * @returns {Group[]}
 */
export function outline(tokens, from = 0, to = tokens.length) {
  const groups = [];
  for (let at = from; at < to; at++) {
    const start = at;
    let depth = tokens[at].nesting;
    while (depth > 0) depth += tokens[++at].nesting;
    groups.push({
      type: tokens[start].type,
      from: start,
      to: at + 1,
      line: tokens[start].map?.[0] ?? 0,
    });
  }
  return groups;
}

/**
 * The blocks inside of one: a list's items, an item's blocks, a table's rows.
 * @param {any[]} tokens
 * @param {Group} group
 * @returns {Group[]}
 */
export function inside(tokens, group) {
  const children = outline(tokens, group.from + 1, group.to - 1);
  if (group.type !== "table_open") return children;
  const body = children.find((child) => child.type === "tbody_open");
  return body ? outline(tokens, body.from + 1, body.to - 1) : [];
}

/**
 * @param {Group | undefined} group
 * @returns {boolean}
 */
export function isList(group) {
  return group?.type === "bullet_list_open" || group?.type === "ordered_list_open";
}

/**
 * Where a line begins in a text.
 * @param {string} text
 * @param {number} line
 * @returns {number}
 */
export function offset(text, line) {
  let at = 0;
  while (line-- > 0) at = text.indexOf("\n", at) + 1;
  return at;
}
