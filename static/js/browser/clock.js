/** One timer for all running clocks of the page. */

const EVERY = 250;

/** @type {Set<() => void>} */
const faces = new Set();
let timer = 0;

/** @param {() => void} face called four times a second until `rest` */
export function tick(face) {
  faces.add(face);
  timer ||= setInterval(() => {
    for (const each of faces) each();
  }, EVERY);
}

/** @param {() => void} face */
export function rest(face) {
  faces.delete(face);
  if (faces.size) return;
  clearInterval(timer);
  timer = 0;
}
