/** The files of a question: pictures to look at, sounds and films to play, the rest to fetch. */

import { icon, make } from "../browser/make.js";
import { familyOf, kindOf, sizeOf } from "../state/files.js";
import { gettext, interpolate } from "../text.js";
import { kindIcon } from "./file-chip.js";
import { enlarge } from "./lightbox.js";

/**
 * @param {Record<string, any>} message
 * @returns {import("../state/attachments.js").Kept[]}
 */
export function filesOf(message) {
  return message.pieces.flatMap(([kind, part]) =>
    kind === "p" && typeof part.attachment?.id === "string" ? [part.attachment] : [],
  );
}

/**
 * @param {import("../state/attachments.js").Kept[]} files
 * @returns {HTMLElement[]} one node, or none
 */
export function filesNode(files) {
  if (!files.length) return [];
  const node = make("ul", { className: "ask-files" });
  node.append(...files.map((file) => make("li", {}, shown(file))));
  return [node];
}

function shown(file) {
  const source = `/files/${encodeURIComponent(file.id)}`;
  const family = familyOf(file.mimeType);
  if (family === "image") return picture(file, source);
  if (family === "audio" || family === "video") return player(family, file, source);
  return link(file, source);
}

function picture(file, source) {
  const image = make("img", { alt: file.name, src: source, decoding: "async" });
  const open = make("button", { type: "button", className: "picture-open" }, image);
  open.title = interpolate(gettext("Open %(name)s larger"), { name: file.name });
  open.onclick = () => enlarge(image);
  // Not every browser shows every kind (HEIC), and a file may be gone.
  image.onerror = () => open.replaceWith(link(file, source));
  return open;
}

function player(family, file, source) {
  const media = make(family, { controls: true, preload: "metadata", src: source });
  media.setAttribute("aria-label", file.name);
  return make("div", { className: `ask-${family}` }, media, link(file, source));
}

function link(file, source) {
  const name = make("span", { className: "file-name", dir: "auto", textContent: file.name });
  const about = `${kindOf(file.mimeType)} · ${sizeOf(file.size)}`;
  const words = make("span", { className: "file-about", textContent: about });
  const node = make(
    "a",
    { className: "file", href: source, download: file.name },
    make("span", { className: "file-face" }, kindIcon(file.mimeType)),
    make("span", { className: "file-words" }, name, words),
    icon("keep"),
  );
  node.title = interpolate(gettext("Download %(name)s"), { name: file.name });
  return node;
}
