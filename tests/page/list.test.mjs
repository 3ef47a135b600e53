import assert from "node:assert/strict";
import { test } from "node:test";
import {
  caughtUp,
  deepened,
  empty,
  forgotten,
  placed,
  reach,
  refreshed,
  removed,
} from "../../static/js/state/list.js";

const EMPTY = empty();
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

test("what is deleted stays so, whatever older news say, until it is back", () => {
  let list = removed(read(), "b", 20);
  assert.equal(ids(list), "acdef");
  for (const old of [placed(list, row("b", 7)), refreshed(list, page("5", row("b", 7)), null)])
    assert.equal("b" in old.items, false);
  list = placed(list, row("b", 7, { revision: 21 }));
  assert.equal(ids(list), "abcdef");
  assert.deepEqual(list.gone, {});
  assert.equal(ids(removed(list, "b", 20)), "abcdef", "it was back before");
});

test("a view's page that is read anew leaves the others as they are", () => {
  const pinned = { ...page("5", row("a", 9)), pinned: [row("p", 1, { pinned: 5 })], at: 100 };
  let list = refreshed(EMPTY, pinned, null);
  list = refreshed(list, page(null, row("x", 3, { archived: 4 })), null, "archived");
  list = refreshed(list, page("2", row("f", 2, { folder: 7 })), null, "folder 7");
  assert.equal(ids(list), "afpx");
  assert.deepEqual(reach(list, "folder 7"), { before: "2", loaded: true });
  assert.deepEqual(reach(list, "folder 8"), { before: null, loaded: false });
  assert.equal(list.before, "5");
  list = refreshed(list, { ...page("5", row("a", 9)), pinned: [], at: 101 }, null);
  assert.equal(ids(list), "afx", "it is pinned no more");
  list = refreshed(placed(list, row("q", 1, { pinned: 200 })), { ...pinned, at: 150 }, null);
  assert.equal(ids(list), "afpqx", "pinned since the page was read");
  list = deepened(list, page(null, row("g", 1, { folder: 7 })), "folder 7");
  assert.deepEqual(reach(list, "folder 7"), { before: null, loaded: true });
});

test("what changed since is caught up, in the depth too", () => {
  const list = caughtUp(read(), {
    items: [row("f", 2, { revision: 50, title: "anew" })],
    gone: [{ conversation: "e", revision: 51 }],
    at: 7,
  });
  assert.equal(ids(list), "abcdf");
  assert.equal(list.items.f.title, "anew");
  assert.equal(list.at, 7);
  const bare = forgotten(list, "a");
  assert.equal(ids(bare), "a");
  assert.equal(bare.loaded, false);
});
