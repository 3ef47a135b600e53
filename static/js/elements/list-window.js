/**
 * Of a very long section only the rows around those in sight are there; room is held for the rest.
 * All rows are of one height.
 */

const WHOLE = 400;
const AROUND = 60;
const STEP = 20;
let height = 34;

/**
 * @template T
 * @param {HTMLElement} scroller
 * @param {HTMLElement} rows where the section's rows stand
 * @param {T[]} items all of them
 * @returns {T[]} those to be there
 */
export function inSight(scroller, rows, items) {
  if (items.length <= WHOLE) {
    if (rows.style.paddingBlock) rows.style.paddingBlock = "";
    return items;
  }
  height = /** @type {HTMLElement | null} */ (rows.firstElementChild)?.offsetHeight || height;
  const above = scroller.getBoundingClientRect().top - rows.getBoundingClientRect().top;
  const seen = Math.ceil(scroller.clientHeight / height);
  const at = Math.floor(above / height / STEP) * STEP - AROUND;
  const from = Math.max(0, Math.min(at, items.length - seen));
  const to = Math.min(items.length, from + seen + 2 * AROUND + STEP);
  const room = `${from * height}px ${(items.length - to) * height}px`;
  if (rows.style.paddingBlock !== room) rows.style.paddingBlock = room;
  return items.slice(from, to);
}
