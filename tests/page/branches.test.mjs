import assert from "node:assert/strict";
import { test } from "node:test";
import { firstMessage, readingBefore } from "../../static/js/state/branch.js";
import { ofQuestion, ofReply } from "../../static/js/state/branches.js";
import { initial, receive, running, show } from "../../static/js/state/state.js";

const NO_USAGE = { prompt: 0, cached: 0, thought: 0, answer: 0, tool: 0, total: 0 };
const WELCOME = { type: "welcome", models: [], limits: { message: 100, frame: 1000 }, now: 1_000 };

function turn(id, asked, changes = {}) {
  return {
    id,
    conversation: "c",
    question: asked,
    reply: null,
    state: "running",
    outcome: null,
    waiting: null,
    usage: NO_USAGE,
    times: { accepted: asked, asked: 2, thought: null, answer: null, end: null },
    now: 1_000,
    position: 0,
    ...changes,
  };
}

const ROW = { id: "c", title: "c", updated: 1, running: false, unread: false };
const row = (leaf, revision) => ({ ...ROW, leaf, revision });
const question = (id, parent = null, more = {}) => ({
  id,
  parent,
  role: "user",
  pieces: [],
  ...more,
});
const reply = (id, parent, more = {}) => ({
  id,
  parent,
  role: "model",
  pieces: [],
  turn: turn(`t${id}`, parent, { state: "done", reply: id, outcome: { name: "complete" } }),
  ...more,
});

function feed(state, ...frames) {
  const sent = [];
  for (const frame of frames) {
    const step = receive(state, frame, 1_000);
    state = step.state;
    sent.push(...step.needs);
  }
  return { state, sent };
}

/** Two questions with their answers, of which the second has a sibling (5); read at revision 7. */
function opened(changes = {}) {
  const shown = show(feed(initial(), WELCOME).state, "c").state;
  const messages = [question(1), reply(2, 1), question(3, 2), reply(4, 3, { siblings: [4, 5] })];
  const frame = { type: "conversation", conversation: row(4, 7), messages, turn: null };
  return feed(shown, { ...frame, ...changes });
}

const keys = (state) => state.threads.c.rows.map(({ key }) => key);
const asked = (state, at) => state.threads.c.rows[at].question;

test("a reply tells its versions by its question, and a question its own", () => {
  const { state } = opened();
  assert.deepEqual(ofReply(state.replies.t4, asked(state, 2)), { ways: [4, 5], at: 0 });
  assert.equal(ofReply(state.replies.t2, asked(state, 0)), null);
  assert.equal(ofQuestion(asked(state, 0)), null);
  assert.deepEqual(ofQuestion({ id: 8, siblings: [3, 8] }), { ways: [3, 8], at: 1 });
});

test("one that is being written is the newest, and chosen by its question", () => {
  const { state } = opened();
  const message = question(3, 2, { replies: [4, 5] });
  const started = { type: "started", conversation: "c", message, turn: turn("t6", 3) };
  const begun = feed(state, started).state;
  assert.deepEqual(keys(begun), ["m1", "tt2", "m3", "tt6"]);
  assert.deepEqual(ofReply(begun.replies.t6, asked(begun, 2)), { ways: [4, 5, 3], at: 2 });
  const done = turn("t6", 3, { state: "done", reply: 6, outcome: { name: "complete" } });
  const { state: over } = feed(begun, {
    type: "end",
    turn: done,
    at: 0,
    message: { id: 6, parent: 3, role: "model" },
  });
  assert.deepEqual(ofReply(over.replies.t6, asked(over, 2)), { ways: [4, 5, 6], at: 2 });
});

test("an edited question takes the place of the one before, and of all that followed", () => {
  const { state } = opened();
  const message = question(9, 2, { siblings: [3, 9], replies: [] });
  const told = { id: "x", duplicate: false, conversation: row(9, 8), message, turn: turn("t", 9) };
  const { state: next, sent } = feed(
    state,
    { type: "accepted", ...told },
    { type: "changed", conversation: row(9, 8) },
  );
  assert.deepEqual(keys(next), ["m1", "tt2", "m9", "tt"]);
  assert.deepEqual(sent, [{ type: "join", turn: "t", at: 0 }]);
});

test("what another device puts on show is read, once, from where the branches part", () => {
  const { state } = opened();
  const moved = { type: "changed", conversation: row(5, 8) };
  assert.deepEqual(feed(state, moved, moved).sent, [{ type: "open", conversation: "c", shown: 4 }]);
  const same = { type: "changed", conversation: row(4, 8) };
  assert.deepEqual(feed(state, same).sent, []);
  const old = { type: "changed", conversation: row(5, 6) };
  assert.deepEqual(feed(state, old).sent, []);
});

test("late news of a turn do not put back what was on show before", () => {
  const { state } = opened();
  const late = { type: "started", conversation: "c", message: question(3, 2, { replies: [] }) };
  const { state: grown, sent } = feed(
    state,
    { ...late, turn: turn("t", 3, { times: { accepted: 9 } }) },
    { type: "changed", conversation: row(3, 6) },
  );
  assert.deepEqual(keys(grown), ["m1", "tt2", "m3", "tt"]);
  assert.deepEqual(sent.at(-1), { type: "open", conversation: "c", shown: 3 });
});

test("a turn in another branch is followed to its end, and not drawn in this one", () => {
  const elsewhere = turn("far", 99);
  const { state, sent } = opened({ turn: elsewhere });
  assert.deepEqual(keys(state), ["m1", "tt2", "m3", "tt4"]);
  assert.deepEqual(sent, [{ type: "join", turn: "far", at: 0 }]);
  assert.equal(running(state).turn.id, "far");
  assert.deepEqual(show(state, null).needs, [{ type: "leave", turn: "far" }]);
  const done = { ...elsewhere, state: "done", reply: 100, outcome: { name: "complete" } };
  const message = { id: 100, parent: 99, role: "model" };
  assert.equal(running(feed(state, { type: "end", turn: done, at: 0, message }).state), null);
});

test("a rival that is being written counts among the versions of the one on show", () => {
  const { state } = opened({ turn: turn("rival", 3) });
  const versions = ofReply(state.replies.t4, asked(state, 2), state.replies.rival);
  assert.deepEqual(versions, { ways: [4, 5, 3], at: 0 });
});

/** The end of a longer conversation: what was said before message 11 is not here. */
function end() {
  const messages = [question(11, 10), reply(12, 11)];
  return opened({ conversation: row(12, 7), messages, earlier: 10 }).state;
}

const before = (first, earlier) => ({
  type: "earlier",
  conversation: "c",
  before: first,
  messages: [question(9, 8), reply(10, 9)],
  earlier,
});

test("what was said before comes before what is here, once", () => {
  const asking = readingBefore(end(), "c", "asked");
  assert.equal(firstMessage(asking, "c"), 11);
  const { state } = feed(asking, before(11, 8), before(11, 8));
  assert.deepEqual(keys(state), ["m9", "tt10", "m11", "tt12"]);
  const { earlier, reading } = state.threads.c;
  assert.deepEqual([earlier, reading], [8, ""]);
  assert.equal(firstMessage(state, "c"), 9);
});

test("what was read of the time before stays when the end is read anew", () => {
  const { state } = feed(end(), before(11, 8), WELCOME);
  const again = {
    type: "conversation",
    conversation: row(14, 9),
    messages: [question(11, 10), reply(12, 11), question(13, 12), reply(14, 13)],
    earlier: 10,
    turn: null,
  };
  const read = feed(state, again).state;
  assert.deepEqual(keys(read), ["m9", "tt10", "m11", "tt12", "m13", "tt14"]);
  assert.equal(read.threads.c.earlier, 8);
});

test("what goes on from something that is not here takes the place of all", () => {
  const { state } = feed(end(), before(11, 8));
  const elsewhere = {
    type: "conversation",
    conversation: row(902, 9),
    messages: [question(901, 900), reply(902, 901)],
    earlier: 900,
    turn: null,
  };
  const read = feed(state, elsewhere).state;
  assert.deepEqual(keys(read), ["m901", "tt902"]);
  assert.equal(read.threads.c.earlier, 900);
});

test("a branch that begins a conversation anew has nothing before it", () => {
  const message = question(21, null, { siblings: [1, 21], replies: [] });
  const told = { id: "x", duplicate: false, conversation: row(21, 8), message };
  const { state } = feed(end(), { type: "accepted", ...told, turn: turn("t", 21) });
  assert.deepEqual(keys(state), ["m21", "tt"]);
  assert.equal(state.threads.c.earlier, null);
});
