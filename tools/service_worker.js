// The site without a network. The build writes the list of files and its version into this text (tools/site.mjs).
// Everything of one build is kept together and answered from what is kept; a newer build waits until the user takes it.
// It answers for files of this list alone and asks nobody else anything: what it is told by the page is one word.
"use strict";
const VERSION = "__VERSION__";
const FILES = __FILES__;
const NAME = "whydrop-";
const KEPT = NAME + VERSION;
const within = (name) => new URL(name, self.registration.scope).href;
const known = new Map(FILES.map((name) => [within(name), name]));

self.addEventListener("install", (event) => {
    event.waitUntil(
        (async () => {
            const store = await caches.open(KEPT);
            await store.addAll(FILES.map((name) => new Request(within(name), { cache: "no-cache" })));
        })(),
    );
});

self.addEventListener("activate", (event) => {
    event.waitUntil(
        (async () => {
            for (const name of await caches.keys()) {
                if (name.startsWith(NAME) && name !== KEPT) await caches.delete(name);
            }
            await self.clients.claim();
        })(),
    );
});

self.addEventListener("message", (event) => {
    if (event.data === "take-update") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.method !== "GET") return;
    const url = new URL(request.url);
    if (url.origin !== self.location.origin) return;
    url.hash = "";
    url.search = "";
    if (url.href === within("index.html")) url.href = within("./");
    if (!known.has(url.href)) return;
    event.respondWith(
        (async () => {
            const store = await caches.open(KEPT);
            const kept = await store.match(url.href, { ignoreVary: true });
            return kept ?? fetch(request);
        })(),
    );
});
