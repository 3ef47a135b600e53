/** The page's words, translated by Django's JavaScript catalogue where it is loaded. */

const catalogue = globalThis.django ?? {};

/**
 * @param {string} words
 * @returns {string}
 */
export function gettext(words) {
  return catalogue.gettext ? catalogue.gettext(words) : words;
}

/**
 * @param {string} one
 * @param {string} many
 * @param {number} count
 * @returns {string}
 */
export function ngettext(one, many, count) {
  if (catalogue.ngettext) return catalogue.ngettext(one, many, count);
  return count === 1 ? one : many;
}

/**
 * Fills `%(name)s` places.
 * @param {string} words
 * @param {Record<string, unknown>} values
 * @returns {string}
 */
export function interpolate(words, values) {
  return words.replace(/%\((\w+)\)s/g, (place, name) =>
    name in values ? String(values[name]) : place,
  );
}

/**
 * The text with halves of surrogate pairs replaced, as an encoder would do it.
 * @param {string} text
 * @returns {string}
 */
export function wellFormed(text) {
  return text.toWellFormed?.() ?? text.replace(/\p{Surrogate}/gu, "\ufffd");
}

const language = globalThis.document?.documentElement.lang || "en";
const whole = new Intl.NumberFormat(language);

/**
 * @param {number} number
 * @returns {string}
 */
export function count(number) {
  return whole.format(number);
}

const days = new Intl.DateTimeFormat(language, { dateStyle: "medium" });

/**
 * @param {number} moment in milliseconds
 * @returns {string}
 */
export function day(moment) {
  return days.format(moment);
}

const fine = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

/**
 * @param {number} number
 * @returns {string} with one decimal at most
 */
export function decimal(number) {
  return fine.format(number);
}

/**
 * A span of time as a person says it: "12 s", "3 min 5 s".
 * @param {number} milliseconds
 * @returns {string}
 */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return interpolate(gettext("%(seconds)s s"), { seconds });
  return interpolate(gettext("%(minutes)s min %(seconds)s s"), {
    minutes: Math.floor(seconds / 60),
    seconds: seconds % 60,
  });
}

/**
 * A span of time to a tenth of a second, while that says something.
 * @param {number} milliseconds
 * @returns {string}
 */
export function seconds(milliseconds) {
  if (milliseconds >= 10_000) return span(milliseconds);
  const number = fine.format(Math.max(0, milliseconds) / 1000);
  return interpolate(gettext("%(seconds)s s"), { seconds: number });
}
