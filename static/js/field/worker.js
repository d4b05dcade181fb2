/* The service worker. It keeps the shell, styles and scripts, never a page about anybody; when a field page cannot be
   fetched it answers with the shell, which draws from what the phone holds. `self.lianhu` comes from /sw.js. */
"use strict";

const { version, hashed, shell, files, pages } = self.lianhu;
const KEPT = `lianhu-kept-${version}`;
const STATE = "lianhu-state";
const READY = "/field/ready"; // an entry of STATE, no address: the phone holds a list to fall back on
const PATIENCE = 3000;
const AFTER_SLOW = 800;
const SLOW_FOR = 30000;
const fieldPages = pages.map((page) => new RegExp(page));
let slowUntil = 0;

const isOurs = (response) => response.headers.get("X-Lianhu") === "portal";

async function keepShell() {
  // The cookies choose language, theme and letter size; there is nothing else in the shell.
  const response = await fetch(shell, { credentials: "same-origin", cache: "reload", redirect: "error" });
  if (!response.ok || !isOurs(response)) throw new Error("no shell");
  await (await caches.open(KEPT)).put(shell, response);
}

async function keepFiles() {
  const kept = await caches.open(KEPT);
  await Promise.all(
    files.map(async (file) => {
      const response = await fetch(file, { cache: hashed ? "default" : "no-cache", redirect: "error" });
      const isPage = (response.headers.get("Content-Type") || "").startsWith("text/html");
      if (!response.ok || isPage) throw new Error("no file"); // a captive portal answers everything with a page
      await kept.put(file, response);
    }),
  );
}

self.addEventListener("install", (event) => {
  event.waitUntil(Promise.all([keepShell(), keepFiles()]).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      await Promise.all(names.filter((name) => name !== KEPT && name !== STATE).map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("message", (event) => {
  const { act } = event.data || {};
  if (act === "shell") event.waitUntil(keepShell().catch(() => {}));
});

async function fallBack(fetching) {
  fetching?.catch(() => {});
  const kept = await caches.match(shell, { cacheName: KEPT });
  return kept || Response.error();
}

async function answerPage(request) {
  // Redirects are followed here: one to another host (a captive portal) is an error, one to our own is handed on.
  const fetching = fetch(request.url, { credentials: "same-origin", redirect: "follow", mode: "same-origin", headers: { Accept: "text/html" } });
  const ready = await caches.match(READY, { cacheName: STATE });
  const patience = Date.now() < slowUntil ? AFTER_SLOW : PATIENCE;
  const clock = ready ? new Promise((done) => setTimeout(done, patience, "slow")) : new Promise(() => {});
  try {
    const response = await Promise.race([fetching, clock]);
    if (response === "slow") {
      slowUntil = Date.now() + SLOW_FOR;
      return fallBack(fetching);
    }
    slowUntil = 0;
    if (!isOurs(response) || response.status === 503) return fallBack();
    return response.redirected ? Response.redirect(response.url, 302) : response;
  } catch {
    return fallBack();
  }
}

/* What is kept is never older than this worker: a changed file makes another version, and a new worker. */
async function answerFile(request) {
  return (await caches.match(request, { cacheName: KEPT })) || fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname !== shell && fieldPages.some((page) => page.test(url.pathname))) event.respondWith(answerPage(request));
  } else if (files.includes(url.pathname)) {
    event.respondWith(answerFile(request));
  }
});
