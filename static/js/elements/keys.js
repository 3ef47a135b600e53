/** The sheet of the keyboard, and the shortcuts that belong to the page as a whole. */

import { announce } from "../browser/announce.js";
import { make } from "../browser/make.js";
import { isSingle, MAC, shortcuts } from "../browser/shortcuts.js";
import { reply, walk } from "../browser/walk.js";
import { gettext, interpolate } from "../text.js";

const NAMES = {
  Mod: MAC ? "⌘" : gettext("Ctrl"),
  Shift: MAC ? "⇧" : gettext("Shift"),
  Alt: MAC ? "⌥" : gettext("Alt"),
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: gettext("Esc"),
  Enter: gettext("Enter"),
  Tab: gettext("Tab"),
  Delete: gettext("Del"),
};
const SPOKEN = { "↑": gettext("Arrow up"), "↓": gettext("Arrow down") };
export const WRITING = gettext("Writing");
export const MOVING = gettext("Moving about");
export const READING = gettext("Reading");

/** @type {HTMLDialogElement | null} */
let sheet = null;

/**
 * Opens the sheet; it is made anew each time, since others may have added keys.
 */
export function openKeys() {
  sheet?.remove();
  sheet = dialog();
  document.body.append(sheet);
  sheet.showModal();
}

function dialog() {
  const close = make("button", {
    type: "button",
    className: "button plain",
    textContent: gettext("Close"),
  });
  // It has the focus first, so that the sheet opens at its top.
  const title = make("h2", {
    id: "keys-title",
    tabIndex: -1,
    autofocus: true,
    textContent: gettext("Keyboard"),
  });
  const lists = make("div", { className: "keys-groups" }, ...shortcuts.groups().map(group));
  const node = make("dialog", { className: "keys", id: "keys" }, title, lists, choice(), close);
  node.setAttribute("aria-labelledby", title.id);
  close.onclick = () => node.close();
  node.onclick = ({ target, clientX, clientY }) => {
    if (target === node && outside(node, clientX, clientY)) node.close();
  };
  node.onclose = () => node.remove();
  return node;
}

function outside(node, x, y) {
  const { left, right, top, bottom } = node.getBoundingClientRect();
  return x < left || x > right || y < top || y > bottom;
}

function group({ title, shortcuts: listed }) {
  const whats = [...new Set(listed.map(({ what }) => what))];
  const rows = whats.map((what) => {
    const ways = listed.filter((each) => each.what === what).map(({ keys }) => caps(keys));
    const shown = ways.map((way) => make("dd", {}, ...way));
    return make("div", {}, make("dt", { textContent: what }), ...shown);
  });
  return make("section", {}, make("h3", { textContent: title }), make("dl", {}, ...rows));
}

/** @param {string} keys */
function caps(keys) {
  return keys.split("+").map((name) => {
    const shown = NAMES[name] ?? name.toUpperCase();
    const cap = make("kbd", { textContent: isSingle(keys) ? name : shown });
    if (SPOKEN[shown]) {
      cap.replaceChildren(
        make("span", { ariaHidden: "true", textContent: shown }),
        make("span", { className: "unseen", textContent: SPOKEN[shown] }),
      );
    }
    return cap;
  });
}

/** The switch of the keys that are one character alone. */
function choice() {
  const input = make("input", { type: "checkbox", checked: shortcuts.single });
  input.setAttribute("role", "switch");
  input.onchange = () => (shortcuts.single = input.checked);
  const words = interpolate(gettext("Single keys such as %(keys)s work where nothing is typed"), {
    keys: "? / j",
  });
  return make("label", { className: "keys-single" }, input, make("span", { textContent: words }));
}

/**
 * The page's own keys.
 * @param {object} page
 * @param {any} page.log
 * @param {HTMLElement} page.field where a person writes
 * @param {HTMLElement} page.list
 * @param {{open: () => void}} page.drawer
 * @param {() => void} page.fresh begins a new conversation
 */
export function pageKeys({ log, field, list, drawer, fresh }) {
  const own = (keys, group, what, act, held = false) => ({ keys, group, what, act, held });
  const go = (step) => () => {
    log.follow.leave();
    if (!walk(log, step)) announce(gettext("There is no further message."));
  };
  shortcuts.add(
    own("Enter", WRITING, gettext("Send the message"), null),
    own("Shift+Enter", WRITING, gettext("Break the line"), null),
    own("ArrowUp", WRITING, gettext("In the empty box: edit what you asked last"), null),
    own("/", WRITING, gettext("To the message box"), () => field.focus()),
    own("Mod+Shift+O", MOVING, gettext("New conversation"), fresh),
    own("l", MOVING, gettext("To the list of conversations"), () => toList(list, drawer)),
    own("Mod+/", MOVING, gettext("Show these keys"), openKeys),
    own("?", MOVING, gettext("Show these keys"), openKeys),
    own("j", READING, gettext("To the next message"), go(1), true),
    own("k", READING, gettext("To the message before"), go(-1), true),
    own("Alt+ArrowDown", READING, gettext("To the next message"), go(1), true),
    own("Alt+ArrowUp", READING, gettext("To the message before"), go(-1), true),
    own("t", READING, gettext("Open or close its thoughts"), () => press(log, ".thoughts-open")),
    own("c", READING, gettext("Copy its answer"), () => press(log, ".tools .copy")),
  );
  const button = document.getElementById("open-keys");
  button?.addEventListener("click", () => {
    /** @type {HTMLElement | null} */ (button.closest("[popover]"))?.hidePopover();
    openKeys();
  });
  const hint = document.getElementById("new-keys");
  if (MAC && hint) hint.textContent = "⌘ ⇧ O";
}

/** As if the button of the reply had been clicked, which also tells what came of it. */
function press(log, button) {
  const found = reply(log)?.querySelector(button);
  if (found instanceof HTMLElement && found.checkVisibility()) found.click();
}

function toList(list, drawer) {
  drawer.open();
  const rows = [...list.querySelectorAll(".list-row")];
  const current = rows.find((row) => row.ariaCurrent) ?? rows[0];
  /** @type {HTMLElement | undefined} */ (current)?.focus();
}
