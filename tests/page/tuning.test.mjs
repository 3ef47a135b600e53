import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "../../static/js/link/session.js";
import { budget, phrase } from "../../static/js/state/dials.js";
import { Drafts } from "../../static/js/state/drafts.js";
import { Fresh } from "../../static/js/state/fresh.js";
import { said } from "../../static/js/state/notices.js";
import { Outbox } from "../../static/js/state/outbox.js";
import { Own } from "../../static/js/state/own.js";
import {
  CATEGORIES,
  followed,
  merged,
  same,
  tuned,
  whole,
  without,
} from "../../static/js/state/settings.js";
import { Store } from "../../static/js/state/store.js";
import { Shelf } from "./shelf.mjs";

const HATE = "HARM_CATEGORY_HATE_SPEECH";
const DEFAULTS = { temperature: 1, top_p: 1, safety: { [HATE]: "OFF" } };
const WELCOME = {
  type: "welcome",
  models: [{ name: "pro" }, { name: "flash" }],
  settings: DEFAULTS,
  limits: { message: 60_000, frame: 393_216, instruction: 32_000 },
  now: 1,
};

class Line extends EventTarget {
  up = true;
  sent = [];
  ref = 0;

  send(frame) {
    if (this.up) this.sent.push(frame);
    return this.up;
  }
  say(frame) {
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }
  phase(phase) {
    this.dispatchEvent(new CustomEvent("phase", { detail: phase }));
  }
  all(type) {
    return this.sent.filter((frame) => frame.type === type);
  }
}

function page(tab = new Shelf()) {
  const line = new Line();
  const store = new Store(() => {});
  const shelf = new Shelf();
  const keeps = {
    box: new Outbox(shelf, "7"),
    drafts: new Drafts(shelf, "7"),
    own: new Own(tab),
    fresh: new Fresh(tab, "7"),
  };
  const session = new Session(store, line, keeps);
  line.say(WELCOME);
  return { line, store, session, tab };
}

function row(revision, chosen = "", changes = {}) {
  return { id: "a", title: "A", updated: 1, model: "pro", revision, chosen, ...changes };
}

function opened(chosen = {}, mark = "") {
  const made = page();
  made.session.show("a");
  made.line.say({
    type: "conversation",
    conversation: row(1, mark),
    settings: chosen,
    messages: [],
    turn: null,
  });
  return made;
}

const now = ({ store }) => tuned(store.state, "a");

test("a change is merged as the server merges it", () => {
  assert.deepEqual(merged({}, { temperature: 0.2 }, DEFAULTS), { temperature: 0.2 });
  assert.deepEqual(merged({ temperature: 0.2 }, { temperature: 1 }, DEFAULTS), {});
  assert.deepEqual(merged({ temperature: 0.2 }, { temperature: null }, DEFAULTS), {});
  assert.deepEqual(merged({}, { tools: { urlContext: false } }, DEFAULTS), {});
  assert.deepEqual(merged({}, { system_instruction: "" }, DEFAULTS), {});
  const strict = merged({}, { safety: { [HATE]: "BLOCK_NONE" } }, DEFAULTS);
  assert.deepEqual(strict, { safety: { [HATE]: "BLOCK_NONE" } });
  assert.deepEqual(merged(strict, { safety: null }, DEFAULTS), {});
  assert.deepEqual(merged(strict, whole({ top_k: 3 }), DEFAULTS), { top_k: 3 });
});

test("changes follow each other, and what is stored of them falls away", () => {
  const first = followed(undefined, { settings: { temperature: 0.1, safety: null } });
  const both = followed(first, { settings: { safety: { [HATE]: "OFF" } }, model: "flash" });
  assert.equal(both.settings.safety[HATE], "OFF");
  assert.equal(both.settings.safety.HARM_CATEGORY_HARASSMENT, null);
  assert.equal(both.model, "flash");
  assert.equal(without(both, both), null);
  const later = followed(both, { settings: { temperature: 0.3 } });
  assert.deepEqual(without(later, both), { settings: { temperature: 0.3 } });
  assert.ok(same({ tools: { urlContext: true } }, { tools: { urlContext: true } }));
  assert.ok(!same({ tools: { urlContext: true } }, {}));
});

test("a change shows at once, is sent, and holds when it is stored", () => {
  const made = opened();
  made.session.tuning.change("a", { settings: { temperature: 0.2 } });
  assert.deepEqual(now(made).chosen, { temperature: 0.2 });
  assert.ok(now(made).under);
  const [frame] = made.line.all("configure");
  assert.deepEqual(frame.settings, { temperature: 0.2 });
  const answer = { type: "settings", conversation: row(2, "x"), settings: { temperature: 0.2 } };
  made.line.say({ ...answer, ref: frame.ref });
  assert.deepEqual(now(made), {
    model: "pro",
    chosen: { temperature: 0.2 },
    here: true,
    under: false,
  });
});

test("what the hand still moves is sent when it rests, or before a message", () => {
  const made = opened();
  made.session.tuning.change("a", { settings: { temperature: 0.2 } }, true);
  made.session.tuning.change("a", { settings: { temperature: 0.3 } }, true);
  assert.equal(made.line.all("configure").length, 0);
  made.session.send("Why?", "a");
  const sent = made.line.sent.slice(-2);
  assert.deepEqual(
    sent.map(({ type }) => type),
    ["configure", "send"],
  );
  assert.deepEqual(sent[0].settings, { temperature: 0.3 });
});

test("a line that breaks loses no change, and none is stored twice over a later one", () => {
  const made = opened();
  made.line.phase("down");
  made.line.up = false;
  made.session.tuning.change("a", { settings: { temperature: 0.2 } });
  made.session.tuning.change("a", { settings: { top_k: 5 } });
  assert.deepEqual(now(made).chosen, { temperature: 0.2, top_k: 5 });
  made.line.up = true;
  made.line.phase("up");
  made.line.say(WELCOME);
  const [frame, ...more] = made.line.all("configure");
  assert.deepEqual([frame.settings, more], [{ temperature: 0.2, top_k: 5 }, []]);
});

test("what another device changed is asked for where it is on show, once", () => {
  const made = opened();
  made.line.say({ type: "changed", conversation: row(2, "x") });
  made.line.say({ type: "changed", conversation: row(2, "x") });
  const [frame, ...more] = made.line.all("settings");
  assert.deepEqual([frame.conversation, more], ["a", []]);
  assert.ok(!now(made).here);
  made.line.say({
    type: "settings",
    ref: frame.ref,
    conversation: row(2, "x"),
    settings: { top_k: 9 },
  });
  assert.deepEqual([now(made).chosen, now(made).here], [{ top_k: 9 }, true]);
  made.line.say({ type: "changed", conversation: row(3, "") });
  assert.deepEqual([now(made).chosen, now(made).here], [{}, true]);
});

test("my unsent change stays over another device's", () => {
  const made = opened();
  made.session.tuning.change("a", { settings: { temperature: 0.2 } });
  made.line.say({
    type: "settings",
    conversation: row(2, "x"),
    settings: { temperature: 0.9, top_k: 2 },
  });
  assert.deepEqual(now(made).chosen, { temperature: 0.2, top_k: 2 });
});

test("a refused change goes back and says why", () => {
  const made = opened({ top_k: 2 }, "x");
  made.session.tuning.change("a", { settings: { temperature: 0.2 } });
  const [frame] = made.line.all("configure");
  made.line.say({ type: "error", ref: frame.ref, code: "not_found", message: "Gone." });
  assert.deepEqual(now(made).chosen, { top_k: 2 });
  assert.equal(made.store.state.trouble, "Gone.");
  assert.match(said(made.store.state.notices, "a", {}), /Gone/);
});

test("a new conversation begins as it was set, also after a reload", () => {
  const tab = new Shelf();
  const before = page(tab);
  before.session.tuning.change(null, { settings: { temperature: 0.2 }, model: "flash" });
  const made = page(tab);
  assert.deepEqual(tuned(made.store.state, null).chosen, { temperature: 0.2 });
  made.session.send("Why?", null);
  const [frame] = made.line.all("send");
  assert.deepEqual([frame.settings, frame.model], [{ temperature: 0.2 }, "flash"]);
  const turn = { id: "t", conversation: "a", now: 1, usage: {}, times: {} };
  made.line.say({
    type: "accepted",
    ref: frame.ref,
    id: frame.id,
    conversation: row(1, "x"),
    message: { id: 1, parent: null, role: "user", pieces: [] },
    turn: { ...turn, state: "running", position: 0, reply: null },
  });
  assert.equal(made.store.state.fresh, null);
  assert.equal(page(tab).store.state.fresh, null);
});

test("or as the preset for new ones says, which the server knows as well", () => {
  const made = page();
  const preset = { id: 1, name: "P", model: "flash", settings: { top_k: 3 }, default: true };
  made.line.say({ type: "presets", items: [preset] });
  assert.deepEqual(tuned(made.store.state, null), {
    model: "flash",
    chosen: { top_k: 3 },
    here: true,
    under: false,
  });
  made.session.send("Why?", null);
  assert.ok(!("settings" in made.line.all("send")[0]));
  made.session.tuning.change(null, { settings: { top_p: 0.5 } });
  assert.deepEqual(made.store.state.fresh, { model: "flash", settings: { top_k: 3, top_p: 0.5 } });
});

test("settings in words", () => {
  assert.equal(phrase("thinking_budget", -1), "Dynamic");
  assert.equal(phrase("thinking_budget", 0), "Off");
  assert.equal(phrase("thinking_budget", 26240), "26,240 tokens");
  assert.equal(phrase("temperature", 0.35), "0.35");
  assert.equal(phrase("tools", { googleSearch: true, urlContext: false }), "Google Search");
  const off = Object.fromEntries(CATEGORIES.map((name) => [name, "OFF"]));
  assert.equal(phrase("safety", off), "Off");
  assert.match(phrase("safety", { ...off, [HATE]: "BLOCK_NONE" }), /Hate speech: Block nothing/);
});

test("what a model cannot think is told as what is sent", () => {
  const flash = { budget: [0, 24_576], off: true, dynamic: true, unset: -1 };
  assert.deepEqual(
    [26_240, -1, 0, null, 100].map((wanted) => budget(flash, wanted)),
    [24_576, -1, 0, -1, 100],
  );
  const pro = { budget: [128, 32_768], off: false, dynamic: true, unset: -1 };
  assert.equal(budget(pro, 0), 128);
});
