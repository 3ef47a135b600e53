/** One file of the composer: what it is, how far it is, and what can be done with it. */

import { icon, make, write } from "../browser/make.js";
import { familyOf, kindOf, sizeOf } from "../state/files.js";
import { gettext, interpolate } from "../text.js";

const ICONS = { image: "picture", document: "file", text: "file", audio: "sound", video: "film" };
/** Browsers show these; of the others the icon says enough. */
const SHOWN = /^image\/(?:png|jpeg|webp|gif)$/;

/**
 * @param {string} mimeType
 * @returns {SVGElement}
 */
export function kindIcon(mimeType) {
  return icon(ICONS[familyOf(mimeType)]);
}

/**
 * @param {import("./chat-files.js").Item} item
 * @param {Record<"remove" | "again" | "insert", (item: any) => void>} acts
 * @returns {HTMLElement}
 */
export function fileChip(item, acts) {
  const face = make("span", { className: "file-face" }, kindIcon(item.mimeType));
  const name = make("span", { className: "file-name", dir: "auto", textContent: item.name });
  const about = make("span", { className: "file-about" });
  const bar = make("progress", { className: "file-bar", max: 1 });
  bar.setAttribute("aria-label", interpolate(gettext("Sending %(name)s"), { name: item.name }));
  const insert = button(gettext("Insert as text"), () => acts.insert(item));
  insert.classList.add("file-insert");
  const again = iconButton("again", gettext("Try %(name)s again"), item, () => acts.again(item));
  const remove = iconButton("close", gettext("Remove %(name)s"), item, () => acts.remove(item));
  remove.classList.add("file-remove");
  const node = make(
    "li",
    { className: "file" },
    face,
    make("span", { className: "file-words" }, name, about, bar),
    insert,
    again,
    remove,
  );
  node.title = item.name;
  return Object.assign(node, { face, about, bar, insert, again });
}

/**
 * @param {any} node of `fileChip`
 * @param {import("./chat-files.js").Item} item
 */
export function updateChip(node, item) {
  const going = item.share !== null && !item.trouble;
  node.classList.toggle("bad", Boolean(item.trouble));
  node.bar.hidden = !going;
  if (going) node.bar.value = item.share;
  node.insert.hidden = !item.text;
  node.again.hidden = !item.again;
  write(node.about, item.trouble || about(item, going));
  const source = item.preview ?? (item.kept && `/files/${item.kept.id}`);
  if (source && SHOWN.test(item.mimeType) && !item.trouble && !node.face.querySelector("img"))
    picture(node.face, source);
}

function about(item, going) {
  if (!going) return `${kindOf(item.mimeType)} · ${sizeOf(item.size)}`;
  const percent = Math.floor(item.share * 100);
  return interpolate(gettext("%(percent)s % of %(size)s"), { percent, size: sizeOf(item.size) });
}

function picture(face, source) {
  const image = make("img", { alt: "", src: source });
  image.onerror = () => image.replaceWith(icon("picture"));
  face.replaceChildren(image);
}

function button(words, onclick) {
  return make("button", { type: "button", textContent: words, onclick });
}

function iconButton(name, words, item, onclick) {
  const node = make("button", { type: "button", className: "icon-button", onclick }, icon(name));
  node.setAttribute("aria-label", interpolate(words, { name: item.name }));
  return node;
}
