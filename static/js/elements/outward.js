/** Links to other sites, whose names and addresses are somebody else's text. */

import { make } from "../browser/make.js";

const WEB = /^https?:\/\//i;
/** The endpoint's search gives each source by way of this host; the title names the site then. */
const THROUGH = "vertexaisearch.cloud.google.com";

/**
 * A link that opens by itself and tells the other site nothing; only text where there is no address.
 * @param {string} uri
 * @param {string} words
 * @returns {HTMLElement}
 */
export function outward(uri, words) {
  const text = { textContent: words, dir: "auto" };
  if (!WEB.test(uri)) return make("span", text);
  return make("a", {
    ...text,
    href: uri,
    target: "_blank",
    rel: "noopener noreferrer nofollow",
  });
}

/**
 * What a source is called, and the host that it is at, where its name does not say so: a name can
 * be any text, that of somebody else's site as well.
 * @param {string} uri
 * @param {string} title
 * @returns {{name: string, host: string}}
 */
export function sourceName(uri, title) {
  const host = hostOf(uri);
  const name = title || host;
  const said = host === THROUGH || name.toLowerCase() === host;
  return { name, host: said ? "" : host };
}

function hostOf(uri) {
  try {
    return WEB.test(uri) ? new URL(uri).host.replace(/^www\./, "") : "";
  } catch {
    return "";
  }
}
