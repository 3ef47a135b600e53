import assert from "node:assert/strict";
import { test } from "node:test";
import { Bases, merged, mergedFiles } from "../../static/js/state/bases.js";
import { Drafts, forget } from "../../static/js/state/drafts.js";
import { kept, noticed, said, without } from "../../static/js/state/notices.js";
import { frame, Outbox, pending } from "../../static/js/state/outbox.js";
import { Own } from "../../static/js/state/own.js";
import { Shelf } from "./shelf.mjs";

const SEND = { id: "1", type: "send", conversation: null, text: "hi" };

test("a draft is stored when it is saved, and by the tab that changed it alone", () => {
  const shelf = new Shelf();
  const [here, there] = [new Drafts(shelf, "7"), new Drafts(shelf, "7")];
  here.write("c", "typed");
  assert.equal(here.read("c"), "typed");
  assert.equal(there.read("c"), "");
  here.save();
  assert.equal(there.read("c"), "typed");
  there.write("c", "");
  there.save();
  here.save();
  assert.equal(here.read("c"), "", "sent there, and not revived here");
  assert.deepEqual(Object.keys(shelf), []);
});

test("what comes back stands before what is there, in its own conversation", () => {
  const shelf = new Shelf();
  const drafts = new Drafts(shelf, "7");
  const told = [];
  drafts.addEventListener("given", ({ detail }) => told.push(detail));
  drafts.write("a", "typed since");
  drafts.give("a", "sent before");
  drafts.give(null, "first");
  assert.equal(new Drafts(shelf, "7").read("a"), "sent before\n\ntyped since");
  assert.equal(new Drafts(shelf, "7").read(null), "first");
  assert.deepEqual(told, [
    { conversation: "a", text: "sent before" },
    { conversation: null, text: "first" },
  ]);
});

test("what was typed for a new conversation goes along with it", () => {
  const shelf = new Shelf();
  const drafts = new Drafts(shelf, "7");
  drafts.settle("a");
  drafts.write(null, "and then");
  drafts.settle("b");
  assert.equal(drafts.read(null), "");
  assert.equal(drafts.read("b"), "and then");
  assert.deepEqual(Object.keys(shelf), ["thinkalong:draft:7:b"]);
});

test("a full storage loses nothing while the page is open", () => {
  const shelf = new Shelf();
  shelf.fill();
  const drafts = new Drafts(shelf, "7");
  drafts.give("a", "held");
  assert.equal(drafts.read("a"), "held");
  const box = new Outbox(shelf, "7");
  box.put(SEND);
  assert.deepEqual(box.read(), [SEND]);
  shelf.fill(false);
  drafts.save();
  assert.equal(new Drafts(shelf, "7").read("a"), "held");
  assert.equal(box.drop("1"), true);
  assert.deepEqual(box.read(), []);
});

test("the outbox is a person's own, holds each message once, and survives nonsense", () => {
  const shelf = new Shelf();
  const box = new Outbox(shelf, "7");
  box.put(SEND);
  box.put(SEND);
  assert.deepEqual(new Outbox(shelf, "7").read(), [SEND]);
  assert.deepEqual(new Outbox(shelf, "77").read(), []);
  assert.equal(new Outbox(shelf, "7").drop("1"), true);
  assert.equal(box.drop("1"), false, "another tab had its answer first");
  assert.deepEqual(Object.keys(shelf), []);
  for (const nonsense of ["{", "[null, 3, {}]", '{"id": "1"}']) {
    shelf["thinkalong:outbox:7"] = nonsense;
    assert.deepEqual(box.read(), []);
  }
});

test("a frame from the outbox carries what FRAMES.md has and nothing more", () => {
  assert.deepEqual(frame({ ...SEND, trouble: "x" }), SEND);
  const again = { id: "1", type: "again", conversation: "c", turn: "t", how: "same" };
  assert.deepEqual(frame(again), { id: "1", type: "again", turn: "t", how: "same" });
  assert.equal(frame({ ...SEND, text: "a\ud83cb" }).text, "a\ufffdb");
});

test("what is on its way counts for its own conversation", () => {
  const again = { id: "2", type: "again", conversation: "c", turn: "t", how: "same" };
  assert.equal(pending([SEND, again], null), true);
  assert.equal(pending([SEND, again], "c"), true);
  assert.equal(pending([SEND, again], "d"), false);
});

test("a tab knows what it sent, also after a reload", () => {
  const shelf = new Shelf();
  new Own(shelf).add("1");
  const own = new Own(shelf);
  assert.equal(own.drop("2"), false);
  assert.equal(own.drop("1"), true);
  assert.equal(new Own(shelf).drop("1"), false);
  assert.deepEqual(Object.keys(shelf), []);
});

test("signing out forgets what was kept of this person alone, and keeps nothing more", () => {
  const shelf = new Shelf();
  const [drafts, box] = [new Drafts(shelf, "7"), new Outbox(shelf, "7")];
  drafts.give("c", "secret");
  box.put(SEND);
  new Drafts(shelf, "77").give("c", "theirs");
  new Outbox(shelf, "77").put(SEND);
  drafts.write("d", "not stored yet");
  drafts.close();
  box.close();
  forget(shelf, "7");
  drafts.write("d", "typed in the last moment");
  drafts.save();
  box.put(SEND);
  assert.deepEqual(Object.keys(shelf), ["thinkalong:draft:77:c", "thinkalong:outbox:77"]);
  assert.equal(drafts.read("d"), "");
});

test("a notice is about its conversation: elsewhere it names it, and it goes when that is left", () => {
  const rows = { a: { title: "Apples" }, b: { title: "" } };
  const busy = { words: "An answer is coming.", drafted: true };
  let notices = noticed(noticed({}, "a", busy), null, { words: "Not now.", drafted: false });
  assert.equal(said(notices, "a", rows), "An answer is coming.");
  assert.equal(said(notices, null, rows), "Not now.");
  assert.equal(
    said(noticed({}, "a", busy), "b", rows),
    "In “Apples”: An answer is coming. Your text is kept there.",
  );
  notices = kept(notices, "a");
  assert.equal(said(notices, "a", rows), "An answer is coming.");
  assert.equal(said(without(notices, "a"), "a", rows), "");
  assert.deepEqual(kept(notices, "b"), {});
});

test("what two devices made of one text is joined, and nothing is lost or said twice", () => {
  for (const [base, mine, theirs, expected] of [
    ["", "mine", "theirs", "theirs\n\nmine"],
    ["Dear,", "Dear, a", "Dear, b", "Dear, b\n\na"],
    ["a", "a", "b", "b"],
    ["a", "b", "a", "b"],
    ["a", "", "ab", "ab"],
    ["", "a b c", "b", "a b c"],
    ["", "b", "a b c", "a b c"],
    ["a", "a b", "", "a b"],
    ["a", "x", "y", "y\n\nx"],
    ["hello world", "hello", "hello world", "hello"],
    ["sent", "", "sent", ""],
  ])
    assert.equal(merged(base, mine, theirs), expected);
});

test("what the server had is known to all tabs, also when it was full, and after signing out to none", () => {
  const shelf = new Shelf();
  const [here, there] = [new Bases(shelf, "7"), new Bases(shelf, "7")];
  assert.deepEqual(here.read(null), { revision: 0, text: "", files: [] });
  here.write(null, { revision: 3, text: "a", files: ["f"] });
  assert.deepEqual(there.read(null), { revision: 3, text: "a", files: ["f"] });
  there.write(null, { revision: 4, text: "", files: [] });
  assert.deepEqual(Object.keys(shelf), []);
  shelf.fill();
  here.write("c", { revision: 5, text: "b", files: [] });
  assert.deepEqual(here.read("c"), { revision: 5, text: "b", files: [] });
  shelf.fill(false);
  shelf["thinkalong:synced:7:d"] = "{";
  assert.deepEqual(here.read("d"), { revision: 0, text: "", files: [] });
  there.write("c", { revision: 6, text: "b", files: [] });
  forget(shelf, "7");
  there.close();
  there.write("c", { revision: 7, text: "b" });
  assert.deepEqual(Object.keys(shelf), []);
});

test("a text that is taken over is stored and told of, and not sent back", () => {
  const shelf = new Shelf();
  const drafts = new Drafts(shelf, "7");
  const told = [];
  for (const name of ["wrote", "adopted"])
    drafts.addEventListener(name, ({ detail }) => told.push([name, detail]));
  drafts.write("c", "typed");
  drafts.adopt("c", "typed");
  drafts.adopt(null, "theirs");
  assert.deepEqual(told, [
    ["wrote", "c"],
    ["adopted", null],
  ]);
  assert.equal(new Drafts(shelf, "7").read(null), "theirs");
  assert.deepEqual(drafts.kept().sort(), [null, "c"].sort());
});

test("of files, what either device added is there, and what either took away is not", () => {
  const files = (names) => [...names].map((id) => ({ id }));
  const cases = [
    // had in common, here, there, both
    ["", "a", "b", "ba"],
    ["a", "a", "ab", "ab"],
    ["ab", "b", "abc", "bc"],
    ["ab", "abc", "b", "bc"],
    ["ab", "a", "b", ""],
    ["a", "", "a", ""],
  ];
  for (const [base, mine, theirs, both] of cases)
    assert.deepEqual(mergedFiles([...base], files(mine), files(theirs)), files(both));
});
