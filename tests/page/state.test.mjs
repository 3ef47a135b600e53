import assert from "node:assert/strict";
import { test } from "node:test";
import { points } from "../../static/js/state/positions.js";
import { answer } from "../../static/js/state/replies.js";
import { initial, missed, receive, running, show } from "../../static/js/state/state.js";

const NO_USAGE = { prompt: 0, cached: 0, thought: 0, answer: 0, tool: 0, total: 0 };
const WELCOME = { type: "welcome", models: [], limits: { message: 100, frame: 1000 }, now: 1_000 };

function turn(id, conversation, changes = {}) {
  return {
    id,
    conversation,
    question: 1,
    reply: null,
    state: "running",
    outcome: null,
    waiting: null,
    usage: NO_USAGE,
    times: { accepted: 1, asked: 2, thought: null, answer: null, end: null },
    now: 1_000,
    position: 0,
    ...changes,
  };
}

const row = (id, changes = {}) => ({
  id,
  title: id,
  updated: 1,
  running: false,
  unread: false,
  ...changes,
});
const question = (id, parent = null) => ({ id, parent, role: "user", pieces: [["a", `q${id}`]] });

/** Feeds frames in order; gives the state and everything the page wanted sent. */
function feed(state, ...frames) {
  const sent = [];
  for (const frame of frames) {
    const step = receive(state, frame, 1_000);
    state = step.state;
    sent.push(...step.needs);
  }
  return { state, sent };
}

function begun() {
  const shown = show(feed(initial(), WELCOME).state, "c").state;
  const opened = {
    type: "conversation",
    conversation: row("c"),
    messages: [question(1)],
    turn: turn("t", "c"),
  };
  return feed(shown, opened);
}

test("opening a conversation joins its running turn from nothing", () => {
  const { state, sent } = begun();
  assert.deepEqual(sent, [{ type: "join", turn: "t", at: 0 }]);
  assert.equal(running(state).turn.id, "t");
});

test("tails extend the log, repeated ones are dropped, a gap asks once from the position", () => {
  const tail = (from, to, text) => ({ type: "tail", turn: "t", from, to, pieces: [["a", text]] });
  const { state, sent } = feed(
    begun().state,
    tail(0, 3, "abc"),
    tail(0, 3, "abc"),
    tail(5, 6, "f"),
    tail(6, 7, "g"),
  );
  assert.deepEqual(sent, [{ type: "join", turn: "t", at: 3 }]);
  assert.equal(answer(state.replies.t), "abc");
  const whole = { type: "snapshot", turn: turn("t", "c"), from: 3, to: 7, pieces: [["a", "defg"]] };
  assert.equal(answer(feed(state, whole).state.replies.t), "abcdefg");
});

test("an end before the whole log is no end yet", () => {
  const over = turn("t", "c", { state: "done", position: 3, outcome: { name: "complete" } });
  const end = { type: "end", turn: over, at: 3, message: { id: 2 } };
  const first = feed(begun().state, end);
  assert.equal(first.state.replies.t.over, false);
  assert.deepEqual(first.sent, [{ type: "join", turn: "t", at: 0 }]);
  const rest = { type: "snapshot", turn: over, from: 0, to: 3, pieces: [["a", "abc"]] };
  const second = feed(first.state, rest);
  assert.equal(second.state.replies.t.over, true);
  assert.equal(second.state.replies.t.message, 2);
  assert.equal(running(second.state), null);
});

test("a new connection reads the list, joins from where it was, and keeps what is drawn", () => {
  const { state } = feed(begun().state, {
    type: "tail",
    turn: "t",
    from: 0,
    to: 2,
    pieces: [["t", "hm"]],
  });
  const drawn = state.replies.t.pieces;
  const again = feed(state, WELCOME);
  assert.deepEqual(again.sent, [
    { type: "join", turn: "t", at: 2 },
    { type: "open", conversation: "c", shown: 1 },
    { type: "list" },
  ]);
  const done = turn("t", "c", {
    state: "done",
    position: 5,
    reply: 2,
    outcome: { name: "complete" },
  });
  const reply = {
    id: 2,
    parent: 1,
    role: "model",
    turn: done,
    pieces: [
      ["t", "hm"],
      ["a", "yes"],
    ],
  };
  const opened = {
    type: "conversation",
    conversation: row("c"),
    messages: [question(1), reply],
    turn: null,
  };
  const later = feed(again.state, opened);
  assert.equal(later.state.replies.t.pieces, drawn, "what is drawn is not drawn again");
  assert.equal(later.state.replies.t.over, false);
  const rest = { type: "snapshot", turn: done, from: 2, to: 5, pieces: [["a", "yes"]] };
  assert.equal(feed(later.state, rest).state.replies.t.over, true);
});

test("accepted and started come in either order, and a second run takes the first one's place", () => {
  const message = question(1);
  const started = { type: "started", conversation: "c", message, turn: turn("t2", "c") };
  const accepted = { ...started, type: "accepted", id: "x", duplicate: false };
  for (const order of [
    [started, accepted],
    [accepted, started],
  ]) {
    const { state, sent } = feed(begun().state, ...order);
    assert.deepEqual(
      state.threads.c.rows.map(({ key }) => key),
      ["m1", "tt2"],
    );
    assert.deepEqual(sent, [{ type: "join", turn: "t2", at: 0 }]);
  }
});

test("a question that hangs on something unknown has the conversation read again", () => {
  const stranger = {
    type: "started",
    conversation: "c",
    message: question(9, 8),
    turn: turn("t9", "c"),
  };
  assert.deepEqual(feed(begun().state, stranger).sent, [
    { type: "open", conversation: "c", shown: 1 },
  ]);
});

test("going elsewhere leaves the running turn, and coming back joins it from the position", () => {
  const { state } = feed(begun().state, {
    type: "tail",
    turn: "t",
    from: 0,
    to: 2,
    pieces: [["a", "ab"]],
  });
  const away = show(state, null);
  assert.deepEqual(away.needs, [{ type: "leave", turn: "t" }]);
  assert.deepEqual(show(away.state, "c").needs, [{ type: "join", turn: "t", at: 2 }]);
});

test("a first page replaces the list, a later one goes on with it", () => {
  const page = (items, before, more) => ({ type: "conversations", items, before, more });
  const { state } = feed(initial(), page([row("a"), row("b")], "x"), page([row("c")], null, true));
  assert.deepEqual(Object.keys(state.list.items), ["a", "b", "c"]);
  assert.deepEqual(Object.keys(feed(state, page([row("b")], null)).state.list.items), ["b"]);
});

test("a turn that has just ended is joined as one that runs", () => {
  const done = turn("t", "c", { state: "done", position: 3, outcome: { name: "complete" } });
  const opened = { type: "conversation", conversation: row("c"), messages: [question(1)] };
  const shown = show(feed(initial(), WELCOME).state, "c").state;
  const { state, sent } = feed(shown, { ...opened, turn: done });
  assert.deepEqual(sent, [{ type: "join", turn: "t", at: 0 }]);
  assert.equal(running(state), null);
  assert.equal(state.replies.t.over, false);
  const whole = { type: "snapshot", turn: done, from: 0, to: 3, pieces: [["a", "abc"]] };
  const later = feed(state, whole).state;
  assert.equal(later.replies.t.over, true);
  assert.equal(answer(later.replies.t), "abc");
});

test("an answer repeated for an old question neither cuts a conversation nor passes for it", () => {
  const old = { type: "accepted", id: "x", duplicate: true, message: question(1) };
  const alone = feed(feed(initial(), WELCOME).state, { ...old, turn: turn("t", "c") }).state;
  assert.deepEqual(
    show(alone, "c").needs.map(({ type }) => type),
    ["join", "open"],
    "it is read, since it may be longer",
  );
  const { state, sent } = feed(begun().state, { ...old, turn: turn("t0", "c") });
  assert.deepEqual(
    state.threads.c.rows.map(({ key }) => key),
    ["m1", "tt"],
  );
  assert.deepEqual(sent, [{ type: "open", conversation: "c", shown: 1 }]);
});

test("late news of a turn that another one has followed have the conversation read again", () => {
  const times = (accepted) => ({ ...turn("", "").times, accepted });
  const news = (id, accepted) => ({
    type: "started",
    conversation: "c",
    message: question(1),
    turn: turn(id, "c", { times: times(accepted) }),
  });
  const { state, sent } = feed(begun().state, news("t3", 3), news("t2", 2), news("t2", 2));
  assert.deepEqual(
    state.threads.c.rows.map(({ key }) => key),
    ["m1", "tt3"],
  );
  assert.deepEqual(sent, [
    { type: "join", turn: "t3", at: 0 },
    { type: "open", conversation: "c", shown: 1 },
  ]);
});

test("a notice goes with the turn that it was about, and when another conversation is shown", () => {
  const notices = { c: { words: "busy", drafted: true }, d: { words: "busy", drafted: true } };
  const told = { ...begun().state, notices };
  const end = { type: "end", turn: turn("t", "c", { state: "done" }), at: 0, message: null };
  assert.deepEqual(Object.keys(feed(told, end).state.notices), ["d"]);
  assert.deepEqual(Object.keys(show(told, "d").state.notices), ["d"]);
  assert.deepEqual(show(told, null).state.notices, {});
});

test("frames of unknown types change nothing", () => {
  const state = initial();
  for (const type of ["toString", "constructor", "news", undefined]) {
    assert.equal(receive(state, { type }, 0).state, state);
  }
  assert.equal(missed(state, "c").threads.c.phase, "missing");
});

test("whatever is lost, doubled or cut on the way, the text ends as the server has it", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seeded(seed);
    const text = [..."Ein Wörtchen, 你好, 🎉🎉 und mehr: ".repeat(6)];
    let { state } = begun();
    let sentTo = 0;
    let joined = 0;
    while (!state.replies.t.over) {
      const size = Math.min(text.length - sentTo, 1 + Math.floor(random() * 7));
      const frames = [];
      const over = sentTo + size >= text.length;
      if (size)
        frames.push({
          type: "tail",
          turn: "t",
          from: sentTo,
          to: sentTo + size,
          pieces: cut(text, sentTo, size, random),
        });
      sentTo += size;
      if (over)
        frames.push({
          type: "end",
          turn: turn("t", "c", { state: "done", position: text.length }),
          at: text.length,
          message: { id: 2 },
        });
      for (const frame of frames.filter(() => random() > 0.3)) {
        const times = random() > 0.8 ? 2 : 1;
        const { state: next, sent } = feed(state, ...Array(times).fill(frame));
        state = next;
        for (const { at } of sent.filter(({ type }) => type === "join"))
          state = snapshot(state, text, at, sentTo);
      }
      if (over && !state.replies.t.over && joined++ < 5) {
        const again = feed(state, WELCOME);
        state = again.state;
        for (const { at } of again.sent.filter(({ type }) => type === "join"))
          state = snapshot(state, text, at, sentTo, true);
      }
      assert.ok(joined < 5, `seed ${seed} never ends`);
    }
    assert.equal(
      state.replies.t.pieces.map(([, piece]) => piece).join(""),
      text.join(""),
      `seed ${seed}`,
    );
    assert.equal(state.replies.t.position, points(text.join("")));
  }
});

function snapshot(state, text, at, to, over = false) {
  const changes = over ? { state: "done", position: text.length } : {};
  const frame = {
    type: "snapshot",
    turn: turn("t", "c", changes),
    from: at,
    to,
    pieces: [["a", text.slice(at, to).join("")]],
  };
  return feed(state, frame).state;
}

function cut(text, from, size, random) {
  const middle = Math.floor(random() * size);
  const halves = [text.slice(from, from + middle), text.slice(from + middle, from + size)];
  return halves.filter((half) => half.length).map((half) => ["a", half.join("")]);
}

function seeded(seed) {
  let value = seed * 2654435761;
  return () => {
    value = (value ^ (value << 13)) >>> 0;
    value = (value ^ (value >>> 17)) >>> 0;
    value = (value ^ (value << 5)) >>> 0;
    return value / 2 ** 32;
  };
}
