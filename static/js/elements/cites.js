/**
 * Marks in an answer at the passages that sources support.
 *
 * The passages are told as markdown, and what is on the page was drawn from it: both are compared
 * by their letters and digits alone, so that no mark-up is in the way. A passage that cannot be
 * found gets no mark; its sources are listed all the same.
 */

import { make } from "../browser/make.js";
import { markdown } from "../draw/markdown.js";
import { safe } from "../draw/safe.js";
import { gettext, interpolate } from "../text.js";
import { outward, sourceName } from "./outward.js";

const SKIPPED = ".math, .math-set, .math-source, .math-open, .cite, .note-mark, .note-back, button";
const WHOLE = "a, code, .code";
const STRESSED = "em, strong, s";
const LETTER = /[\p{L}\p{N}]/u;
const OTHERS = /[^\p{L}\p{N}]+/gu;
const CLOSING = /^[.,;:!?…。，；：！？)\]"'”’»]+/;
/** Milliseconds at a time. */
const SHARE = 8;
const LEAST = 8;
const TAIL = 40;

/**
 * Looks for the passages a little at a time, since there can be many, and puts the marks in at once.
 * @param {Element[]} answers in order, each drawn to its end
 * @param {Record<string, any>} grounding
 * @param {number} length of the whole answer in code points
 */
export async function cite(answers, { marks, sources }, length) {
  const runs = answers.flatMap(lettered);
  const all = runs.map((run) => run.letters).join("");
  const places = [];
  let deadline = performance.now() + SHARE;
  for (const mark of marks) {
    const key = letters(mark.text);
    const near = Math.round((mark.at / (length || 1)) * all.length) - key.length;
    const end = ending(all, key, near) || ending(all, key.slice(-TAIL), near);
    if (end) places.push({ end, numbers: mark.sources });
    if (performance.now() < deadline) continue;
    await new Promise((next) => setTimeout(next));
    deadline = performance.now() + SHARE;
  }
  // From the end: a text that is cut keeps what stands before the cut.
  places.sort((one, other) => other.end - one.end);
  for (const { end, numbers } of places) put(runs, end, numbers, sources);
}

function letters(text) {
  const drawn = document.createElement("div");
  drawn.append(safe(markdown.render(text)));
  return lettered(drawn)
    .map((run) => run.letters)
    .join("");
}

/** @returns {{node: Text, letters: string}[]} */
function lettered(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, {
    acceptNode: (node) =>
      node instanceof Element
        ? node.matches(SKIPPED)
          ? NodeFilter.FILTER_REJECT
          : NodeFilter.FILTER_SKIP
        : NodeFilter.FILTER_ACCEPT,
  });
  const runs = [];
  while (walker.nextNode()) {
    const node = /** @type {Text} */ (walker.currentNode);
    runs.push({ node, letters: node.data.replace(OTHERS, "") });
  }
  return runs;
}

/** Where the occurrence that is nearest to a place ends; 0 where there is none. */
function ending(all, key, near) {
  if (key.length < LEAST) return 0;
  const at = Math.max(0, near);
  const [before, after] = [all.lastIndexOf(key, at), all.indexOf(key, at)];
  if (before < 0 && after < 0) return 0;
  const place = after < 0 || (before >= 0 && at - before <= after - at) ? before : after;
  return place + key.length;
}

function put(runs, end, numbers, sources) {
  let left = end;
  let at = 0;
  while (at < runs.length && left > runs[at].letters.length) left -= runs[at++].letters.length;
  const run = runs[at];
  if (!run) return;
  const mark = marked(numbers, sources);
  const around = run.node.parentElement?.closest(WHOLE);
  if (around) return around.after(mark);
  const cut = offset(run.node.data, left);
  if (cut < run.node.data.length) run.node.splitText(cut);
  behind(run.node).after(mark);
}

/** Out of what is stressed, if it ends here, and behind what closes the sentence after it. */
function behind(node) {
  let last = node;
  while (!last.nextSibling && last.parentElement?.matches(STRESSED)) last = last.parentElement;
  const next = last.nextSibling;
  if (last === node || !(next instanceof Text)) return last;
  const closing = CLOSING.exec(next.data)?.[0].length ?? 0;
  if (closing && closing < next.data.length) next.splitText(closing);
  return closing ? next : last;
}

/** Behind so many letters, and what closes a sentence behind them. */
function offset(text, count) {
  let at = 0;
  for (let seen = 0; seen < count; ) {
    const letter = String.fromCodePoint(/** @type {number} */ (text.codePointAt(at)));
    at += letter.length;
    if (LETTER.test(letter)) seen += letter.length;
  }
  return at + (CLOSING.exec(text.slice(at))?.[0].length ?? 0);
}

function marked(numbers, sources) {
  const links = numbers.map((index) => {
    const { uri, title } = sources[index];
    const { name, host } = sourceName(uri, title);
    const link = outward(uri, String(index + 1));
    link.title = host ? `${name} (${host})` : name;
    const label = interpolate(gettext("Source %(number)s: %(name)s"), { number: index + 1, name });
    link.setAttribute("aria-label", label);
    return link;
  });
  return make("sup", { className: "cite" }, ...links);
}
