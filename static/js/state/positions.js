/** Positions in a turn's log, as FRAMES.md has them. */

/**
 * What to do with a frame that carries log.
 * @param {number} position what the page has
 * @param {number} from
 * @param {number} to
 * @returns {"take" | "drop" | "gap"}
 */
export function judge(position, from, to) {
  if (from === position) return "take";
  return to <= position ? "drop" : "gap";
}

/**
 * Code points in a text, which is how the server counts.
 * @param {string} text
 * @returns {number}
 */
export function points(text) {
  let pairs = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      const next = text.charCodeAt(i + 1);
      if (next >= 0xdc00 && next <= 0xdfff) {
        pairs++;
        i++;
      }
    }
  }
  return text.length - pairs;
}
