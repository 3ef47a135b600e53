/**
 * The marks of items and quotes at the beginning of a line: how to take them off, and how to open
 * the same container once more. Only marks written with spaces are entered: tabs do not add up.
 *
 * @typedef {import("./places.js").Place} Place
 */

const ITEM = /^( {0,3})([-+*]|\d{1,9}[.)])( {1,4}(?=\S)|(?= *$))/;
/** Where it begins, at most three spaces stand before it; further lines may have more. */
const QUOTE = /^[ \t]*> ?/;
const ANY = "# x\n";

/**
 * What a line says inside of the open containers.
 * @param {Place[]} path
 * @param {string} line
 * @returns {{text: string, column: number} | null} with the place where it says so; null where one
 *   of them has ended before the line
 */
export function within(path, line) {
  let text = line;
  let column = 0;
  for (const { kind, width } of path) {
    if (kind === "quote") {
      const mark = QUOTE.exec(text)?.[0];
      if (!mark) return null;
      text = text.slice(mark.length);
      column += mark.length;
    } else if (kind === "item") {
      const inner = unindented(text, width, column);
      if (inner.width < width && inner.text.trim()) return null;
      text = inner.text;
      column += width;
    }
  }
  return { text, column };
}

/**
 * A line without so much of its indentation, or without all of it where there is less.
 * @param {string} line
 * @param {number} most
 * @param {number} column where the line begins, by which a tab is as wide as it is
 * @returns {{text: string, width: number}}
 */
export function unindented(line, most, column) {
  let at = 0;
  let width = 0;
  for (; width < most && " \t".includes(line[at] ?? "x"); at++)
    width += line[at] === "\t" ? 4 - ((column + width) % 4) : 1;
  return { text: " ".repeat(Math.max(0, width - most)) + line.slice(at), width };
}

/**
 * The way into an item or a quote that begins with this line.
 * @param {Place[]} path
 * @param {"item" | "quote"} kind
 * @param {Element} node
 * @param {string} line
 * @returns {{place: Place, line: string} | null} the line as it would be were it not the first
 */
export function entered(path, kind, node, line) {
  const rest = within(path, line)?.text;
  if (rest === undefined || !line.endsWith(rest)) return null;
  const before = line.slice(0, line.length - rest.length);
  if (kind === "quote") {
    const mark = QUOTE.exec(rest)?.[0];
    const stub = `${before}${mark?.trimEnd()} ${ANY}`;
    return mark ? { place: { kind, node, stub, width: 0 }, line } : null;
  }
  const [mark, indent, marker, gap] = ITEM.exec(rest) ?? [];
  if (mark === undefined) return null;
  const stub = `${before}${indent}${marker}${gap || " "}${ANY}`;
  const width = indent.length + marker.length + (gap.length || 1);
  const place = { kind, node, stub, width };
  return { place, line: before + mark.replace(/\S/g, " ") + rest.slice(mark.length) };
}
