import assert from "node:assert/strict";
import { test } from "node:test";
import { Reel, Timeline } from "../../static/js/state/timeline.js";

const STEPS = [
  [500, 10],
  [900, 20],
  [6_000, 30],
  [6_000, 35],
  [6_100, 40],
];

test("what had come by when", () => {
  const timeline = new Timeline(STEPS);
  assert.equal(timeline.length, 6_100);
  const reached = [0, 250, 500, 700, 900, 5_999, 6_000, 6_050, 6_100, 99_999];
  assert.deepEqual(
    reached.map((moment) => timeline.reached(moment)),
    [0, 5, 10, 15, 20, 20, 35, 37, 40, 40],
  );
});

test("a silence is told from its beginning to its end, a pause is none", () => {
  const timeline = new Timeline(STEPS);
  assert.equal(timeline.silence(600), 0);
  assert.equal(timeline.silence(1_000), 5_000);
  assert.equal(timeline.silence(5_500), 0);
  assert.equal(timeline.silence(7_000), 0);
});

test("a turn of which nothing is known", () => {
  const timeline = new Timeline([]);
  assert.deepEqual([timeline.length, timeline.reached(5), timeline.silence(5)], [0, 0, 0]);
});

test("pieces are given out by code points, whatever the cuts", () => {
  const part = { inlineData: {} };
  const pieces = [
    ["t", "a😀b"],
    ["p", part],
    ["a", "你好👩‍👩‍👧"],
    ["a", "!"],
  ];
  for (const stride of [1, 2, 3, 100]) {
    const reel = new Reel(pieces);
    const told = { t: "", a: "", p: 0 };
    for (let to = stride; to < 40 + stride; to += stride)
      for (const [kind, value] of reel.upTo(to)) {
        if (kind === "p") told.p++;
        else {
          assert.ok(value.isWellFormed(), value);
          told[kind] += value;
        }
      }
    assert.deepEqual(told, { t: "a😀b", a: "你好👩‍👩‍👧!", p: 1 });
    assert.equal(reel.position, 12);
  }
});

test("nothing is given twice", () => {
  const reel = new Reel([["a", "abc"]]);
  assert.deepEqual(reel.upTo(2), [["a", "ab"]]);
  assert.deepEqual(reel.upTo(1), []);
  assert.deepEqual(reel.upTo(3), [["a", "c"]]);
  assert.deepEqual(reel.upTo(9), []);
});
