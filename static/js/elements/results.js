/** What was found, drawn: a group for each conversation, a choice for each hit. */

import { make } from "../browser/make.js";
import { address } from "../browser/router.js";
import { marked } from "../state/found.js";
import { gettext } from "../text.js";

const language = document.documentElement.lang || "en";
const near = new Intl.DateTimeFormat(language, { month: "short", day: "numeric" });
const far = new Intl.DateTimeFormat(language, { year: "numeric", month: "short", day: "numeric" });
const WHERE = {
  question: gettext("You"),
  answer: gettext("Answer"),
  thought: gettext("In thoughts"),
};

/**
 * @param {import("../state/found.js").Found["items"][number]} item
 * @param {(place: {conversation: string, message: number | null, words: string[]}) => void} open
 */
export function result({ conversation, hits }, open) {
  const group = make("div", { className: "found" });
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", conversation.title || gettext("Untitled"));
  const title = hits.find(({ where }) => where === "title");
  const pieces = title?.snippet ?? [[conversation.title || gettext("Untitled"), false]];
  const name = make("span", { className: "found-name", dir: "auto" }, ...pieces.map(piece));
  const head = option("found-head", conversation.id, name);
  if (conversation.archived)
    head.append(make("span", { className: "found-note", textContent: gettext("Archived") }));
  head.append(make("time", { className: "found-date", textContent: day(conversation.updated) }));
  choose(head, () => open({ conversation: conversation.id, message: null, words: [] }));
  group.append(head);
  for (const hit of hits) {
    if (hit.where === "title") continue;
    const line = option("found-hit", conversation.id);
    line.classList.toggle("found-thought", hit.where === "thought");
    const where = make("span", { className: "found-where", textContent: WHERE[hit.where] });
    const said = make("span", { dir: "auto" }, ...hit.snippet.map(piece));
    line.append(make("span", { className: "found-lines" }, where, " ", said));
    choose(line, () =>
      open({ conversation: conversation.id, message: hit.message, words: marked(hit) }),
    );
    group.append(line);
  }
  return group;
}

/** A link, so that it can be opened in another tab; the arrows point at it from the field. */
function option(className, conversation, ...children) {
  const link = make("a", { className, href: address(conversation), tabIndex: -1 }, ...children);
  link.setAttribute("role", "option");
  return link;
}

function choose(node, act) {
  node.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return;
    event.preventDefault();
    act();
  });
}

function piece([text, hit]) {
  return hit ? make("mark", { textContent: text }) : document.createTextNode(text);
}

function day(moment) {
  const then = new Date(moment);
  return (then.getFullYear() === new Date().getFullYear() ? near : far).format(then);
}
