/** How long to wait before connecting again. */

const FIRST = 250;
const LONGEST = 10_000;

/**
 * Doubles from a quarter of a second to ten, and takes a random part of it, so that a thousand
 * pages do not come back in one moment.
 * @param {number} attempt counts from 0
 * @param {() => number} random
 * @returns {number} milliseconds
 */
export function pause(attempt, random = Math.random) {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** attempt);
  return ceiling / 2 + (ceiling / 2) * random();
}
