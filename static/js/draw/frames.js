/**
 * When drawing happens: once an animation frame, for a part of the frame's time; in a hidden tab,
 * which has no frames, by a slow timer, so that nothing piles up meanwhile.
 */

const SHARE = 8;
const HIDDEN_EVERY = 500;
const HIDDEN_SHARE = 100;

/** @type {Set<(deadline: number) => boolean>} */
const tasks = new Set();
let timer = 0;
let frame = 0;

/**
 * Runs the task in the next frame, and on in those after it while it answers that there is more.
 * @param {(deadline: number) => boolean} task
 */
export function draw(task) {
  tasks.add(task);
  plan();
}

/** @param {(deadline: number) => boolean} task */
export function undraw(task) {
  tasks.delete(task);
}

/**
 * Whether anything waits to be drawn, but for the task that asks.
 * @returns {boolean}
 */
export function drawing() {
  return tasks.size > 0;
}

function plan() {
  if (document.hidden) timer ||= setTimeout(run, HIDDEN_EVERY, HIDDEN_SHARE);
  else frame ||= requestAnimationFrame(() => run(SHARE));
}

function run(share) {
  clearTimeout(timer);
  cancelAnimationFrame(frame);
  timer = frame = 0;
  drawNow(share);
  if (tasks.size) plan();
}

/**
 * Draws what waits, in this frame: what was put in above the reader is to be whole before it is
 * painted, if it is not much.
 * @param {number} share milliseconds
 */
export function drawNow(share) {
  const deadline = performance.now() + share;
  // A set is walked to its live end: what one task asks to have drawn comes in the same frame.
  for (const task of tasks) {
    tasks.delete(task);
    if (task(deadline)) tasks.add(task);
    if (performance.now() > deadline) break;
  }
}

document.addEventListener("visibilitychange", () => {
  if (!tasks.size) return;
  clearTimeout(timer);
  cancelAnimationFrame(frame);
  timer = frame = 0;
  plan();
});
