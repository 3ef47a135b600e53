/**
 * The markdown parser: no raw HTML, links to http(s) and mailto alone, no images (a link in their
 * place), math as source. What it gives is text; safe.js makes nodes of it.
 */

import MarkdownIt from "markdown-it";
import { gettext, interpolate } from "../text.js";
import { noteRules } from "./footnotes.js";
import { mathRules } from "./math-rules.js";

const ALLOWED = /^(?:https?:\/\/|mailto:)/i;

export const markdown = new MarkdownIt({ html: false, linkify: true });
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
markdown.validateLink = (address) => ALLOWED.test(address.trim());
markdown.use(mathRules);
markdown.use(noteRules);

const escaped = markdown.utils.escapeHtml;
const rules = markdown.renderer.rules;

/** A reply's headings stand under the page's own two. */
rules.heading_open = (tokens, at) => `<${lowered(tokens[at].tag)}>`;
rules.heading_close = (tokens, at) => `</${lowered(tokens[at].tag)}>\n`;

function lowered(tag) {
  return `h${Math.min(6, Number(tag[1]) + 2)}`;
}

rules.table_open = () => '<div class="table-box"><div class="table" tabindex="0"><table>\n';
rules.table_close = () => "</table></div></div>\n";
rules.th_open = cell;
rules.td_open = cell;

/** The policy forbids inline styles, so that a column's side is a class. */
function cell(tokens, at) {
  const side = /text-align:(left|right|center)/.exec(
    String(tokens[at].attrGet("style") ?? ""),
  )?.[1];
  return side ? `<${tokens[at].tag} class="${side}">` : `<${tokens[at].tag}>`;
}

rules.fence = (tokens, at) => codeBlock(tokens[at].content, codeName(tokens[at].info));
rules.code_block = (tokens, at) => codeBlock(tokens[at].content, "");

/**
 * The language that a fence names.
 * @param {string} info what stands behind its marks
 * @returns {string}
 */
export function codeName(info) {
  return markdown.utils.unescapeAll(info).trim().split(/\s+/)[0];
}

function codeBlock(content, name) {
  return `<pre><code${name ? ` data-language="${escaped(name)}"` : ""}>${escaped(content)}</code></pre>\n`;
}

rules.math_inline = (tokens, at) => {
  const display = tokens[at].meta.display ? " math-wide" : "";
  return `<code class="math${display}">${escaped(tokens[at].content)}</code>`;
};
rules.math_block = (tokens, at) => {
  const open = tokens[at].meta.open ? "math-open" : "math math-wide";
  return `<p class="math-line"><code class="${open}">${escaped(tokens[at].content)}</code></p>\n`;
};

/** An image from elsewhere would tell its host who reads what: it is a link until it is wanted. */
rules.image = (tokens, at) => {
  const source = String(tokens[at].attrGet("src") ?? "");
  const alt = tokens[at].content || gettext("image");
  if (!/^https?:/i.test(source)) return escaped(alt);
  const words = interpolate(gettext("Image: %(alt)s (opens %(host)s)"), {
    alt,
    host: host(source),
  });
  return `<a class="remote-image" href="${escaped(source)}">${escaped(words)}</a>`;
};

function host(address) {
  try {
    return new URL(address).host;
  } catch {
    return gettext("another site");
  }
}

/** Whether blank lines stand between items is known at a list's end: all are drawn as if they did. */
markdown.core.ruler.push("loose", ({ tokens }) => {
  for (const token of tokens) token.hidden = false;
});

/** Where links are defined, for whoever parses a text in parts. */
markdown.core.ruler.after("block", "definitions", ({ tokens, env }) => {
  env.definitions = tokens
    .filter(({ type }) => type === "reference_definition")
    .map(({ map, meta }) => ({ line: map[0], label: meta.label }));
});

rules.task_box = (tokens, at) =>
  `<span class="task-box${tokens[at].meta.done ? " task-done" : ""}"></span>`;

/** `- [x]` at the start of an item. */
markdown.core.ruler.push("tasks", (state) => {
  for (let at = 2; at < state.tokens.length; at++) {
    const token = state.tokens[at];
    if (token.type !== "inline" || state.tokens[at - 2].type !== "list_item_open") continue;
    const box = /^\[([ xX])\] /.exec(token.content);
    const first = token.children?.[0];
    if (!box || first?.type !== "text" || !first.content.startsWith(box[0])) continue;
    first.content = first.content.slice(box[0].length);
    const mark = new state.Token("task_box", "", 0);
    mark.meta = { done: box[1] !== " " };
    token.children.unshift(mark);
    state.tokens[at - 2].attrSet("class", "task");
  }
});
