/** Plain requests of the page: what goes out and in, and links that are given to others. */

import { gettext } from "../text.js";

const AWAY = gettext("The server cannot be reached just now. Try again in a moment.");
const FAILED = gettext("That did not work. Try again.");

/**
 * @typedef {Record<string, any>} Answer what the server says; `message` where it says no
 */

function token() {
  const field = document.querySelector("[name=csrfmiddlewaretoken]");
  return field instanceof HTMLInputElement ? field.value : "";
}

/**
 * @param {string} address
 * @param {Record<string, string>} [form] posted, where it is given
 * @returns {Promise<Answer>}
 */
export async function asked(address, form) {
  const options = form && {
    method: "POST",
    headers: { "X-CSRFToken": token() },
    body: new URLSearchParams(form),
  };
  try {
    const response = await fetch(address, options);
    if (response.status === 204) return { done: true };
    // Whoever is signed out is led to the page for that, which is no JSON.
    const answer = response.redirected ? {} : await response.json();
    return response.ok && !response.redirected ? answer : { message: answer.message ?? FAILED };
  } catch (error) {
    return { message: error instanceof SyntaxError ? FAILED : AWAY };
  }
}

/**
 * @param {string} conversation
 * @returns {Promise<string | null>} what it is as markdown
 */
export async function asMarkdown(conversation) {
  try {
    const response = await fetch(addressOf(conversation, "export.md"));
    return response.ok && !response.redirected ? await response.text() : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} conversation
 * @param {string} form
 * @returns {string}
 */
export function addressOf(conversation, form) {
  return `/c/${conversation}/${form}`;
}

/**
 * Lets the browser save what is at an address.
 * @param {string} address
 */
export function save(address) {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  document.body.append(link);
  link.click();
  link.remove();
}

/**
 * Sends a file to be imported. Not with fetch, which does not tell how far it is.
 * @param {File} file
 * @param {boolean} copies take in also what is here already
 * @param {(part: number) => void} progress from 0 to 1
 * @returns {Promise<Answer>}
 */
export function imported(file, copies, progress) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/import");
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name.toWellFormed?.() ?? ""));
    if (copies) request.setRequestHeader("X-Copies", "1");
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    request.onload = () => done(read(request));
    request.onerror = () => done({ message: AWAY });
    request.send(file);
  });
}

function read(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return { message: FAILED };
  }
}
