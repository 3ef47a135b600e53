/* A classic script in the head: the chosen colours must stand before the first paint. */
(() => {
  try {
    const theme = localStorage.getItem("thinkalong:theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    /* Storage is forbidden: the system's colours it is. */
  }
})();
