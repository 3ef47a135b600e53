/**
 * The search suggestions that the endpoint asks to be displayed as they are: HTML with its own style,
 * which is somebody else's.
 *
 * They stand in a frame of their own, sandboxed: no script runs in it, it cannot cover or style
 * anything of the page, and its links open new windows alone. The page's policy goes for it too, so
 * that it fetches nothing. `allow-same-origin` lets the page fill the frame and measure it; without
 * `allow-scripts` nothing in it can make use of that. What is put in is cut down before (foreign.js):
 * not even what the policy would stop is tried. Inline style, which the policy forbids, comes in as
 * a constructed sheet.
 */

import { make } from "../browser/make.js";
import { foreign, styled } from "../draw/foreign.js";
import { gettext } from "../text.js";

const SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";
const PAGE = `<!doctype html><meta name="color-scheme" content="light dark"><base target="_blank">`;
const TALLEST = 240;
const MARGIN = 2;

const dark = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
/** @type {Set<() => void>} */
const frames = new Set();

/** Whether the page is dark now: by its own choice, else by the system's. */
function isDark() {
  const theme = document.documentElement.dataset.theme;
  return theme ? theme === "dark" : Boolean(dark?.matches);
}

function repaint() {
  for (const paint of frames) paint();
}
dark?.addEventListener("change", repaint);
new MutationObserver(repaint).observe(document.documentElement, {
  attributeFilter: ["data-theme"],
});

/**
 * @param {string} html
 * @returns {HTMLElement | null} null where nothing is left of it
 */
export function suggestionsFrame(html) {
  const { content, css } = foreign(html);
  if (!content.textContent?.trim()) return null;
  const frame = /** @type {HTMLIFrameElement} */ (
    make("iframe", { className: "suggestions", srcdoc: PAGE, title: gettext("Search suggestions") })
  );
  frame.setAttribute("sandbox", SANDBOX);
  frame.onload = () => fill(frame, content.cloneNode(true), css);
  return frame;
}

function fill(frame, content, css) {
  const { contentDocument: inner, contentWindow: view } = frame;
  if (!inner || !view) return;
  const sheet = styled(css, /** @type {any} */ (view).CSSStyleSheet);
  const paint = () => {
    if (!frame.isConnected) {
      frames.delete(paint);
      return;
    }
    sheet.scheme(isDark() ? "dark" : "light");
    inner.documentElement.style.colorScheme = isDark() ? "dark" : "light";
  };
  Object.assign(inner.body.style, { margin: `${MARGIN}px`, overflow: "auto hidden" });
  inner.adoptedStyleSheets = [sheet.sheet];
  inner.body.replaceChildren(inner.adoptNode(content));
  frames.add(paint);
  paint();
  const fit = () => {
    const height = Math.min(TALLEST, inner.body.offsetHeight + 2 * MARGIN);
    frame.style.height = `${height}px`;
  };
  new ResizeObserver(fit).observe(inner.body);
  fit();
}
