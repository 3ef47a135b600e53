/** What is neither thought nor answer: code that was run, pictures, and whatever is still to come. */

import { make } from "../browser/make.js";
import { codeFigure, colour } from "../draw/code.js";
import { gettext, interpolate } from "../text.js";
import "./chat-run.js";
import { mediaNode } from "./media.js";

const SILENT = new Set(["text", "thought", "thoughtSignature", "partMetadata"]);
const LONGEST = 20_000;

/**
 * @param {Record<string, any>} part as the endpoint sent it
 * @returns {HTMLElement | null} null where there is nothing to see, as for a signature
 */
export function partNode(part) {
  const names = Object.keys(part).filter((name) => !SILENT.has(name));
  if (!names.length) return null;
  if (typeof part.executableCode?.code === "string") return run(part.executableCode);
  if (typeof part.codeExecutionResult === "object" && part.codeExecutionResult) {
    const node = run(null);
    node.takes(part);
    return node;
  }
  return mediaNode(part.inlineData) ?? raw(part, names);
}

function run(code) {
  const node = /** @type {any} */ (document.createElement("chat-run"));
  node.show(code);
  return node;
}

function raw(part, names) {
  const { figure, code } = codeFigure("json");
  code.textContent = JSON.stringify(part, null, 2).slice(0, LONGEST);
  const label = interpolate(gettext("A part of a kind that this page does not know (%(names)s)"), {
    names: names.join(", ").slice(0, 200),
  });
  const node = make(
    "div",
    { className: "part" },
    make("p", { className: "part-label", textContent: label }),
    figure,
  );
  colour(node);
  return node;
}
