/** Each named end of a turn, in one plain sentence and with its one useful button. */

import { count, gettext, interpolate } from "../text.js";

const REASONS = {
  SAFETY: gettext("its safety filter"),
  PROHIBITED_CONTENT: gettext("its rules on prohibited content"),
  BLOCKLIST: gettext("a word on its block list"),
  RECITATION: gettext("it came too close to a published text"),
  SPII: gettext("it held personal data"),
  LANGUAGE: gettext("a language it does not support"),
};

const ACTIONS = {
  again: gettext("Try again"),
  more_room: gettext("Try again with more room"),
  continue: gettext("Continue"),
  answer_now: gettext("Answer without thinking"),
};

const SENTENCES = {
  stopped: kept(gettext("You stopped this answer.")),
  blocked: because(
    gettext("The endpoint refused the question before answering: %(reason)s."),
    gettext("The endpoint refused the question before answering."),
  ),
  filtered: because(
    gettext("The endpoint withheld the rest of the answer: %(reason)s."),
    gettext("The endpoint withheld the rest of the answer."),
  ),
  out_of_tokens: outOfTokens,
  cut_off: cutOff,
  stalled: kept(gettext("The endpoint fell silent, and was given up after a while.")),
  refused,
  over_quota: () => gettext("The quota is used up for now."),
  interrupted,
  empty: () => gettext("The model ended without writing an answer."),
};

/**
 * @param {Record<string, any>} turn an ended turn
 * @returns {{sentence: string, words: string, action: string | null, label: string, calm: boolean} | null}
 *   null when there is nothing to say: it is complete
 */
export function told(turn) {
  const outcome = turn.outcome;
  if (!outcome || outcome.name === "complete") return null;
  const tell = Object.hasOwn(SENTENCES, outcome.name) ? SENTENCES[outcome.name] : unknown;
  return {
    sentence: tell(outcome, turn),
    words: outcome.message || "",
    action: Object.hasOwn(ACTIONS, outcome.action ?? "") ? outcome.action : null,
    label: ACTIONS[outcome.action] ?? "",
    calm: outcome.name === "stopped",
  };
}

/**
 * The announced retry, counted down.
 * @param {Record<string, any>} waiting
 * @param {number} clock the server's time
 * @returns {string}
 */
export function retrying(waiting, clock) {
  const seconds = Math.max(0, Math.ceil((waiting.until - clock) / 1000));
  const values = {
    seconds,
    status: waiting.status,
    attempt: ordinal(waiting.attempt),
    of: cardinal(waiting.of),
  };
  const trouble = waiting.status
    ? interpolate(gettext("The endpoint is busy (%(status)s)."), values)
    : gettext("The endpoint cannot be reached.");
  const next = seconds
    ? interpolate(gettext("Trying again in %(seconds)s s, %(attempt)s of %(of)s."), values)
    : interpolate(gettext("Trying again now, %(attempt)s of %(of)s."), values);
  return `${trouble} ${next}`;
}

function kept(sentence) {
  return (_outcome, { position }) =>
    position ? `${sentence} ${gettext("What had come is kept.")}` : sentence;
}

function cutOff(outcome, turn) {
  const sentence =
    outcome.reason === "too_long"
      ? gettext("This answer did not come to an end, and was cut off.")
      : gettext("The stream broke off before its end.");
  return kept(sentence)(outcome, turn);
}

function because(withReason, without) {
  return ({ reason }) => {
    if (!reason) return without;
    return interpolate(withReason, { reason: REASONS[reason] ?? reason });
  };
}

function outOfTokens(_outcome, { usage }) {
  const values = { all: count(usage.thought + usage.answer), thought: count(usage.thought) };
  if (usage.thought && !usage.answer) {
    return interpolate(
      gettext(
        "Thinking used all the room there was (%(thought)s tokens) and left none for an answer.",
      ),
      values,
    );
  }
  if (usage.thought) {
    return interpolate(
      gettext("The answer ran out of room: %(all)s tokens, %(thought)s of them for thinking."),
      values,
    );
  }
  return gettext("The answer ran out of room.");
}

const INTERRUPTIONS = {
  restart: gettext("The server restarted while this was being answered."),
  storage: gettext("This answer could not be stored whole."),
  fault: gettext("A mistake in the server ended this answer. Its log has it under %(turn)s."),
};

function interrupted(outcome, turn) {
  const known = Object.hasOwn(INTERRUPTIONS, outcome.reason ?? "");
  const sentence = known ? INTERRUPTIONS[outcome.reason] : gettext("This answer was interrupted.");
  return kept(interpolate(sentence, { turn: turn.id }))(outcome, turn);
}

function refused({ status, reason }) {
  if (status === 401 || status === 403 || /API_KEY/.test(reason)) {
    return gettext("The endpoint did not accept the site's key. Tell whoever runs this site.");
  }
  if (status === 429)
    return gettext("The endpoint is over its limit and asks to be left alone for a while (429).");
  if (status)
    return interpolate(gettext("The endpoint refused the request (%(status)s)."), { status });
  if (reason === "unreachable") return gettext("The endpoint cannot be reached.");
  return gettext("The endpoint refused the request.");
}

function unknown() {
  return gettext("This turn ended in an unforeseen way.");
}

function ordinal(number) {
  const words = [
    gettext("first"),
    gettext("second"),
    gettext("third"),
    gettext("fourth"),
    gettext("fifth"),
    gettext("sixth"),
  ];
  return words[number - 1] ?? String(number);
}

function cardinal(number) {
  const words = [
    gettext("one"),
    gettext("two"),
    gettext("three"),
    gettext("four"),
    gettext("five"),
    gettext("six"),
  ];
  return words[number - 1] ?? String(number);
}
