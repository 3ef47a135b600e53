/**
 * A conversation as it is on show: its questions and replies in order.
 *
 * @typedef {{key: string, question?: Record<string, any>, turn?: string}} Row
 * @typedef {object} Thread
 * @property {string} id
 * @property {Row[]} rows
 * @property {"asked" | "here" | "missing"} phase
 * @property {boolean} fresh read on this connection
 */

/**
 * @param {string} id
 * @returns {Thread}
 */
export function asked(id) {
  return { id, rows: [], phase: "asked", fresh: false };
}

/**
 * @param {Record<string, any>} message
 * @returns {Row}
 */
export function questionRow(message) {
  return { key: `m${message.id}`, question: message };
}

/**
 * @param {string} turn
 * @returns {Row}
 */
export function replyRow(turn) {
  return { key: `t${turn}`, turn };
}

/**
 * Puts a turn under its question, wherever that is in the thread; what stood after is another
 * branch and leaves the show. Null where the thread does not hold what the question hangs on.
 * @param {Row[]} rows
 * @param {Record<string, any>} question
 * @param {string} turn
 * @param {(turn: string) => number | null} messageOf the message of a turn's reply
 * @returns {Row[] | null}
 */
export function grafted(rows, question, turn, messageOf) {
  if (rows.some((row) => row.turn === turn)) return rows;
  const at = rows.findIndex((row) => row.question?.id === question.id);
  if (at >= 0) return [...rows.slice(0, at + 1), replyRow(turn)];
  const branch = [questionRow(question), replyRow(turn)];
  if (question.parent === null) return branch;
  const parent = rows.findIndex(
    (row) =>
      row.question?.id === question.parent || (row.turn && messageOf(row.turn) === question.parent),
  );
  return parent < 0 ? null : [...rows.slice(0, parent + 1), ...branch];
}

/**
 * The turn that the thread shows last.
 * @param {Thread | undefined} thread
 * @returns {string | null}
 */
export function lastTurn(thread) {
  return thread?.rows.findLast((row) => row.turn)?.turn ?? null;
}
