import assert from "node:assert/strict";
import { test } from "node:test";
import { deepened, placed, refreshed } from "../../static/js/state/list.js";

const EMPTY = { items: {}, before: null, loaded: false };
const row = (id, updated, changes = {}) => ({
  id,
  updated,
  revision: updated,
  title: id,
  ...changes,
});
const page = (before, ...items) => ({ items, before });
const ids = ({ items }) => Object.keys(items).sort().join("");

/** Six rows in two pages. */
function read() {
  const first = refreshed(EMPTY, page("5", row("a", 9), row("b", 7), row("c", 5)), null);
  return deepened(first, page(null, row("d", 4), row("e", 3), row("f", 2)));
}

test("a first page that is read anew leaves the deeper ones and their cursor", () => {
  const list = refreshed(read(), page("5", row("a", 9), row("b", 7), row("c", 5)), null);
  assert.equal(ids(list), "abcdef");
  assert.equal(list.before, null);
  const risen = refreshed(read(), page("7", row("f", 10), row("a", 9), row("b", 7)), null);
  assert.equal(ids(risen), "abcdef");
  assert.equal(risen.items.f.updated, 10);
});

test("what is missing from the part that was read anew is gone, but for the row on show", () => {
  const anew = page("5", row("a", 9), row("c", 5));
  assert.equal(ids(refreshed(read(), anew, null)), "acdef");
  assert.equal(ids(refreshed(read(), anew, "b")), "abcdef");
  assert.equal(ids(refreshed(read(), page(null, row("a", 9), row("c", 5)), null)), "ac");
});

test("where all of the first page is news, there may be more of it below", () => {
  const list = refreshed(read(), page("20", row("x", 22), row("y", 21), row("z", 20)), null);
  assert.equal(list.before, "20");
  assert.equal(ids(deepened(list, page("9", row("w", 15), row("a", 9)))), "abcdefwxyz");
});

test("a row that rose while the page was read stays", () => {
  const list = placed(read(), row("n", 12));
  assert.equal(
    ids(refreshed(list, page("5", row("a", 9), row("b", 7), row("c", 5)), null)),
    "abcdefn",
  );
  assert.equal(ids(refreshed(placed(EMPTY, row("n", 1)), page(null), null)), "n");
});

test("a row of older news does not take a newer one's place, one of the same age does", () => {
  const list = placed(read(), row("a", 11, { running: true }));
  const old = row("a", 9, { running: false });
  for (const next of [placed(list, old), deepened(list, page(null, old))]) {
    assert.equal(next.items.a.running, true);
  }
  assert.equal(refreshed(list, page("9", old), null).items.a.updated, 11);
  assert.equal(placed(list, row("a", 11, { unread: true })).items.a.unread, true);
});
