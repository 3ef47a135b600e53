import assert from "node:assert/strict";
import { test } from "node:test";
import { languageFile } from "../../static/js/draw/languages.js";
import { mend } from "../../static/js/draw/mend.js";
import { grouped } from "../../static/js/state/days.js";
import { lastHeading } from "../../static/js/state/headings.js";
import { retrying, told } from "../../static/js/state/outcomes.js";
import { interpolate, span, wellFormed } from "../../static/js/text.js";

const NAMES =
  "stopped blocked filtered out_of_tokens cut_off stalled refused over_quota interrupted empty".split(
    " ",
  );
const USAGE = { thought: 0, answer: 0 };

test("every named end but the good one is told in a sentence", () => {
  for (const name of NAMES) {
    const end = told({
      outcome: { name, reason: "", status: null, message: "", action: "again" },
      usage: USAGE,
      position: 0,
    });
    assert.match(end.sentence, /^[A-Z].*\.$/, name);
    assert.equal(end.label, "Try again");
  }
  assert.equal(told({ outcome: { name: "complete" }, usage: USAGE }), null);
  assert.equal(
    told({ outcome: { name: "toString", action: "constructor" }, usage: USAGE }).action,
    null,
  );
});

test("an end says that text is kept only where there is some", () => {
  const stopped = { outcome: { name: "stopped", action: "continue" }, usage: USAGE };
  assert.match(told({ ...stopped, position: 5 }).sentence, /kept/);
  assert.doesNotMatch(told({ ...stopped, position: 0 }).sentence, /kept/);
});

test("an interruption is told by its reason", () => {
  const ended = (reason) =>
    told({ id: "t7", outcome: { name: "interrupted", reason }, usage: USAGE, position: 5 })
      .sentence;
  assert.match(ended("restart"), /^The server restarted .* What had come is kept\.$/);
  assert.match(ended("storage"), /could not be stored whole/);
  assert.match(ended("fault"), /A mistake in the server .* t7\./);
  for (const reason of ["", null, "news", "constructor"]) {
    assert.match(ended(reason), /^This answer was interrupted\./);
  }
});

test("an answer without an end is not told as a broken line", () => {
  const cut = (reason) =>
    told({ outcome: { name: "cut_off", reason }, usage: USAGE, position: 5 }).sentence;
  assert.match(cut("partial"), /^The stream broke off .* kept\.$/);
  assert.match(cut("too_long"), /did not come to an end, .* kept\.$/);
});

test("thoughts that ate all the room are named", () => {
  const outcome = { name: "out_of_tokens", action: "more_room" };
  assert.match(told({ outcome, usage: { thought: 8192, answer: 0 } }).sentence, /8,192 tokens/);
});

test("a coming retry counts down", () => {
  const waiting = { attempt: 2, of: 4, until: 5_000, status: 503, message: "" };
  assert.equal(
    retrying(waiting, 3_000),
    "The endpoint is busy (503). Trying again in 2 s, second of four.",
  );
  assert.equal(
    retrying({ ...waiting, status: null }, 9_000),
    "The endpoint cannot be reached. Trying again now, second of four.",
  );
});

test("conversations stand under the day of their last word", () => {
  const now = new Date(2026, 2, 30, 9).getTime();
  const at = (day, hour) => new Date(2026, 2, day, hour).getTime();
  const items = { a: at(30, 0), b: at(29, 23), c: at(29, 0), d: at(23, 5), e: at(22, 23) };
  const rows = Object.fromEntries(
    Object.entries(items).map(([id, updated]) => [id, { id, updated }]),
  );
  const groups = grouped(Object.values(rows), now).map(({ title, items: found }) => [
    title,
    found.map(({ id }) => id).join(""),
  ]);
  assert.deepEqual(groups, [
    ["Today", "a"],
    ["Yesterday", "bc"],
    ["Previous 7 days", "d"],
    ["Older", "e"],
  ]);
});

test("what is begun and not closed is closed for the moment", () => {
  const cases = {
    "a **bold": "a **bold**",
    "a **bold ": "a **bold**",
    "a **": "a ",
    "a **bold*": "a **bold**",
    "a `code": "a `code`",
    "a [link](http": "a link",
    "text\n-": "text\n",
    "text\n12.": "text\n",
    "text\n```": "text\n",
    "done **x**": "done **x**",
    "**a**\n\nb **c": "**a**\n\nb **c**",
    "": "",
  };
  for (const [tail, want] of Object.entries(cases))
    assert.equal(mend(tail), want, JSON.stringify(tail));
});

test("the last heading of thoughts is found in both forms", () => {
  assert.equal(lastHeading("**One**\n\ntext **bold** text\n\n## Two ##\n\nmore\n"), "Two");
  assert.equal(lastHeading("plain **not a heading** text\n"), "");
});

test("a code block's name finds its grammar, and nothing else", () => {
  assert.equal(languageFile("PY"), "python");
  assert.equal(languageFile("c++"), "cpp");
  for (const name of ["", "text", "../../x", "constructor", "toString", "plaintext"])
    assert.equal(languageFile(name), null, name);
});

test("words and spans", () => {
  for (const text of ["a\ud800b", "\udc00", "你好 🎉"]) {
    assert.equal(wellFormed(text), text.toWellFormed());
    const old = Object.assign(Object(text), { toWellFormed: undefined });
    assert.equal(wellFormed(old), text.toWellFormed(), "in a browser that cannot");
  }
  assert.equal(interpolate("%(a)s and %(b)s", { a: 1 }), "1 and %(b)s");
  assert.equal(span(12_400), "12 s");
  assert.equal(span(185_000), "3 min 5 s");
});
