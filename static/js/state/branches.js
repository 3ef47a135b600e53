/** Forks in a conversation: what else was asked in a question's place, or answered in a reply's. */

import { active } from "./replies.js";

/**
 * @typedef {object} Versions
 * @property {number[]} ways the message to choose for each version, oldest first
 * @property {number} at which of them is on show
 */

/**
 * The versions of a question; null where it is the only one.
 * @param {Record<string, any>} question
 * @returns {Versions | null}
 */
export function ofQuestion({ id, siblings }) {
  return versions(siblings ?? [], id);
}

/**
 * The versions of a reply; null where it is the only one. One that is being written has no message:
 * whoever chooses its question gets it (FRAMES.md), and it is the newest.
 * @param {import("./replies.js").Reply} reply
 * @param {Record<string, any> | undefined} question
 * @param {import("./replies.js").Reply | undefined} elsewhere that of the turn in another branch
 * @returns {Versions | null}
 */
export function ofReply(reply, question, elsewhere) {
  if (!question) return null;
  const stored = question.replies ?? [];
  const coming = !reply.message || rival(elsewhere, question.id) ? [question.id] : [];
  return versions([...stored, ...coming], reply.message ?? question.id);
}

function rival(reply, question) {
  return Boolean(reply && active(reply.turn) && reply.turn.question === question);
}

function versions(ways, shown) {
  const at = ways.indexOf(shown);
  return ways.length > 1 && at >= 0 ? { ways, at } : null;
}
