/**
 * Keeps one page, with the few files that it needs, and shows it where the server cannot be
 * reached. Nothing else is kept: what people write and read is the server's, and never in a cache.
 *
 * `self.shell` is given by the address that loads this (conversations/chat/shell.py).
 */
(() => {
  const worker = /** @type {any} */ (globalThis);
  const { version, page, files } = worker.shell;
  const OURS = "thinkalong-";
  const name = OURS + version;

  async function keep() {
    const cache = await caches.open(name);
    await cache.addAll([new Request(page, { cache: "reload" }), ...files]);
    await worker.skipWaiting();
  }

  async function tidy() {
    const old = (await caches.keys()).filter((key) => key.startsWith(OURS) && key !== name);
    await Promise.all(old.map((key) => caches.delete(key)));
    // The page is fetched while this worker still starts.
    await worker.registration.navigationPreload?.enable();
    await worker.clients.claim();
  }

  async function shown(event) {
    try {
      return (await event.preloadResponse) ?? (await fetch(event.request));
    } catch {
      return (await caches.match(page, { cacheName: name })) ?? Response.error();
    }
  }

  async function file(request) {
    return (await caches.match(request, { cacheName: name })) ?? fetch(request);
  }

  worker.addEventListener("install", (event) => event.waitUntil(keep()));
  worker.addEventListener("activate", (event) => event.waitUntil(tidy()));
  worker.addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.method !== "GET") return;
    if (request.mode === "navigate") event.respondWith(shown(event));
    else if (files.includes(new URL(request.url).pathname)) event.respondWith(file(request));
  });
})();
