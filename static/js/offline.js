/* The page that stands in for the one that could not be fetched: it gives way by itself. */
(() => {
  const EVERY = 3_000;

  async function look() {
    try {
      const answer = await fetch("/healthz", { cache: "no-store" });
      if (answer.ok) location.reload();
    } catch {
      // Not yet.
    }
  }

  setInterval(look, EVERY);
  addEventListener("online", look);
  document.addEventListener("visibilitychange", look);
  document.getElementById("again")?.addEventListener("click", () => location.reload());
})();
