/**
 * A reply as the page holds it: the turn, and as much of its log as has come.
 *
 * Replies are values: each change gives a new one. The pieces alone are shared and only ever
 * appended to, so that a drawer can go on from where it was; a log that has to be read anew gets a
 * new array.
 *
 * @typedef {["t" | "a", string] | ["p", Record<string, any>]} Piece
 * @typedef {Record<string, any>} Turn
 * @typedef {object} Reply
 * @property {Turn} turn
 * @property {number | null} message the reply's message, once there is one
 * @property {Piece[]} pieces
 * @property {number} position
 * @property {Record<string, any> | null} grounding where the answer is from, once that is known
 * @property {boolean} over the turn has ended and its whole log is here
 * @property {boolean} joined this connection was asked for the turn's frames
 * @property {boolean} asking a gap was found, and its filling is on the way
 * @property {string} [asked] the id under which a page asked for it, if that was told
 */

import { judge } from "./positions.js";

const ACTIVE = new Set(["queued", "running"]);

/**
 * @param {Turn} turn
 * @returns {boolean}
 */
export function active(turn) {
  return ACTIVE.has(turn.state);
}

/**
 * @param {Turn} turn
 * @returns {Reply}
 */
export function begun(turn) {
  return {
    turn,
    message: turn.reply ?? null,
    pieces: [],
    position: 0,
    grounding: null,
    over: false,
    joined: false,
    asking: false,
  };
}

/**
 * A reply from a stored message. What the page already holds is kept, since it is drawn.
 * @param {Reply | undefined} held
 * @param {Record<string, any>} message
 * @returns {Reply}
 */
export function stored(held, message) {
  const turn = message.turn;
  const grounding = held?.grounding ?? message.grounding ?? null;
  if (held?.over) return { ...held, turn, message: message.id, grounding };
  if (held?.position)
    return settled({ ...held, turn: met(turn, held.turn), message: message.id, grounding });
  return settled({
    ...begun(turn),
    message: message.id,
    grounding,
    pieces: message.pieces ?? [],
    position: active(turn) ? 0 : turn.position,
  });
}

/**
 * A reply with a newer description of its turn.
 * @param {Reply} reply
 * @param {Turn} turn
 * @returns {Reply}
 */
export function described(reply, turn) {
  return settled({ ...reply, turn: met(turn, reply.turn), message: turn.reply ?? reply.message });
}

/**
 * Takes a frame that carries log. `gap` says that the log must be asked for from the position.
 * @param {Reply} reply
 * @param {Record<string, any>} frame a tail or a snapshot
 * @param {number} clock the server's time
 * @returns {{reply: Reply, gap: boolean}}
 */
export function extended(reply, frame, clock) {
  const whole = frame.type === "snapshot";
  const turn = met(whole ? frame.turn : reply.turn, reply.turn);
  const next = { ...reply, turn: frame.usage ? { ...turn, usage: frame.usage } : turn };
  if (whole) next.asking = false;
  const verdict = judge(reply.position, frame.from, frame.to);
  if (verdict === "drop") return { reply: whole ? settled(next) : reply, gap: false };
  if (verdict === "gap") return { reply: { ...next, asking: true }, gap: !next.asking };
  reply.pieces.push(...frame.pieces);
  next.position = frame.to;
  next.turn = timed(next.turn, frame.pieces, clock);
  return { reply: settled(next), gap: false };
}

/**
 * A turn's end: the reply is over when the log is whole, otherwise there is a gap.
 * @param {Reply} reply
 * @param {Record<string, any>} frame
 * @returns {{reply: Reply, gap: boolean}}
 */
export function ended(reply, frame) {
  const message = frame.message?.id ?? frame.turn.reply ?? reply.message;
  const grounding = reply.grounding ?? frame.message?.grounding ?? null;
  const next = { ...reply, turn: met(frame.turn, reply.turn), message, grounding };
  if (reply.position >= frame.at) return { reply: { ...next, over: true }, gap: false };
  return { reply: { ...next, asking: true }, gap: !reply.asking };
}

function settled(reply) {
  const over = reply.over || (!active(reply.turn) && reply.position >= reply.turn.position);
  return over === reply.over ? reply : { ...reply, over };
}

function met(turn, before) {
  const times = { ...turn.times };
  for (const name of ["asked", "thought", "answer"]) times[name] ??= before.times[name];
  const usage =
    turn.usage.total || turn.usage.thought || turn.usage.answer ? turn.usage : before.usage;
  return { ...turn, times, usage };
}

function timed(turn, pieces, clock) {
  const times = { ...turn.times };
  for (const [kind, text] of pieces) {
    if (kind === "t") times.thought ??= clock;
    if (kind === "a" && text.trim()) times.answer ??= clock;
  }
  return { ...turn, times };
}

/**
 * The answer's text, for copying.
 * @param {Reply} reply
 * @returns {string}
 */
export function answer(reply) {
  return reply.pieces
    .map(([kind, text]) => (kind === "a" ? text : ""))
    .join("")
    .trim();
}
