/**
 * Math in markdown: `$...$` and `\(...\)` in a line, `$$...$$` and `\[...\]` as a block. The tokens
 * carry the source; math.js sets it later, into the finished nodes.
 */

const OPENERS = [
  { open: "$$", close: "$$" },
  { open: "\\[", close: "\\]" },
];
const LONGEST_OPEN = 60;

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
 * A block that is still open while the text streams is taken to its end, so that it does not
 * flicker; a very long one is no math, and must not hold all that follows open.
 */
function blockMath(state, startLine, endLine, silent) {
  const first = line(state, startLine);
  const kind = OPENERS.find(({ open }) => first.startsWith(open));
  if (!kind || state.sCount[startLine] - state.blkIndent >= 4) return false;
  const found = closing(state, startLine, endLine, first, kind);
  // Open math breaks into a paragraph only where its opener stands alone, which is hardly by chance.
  if (!found || (silent && found.open && first.trim() !== kind.open)) return false;
  if (silent) return true;
  const token = state.push("math_block", "math", 0);
  token.block = true;
  token.content = found.content.trim();
  token.meta = { open: found.open };
  token.map = [startLine, found.next];
  state.line = found.next;
  return true;
}

function closing(state, startLine, endLine, first, { open, close }) {
  const rest = first.slice(open.length);
  const same = rest.indexOf(close);
  if (same >= 0) {
    const alone = same > 0 && !rest.slice(same + close.length).trim();
    return alone ? { content: rest.slice(0, same), next: startLine + 1, open: false } : null;
  }
  const lines = [rest];
  for (let at = startLine + 1; at < endLine; at++) {
    if (
      state.sCount[at] < state.blkIndent &&
      state.bMarks[at] + state.tShift[at] < state.eMarks[at]
    )
      return null;
    const text = line(state, at);
    const end = text.indexOf(close);
    if (end >= 0) {
      if (text.slice(end + close.length).trim()) return null;
      return { content: [...lines, text.slice(0, end)].join("\n"), next: at + 1, open: false };
    }
    lines.push(text);
  }
  return state.env.live && lines.length < LONGEST_OPEN
    ? { content: lines.join("\n"), next: endLine, open: true }
    : null;
}

function line(state, number) {
  return state.src.slice(state.bMarks[number] + state.tShift[number], state.eMarks[number]);
}
