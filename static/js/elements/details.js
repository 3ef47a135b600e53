/** With what a reply was made: its model and settings, its times and tokens. */

import { dialog } from "../browser/dialog.js";
import { act, icon, make, write } from "../browser/make.js";
import { NAMES, phrase } from "../state/dials.js";
import { count, gettext, interpolate, seconds } from "../text.js";

const HOW = {
  same: gettext("Asked again"),
  more_room: gettext("Asked again with more room"),
  answer_now: gettext("Asked to answer now"),
  continue: gettext("Asked to go on"),
};
const TOKENS = {
  prompt: gettext("Question and history"),
  cached: gettext("of these from a cache"),
  tool: gettext("Tools"),
  thought: gettext("Thoughts"),
  answer: gettext("Answer"),
  total: gettext("In all"),
};
const language = globalThis.document?.documentElement.lang || "en";
const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });

export class Details {
  #node = /** @type {any} */ (null);
  #sheet = /** @type {any} */ (null);
  #from = /** @type {any} */ (null);
  #turn = "";
  #made = null;

  /**
   * Opens at once; what there is to tell comes from the server.
   * @param {string} turn
   * @param {HTMLElement} from
   */
  open(turn, from) {
    this.#node ??= this.#build();
    this.#turn = turn;
    this.#from = from;
    this.#made = null;
    this.body.replaceChildren(
      make("p", { className: "dial-note", textContent: gettext("Reading") }),
    );
    this.#sheet.open(from, true);
    act(this.#node, "made", { turn });
  }

  /** @param {Record<string, any> | null} made what the server told last */
  update(made) {
    if (!this.#node?.open || !made || made === this.#made || made.turn.id !== this.#turn) return;
    this.#made = made;
    this.body.replaceChildren(
      ...(made.trouble ? [make("p", { textContent: made.trouble })] : told(made)),
    );
    this.#sheet.open(this.#from, true);
  }

  #build() {
    const close = make("button", { type: "button", className: "icon-button" }, icon("close"));
    close.dataset.close = "";
    close.setAttribute("aria-label", gettext("Close the details"));
    const title = make("h2", { id: "details-title", className: "sheet-title" });
    write(title, gettext("How this answer was made"));
    this.body = make("div", { className: "sheet-body", tabIndex: 0, role: "group" });
    this.body.setAttribute("aria-labelledby", title.id);
    const head = make("div", { className: "sheet-head" }, title, close);
    const node = make(
      "dialog",
      { id: "details", className: "sheet beside details" },
      head,
      this.body,
    );
    node.setAttribute("aria-labelledby", title.id);
    document.body.append(node);
    this.#sheet = dialog(node);
    return node;
  }
}

function told(made) {
  const differing = made.differs.filter((field) => field in made.settings);
  const others = Object.keys(NAMES).filter(
    (field) => field in made.settings && !differing.includes(field),
  );
  return [
    section("", general(made)),
    section(gettext("Settings of its own"), rows(made.settings, differing)),
    section(gettext("Settings as the site has them"), rows(made.settings, others)),
    section(gettext("Time"), times(made.turn)),
    section(gettext("Tokens"), tokens(made.turn.usage)),
  ].flat();
}

function section(title, pairs) {
  if (!pairs.length) return [];
  const list = make("dl", { className: "details-list" });
  for (const [name, value] of pairs) {
    const cell = make("dd", { dir: "auto", textContent: value });
    list.append(make("div", {}, make("dt", { textContent: name }), cell));
  }
  return title ? [make("h3", { className: "details-title", textContent: title }), list] : [list];
}

function general({ label, version, turn, how }) {
  const pairs = [[gettext("Model"), label || turn.model]];
  if (version && version !== turn.model) pairs.push([gettext("Version"), version]);
  if (HOW[how]) pairs.push([gettext("Asked"), HOW[how]]);
  return pairs;
}

function rows(settings, fields) {
  return fields.map((field) => [NAMES[field], phrase(field, settings[field])]);
}

function times({ times: at }) {
  const begun = at.asked ?? at.accepted;
  const after = (time) => interpolate(gettext("after %(time)s"), { time: seconds(time - begun) });
  return [
    [gettext("Asked"), moment.format(at.accepted)],
    ...(at.thought ? [[gettext("First thought"), after(at.thought)]] : []),
    ...(at.answer ? [[gettext("First words of the answer"), after(at.answer)]] : []),
    ...(at.end ? [[gettext("End"), after(at.end)]] : []),
  ];
}

function tokens(usage) {
  return Object.entries(TOKENS)
    .filter(([kind]) => usage[kind])
    .map(([kind, name]) => [name, count(usage[kind])]);
}
