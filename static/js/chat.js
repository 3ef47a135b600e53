/** The page: makes its pieces, gives the state down to them, and takes what they ask for up. */

import { announce } from "./browser/announce.js";
import { install } from "./browser/install.js";
import { stayAboveKeyboard } from "./browser/keyboard.js";
import { write } from "./browser/make.js";
import { go, routed, routes } from "./browser/router.js";
import { shortcuts } from "./browser/shortcuts.js";
import { draw } from "./draw/frames.js";
import "./elements/chat-composer.js";
import "./elements/chat-line.js";
import "./elements/chat-list.js";
import "./elements/chat-log.js";
import "./elements/chat-toast.js";
import { ConversationMenu } from "./elements/conversation-menu.js";
import { finding } from "./elements/finding.js";
import { MOVING, pageKeys } from "./elements/keys.js";
import "./elements/chat-settings.js";
import { Details } from "./elements/details.js";
import { inAndOut } from "./elements/inout.js";
import { Models } from "./elements/models.js";
import { personMenu, side } from "./elements/side.js";
import { Drafting } from "./link/drafting.js";
import { Link } from "./link/link.js";
import { Order } from "./link/order.js";
import { Session } from "./link/session.js";
import { Attachments } from "./state/attachments.js";
import { Bases } from "./state/bases.js";
import { Drafts, forget } from "./state/drafts.js";
import { Edits } from "./state/edits.js";
import { OpenFolders } from "./state/folders.js";
import { Fresh } from "./state/fresh.js";
import { said } from "./state/notices.js";
import { Outbox, pending } from "./state/outbox.js";
import { Own } from "./state/own.js";
import { tuned } from "./state/settings.js";
import { running } from "./state/state.js";
import { Store } from "./state/store.js";
import { gettext } from "./text.js";

const find = (id) => /** @type {any} */ (document.getElementById(id));
const app = find("app");
const person = app.dataset.person;
const list = /** @type {any} */ (document.querySelector("chat-list"));
const log = /** @type {any} */ (document.querySelector("chat-log"));
const composer = /** @type {any} */ (document.querySelector("chat-composer"));
const line = /** @type {any} */ (document.querySelector("chat-line"));

const store = new Store((tell) =>
  draw(() => {
    tell();
    return false;
  }),
);
const scheme = location.protocol === "https:" ? "wss" : "ws";
const early = /** @type {any} */ (globalThis).earlyLine;
const link = new Link(`${scheme}://${location.host}/ws/`, early);
const box = new Outbox(localStorage, person);
const drafts = new Drafts(localStorage, person);
const files = new Attachments(localStorage, person);
const own = new Own(sessionStorage);
const fresh = new Fresh(sessionStorage, person);
const bases = new Bases(localStorage, person);
const edits = new Edits(localStorage, person);
const session = new Session(store, link, { box, drafts, files, own, fresh, bases });
const models = new Models();
const settings = /** @type {any} */ (document.querySelector("chat-settings"));
const details = new Details();
const toast = /** @type {any} */ (document.querySelector("chat-toast"));
const order = new Order(store, session, (told) => toast.show(told));
const menus = new ConversationMenu(store, order);
const openFolders = new OpenFolders(localStorage, person);
list.kept = openFolders;
log.edits = edits;
const drawer = side(app);
composer.drafts = drafts;
composer.files.store = files;
files.addEventListener("given", () => composer.files.take());
drafts.addEventListener("given", (event) =>
  composer.given(/** @type {CustomEvent} */ (event).detail),
);
drafts.addEventListener("adopted", (event) =>
  composer.adopt(/** @type {CustomEvent} */ (event).detail),
);
const drafting = new Drafting(session, drafts, files, bases, (id) => composer.isBusy(id));
stayAboveKeyboard();
install();

/** Whoever signs out leaves nothing behind, in no tab of this browser. */
const tabs = new BroadcastChannel(`thinkalong:${person}`);
function leave() {
  for (const kept of [drafting, drafts, files, bases, edits, box, openFolders]) kept.close();
  composer.leave();
  own.clear();
  fresh.write(null);
  forget(localStorage, person);
}
tabs.onmessage = leave;
personMenu(() => {
  tabs.postMessage("leave");
  leave();
});

function show(conversation) {
  session.show(conversation);
  // Whoever types on without a pause types into what he turned to.
  store.flush();
  drawer.close();
}

function open(conversation) {
  go(conversation);
  show(conversation);
}

/**
 * Where the focus goes when what had it is gone: to the field, or to the newest reply.
 * @param {Element | null} focused what had the focus before
 */
function rescue(focused) {
  const gone = focused && (focused.matches(":disabled") || !focused.getClientRects().length);
  const taken = ![focused, document.body].includes(document.activeElement);
  if (!gone || taken || focused === document.body) return;
  if (matchMedia("(pointer: fine)").matches) composer.focus();
  else log.focusNewest();
}

store.watch((state) => {
  const focused = document.activeElement;
  const conversation = state.list.items[state.shown ?? ""];
  const thread = state.threads[state.shown ?? ""];
  const live = running(state);
  const title = conversation?.title || (state.shown ? "" : gettext("New conversation"));
  write(find("title"), title);
  document.title = conversation?.title ? `${conversation.title} · Thinkalong` : "Thinkalong";
  list.update(state);
  menus.update(conversation);
  log.update(state);
  line.update(state.link);
  models.update(state.welcome?.models ?? [], tuned(state, state.shown).model);
  settings.update(state);
  details.update(state.made);
  const waits = pending(state.outgoing, state.shown);
  find("welcome").hidden = Boolean(state.shown) || waits;
  const missing = thread?.phase === "missing";
  if (state.welcome) composer.files.limits = state.welcome.limits;
  composer.update({
    shown: state.shown,
    busy: live ? "running" : waits ? "pending" : "",
    missing,
    limit: state.welcome?.limits.message,
    notice: said(state.notices, state.shown, state.list.items),
  });
  rescue(focused);
  look();
  jump.look(state);
});

const jump = finding({
  store,
  session,
  order,
  log,
  drawer,
  fresh: begin,
  settings: () => settings.open(),
  archive: () => {
    drawer.open();
    turnList("archived");
  },
});

function look() {
  const { shown, list: rows } = store.state;
  const row = rows.items[shown ?? ""];
  if (row?.unread && !document.hidden) session.seen(row);
}
document.addEventListener("visibilitychange", look);
addEventListener("pagehide", () => session.tuning.flush());

/** What could not be taken just now is a draft again. */
function giveBack(conversation, text, given) {
  drafts.give(conversation, text);
  files.give(conversation, given);
}

const ACTS = {
  send: ({ text, conversation, files: given }) =>
    session.send(text, conversation, given) || giveBack(conversation, text, given),
  "take-back": ({ id }) => session.post.takeBack(id),
  stop: () => {
    const live = running(store.state);
    if (live) session.stop(live.turn.id);
  },
  edit: ({ message, text, files: kept }) => {
    const { shown } = store.state;
    return session.edit(message, text, shown, kept) || giveBack(shown, text, kept);
  },
  earlier: () => session.earlier(),
  "edit-last": () => log.editLast(),
  choose: ({ message }) => session.choose(store.state.shown, message),
  "answer-now": ({ turn }) => session.again(turn, "answer_now"),
  again: ({ turn }) => session.again(turn, "same"),
  more_room: ({ turn }) => session.again(turn, "more_room"),
  answer_now: ({ turn }) => session.again(turn, "answer_now"),
  continue: ({ turn }) => session.again(turn, "continue"),
  configure: ({ change, resting }) => session.tuning.change(store.state.shown, change, resting),
  presets: () => session.tuning.askPresets(),
  "keep-preset": ({ wanted }) => session.tuning.keepPreset(wanted),
  "drop-preset": ({ preset }) => session.tuning.dropPreset(preset),
  details: ({ turn, from }) => details.open(turn, from),
  made: ({ turn }) => session.tuning.made(turn),
  more: ({ from, ...where }) => session.more(where),
  menu: ({ conversation, from }) => menus.open(conversation, from),
  "folder-menu": ({ folder, from }) => menus.openFolder(folder, from),
  rename: ({ conversation }) => menus.rename(conversation),
  arrange: ({ conversation, changes }) => order.arrange(conversation, changes),
  delete: ({ conversation }) => {
    if (store.state.shown === conversation) open(null);
    order.remove(conversation);
  },
  undelete: ({ conversation }) => order.restore(conversation),
  tell: (told) => toast.show(told),
  replay: ({ turn }) => play(turn),
  "open-found": ({ conversation, message, words }) => {
    if (message) jump.to({ conversation, message, words });
    open(conversation);
  },
};

Object.assign(
  ACTS,
  inAndOut(() => find("conversation-more")),
);

async function play(turn) {
  const told = await session.request({ type: "replay", turn });
  if (told.type === "timeline") log.replay(told);
}

document.addEventListener("act", (event) => {
  const focused = document.activeElement;
  const { name, ...detail } = /** @type {CustomEvent} */ (event).detail;
  if (Object.hasOwn(ACTS, name)) ACTS[name]({ from: event.target, ...detail });
  rescue(focused);
});

session.addEventListener("accepted", (event) => {
  const { item, conversation } = /** @type {CustomEvent} */ (event).detail;
  if (item.conversation || !item.own || store.state.shown) return;
  drafts.settle(conversation);
  files.settle(conversation);
  composer.files.settle(conversation);
  go(conversation, true);
  show(conversation);
});

link.addEventListener("signedout", () => {
  const next = encodeURIComponent(location.pathname);
  location.assign(`${app.dataset.signIn}?next=${next}`);
});

log.follow.addEventListener("away", ({ detail }) => (find("newest").hidden = !detail));
find("newest").onclick = () => {
  log.toEnd();
  composer.focus();
};

find("welcome").addEventListener("click", ({ target }) => {
  const stop = target.closest("[data-prompt]");
  if (stop) session.send(stop.dataset.prompt, null, [], false);
});
addEventListener("storage", ({ key }) => {
  if (key === box.key) session.post.settleElsewhere();
});

const [archiveOpen, archiveBack] = [find("archive-open"), find("archive-back")];
async function turnList(view) {
  const archived = view === "archived";
  archiveOpen.hidden = archived;
  archiveBack.hidden = !archived;
  list.turn(view);
  (archived ? archiveBack : archiveOpen).focus();
  if (archived) list.offer(await order.deleted());
}
archiveOpen.onclick = () => turnList("archived");
archiveBack.onclick = () => turnList("active");

function begin() {
  open(null);
  announce(gettext("New conversation"));
}
pageKeys({ log, field: find("message"), list, drawer, fresh: begin });

shortcuts.add({
  keys: "s",
  group: MOVING,
  what: gettext("Settings of the conversation"),
  act: () => settings.open(),
});

routes(show);
show(routed(location.pathname));
link.start();
