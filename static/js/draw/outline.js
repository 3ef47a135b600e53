/**
 * The blocks of a parsed text as ranges of markdown-it's tokens.
 *
 * @typedef {{type: string, from: number, to: number, line: number}} Group
 */

const SURE = 12;
/** What can still become a rule or an item, however long it is. */
const MARKS = /^[-*_ \t]*$/;

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
 * The blocks inside of one: a list's items, an item's or a quote's blocks, a table's rows.
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
 * Whether two parsings have found the same.
 * @param {any[]} tokens
 * @param {Group[]} groups
 * @param {any[]} others
 * @param {Group[]} theirs
 * @returns {boolean}
 */
export function same(tokens, groups, others, theirs) {
  const told = (list, { from, to }) =>
    list.slice(from, to).map(({ type, content }) => `${type} ${content}`);
  return (
    String(groups.flatMap((group) => told(tokens, group))) ===
    String(theirs.flatMap((group) => told(others, group)))
  );
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

/**
 * Whether a block is sure to start where it does, whatever comes: its line is complete (of a table
 * the second one, too, which makes it one), or it stands after a blank one and is longer than any
 * mark that could make something else of it.
 * @param {string} source
 * @param {Group} group
 * @returns {boolean}
 */
export function sure(source, { type, line }) {
  const from = offset(source, line);
  const end = source.indexOf("\n", from);
  if (end >= 0) return type !== "table_open" || source.indexOf("\n", end + 1) >= 0;
  const rest = source.slice(from);
  return (
    /\n[ \t]*\n$/.test(source.slice(0, from)) && rest.trim().length >= SURE && !MARKS.test(rest)
  );
}
