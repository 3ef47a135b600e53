/**
 * Math in markdown: `$...$` and `\(...\)` in a line, `$$...$$` and `\[...\]` as a block. The tokens
 * carry the source; math.js sets it later, into the finished nodes.
 */

const OPENERS = [
  { open: "$$", close: "$$" },
  { open: "\\[", close: "\\]" },
];
const MOST_LINES = 100;

/** @param {any} md a markdown-it parser */
export function mathRules(md) {
  md.inline.ruler.before("escape", "math", inlineMath);
  md.block.ruler.before("fence", "math_block", blockMath, {
    alt: ["paragraph", "reference", "blockquote", "list"],
  });
}

function inlineMath(state, silent) {
  const { src, pos } = state;
  const found = src.startsWith("\\(", pos)
    ? enclosed(src, pos, "\\)")
    : src.startsWith("\\[", pos)
      ? enclosed(src, pos, "\\]")
      : src.startsWith("$$", pos)
        ? enclosed(src, pos, "$$")
        : src[pos] === "$"
          ? dollars(src, pos)
          : null;
  if (!found || found.end > state.posMax) return false;
  if (!silent) {
    const token = state.push("math_inline", "math", 0);
    token.content = found.content;
    token.meta = { display: src[pos + 1] === "[" || src[pos + 1] === "$" };
  }
  state.pos = found.end;
  return true;
}

function enclosed(src, pos, close) {
  const end = src.indexOf(close, pos + 2);
  const content = end < 0 ? "" : src.slice(pos + 2, end);
  return content.trim() ? { content: content.trim(), end: end + close.length } : null;
}

/**
 * A single dollar is mostly money: it opens math only where no letter or digit stands before it and
 * no space after, and closes where no space stands before it and no letter or digit after.
 */
function dollars(src, pos) {
  if (/[\p{L}\p{N}]/u.test(src[pos - 1] ?? "") || /[\s$]/.test(src[pos + 1] ?? " ")) return null;
  for (let at = pos + 1; at < src.length; at++) {
    if (src[at] === "\\") at++;
    else if (src[at] === "\n" && src[at + 1] === "\n") return null;
    else if (src[at] === "$") {
      const closes = !/\s/.test(src[at - 1]) && !/[\p{L}\p{N}]/u.test(src[at + 1] ?? "");
      return closes ? { content: src.slice(pos + 1, at), end: at + 1 } : null;
    }
  }
  return null;
}

/**
 * What ends the text above is told by the first line alone, since it must not depend on what comes
 * later: an opener by itself, or a whole formula. A block that is still open while the text streams
 * is taken to its end, so that it does not flicker; a very long one is no math, and must not hold
 * all that follows open.
 */
function blockMath(state, startLine, endLine, silent) {
  const first = line(state, startLine);
  const kind = OPENERS.find(({ open }) => first.startsWith(open));
  if (!kind || state.sCount[startLine] - state.blkIndent >= 4) return false;
  const rest = first.slice(kind.open.length);
  const whole = rest.indexOf(kind.close) >= 0;
  if (silent) return whole ? closed(rest, kind) !== null : !rest.trim();
  const found = whole
    ? { content: closed(rest, kind), next: startLine + 1, open: false }
    : closing(state, startLine, endLine, rest, kind);
  if (!found?.open && !found?.content?.trim()) return false;
  const token = state.push("math_block", "math", 0);
  token.block = true;
  token.content = found.content.trim();
  token.meta = { open: found.open };
  token.map = [startLine, found.next];
  state.line = found.next;
  return true;
}

/** The formula of a line that is one. */
function closed(rest, { close }) {
  const end = rest.indexOf(close);
  const alone = !rest.slice(end + close.length).trim();
  return alone && rest.slice(0, end).trim() ? rest.slice(0, end) : null;
}

function closing(state, startLine, endLine, rest, { close }) {
  const lines = [rest];
  const last = Math.min(endLine, startLine + MOST_LINES);
  for (let at = startLine + 1; at < last; at++) {
    const text = line(state, at);
    if (text && state.sCount[at] < state.blkIndent) return null;
    const end = text.indexOf(close);
    if (end >= 0) {
      if (text.slice(end + close.length).trim()) return null;
      return { content: [...lines, text.slice(0, end)].join("\n"), next: at + 1, open: false };
    }
    lines.push(text);
  }
  // Of the text, not of a quote in it, whose end is final.
  const open = state.env.live && last === state.bMarks.length - 1;
  return open ? { content: lines.join("\n"), next: endLine, open } : null;
}

function line(state, number) {
  return state.src.slice(state.bMarks[number] + state.tShift[number], state.eMarks[number]);
}
