import assert from "node:assert/strict";
import { test } from "node:test";
import { matches, Shortcuts } from "../../static/js/browser/shortcuts.js";

const press = (key, more = {}) => ({
  key,
  code: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

test("a key means itself, with exactly its modifiers", () => {
  const o = { ctrlKey: true, shiftKey: true, code: "KeyO" };
  assert.ok(matches("Mod+Shift+O", press("O", o), false));
  assert.ok(matches("Mod+Shift+O", press("o", o), false));
  assert.ok(!matches("Mod+Shift+O", press("O", { ...o, altKey: true }), false));
  assert.ok(!matches("Mod+Shift+O", press("o", { ctrlKey: true }), false));
  assert.ok(!matches("Mod+Shift+O", press("o"), false));
  assert.ok(matches("Alt+ArrowUp", press("ArrowUp", { altKey: true }), false));
  assert.ok(!matches("Alt+ArrowUp", press("ArrowUp", { altKey: true, shiftKey: true }), false));
  assert.ok(!matches("j", press("j", { ctrlKey: true }), false));
  assert.ok(!matches("j", press("J", { shiftKey: true }), false));
});

test("on a Mac it is Command", () => {
  assert.ok(matches("Mod+K", press("k", { metaKey: true }), true));
  assert.ok(!matches("Mod+K", press("k", { ctrlKey: true }), true));
  assert.ok(!matches("Mod+K", press("k", { metaKey: true }), false));
});

test("a sign is itself wherever the layout has it", () => {
  assert.ok(matches("?", press("?", { shiftKey: true }), false));
  assert.ok(matches("?", press("?"), false));
  assert.ok(matches("/", press("/", { shiftKey: true, code: "Digit7" }), false));
  assert.ok(matches("Mod+/", press("/", { ctrlKey: true }), false));
  assert.ok(!matches("/", press("/", { ctrlKey: true }), false));
});

test("a letter is found by its place where the layout has no Latin ones", () => {
  assert.ok(matches("Mod+K", press("л", { ctrlKey: true, code: "KeyK" }), false));
  assert.ok(matches("j", press("о", { code: "KeyJ" }), false));
  // Dvorak has an h where others have a j.
  assert.ok(!matches("j", press("h", { code: "KeyJ" }), false));
});

test("they come in groups, as they were added, and the single ones can be off", () => {
  const kept = new Map();
  const storage = {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
  };
  const keys = new Shortcuts(storage);
  const add = (name, group) => keys.add({ keys: name, group, what: name, act: null });
  add("a", "one");
  add("b", "two");
  add("c", "one");
  const groups = keys
    .groups()
    .map(({ title, shortcuts }) => [title, ...shortcuts.map((x) => x.keys)]);
  assert.deepEqual(groups, [
    ["one", "a", "c"],
    ["two", "b"],
  ]);
  assert.ok(keys.single);
  keys.single = false;
  assert.ok(!new Shortcuts(storage).single);
  keys.single = true;
  assert.equal(kept.size, 0);
});
