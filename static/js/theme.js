/* A classic script in the head: the chosen colours must stand before the first paint. */
(() => {
  const root = document.documentElement;
  const bars = [...document.querySelectorAll("meta[name=theme-color]")];
  const colours = bars.map((bar) => bar.getAttribute("content") ?? "");

  /* What the system draws around the page (the bar of an installed app) goes with it. */
  function bar() {
    const at = { light: 0, dark: 1 }[root.dataset.theme ?? ""];
    for (const [own, meta] of bars.entries())
      meta.setAttribute("content", colours[at ?? own] ?? "");
  }

  try {
    const theme = localStorage.getItem("thinkalong:theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    /* Storage is forbidden: the system's colours it is. */
  }
  bar();
  new MutationObserver(bar).observe(root, { attributeFilter: ["data-theme"] });
})();
