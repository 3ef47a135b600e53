/** The two addresses of the page: `/` for a new conversation, `/c/<id>` for one that is there. */

const CONVERSATION = /^\/c\/([0-9a-f-]{36})\/?$/i;

/**
 * @param {string} path
 * @returns {string | null}
 */
export function routed(path) {
  return CONVERSATION.exec(path)?.[1].toLowerCase() ?? null;
}

/**
 * @param {string | null} conversation
 * @returns {string}
 */
export function address(conversation) {
  return conversation ? `/c/${conversation}` : "/";
}

/**
 * Calls back with the conversation to show: for links marked `data-route`, and for back and forth.
 * @param {(conversation: string | null) => void} show
 */
export function routes(show) {
  addEventListener("popstate", () => show(routed(location.pathname)));
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-route]") : null;
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(routed(link.pathname));
    show(routed(link.pathname));
  });
}

/**
 * Puts a conversation's address in the address bar.
 * @param {string | null} conversation
 * @param {boolean} instead in the place of the present one
 */
export function go(conversation, instead = false) {
  const path = address(conversation);
  if (path === location.pathname) return;
  history[instead ? "replaceState" : "pushState"](null, "", path);
}
