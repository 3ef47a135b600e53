/**
 * Keeps the page above a phone's keyboard where the browser does not do so by itself: the page is
 * as tall as what can be seen.
 */
export function stayAboveKeyboard() {
  const view = globalThis.visualViewport;
  if (!view) return;
  const fit = () => {
    if (view.scale !== 1) return;
    document.documentElement.style.setProperty("--height", `${view.height}px`);
    scrollTo(0, 0);
  };
  view.addEventListener("resize", fit);
  fit();
}
