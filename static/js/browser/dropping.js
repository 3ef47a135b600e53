/** Files that are dropped anywhere on the page, or pasted into it. */

import { gettext } from "../text.js";
import { make } from "./make.js";

/** Characters from which on a pasted text is a file: it would bury what is being written. */
const LONG = 20_000;

/**
 * @param {(files: File[]) => void} take
 * @param {() => boolean} open whether files can be taken just now
 */
export function takeDrops(take, open) {
  const veil = make(
    "div",
    { className: "drop-veil", hidden: true },
    make("p", { textContent: gettext("Drop files to attach them") }),
  );
  document.body.append(veil);
  const carries = ({ dataTransfer }) => Boolean(dataTransfer?.types.includes("Files")) && open();
  let depth = 0;
  const show = (now) => {
    depth = now;
    veil.hidden = depth < 1;
  };
  addEventListener("dragenter", (event) => carries(event) && show(depth + 1));
  addEventListener("dragleave", (event) => carries(event) && show(Math.max(0, depth - 1)));
  addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
  });
  addEventListener("drop", (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    const mine = carries(event);
    show(0);
    if (!mine) return;
    event.preventDefault();
    take(files);
  });
}

/**
 * What is pasted and is no text for the field: pictures, files, and whole books.
 * @param {ClipboardEvent} event
 * @returns {{files: File[], text: string} | null} null for what the field takes by itself
 */
export function pasted({ clipboardData }) {
  const text = clipboardData?.getData("text/plain") ?? "";
  // A table from an office program comes as a picture of itself too: the text is what is meant.
  const files = text ? [] : [...(clipboardData?.files ?? [])].map(named);
  if (files.length) return { files, text: "" };
  return text.length > LONG ? { files: [], text } : null;
}

/** Every pasted picture is called "image.png". */
function named(file) {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const ending = file.name.split(".").at(-1);
  return new File([file], `${gettext("Pasted image")}.${ending}`, { type: file.type });
}
