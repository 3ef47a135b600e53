/**
 * What a search has found so far, page by page. An answer to an older question changes nothing.
 *
 * @typedef {object} Hit
 * @property {number} message
 * @property {string} role
 * @property {"title" | "question" | "answer" | "thought"} where
 * @property {[string, boolean][]} snippet pieces of text, and whether each is what was looked for
 *
 * @typedef {object} Found
 * @property {string} text what was asked for last
 * @property {boolean} thoughts
 * @property {{conversation: Record<string, any>, hits: Hit[]}[]} items
 * @property {string | null} more
 * @property {"idle" | "asking" | "here" | "failed"} phase
 * @property {string} told why it failed
 */

/** Hits of one conversation that are shown. */
const MOST = 3;

/** @returns {Found} */
export function nothing() {
  return { text: "", thoughts: false, items: [], more: null, phase: "idle", told: "" };
}

/**
 * The last results stay until the answer is there, so that nothing flickers while one types.
 * @param {Found} found
 * @param {{text: string, thoughts: boolean}} question
 * @returns {Found}
 */
export function asked(found, { text, thoughts }) {
  if (!text.trim()) return { ...nothing(), thoughts };
  return { ...found, text, thoughts, more: null, phase: "asking", told: "" };
}

/**
 * @param {Found} found
 * @param {{text: string, thoughts?: boolean, more?: string}} question
 * @param {Record<string, any>} frame
 * @returns {Found}
 */
export function answered(found, question, frame) {
  if (question.text !== found.text || (question.thoughts ?? false) !== found.thoughts) return found;
  if (frame.type === "error") {
    return { ...found, items: [], more: null, phase: "failed", told: frame.message };
  }
  const items = question.more ? joined(found.items, frame.items) : frame.items;
  return { ...found, items, more: frame.more, phase: "here", told: "" };
}

/** A conversation that comes again on a later page keeps its place. */
function joined(held, items) {
  const later = new Map(items.map((item) => [item.conversation.id, item]));
  const grown = held.map((item) => {
    const again = later.get(item.conversation.id);
    later.delete(item.conversation.id);
    return again ? { ...item, hits: [...item.hits, ...again.hits].slice(0, MOST) } : item;
  });
  return [...grown, ...later.values()];
}

/**
 * The words that are marked in a hit, to be found again in the conversation.
 * @param {Hit} hit
 * @returns {string[]}
 */
export function marked({ snippet }) {
  return [...new Set(snippet.flatMap(([text, hit]) => (hit ? [text.toLowerCase()] : [])))];
}
