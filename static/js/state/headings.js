/** Thoughts carry headings of their own: lines in bold, or in markdown's form. */

const HEADING = /^[ \t]{0,3}(?:\*\*([^*\n]+)\*\*|#{1,6}[ \t]+([^\n]+?)#*)[ \t]*$/gm;

/**
 * The last heading in a text of whole lines.
 * @param {string} text
 * @returns {string} empty where there is none
 */
export function lastHeading(text) {
  let found = "";
  for (const [, bold, hash] of text.matchAll(HEADING)) found = (bold ?? hash).trim();
  return found;
}
