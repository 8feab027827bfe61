// Keeps the static shell, the page with the numbers and an empty form. Never a page of a signed-in person:
// the kept pages are fetched without cookies, and nothing is added later. VERSION, SHELL, OFFLINE and HELP
// are written above by the view.
const CACHE = `shell-${VERSION}`;

async function keep() {
  const cache = await caches.open(CACHE);
  const requests = SHELL.map((path) => new Request(path, { credentials: "omit", cache: "no-cache" }));
  await cache.addAll(requests);
}

async function forgetOlder() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await clients.claim();
}

async function page(request) {
  try {
    return await fetch(request);
  } catch {
    const wanted = new URL(request.url).pathname === HELP ? HELP : OFFLINE;
    return (await caches.match(wanted)) ?? Response.error();
  }
}

async function file(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

addEventListener("install", (event) => event.waitUntil(keep()));
addEventListener("activate", (event) => event.waitUntil(forgetOlder()));
// a new version waits until a page says that nothing is half filled; no page is ever reloaded for it
addEventListener("message", (event) => { if (event.data === "take over") skipWaiting(); });
addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (new URL(request.url).origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (request.method === "GET" && path.includes("/static/") && SHELL.includes(path)) event.respondWith(file(request));
});
