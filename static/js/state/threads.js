/**
 * A conversation as it is on show: its questions and replies in order, from the first that the page
 * has to the leaf of the branch.
 *
 * @typedef {{key: string, question?: Record<string, any>, turn?: string}} Row
 * @typedef {object} Thread
 * @property {string} id
 * @property {Row[]} rows
 * @property {"asked" | "here" | "missing"} phase
 * @property {boolean} fresh read on this connection
 * @property {number} revision of the conversation, when this was read
 * @property {string | null} elsewhere the turn that was named though it is in another branch
 * @property {number | null} earlier the message before the first row, if there is one
 * @property {"" | "asked" | "failed"} reading what is before: nothing, on its way, or not had
 */

/**
 * @param {string} id
 * @returns {Thread}
 */
export function asked(id) {
  const nothing = {
    revision: -1,
    elsewhere: null,
    earlier: null,
    reading: /** @type {const} */ (""),
  };
  return { id, rows: [], phase: "asked", fresh: false, ...nothing };
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
 * The rows of messages that follow one another. A reply's siblings are noted with its question.
 * @param {Record<string, any>[]} messages
 * @returns {Row[]}
 */
export function rowsOf(messages) {
  /** @type {Row[]} */
  const rows = [];
  for (const message of messages) {
    const before = rows.at(-1)?.question;
    if (message.role === "user") rows.push(questionRow(message));
    else if (message.turn) {
      if (before?.id === message.parent)
        rows[rows.length - 1] = questionRow({
          replies: message.siblings ?? [message.id],
          ...before,
        });
      rows.push(replyRow(message.turn.id));
    }
  }
  return rows;
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
  const branch = [questionRow(question), replyRow(turn)];
  const at = rows.findIndex((row) => row.question?.id === question.id);
  if (at >= 0) return [...rows.slice(0, at), ...branch];
  if (question.parent === null) return branch;
  const before = upTo(rows, question.parent, messageOf);
  return before && [...before, ...branch];
}

/**
 * What a thread holds before a message, as far as it holds that; null where it does not.
 * @param {Row[]} rows
 * @param {number | null} parent what the message hangs on
 * @param {(turn: string) => number | null} messageOf the message of a turn's reply
 * @returns {Row[] | null}
 */
export function upTo(rows, parent, messageOf) {
  const at = rows.findIndex(
    ({ question, turn }) => parent === (question ? question.id : messageOf(turn ?? "")),
  );
  return at < 0 ? null : rows.slice(0, at + 1);
}

/**
 * Notes a new reply with its question.
 * @param {Row[]} rows
 * @param {{id: number, parent: number}} message
 * @returns {Row[]}
 */
export function answered(rows, { id, parent }) {
  const at = rows.findIndex(({ question }) => question?.id === parent);
  const question = rows[at]?.question;
  if (!question || question.replies?.includes(id)) return rows;
  return rows.with(at, questionRow({ ...question, replies: [...(question.replies ?? []), id] }));
}

/**
 * The turn that the thread shows last.
 * @param {Thread | undefined} thread
 * @returns {string | null}
 */
export function lastTurn(thread) {
  return thread?.rows.findLast((row) => row.turn)?.turn ?? null;
}

/**
 * The message that the thread shows last: while a turn runs, its question.
 * @param {Thread | undefined} thread
 * @param {(turn: string) => number | null} messageOf the message of a turn's reply
 * @returns {number | null}
 */
export function lastMessage(thread, messageOf) {
  for (const { question, turn } of thread?.rows.toReversed() ?? []) {
    const message = question ? question.id : messageOf(/** @type {string} */ (turn));
    if (message) return message;
  }
  return null;
}
