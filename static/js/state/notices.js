/**
 * Why something that was sent came back, by the conversation that it was sent in. The text itself
 * goes to that conversation's draft.
 *
 * @typedef {{words: string, drafted: boolean}} Notice `drafted`: there was a text, now in the draft
 * @typedef {Record<string, Notice>} Notices the key of a new conversation is empty
 */

import { gettext, interpolate } from "../text.js";

/**
 * @param {Notices} notices
 * @param {string | null} conversation
 * @param {Notice} notice
 * @returns {Notices}
 */
export function noticed(notices, conversation, notice) {
  return { ...notices, [conversation ?? ""]: notice };
}

/**
 * @param {Notices} notices
 * @param {string | null} conversation
 * @returns {Notices}
 */
export function without(notices, conversation) {
  const { [conversation ?? ""]: gone, ...rest } = notices;
  return gone ? rest : notices;
}

/**
 * What whoever goes to a conversation has still to be told.
 * @param {Notices} notices
 * @param {string | null} conversation
 * @returns {Notices}
 */
export function kept(notices, conversation) {
  const own = notices[conversation ?? ""];
  return own ? { [conversation ?? ""]: own } : {};
}

/**
 * What the composer says: of the conversation on show or, with its title, of another one.
 * @param {Notices} notices
 * @param {string | null} shown
 * @param {Record<string, any>} items the rows of the list
 * @returns {string}
 */
export function said(notices, shown, items) {
  const own = notices[shown ?? ""];
  const [other] = Object.entries(notices);
  if (own || !other) return own?.words ?? "";
  const [id, { words, drafted }] = other;
  const title = id ? items[id]?.title || gettext("Untitled") : gettext("New conversation");
  const told = interpolate(gettext("In “%(title)s”: %(words)s"), { title, words });
  return drafted ? `${told} ${gettext("Your text is kept there.")}` : told;
}
