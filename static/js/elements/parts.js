/** What is neither thought nor answer: code that was run, pictures, and whatever is still to come. */

import { make } from "../browser/make.js";
import { codeFigure, colour } from "../draw/code.js";
import { gettext, interpolate } from "../text.js";

const PICTURES = new Set(["image/png", "image/jpeg", "image/webp", "image/gif"]);
const BASE64 = /^[A-Za-z0-9+/=_-]*$/;
const SILENT = new Set(["text", "thought", "thoughtSignature", "partMetadata"]);

/**
 * @param {Record<string, any>} part as the endpoint sent it
 * @returns {HTMLElement | null} null where there is nothing to see, as for a signature
 */
export function partNode(part) {
  const names = Object.keys(part).filter((name) => !SILENT.has(name));
  if (!names.length) return null;
  if (typeof part.executableCode?.code === "string")
    return codePart(gettext("Code it ran"), part.executableCode.language, part.executableCode.code);
  if (part.codeExecutionResult)
    return codePart(gettext("Output"), "", String(part.codeExecutionResult.output ?? ""));
  const { mimeType, data } = part.inlineData ?? {};
  if (PICTURES.has(mimeType) && BASE64.test(data)) return picture(mimeType, data);
  const label = interpolate(gettext("A part of a kind that this page does not know (%(names)s)"), {
    names: names.join(", "),
  });
  return codePart(label, "json", JSON.stringify(part, null, 2).slice(0, 20_000));
}

function codePart(label, language, text) {
  const { figure, code } = codeFigure(String(language ?? "").toLowerCase());
  code.textContent = text;
  const node = make(
    "div",
    { className: "part" },
    make("p", { className: "part-label", textContent: label }),
    figure,
  );
  colour(node);
  return node;
}

function picture(type, data) {
  const image = make("img", {
    alt: gettext("A picture made by the model"),
    src: `data:${type};base64,${data.replace(/-/g, "+").replace(/_/g, "/")}`,
  });
  return make("div", { className: "part" }, image);
}
