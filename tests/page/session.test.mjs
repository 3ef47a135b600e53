import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "../../static/js/link/session.js";
import { Attachments } from "../../static/js/state/attachments.js";
import { Drafts } from "../../static/js/state/drafts.js";
import { Outbox } from "../../static/js/state/outbox.js";
import { Own } from "../../static/js/state/own.js";
import { Store } from "../../static/js/state/store.js";
import { Shelf } from "./shelf.mjs";

const WELCOME = {
  type: "welcome",
  models: [],
  limits: { message: 60_000, frame: 262_144 },
  now: 1,
};
const NO_USAGE = { prompt: 0, cached: 0, thought: 0, answer: 0, tool: 0, total: 0 };

class Line extends EventTarget {
  up = true;
  sent = [];

  send(frame) {
    if (this.up) this.sent.push(frame);
    return this.up;
  }
  say(frame) {
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }
  last(type) {
    return this.sent.findLast((frame) => frame.type === type);
  }
}

/** A page of a person, on what one browser keeps. */
function page(browser = new Shelf(), tab = new Shelf()) {
  const line = new Line();
  const store = new Store(() => {});
  const drafts = new Drafts(browser, "7");
  const files = new Attachments(browser, "7");
  const keeps = { box: new Outbox(browser, "7"), drafts, files, own: new Own(tab) };
  const session = new Session(store, line, keeps);
  line.say(WELCOME);
  return { line, store, drafts, files, session, browser, tab };
}

function turn(id, conversation, changes = {}) {
  const times = { accepted: 1, asked: null, thought: null, answer: null, end: null };
  const common = { question: 1, reply: null, outcome: null, waiting: null, usage: NO_USAGE };
  return { id, conversation, state: "running", position: 0, now: 1, times, ...common, ...changes };
}

const question = { id: 1, parent: null, role: "user", pieces: [["a", "q"]] };
const accepted = (id, started) => ({
  type: "accepted",
  id,
  conversation: { id: started.conversation, updated: 1 },
  message: question,
  turn: started,
});
const refusal = (frame, code) => ({ type: "error", ref: frame.ref, code, message: `${code}.` });

test("two refusals in one moment: each text is in the draft of its own conversation", () => {
  const { line, store, drafts, session, browser } = page();
  session.show("a");
  session.send("for a", "a");
  const first = line.last("send");
  session.show("b");
  drafts.write("b", "typed in b");
  session.send("for a new one", null);
  line.say(refusal(first, "busy"));
  line.say(refusal(line.last("send"), "over_quota"));
  assert.equal(drafts.read("a"), "for a");
  assert.equal(drafts.read(null), "for a new one");
  assert.equal(drafts.read("b"), "typed in b");
  assert.deepEqual(store.state.outgoing, []);
  assert.equal(new Drafts(browser, "7").read("a"), "for a", "and stored");
  assert.deepEqual(store.state.notices, {
    a: { words: "busy.", drafted: true },
    "": { words: "over_quota.", drafted: true },
  });
});

test("what was sent to a conversation that is gone is a draft for a new one", () => {
  const { line, store, drafts, session } = page();
  session.show("a");
  session.send("for a", "a");
  line.say(refusal(line.last("send"), "not_found"));
  assert.equal(drafts.read(null), "for a");
  assert.equal(store.state.threads.a.phase, "missing");
  assert.ok(store.state.notices[""]);
});

test("nothing more is sent to a conversation before the first is answered", () => {
  const { line, session } = page();
  assert.equal(session.send("one", null), true);
  assert.equal(session.send("two", null), false);
  assert.equal(session.send("elsewhere", "a"), true);
  line.say(accepted(line.sent.find(({ text }) => text === "one").id, turn("t", "c")));
  assert.equal(session.send("two", null), true);
});

test("what waits can be taken back, and is not sent again", () => {
  const { line, store, drafts, session } = page();
  line.up = false;
  session.send("kept", null);
  const [{ id }] = store.state.outgoing;
  drafts.write(null, "typed");
  session.post.takeBack(id);
  assert.equal(drafts.read(null), "kept\n\ntyped");
  line.up = true;
  line.say(WELCOME);
  assert.equal(line.last("send"), undefined);
  session.post.takeBack(id);
  assert.equal(drafts.read(null), "kept\n\ntyped");
});

test("what one tab takes back or has accepted, no other sends", () => {
  const browser = new Shelf();
  const here = page(browser);
  here.line.up = false;
  here.session.send("kept", null);
  const there = page(browser);
  const [{ id }] = here.store.state.outgoing;
  assert.equal(there.line.last("send").id, id, "as after a reload");
  here.session.post.takeBack(id);
  there.session.post.settleElsewhere();
  assert.deepEqual(there.store.state.outgoing, []);
  there.line.say(WELCOME);
  assert.equal(there.line.sent.filter(({ type }) => type === "send").length, 1);
  there.line.say(refusal(there.line.last("send"), "busy"));
  assert.equal(new Drafts(browser, "7").read(null), "kept", "and given back once");
});

test("what a closed tab has left is sent by the one that is open", () => {
  const browser = new Shelf();
  const open = page(browser);
  const closed = page(browser);
  closed.line.up = false;
  closed.session.send("left behind", null);
  open.line.say(WELCOME);
  assert.equal(open.line.last("send").text, "left behind");
});

test("after a reload a tab still knows its own first question, another tab does not", () => {
  const [browser, tab] = [new Shelf(), new Shelf()];
  const before = page(browser, tab);
  before.line.up = false;
  before.session.send("kept", null);
  for (const [own, shelf] of [
    [true, tab],
    [false, new Shelf()],
  ]) {
    const { session, line } = page(browser, shelf);
    const told = [];
    session.addEventListener("accepted", ({ detail }) => told.push(detail));
    line.say(accepted(line.last("send").id, turn("t", "c")));
    assert.deepEqual([told[0].item.own, told[0].conversation], [own, "c"]);
    before.session.post.put(before.store.state.outgoing[0]);
  }
});

test("a message that the server would refuse unread comes back at once", () => {
  const { line, store, drafts, session } = page();
  const text = "\u0001".repeat(59_000);
  session.send(text, "a");
  assert.equal(line.last("send"), undefined);
  assert.equal(drafts.read("a"), text);
  assert.match(store.state.notices.a.words, /more room/);
  session.send("ä".repeat(60_000), "a");
  assert.equal(line.last("send").text.length, 60_000);
});

test("half a surrogate pair is not sent", () => {
  const { line, session } = page();
  session.send("a\ud83c", null);
  assert.equal(line.last("send").text, "a\ufffd");
});

test("an end that was looked at is told once, and again where it may not have been heard", () => {
  const { line, session } = page();
  const seen = () => line.sent.filter(({ type }) => type === "seen").length;
  const row = { id: "a", updated: 5 };
  session.seen(row);
  session.seen(row);
  assert.equal(seen(), 1);
  line.say(WELCOME);
  session.seen(row);
  assert.equal(seen(), 2);
  line.say({ type: "error", ref: line.last("seen").ref, code: "unavailable", message: "" });
  session.seen(row);
  assert.equal(seen(), 3);
  line.say(WELCOME);
  line.up = false;
  session.seen(row);
  line.up = true;
  session.seen(row);
  assert.equal(seen(), 4);
});

/** A page with a running turn on show, of which the answer is wanted now. */
function wishing() {
  const found = page();
  found.session.show("c");
  const { line } = found;
  const row = { id: "c", updated: 1, title: "c", running: true, unread: false };
  const opened = { type: "conversation", ref: line.last("open").ref, conversation: row };
  line.say({ ...opened, messages: [question], turn: turn("t", "c") });
  found.session.again("t", "answer_now");
  return found;
}

test("an answer at once is the server's to begin: what was asked is settled with its word", () => {
  const { line, store } = wishing();
  const { ref, turn: asked, how } = line.last("again");
  assert.deepEqual([asked, how], ["t", "answer_now"]);
  assert.equal(store.state.outgoing.length, 1);
  line.say({ type: "ok", ref });
  assert.deepEqual(store.state.outgoing, []);
  line.say(WELCOME);
  assert.equal(line.sent.filter(({ type }) => type === "again").length, 1);
});

test("an answer at once is asked for again where the line broke before the word", () => {
  const { line, store } = wishing();
  const { id } = line.last("again");
  line.say(WELCOME);
  assert.equal(line.last("again").id, id);
  line.say({ type: "error", ref: line.last("again").ref, code: "answered", message: "" });
  assert.deepEqual(store.state.outgoing, []);
  assert.deepEqual(store.state.notices, {}, "it came to its answer, and nothing need be said");
});

test("a question goes to where its writer was, an edited one in the place of another", () => {
  const { line, session } = page();
  session.show("c");
  const row = { id: "c", updated: 1, title: "c", running: false, unread: false };
  line.say({ type: "conversation", conversation: row, messages: [question], turn: null });
  session.send("next", "c");
  assert.equal(line.last("send").after, 1);
  line.say(accepted(line.last("send").id, turn("t", "c", { state: "done", question: 1 })));
  session.edit(1, "other", "c", [FILE]);
  const { edits, text, attachments, after } = line.last("send");
  assert.deepEqual([edits, text, attachments, after], [1, "other", ["f"], undefined]);
});

const FILE = { id: "f", name: "a.txt", mimeType: "text/plain", size: 1 };

test("a refused question comes back with its files, into its own conversation", () => {
  const { line, store, drafts, files, session } = page();
  session.send("", "a", [FILE]);
  assert.deepEqual(line.last("send").attachments, ["f"]);
  line.say(refusal(line.last("send"), "file_gone"));
  assert.deepEqual(files.read("a"), [FILE]);
  assert.equal(drafts.read("a"), "");
  assert.deepEqual(store.state.notices, { a: { words: "file_gone.", drafted: true } });
});
