/** The settings by their names, as a person reads them, and which of them a model has. */

import { count, gettext, interpolate } from "../text.js";
import { CATEGORIES } from "./settings.js";

export const NAMES = {
  system_instruction: gettext("System instruction"),
  thinking_budget: gettext("Thinking"),
  thinking_level: gettext("Thinking level"),
  temperature: gettext("Temperature"),
  top_p: gettext("Top P"),
  top_k: gettext("Top K"),
  max_output_tokens: gettext("Output limit"),
  tools: gettext("Tools"),
  safety: gettext("Safety filters"),
};
const WORDS = {
  OFF: gettext("Off"),
  BLOCK_NONE: gettext("Block nothing"),
  BLOCK_ONLY_HIGH: gettext("Block little"),
  BLOCK_MEDIUM_AND_ABOVE: gettext("Block some"),
  BLOCK_LOW_AND_ABOVE: gettext("Block most"),
  MINIMAL: gettext("Minimal"),
  LOW: gettext("Low"),
  MEDIUM: gettext("Medium"),
  HIGH: gettext("High"),
  XHIGH: gettext("Highest"),
  googleSearch: gettext("Google Search"),
  urlContext: gettext("Pages you name"),
  codeExecution: gettext("Running code"),
  HARM_CATEGORY_HARASSMENT: gettext("Harassment"),
  HARM_CATEGORY_HATE_SPEECH: gettext("Hate speech"),
  HARM_CATEGORY_SEXUALLY_EXPLICIT: gettext("Sexually explicit"),
  HARM_CATEGORY_DANGEROUS_CONTENT: gettext("Dangerous content"),
  HARM_CATEGORY_CIVIC_INTEGRITY: gettext("Civic integrity"),
};

const HAS = {
  system_instruction: (can) => can.instruction,
  thinking_budget: (can) => can.thinks && (Boolean(can.budget) || !can.known),
  thinking_level: (can) => can.thinks && can.levels.length > 0,
  temperature: (can) => can.sampling,
  top_p: (can) => can.sampling,
  top_k: (can) => can.sampling,
  max_output_tokens: () => true,
  tools: (can) => can.tools.length > 0,
  safety: (can) => can.safety,
};

/** What is offered of a model that is not described: everything. */
export const UNKNOWN = {
  known: false,
  thinks: true,
  budget: null,
  off: false,
  dynamic: false,
  unset: null,
  levels: ["MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH"],
  level: null,
  sampling: true,
  hottest: 2,
  top_k: null,
  output: null,
  tools: ["googleSearch", "urlContext", "codeExecution"],
  safety: true,
  instruction: true,
};

/**
 * @param {Record<string, any>} can what the model has
 * @param {string} field
 * @returns {boolean}
 */
export function has(can, field) {
  return HAS[field](can);
}

/**
 * @param {string} word one of the endpoint's own
 * @returns {string}
 */
export function spelled(word) {
  return WORDS[word] ?? word;
}

/**
 * The tokens for thinking that are sent where so many are wanted.
 * @param {Record<string, any>} can
 * @param {number | null} wanted
 * @returns {number | null}
 */
export function budget(can, wanted) {
  if (wanted === null) return can.unset;
  if (!can.budget || (wanted === -1 && can.dynamic) || (wanted === 0 && can.off)) return wanted;
  if (wanted < 0) return can.unset;
  return Math.min(Math.max(wanted, can.budget[0]), can.budget[1]);
}

/**
 * A setting in words.
 * @param {string} field
 * @param {any} value
 * @returns {string}
 */
export function phrase(field, value) {
  if (field === "thinking_budget" && value <= 0) return value ? gettext("Dynamic") : gettext("Off");
  if (field === "tools") return listed(Object.keys(value).filter((name) => value[name]));
  if (field === "safety") return filters(value);
  if (field === "thinking_budget" || field === "max_output_tokens")
    return interpolate(gettext("%(number)s tokens"), { number: count(value) });
  if (typeof value !== "number") return spelled(value);
  return Number.isInteger(value) ? count(value) : String(value);
}

/** One word where it holds for all. */
function filters(value) {
  const thresholds = new Set(Object.values(value));
  if (thresholds.size === 1 && Object.keys(value).length === CATEGORIES.length)
    return spelled([...thresholds][0]);
  return Object.entries(value)
    .map(([name, threshold]) => `${spelled(name)}: ${spelled(threshold)}`)
    .join("\n");
}

const listing = new Intl.ListFormat(globalThis.document?.documentElement.lang || "en", {
  type: "unit",
});

function listed(names) {
  return listing.format(names.map(spelled));
}
