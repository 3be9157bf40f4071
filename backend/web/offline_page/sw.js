// Keeps the page for where no network is. VERSION is the digest of the files; a test compares it.
"use strict";

var VERSION = "19f94a4e3f154997";
var FILES = ["./", "app.js", "code.js", "components.css", "der.js", "icon.svg", "jsQR.js", "kept.js",
  "manifest.webmanifest", "page.css", "tokens.css", "words.js"];
var PATIENCE_MS = 5000;

self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(VERSION).then(function (cache) {
    return cache.addAll(FILES.map(function (file) { return new Request(file, { cache: "reload" }); }));
  }).then(function () { return self.skipWaiting(); }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name !== VERSION; }).map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});

function kept(request) { return caches.open(VERSION).then(function (cache) { return cache.match(request); }); }

// A scanned code opens its address: the office answers where it can be reached, the kept page where not.
function opened(request) {
  var late = new Promise(function (resolve, reject) { setTimeout(function () { reject(new Error("late")); }, PATIENCE_MS); });
  return Promise.race([fetch(request), late]).then(function (answer) {
    if (answer.status >= 500) { throw new Error("ill"); }
    return answer;
  }).catch(function () { return kept("./"); });
}

self.addEventListener("fetch", function (event) {
  var request = event.request;
  if (request.method !== "GET" || !request.url.startsWith(self.registration.scope)) { return; }
  if (request.mode === "navigate") {
    event.respondWith(opened(request));
  } else {
    event.respondWith(kept(request).then(function (found) { return found || fetch(request); }));
  }
});
