import assert from "node:assert/strict";
import { test } from "node:test";
import { pause } from "../../static/js/link/backoff.js";
import { judge, points } from "../../static/js/state/positions.js";

test("a frame is taken only where it begins at the position", () => {
  assert.equal(judge(10, 10, 12), "take");
  assert.equal(judge(10, 10, 10), "take");
  assert.equal(judge(10, 5, 10), "drop");
  assert.equal(judge(10, 5, 12), "gap");
  assert.equal(judge(10, 11, 12), "gap");
});

test("points counts code points, as the server does", () => {
  for (const text of ["", "abc", "你好", "🎉a🎉", "\ud800", "\udc00x", "a\ud83c", "👩‍👩‍👧"]) {
    assert.equal(points(text), [...text].length, JSON.stringify(text));
  }
});

test("the pause grows to ten seconds and is never the same for all", () => {
  assert.equal(
    pause(0, () => 1),
    250,
  );
  assert.equal(
    pause(0, () => 0),
    125,
  );
  assert.equal(
    pause(3, () => 1),
    2000,
  );
  assert.equal(
    pause(40, () => 1),
    10_000,
  );
  assert.ok(pause(40, () => 0) >= 5_000);
});
