/**
 * Libraries are fetched when they are first needed, which may be when the connection is away. One
 * that could not be had is tried again, at another address each time: a browser may remember that
 * a module was not there.
 */

const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 60_000;
const MOST_TRIES = 8;

/**
 * @template T
 * @param {(again: string) => Promise<T>} get is given what to put behind the address
 * @returns {Promise<T>}
 */
export async function fetched(get) {
  for (let tries = 1; tries < MOST_TRIES; tries++) {
    try {
      return await get(tries > 1 ? `?${tries}` : "");
    } catch {
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (tries - 1));
      await new Promise((done) => setTimeout(done, pause));
    }
  }
  return get(`?${MOST_TRIES}`);
}
