/** What the page knows of files: their kinds, their sizes, and why one cannot be taken. */

import { decimal, gettext, interpolate } from "../text.js";

const ENDINGS = {
  image: "png jpg jpeg jfif gif webp heic heif",
  document: "pdf",
  audio: "mp3 wav ogg oga opus flac aac m4a m4b aif aiff",
  video: "mp4 m4v webm mov mpg mpeg 3gp",
};
const FAMILIES = new Map(
  Object.entries(ENDINGS).flatMap(([family, endings]) =>
    endings.split(" ").map((ending) => /** @type {[string, string]} */ ([ending, family])),
  ),
);
/** Bytes that tell a text from what is none. */
const HEAD = 4096;
const UNITS = ["KB", "MB", "GB"];

/** What a file dialog offers first; phones take camera and gallery from it. */
export const ACCEPT = "image/*,audio/*,video/*,text/*,application/pdf,application/json";

/**
 * @param {string} mimeType
 * @returns {"image" | "document" | "text" | "audio" | "video"}
 */
export function familyOf(mimeType) {
  if (mimeType === "application/pdf") return "document";
  const [family] = mimeType.split("/");
  return /** @type {any} */ (["image", "audio", "video"].includes(family) ? family : "text");
}

/**
 * @param {string} mimeType
 * @returns {string}
 */
export function kindOf(mimeType) {
  return {
    image: gettext("Image"),
    document: gettext("PDF"),
    text: gettext("Text"),
    audio: gettext("Audio"),
    video: gettext("Video"),
  }[familyOf(mimeType)];
}

/**
 * A size as people say it: "2.1 MB".
 * @param {number} bytes
 * @returns {string}
 */
export function sizeOf(bytes) {
  if (bytes < 1000) return interpolate(gettext("%(count)s bytes"), { count: decimal(bytes) });
  let [size, at] = [bytes / 1000, 0];
  while (size >= 999.5 && at < UNITS.length - 1) [size, at] = [size / 1000, at + 1];
  return `${decimal(size < 10 ? Math.round(size * 10) / 10 : Math.round(size))} ${UNITS[at]}`;
}

/**
 * Why a file is not even sent; "" where nothing speaks against it. The server looks closer.
 * @param {File} file
 * @param {number} limit bytes of a file
 * @returns {Promise<string>}
 */
export async function objection(file, limit) {
  if (!file.size) return gettext("This file is empty.");
  if (file.size > limit)
    return interpolate(gettext("This file is larger than %(size)s MB."), {
      size: Math.floor(limit / 1024 / 1024),
    });
  const ending = file.name.includes(".") ? file.name.split(".").at(-1)?.toLowerCase() : "";
  if (FAMILIES.has(ending ?? "")) return "";
  try {
    const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
    if (!head.includes(0) || signed(head)) return "";
  } catch {
    return gettext("This file cannot be read. A folder cannot be attached; attach its files.");
  }
  return gettext(
    "The model cannot read this kind of file. It reads images, PDF, text, audio and video.",
  );
}

/** What needs no ending to be known: pasted and shared things often have none. */
function signed(head) {
  const text = String.fromCharCode(...head.slice(0, 12));
  return /^\x89PNG|^\xff\xd8|^GIF8|^RIFF|^%PDF|^ID3|^OggS|^fLaC|^....ftyp/s.test(text);
}
