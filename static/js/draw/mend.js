/**
 * Makes the open end of a streaming text fit to be drawn: what is begun and not yet closed is
 * closed for the moment, and a last line that may become anything is held back.
 */

const UNDECIDED = /^[\s>]*(?:[-*+=#|~`:$]+|\d{1,9}[.)]?)?[ \t]*$/;
const OPEN_LINK = /\[([^\][\n]*)\]\([^)\n]*$/;

/**
 * @param {string} tail
 * @returns {string}
 */
export function mend(tail) {
  const line = tail.lastIndexOf("\n") + 1;
  if (UNDECIDED.test(tail.slice(line))) return tail.slice(0, line);
  const gap = tail.lastIndexOf("\n\n");
  const block = gap < 0 ? 0 : gap + 2;
  return tail.slice(0, block) + closed(tail.slice(block));
}

function closed(text) {
  const ticks = text.match(/`+/g) ?? [];
  if (ticks.some((run) => run.length > 2)) return text;
  if (ticks.length % 2)
    return text.endsWith("`") ? text.slice(0, -ticks.at(-1).length) : text + ticks.at(-1);
  const linked = text.replace(OPEN_LINK, "$1");
  const stars = linked.replace(/`[^`]*`/g, "").match(/\*\*/g)?.length ?? 0;
  return stars % 2 ? starred(linked) : linked;
}

/** Closing stars must touch a letter, so they go before any space at the end. */
function starred(text) {
  const bare = text.trimEnd();
  if (bare.endsWith("**")) return bare.slice(0, -2);
  return bare.endsWith("*") ? `${bare}*` : `${bare}**`;
}
