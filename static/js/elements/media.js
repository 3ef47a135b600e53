/**
 * Pictures and sounds that came as data. They are shown from the data itself, so that nothing is
 * fetched, and can be kept.
 */

import { icon, make } from "../browser/make.js";
import { gettext } from "../text.js";
import { enlarge } from "./lightbox.js";

const PICTURES = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/avif": "avif",
};
const SOUNDS = {
  "audio/wav": "wav",
  "audio/x-wav": "wav",
  "audio/mpeg": "mp3",
  "audio/mp3": "mp3",
  "audio/ogg": "ogg",
  "audio/aac": "aac",
  "audio/flac": "flac",
  "audio/mp4": "m4a",
  "audio/webm": "weba",
};
const SAMPLES = /^audio\/(?:L16|pcm)\b/i;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * @param {unknown} data the part's `inlineData`
 * @returns {HTMLElement | null} null for what is neither a picture nor a sound that can be shown
 */
export function mediaNode(data) {
  const { mimeType, data: given } = /** @type {any} */ (data ?? {});
  if (typeof mimeType !== "string" || typeof given !== "string" || !BASE64.test(given)) return null;
  const text = given.replace(/-/g, "+").replace(/_/g, "/");
  if (Object.hasOwn(PICTURES, mimeType)) return picture(mimeType, text);
  if (Object.hasOwn(SOUNDS, mimeType)) return sound(mimeType, text);
  return SAMPLES.test(mimeType) ? samples(mimeType, text) : null;
}

function picture(type, text) {
  const alt = gettext("A picture made by the model");
  const image = make("img", { alt, src: `data:${type};base64,${text}`, decoding: "async" });
  Object.assign(image, type === "image/png" ? size(text) : {});
  const open = make(
    "button",
    { type: "button", className: "picture-open", title: gettext("Open larger") },
    image,
  );
  open.onclick = () => enlarge(image);
  return figure(open, type, text, `picture.${PICTURES[type]}`);
}

function sound(type, text) {
  const player = make("audio", {
    controls: true,
    preload: "metadata",
    src: `data:${type};base64,${text}`,
  });
  player.setAttribute("aria-label", gettext("A sound made by the model"));
  return figure(player, type, text, `sound.${SOUNDS[type]}`);
}

/** The endpoint's speech has no head, which a player needs: one channel, 16 bits, low byte first. */
function samples(type, text) {
  const body = decoded(text);
  const rate = Number(/rate=(\d{4,6})/.exec(type)?.[1] ?? 24_000);
  if (!body || rate > 192_000) return null;
  const head = new DataView(new ArrayBuffer(44));
  const words = (at, word) => {
    for (const [i, c] of [...word].entries()) head.setUint8(at + i, c.charCodeAt(0));
  };
  words(0, "RIFF");
  head.setUint32(4, 36 + body.length, true);
  words(8, "WAVEfmt ");
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true);
  head.setUint16(22, 1, true);
  head.setUint32(24, rate, true);
  head.setUint32(28, rate * 2, true);
  head.setUint16(32, 2, true);
  head.setUint16(34, 16, true);
  words(36, "data");
  head.setUint32(40, body.length, true);
  const start = String.fromCharCode(...new Uint8Array(head.buffer));
  return sound("audio/wav", btoa(start + atob(text)));
}

function figure(shown, type, text, name) {
  const keep = make(
    "button",
    { type: "button", className: "media-keep" },
    icon("keep"),
    gettext("Download"),
  );
  keep.onclick = () => download(type, text, name);
  return make("figure", { className: "part media" }, shown, keep);
}

function download(type, text, name) {
  const body = decoded(text);
  if (!body) return;
  const address = URL.createObjectURL(new Blob([/** @type {any} */ (body)], { type }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function decoded(text) {
  try {
    return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  } catch {
    return null;
  }
}

/** A PNG says its size in front, so that its place is kept before it is drawn. */
function size(text) {
  const head = decoded(text.slice(0, 32));
  if (head?.length !== 24) return {};
  const view = new DataView(head.buffer);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  return width && height && width < 20_000 && height < 20_000 ? { width, height } : {};
}
