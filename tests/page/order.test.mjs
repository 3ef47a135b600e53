import assert from "node:assert/strict";
import { test } from "node:test";
import { sections } from "../../static/js/state/sections.js";
import { initial, receive, show } from "../../static/js/state/state.js";

const NOW = new Date(2026, 10, 25, 12).getTime();
const row = (id, changes = {}) => ({
  id,
  title: id,
  updated: NOW - 1000,
  revision: 1,
  pinned: null,
  archived: null,
  folder: null,
  ...changes,
});
const take = (state, frame) => receive(state, frame, NOW);
const listed = (...items) =>
  take(initial(), { type: "conversations", items, before: null, pinned: [], at: NOW }).state;

test("pins, folders by name, and the rest; a folder that is not known is none", () => {
  const items = {
    a: row("a", { pinned: 2 }),
    b: row("b", { pinned: 3, folder: 1 }),
    c: row("c", { folder: 1 }),
    d: row("d", { folder: 9 }),
    e: row("e", { archived: 5 }),
  };
  const folders = [
    { id: 1, name: "Work", count: 2 },
    { id: 2, name: "Home", count: 0 },
  ];
  const found = sections(items, folders, new Set([1]), NOW);
  const shown = found.map(({ title, items: rows }) => [title, rows.map(({ id }) => id).join("")]);
  assert.deepEqual(shown, [
    ["Pinned", "ba"],
    ["Home", ""],
    ["Work", "cb"],
    ["Today", "d"],
  ]);
});

test("a conversation that is deleted elsewhere leaves the show, and is read anew when it is back", () => {
  let state = show(listed(row("a")), "a").state;
  state = take(state, { type: "gone", conversation: "a", revision: 2 }).state;
  assert.equal(state.threads.a.phase, "missing");
  assert.deepEqual(state.list.items, {});
  const old = take(state, { type: "changed", conversation: row("a") });
  assert.deepEqual(old.state.list.items, {});
  const back = take(state, { type: "changed", conversation: row("a", { revision: 3 }) });
  assert.deepEqual(back.needs, [{ type: "open", conversation: "a" }]);
  assert.equal(back.state.threads.a.phase, "asked");
});

test("on a new line the list is caught up, or read anew where that is too long ago", () => {
  const state = listed(row("a"), row("b"));
  const { needs } = take(state, { type: "welcome", now: NOW });
  assert.deepEqual(needs[0], { type: "list", since: NOW });
  const stale = { type: "conversations", items: [], gone: [], stale: true, at: NOW };
  const anew = take(state, stale);
  assert.deepEqual(anew.needs, [{ type: "list" }]);
  assert.deepEqual(anew.state.list.items, {});
});

test("the folders that are dated last hold; when one goes, the list is read anew", () => {
  const told = (state, at, ...items) => take(state, { type: "folders", at, items });
  const work = { id: 1, name: "Work", count: 1 };
  let { state } = told(listed(row("a", { folder: 1 })), 5, work);
  assert.equal(told(state, 4).state, state);
  const gone = told(state, 6);
  assert.deepEqual(gone.needs, [{ type: "list" }]);
  state = told(state, 7, work, { id: 2, name: "Home", count: 0 }).state;
  assert.equal(state.folders.items.length, 2);
});

test("rows with a draft are known", () => {
  let state = take(initial(), { type: "drafts", items: ["a"], draft: {} }).state;
  const told = (conversation, text, attachments = []) => {
    state = take(state, { type: "draft", conversation, text, attachments, revision: 2 }).state;
  };
  told("b", "x");
  told("a", " ");
  told(null, "x");
  told("c", "", [{ id: "f" }]);
  assert.deepEqual(state.drafted, { b: true, c: true });
});
