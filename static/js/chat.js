/** The page: makes its pieces, gives the state down to them, and takes what they ask for up. */

import { announce } from "./browser/announce.js";
import { stayAboveKeyboard } from "./browser/keyboard.js";
import { write } from "./browser/make.js";
import { go, routed, routes } from "./browser/router.js";
import { draw } from "./draw/frames.js";
import "./elements/chat-composer.js";
import "./elements/chat-line.js";
import "./elements/chat-list.js";
import "./elements/chat-log.js";
import { Models } from "./elements/models.js";
import { personMenu, side } from "./elements/side.js";
import { Link } from "./link/link.js";
import { Session } from "./link/session.js";
import { Drafts } from "./state/drafts.js";
import { Outbox } from "./state/outbox.js";
import { GO_ON } from "./state/outcomes.js";
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
const link = new Link(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/`);
const session = new Session(store, link, new Outbox(localStorage, person));
const models = new Models();
const drawer = side(app);
composer.drafts = new Drafts(localStorage, person);
personMenu(person);
stayAboveKeyboard();

function show(conversation) {
  session.show(conversation);
  drawer.close();
}

function open(conversation) {
  go(conversation);
  show(conversation);
}

store.watch((state) => {
  const conversation = state.list.items[state.shown ?? ""];
  const thread = state.threads[state.shown ?? ""];
  const live = running(state);
  const title = conversation?.title || (state.shown ? "" : gettext("New conversation"));
  write(find("title"), title);
  document.title = conversation?.title ? `${conversation.title} · Thinkalong` : "Thinkalong";
  list.update({ list: state.list, shown: state.shown });
  log.update(state);
  line.update(state.link);
  models.update(state.welcome?.models ?? [], state.shown, conversation?.model);
  const fresh =
    !state.shown && !state.outgoing.some((item) => item.type === "send" && !item.conversation);
  find("welcome").hidden = !fresh;
  const missing = thread?.phase === "missing";
  composer.update({
    shown: state.shown,
    running: Boolean(live),
    missing,
    limit: state.welcome?.limits.message,
    notice: state.notice,
  });
  look();
});

/** Tells the server, once for each end, that it was looked at. */
let looked = "";
function look() {
  const {
    shown,
    list: { items },
  } = store.state;
  const row = items[shown ?? ""];
  const key = row && `${row.id} ${row.updated}`;
  if (!row?.unread || document.hidden || key === looked) return;
  looked = key;
  session.seen(row.id);
}
document.addEventListener("visibilitychange", look);

const ACTS = {
  send: ({ text }) => session.send(text, models.chosen),
  stop: () => {
    const live = running(store.state);
    if (live) session.stop(live.turn.id);
  },
  "answer-now": ({ turn }) => session.answerNow(turn),
  again: ({ turn }) => session.again(turn, "same"),
  more_room: ({ turn }) => session.again(turn, "more_room"),
  answer_now: ({ turn }) => session.again(turn, "answer_now"),
  continue: () => session.send(GO_ON, models.chosen),
  more: () => session.more(),
};

document.addEventListener("act", (event) => {
  const { name, ...detail } = /** @type {CustomEvent} */ (event).detail;
  if (Object.hasOwn(ACTS, name)) ACTS[name](detail);
});

session.addEventListener("accepted", (event) => {
  const { item, conversation } = /** @type {CustomEvent} */ (event).detail;
  if (item.conversation || !item.own || store.state.shown) return;
  go(conversation, true);
  show(conversation);
});

link.addEventListener("signedout", () => {
  const next = encodeURIComponent(location.pathname);
  location.assign(`${app.dataset.signIn}?next=${next}`);
});

log.follow.addEventListener("away", ({ detail }) => (find("newest").hidden = !detail));
find("newest").onclick = () => {
  log.follow.toEnd();
  composer.focus();
};

find("welcome").addEventListener("click", ({ target }) => {
  const stop = target.closest("[data-prompt]");
  if (stop) session.send(stop.dataset.prompt, models.chosen);
});

addEventListener("keydown", (event) => {
  if (!event.ctrlKey || !event.shiftKey || event.code !== "KeyO") return;
  event.preventDefault();
  open(null);
  announce(gettext("New conversation"));
});

routes(show);
show(routed(location.pathname));
link.start();
