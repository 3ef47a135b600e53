/**
 * Footnotes: `[^name]` in a line, and `[^name]: text` as a block of its own, whose further paragraphs
 * are indented.
 *
 * A text that streams is parsed in parts, so that a part does not know what the others define. The
 * parser therefore marks what may be a reference and what is a note; once the text is whole,
 * `settleNotes` numbers and links them, puts the notes at the end, and lets what refers to nothing
 * be text again.
 */

import { gettext, interpolate } from "../text.js";

const REFERENCE = /\[\^([^\]\s[]{1,60})\](?![([:])/y;
const DEFINITION = /^\[\^([^\]\s[]{1,60})\]:/;
const INDENT = 4;

/** In the ids: never a name of the text's own, which could be that of anything on the page. */
let texts = 0;

/** @param {any} md a markdown-it parser */
export function noteRules(md) {
  md.inline.ruler.before("link", "note_reference", reference);
  md.block.ruler.before("reference", "note", note, { alt: ["paragraph", "reference"] });
  const { escapeHtml } = md.utils;
  // A number reads well before anybody knows whether it refers to something; a word does not.
  md.renderer.rules.note_reference = (tokens, at) =>
    `<span class="note-ref">${escapeHtml(shown(tokens[at].content))}</span>`;
  md.renderer.rules.note_open = (tokens, at) =>
    `<div class="note"><span class="note-name">${escapeHtml(tokens[at].content)}</span>\n`;
  md.renderer.rules.note_close = () => "</div>\n";
}

function shown(name) {
  return /^\d+$/.test(name) ? name : `[^${name}]`;
}

function named(reference) {
  return /^\d+$/.test(reference) ? reference : reference.slice(2, -1);
}

function reference(state, silent) {
  REFERENCE.lastIndex = state.pos;
  const found = REFERENCE.exec(state.src);
  if (!found || REFERENCE.lastIndex > state.posMax) return false;
  if (!silent) state.push("note_reference", "", 0).content = found[1];
  state.pos += found[0].length;
  return true;
}

function note(state, startLine, endLine, silent) {
  const from = state.bMarks[startLine] + state.tShift[startLine];
  const line = state.src.slice(from, state.eMarks[startLine]);
  const found = DEFINITION.exec(line);
  if (!found || state.sCount[startLine] - state.blkIndent >= INDENT) return false;
  if (silent) return true;
  const open = state.push("note_open", "div", 1);
  open.block = true;
  open.content = found[1];
  within(state, startLine, found[0].length, () =>
    state.md.block.tokenize(state, startLine, endLine),
  );
  open.map = [startLine, state.line];
  state.push("note_close", "div", -1).block = true;
  return true;
}

/** Blocks are parsed as those of the note: its first line without the name, all others indented. */
function within(state, line, taken, parse) {
  const { blkIndent, parentType, tight } = state;
  const before = [state.bMarks[line], state.tShift[line], state.sCount[line]];
  const after = state.bMarks[line] + state.tShift[line] + taken;
  const space = /^[ \t]*/.exec(state.src.slice(after, state.eMarks[line]))?.[0].length ?? 0;
  state.blkIndent += INDENT;
  state.bMarks[line] = after;
  state.tShift[line] = space;
  state.sCount[line] = state.blkIndent;
  state.parentType = "footnote";
  parse();
  Object.assign(state, { blkIndent, parentType, tight });
  [state.bMarks[line], state.tShift[line], state.sCount[line]] = before;
}

/**
 * @param {Element} root with the whole text
 */
export function settleNotes(root) {
  if (!root.querySelector(".note, .note-ref")) return;
  const text = ++texts;
  const notes = [...root.querySelectorAll(".note")].map((node) => ({
    node,
    name: (node.firstElementChild?.textContent ?? "").toLowerCase(),
    marks: /** @type {Element[]} */ ([]),
  }));
  const numbered = [];
  const references = [...root.querySelectorAll(".note-ref")];
  // What the text refers to comes before what only notes refer to.
  references.sort(
    (a, b) => Number(a.closest(".note") !== null) - Number(b.closest(".note") !== null),
  );
  for (const node of references) {
    const name = named(node.textContent).toLowerCase();
    const found = notes.find((one) => one.name === name);
    if (!found || node.closest("a, .note-name")) {
      node.replaceWith(`[^${named(node.textContent)}]`);
      continue;
    }
    if (!numbered.includes(found)) numbered.push(found);
    const number = numbered.indexOf(found) + 1;
    found.marks.push(marked(node, `note-${text}-${number}`, number, found.marks.length));
  }
  numbered.push(...notes.filter((one) => !numbered.includes(one)));
  if (numbered.length) root.append(listed(numbered, text));
}

function marked(node, id, number, times) {
  const link = document.createElement("a");
  link.id = `${id}-from-${times + 1}`;
  link.href = `#${id}`;
  link.textContent = String(number);
  link.setAttribute("aria-label", interpolate(gettext("Note %(number)s"), { number }));
  const mark = document.createElement("sup");
  mark.className = "note-mark";
  mark.append(link);
  node.replaceWith(mark);
  return link;
}

function listed(notes, text) {
  const section = document.createElement("section");
  section.className = "notes";
  section.setAttribute("aria-label", gettext("Notes"));
  const list = section.appendChild(document.createElement("ol"));
  for (const [at, { node, marks }] of notes.entries()) {
    const item = list.appendChild(document.createElement("li"));
    item.id = `note-${text}-${at + 1}`;
    item.tabIndex = -1;
    node.firstElementChild?.remove();
    item.append(...node.childNodes);
    node.remove();
    const end = item.lastElementChild?.matches("p") ? item.lastElementChild : item;
    for (const mark of marks) end.append(" ", back(mark.id));
  }
  return section;
}

function back(id) {
  const link = document.createElement("a");
  link.className = "note-back";
  link.href = `#${id}`;
  link.textContent = "↩";
  link.setAttribute("aria-label", gettext("Back to the text"));
  return link;
}
