/** How much room a message has left. */

import { count, gettext, interpolate } from "../text.js";
import { points } from "./positions.js";

const NEARLY = 0.9;

/**
 * @param {string} text
 * @param {number} limit in code points
 * @returns {{over: boolean, words: string}} what to say of it: nothing while there is enough
 */
export function room(text, limit) {
  if (text.length <= limit * NEARLY) return { over: false, words: "" };
  const used = points(text.trim());
  const over = used > limit;
  const values = { used: count(used), limit: count(limit), more: count(used - limit) };
  const words = over
    ? gettext("Too long by %(more)s characters; %(limit)s is the most")
    : gettext("%(used)s of %(limit)s characters");
  return { over, words: interpolate(words, values) };
}
