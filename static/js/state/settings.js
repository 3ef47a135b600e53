/**
 * How a conversation's turns are asked: what was chosen over the site's defaults, as the server
 * keeps it (endpoint/choices.py), and over that what is still on its way there.
 *
 * @typedef {Record<string, any>} Choices what differs; in a change, null goes back to the default
 * @typedef {{settings: Choices, model?: string}} Change
 * @typedef {{mark: string, revision: number, chosen: Choices}} Held
 * @typedef {{model: string, chosen: Choices, here: boolean, under: boolean}} Tuned
 */

export const CATEGORIES = [
  "HARM_CATEGORY_HARASSMENT",
  "HARM_CATEGORY_HATE_SPEECH",
  "HARM_CATEGORY_SEXUALLY_EXPLICIT",
  "HARM_CATEGORY_DANGEROUS_CONTENT",
  "HARM_CATEGORY_CIVIC_INTEGRITY",
];
export const TOOLS = ["googleSearch", "urlContext", "codeExecution"];
const PLAIN = [
  "system_instruction",
  "temperature",
  "top_p",
  "top_k",
  "max_output_tokens",
  "thinking_budget",
  "thinking_level",
];
const NESTED = { safety: CATEGORIES, tools: TOOLS };
const UNSAID = {
  system_instruction: "",
  tools: Object.fromEntries(TOOLS.map((name) => [name, false])),
};

/**
 * @param {Choices} chosen
 * @param {Choices} change
 * @param {Choices} defaults
 * @returns {Choices} what differs from the defaults then
 */
export function merged(chosen, change, defaults) {
  const found = { ...chosen, ...change };
  for (const name of Object.keys(NESTED)) {
    const held = change[name] === null ? {} : { ...chosen[name], ...change[name] };
    found[name] = differing(held, { ...UNSAID[name], ...defaults[name] });
    if (!Object.keys(found[name]).length) delete found[name];
  }
  return differing(found, { ...UNSAID, ...defaults });
}

function differing(values, defaults) {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) => value !== null && value !== undefined && value !== defaults[name],
    ),
  );
}

/**
 * A change upon a change: the later one has each field.
 * @param {Change | undefined} before
 * @param {Partial<Change>} change
 * @returns {Change}
 */
export function followed(before, { settings = {}, model }) {
  const joined = { ...before?.settings, ...settings };
  for (const name of Object.keys(NESTED)) {
    // All of them, or each by itself: either takes the place of what it names.
    const [old, late] = [before?.settings[name], settings[name]];
    if (late) joined[name] = { ...named(name, old), ...late };
  }
  return { ...before, settings: joined, ...(model && { model }) };
}

function named(name, value) {
  return value === null ? Object.fromEntries(NESTED[name].map((one) => [one, null])) : value;
}

/**
 * What is left of a change once a part of it has been stored; null for nothing.
 * @param {Change} change
 * @param {Change} stored
 * @returns {Change | null}
 */
export function without(change, stored) {
  const left = { settings: rest(change.settings, stored.settings ?? {}) };
  for (const name of Object.keys(NESTED)) {
    const [mine, theirs] = [left.settings[name], stored.settings?.[name]];
    if (!mine || !theirs) continue;
    left.settings[name] = rest(mine, theirs);
    if (!Object.keys(left.settings[name]).length) delete left.settings[name];
  }
  const model = change.model === stored.model ? undefined : change.model;
  if (!model && !Object.keys(left.settings).length) return null;
  return model ? { ...left, model } : left;
}

function rest(mine, theirs) {
  return Object.fromEntries(
    Object.entries(mine).filter(
      ([name, value]) => !Object.hasOwn(theirs, name) || theirs[name] !== value,
    ),
  );
}

/**
 * The change that makes settings out of whatever there was before.
 * @param {Choices} wanted
 * @returns {Choices}
 */
export function whole(wanted) {
  const change = Object.fromEntries(PLAIN.map((name) => [name, wanted[name] ?? null]));
  for (const [name, names] of Object.entries(NESTED))
    change[name] = Object.fromEntries(names.map((one) => [one, wanted[name]?.[one] ?? null]));
  return change;
}

/**
 * @param {Choices} one
 * @param {Choices} other
 * @returns {boolean}
 */
export function same(one, other) {
  return JSON.stringify(whole(one)) === JSON.stringify(whole(other));
}

/**
 * The value of a field, or of one of its names, as it is sent: null where nothing is.
 * @param {Choices} chosen
 * @param {Choices} defaults
 * @param {string} field
 * @param {string} [name]
 * @returns {any}
 */
export function value(chosen, defaults, field, name) {
  const [mine, usual] = name
    ? [chosen[field]?.[name], defaults[field]?.[name]]
    : [chosen[field], defaults[field]];
  return mine ?? usual ?? null;
}

/**
 * How the conversation is set, with what is on its way to the server; of a new one (null), how it
 * will begin.
 * @param {import("./state.js").State} state
 * @param {string | null} id
 * @returns {Tuned}
 */
export function tuned(state, id) {
  const first = state.welcome?.models[0]?.name ?? "";
  if (id === null) {
    const { model, settings } = state.fresh ?? beginning(state);
    return { model: model ?? first, chosen: settings, here: true, under: false };
  }
  const row = state.list.items[id];
  const held = state.settings[id];
  const change = state.tuning[id];
  const stored = row?.chosen === "" ? {} : (held?.chosen ?? {});
  return {
    model: change?.model ?? row?.model ?? first,
    chosen: change ? merged(stored, change.settings, state.welcome?.settings ?? {}) : stored,
    here: Boolean(row) && (row.chosen === "" || held?.mark === row.chosen),
    under: Boolean(change),
  };
}

/**
 * What a new conversation begins with: the preset that is meant for it.
 * @param {import("./state.js").State} state
 * @returns {{model: string | null, settings: Choices}}
 */
export function beginning({ presets, welcome }) {
  const preset = presets?.find((one) => one.default);
  if (!preset) return { model: null, settings: {} };
  const offered = welcome?.models.some(({ name }) => name === preset.model);
  return { model: offered ? preset.model : null, settings: preset.settings };
}

/**
 * Takes what the server says of a conversation's settings, unless something newer was said.
 * @param {Record<string, Held>} all
 * @param {Record<string, any>} row
 * @param {Choices} chosen
 * @returns {Record<string, Held>}
 */
export function told(all, row, chosen) {
  const held = all[row.id];
  if (held && held.revision > row.revision) return all;
  return { ...all, [row.id]: { mark: row.chosen, revision: row.revision, chosen } };
}

/**
 * @param {Choices} chosen
 * @returns {number} fields that differ from the site's
 */
export function differs(chosen) {
  return Object.keys(chosen).length;
}
