/** Makes the page one that opens without the server, where the browser has a way to. */
export function install() {
  if (!navigator.serviceWorker) return;
  if (document.readyState === "complete") start();
  else addEventListener("load", start, { once: true });
}

/** A worker that is there already is asked for anew: left alone, a browser looks once a day. */
async function start() {
  const workers = navigator.serviceWorker;
  try {
    const there = await workers.getRegistration();
    await (there ? there.update() : workers.register("/service-worker.js"));
  } catch {
    // Forbidden, or the server has gone: the page works without.
  }
}
