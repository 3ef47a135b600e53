/** Thoughts carry headings of their own: lines in bold, or in markdown's form. */

const HEADING = /^[ \t]{0,3}(?:\*\*([^*\n]+)\*\*[ \t]*$|#{1,6}[ \t]+([^\n]+)$)/gm;

/**
 * The last heading in a text of whole lines.
 * @param {string} text
 * @returns {string} empty where there is none
 */
export function lastHeading(text) {
  let found = "";
  for (const [, bold, hash] of text.matchAll(HEADING))
    found = (bold ?? closed(hash)).trim() || found;
  return found;
}

/** Without the marks that may close it: by hand, since an expression would try each one in turn. */
function closed(heading) {
  const text = heading.trimEnd();
  let end = text.length;
  while (text[end - 1] === "#") end--;
  return end === 0 || /[ \t]/.test(text[end - 1]) ? text.slice(0, end) : text;
}
