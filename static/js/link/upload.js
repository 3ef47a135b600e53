/** One file on its way to the server, with its progress: the one thing that fetch cannot tell. */

import { gettext, wellFormed } from "../text.js";

/**
 * @typedef {object} Upload
 * @property {Promise<import("../state/attachments.js").Kept>} done rejects with a Trouble
 * @property {() => void} abort
 */

/** Why a file did not arrive; `again`: the same may succeed. */
export class Trouble extends Error {
  /**
   * @param {string} message
   * @param {boolean} again
   */
  constructor(message, again) {
    super(message);
    this.again = again;
  }
}

const PASSING = new Set(["file_cut_short", "too_many_at_once", "unavailable", "no_room"]);

/** One fewer than the server takes of one person at once. */
const LANES = 3;
let busy = 0;
/** @type {(() => void)[]} */
const queue = [];

/**
 * Sends a file as soon as there is a lane for it.
 * @param {File} file
 * @param {(share: number) => void} progress from 0 to 1
 * @returns {Upload}
 */
export function upload(file, progress) {
  const request = new XMLHttpRequest();
  const done = new Promise((arrived, failed) => {
    request.onload = () => {
      const answer = answered(request);
      if (answer?.file) arrived(answer.file);
      else failed(trouble(request, answer));
    };
    request.onerror = () =>
      failed(new Trouble(gettext("The line broke before the file was there."), true));
    request.onabort = () => failed(new Trouble("", false));
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
  });
  const begin = () => start(request, file);
  queue.push(begin);
  next();
  return { done, abort: () => (waits(begin) ? undefined : request.abort()) };
}

function waits(begin) {
  const at = queue.indexOf(begin);
  if (at >= 0) queue.splice(at, 1);
  return at >= 0;
}

function next() {
  while (busy < LANES && queue.length) queue.shift()?.();
}

function start(request, file) {
  busy += 1;
  request.onloadend = () => {
    busy -= 1;
    next();
  };
  request.open("POST", "/files/");
  request.setRequestHeader("X-File-Name", encodeURIComponent(wellFormed(file.name)));
  request.setRequestHeader("X-CSRFToken", token());
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.send(file);
}

/**
 * Takes back a file that was not sent, so that it does not count any more.
 * @param {string} id
 */
export function takeBack(id) {
  fetch(`/files/${id}`, { method: "DELETE", headers: { "X-CSRFToken": token() } }).catch(() => {
    // Nobody waits for it: what is not sent is forgotten by itself.
  });
}

/**
 * @param {string} id
 * @returns {Promise<boolean>} false where the server says that it has no such file
 */
export async function isThere(id) {
  try {
    const { status } = await fetch(`/files/${id}`, { method: "HEAD" });
    return status !== 404;
  } catch {
    return true;
  }
}

function token() {
  const field = document.querySelector("[name=csrfmiddlewaretoken]");
  return field instanceof HTMLInputElement ? field.value : "";
}

function answered({ responseText }) {
  try {
    return JSON.parse(responseText);
  } catch {
    return null;
  }
}

function trouble({ status, responseURL }, answer) {
  if (answer?.message) return new Trouble(answer.message, PASSING.has(answer.code));
  if (responseURL.includes("/accounts/"))
    return new Trouble(gettext("You are signed out. Sign in, then try again."), true);
  if (status === 413) return new Trouble(gettext("This file is too large."), false);
  return new Trouble(gettext("The server did not take the file."), true);
}
