/** Searching and switching, put into the page: the side's search, the switcher, and their keys. */

import { commands } from "../browser/commands.js";
import { Jump } from "../browser/jump.js";
import { MAC, shortcuts } from "../browser/shortcuts.js";
import { gettext } from "../text.js";
import "./chat-search.js";
import { MOVING, openKeys } from "./keys.js";
import { Switcher } from "./switcher.js";

/**
 * @param {object} page
 * @param {import("../state/store.js").Store} page.store
 * @param {import("../link/session.js").Session} page.session
 * @param {any} page.log
 * @param {{open: () => void}} page.drawer
 * @param {{arrange: (id: string, changes: Record<string, any>) => void}} page.order
 * @param {() => void} page.fresh begins a new conversation
 * @param {() => void} page.settings opens those of the conversation on show
 * @param {() => void} page.archive turns the list to what is archived
 * @returns {Jump} to be told of what is on show
 */
export function finding({ store, session, order, log, drawer, fresh, settings, archive }) {
  const search = /** @type {any} */ (document.querySelector("chat-search"));
  const switcher = new Switcher(store, session);
  search.connect(session);
  const hint = document.getElementById("switcher-keys");
  if (hint && MAC) hint.textContent = "⌘ K";
  const seek = () => {
    drawer.open();
    search.focus();
  };
  shortcuts.add(
    {
      keys: "Mod+K",
      group: MOVING,
      what: gettext("Quick switcher"),
      act: () => switcher.open(),
    },
    { keys: "Mod+Shift+F", group: MOVING, what: gettext("Search conversations"), act: seek },
  );
  const mod = MAC ? "⌘" : "Ctrl ";
  commands.add(
    {
      name: gettext("New conversation"),
      words: gettext("chat start"),
      keys: `${mod}⇧ O`,
      icon: "new",
      act: fresh,
    },
    {
      name: gettext("Search conversations"),
      words: gettext("find"),
      keys: `${mod}⇧ F`,
      icon: "search",
      act: seek,
    },
    { name: gettext("Keyboard"), words: gettext("keys shortcuts help"), keys: "?", act: openKeys },
    ...own({ store, order, settings, archive }),
    ...themes(),
  );
  return new Jump(log, session);
}

/** What can be done with the conversation on show, and where else there is to go. */
function own({ store, order, settings, archive }) {
  const row = () => store.state.list.items[store.state.shown ?? ""];
  const put = (changes) => () => order.arrange(row().id, changes);
  return [
    {
      name: gettext("Settings of the conversation"),
      words: gettext("model temperature thinking presets"),
      keys: "s",
      icon: "sliders",
      act: settings,
    },
    {
      name: gettext("Archive this conversation"),
      icon: "archive",
      can: () => Boolean(row() && !row().archived),
      act: put({ archived: true }),
    },
    {
      name: gettext("Bring this conversation back to the list"),
      icon: "back",
      can: () => Boolean(row()?.archived),
      act: put({ archived: false }),
    },
    {
      name: gettext("Open the archive"),
      icon: "archive",
      act: archive,
    },
  ];
}

function themes() {
  const names = {
    light: gettext("Light colours"),
    dark: gettext("Dark colours"),
    system: gettext("Colours of the system"),
  };
  return Object.entries(names).map(([value, name]) => {
    const input = () =>
      /** @type {HTMLInputElement | null} */ (document.querySelector(`#themes [value=${value}]`));
    return {
      name,
      words: gettext("theme mode"),
      can: () => !(input()?.checked ?? true),
      act: () => input()?.click(),
    };
  });
}
