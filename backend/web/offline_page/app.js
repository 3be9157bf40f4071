// The page: what is kept, how a code comes in, how a verdict is shown. Judging is in code.js.
"use strict";

(function () {
  var FIRST_YEAR = 2015, HOUR = 3600000;
  var TRUST = "../.well-known/mortgage-registration/trust.json", isFolder = location.protocol === "file:";
  var LEVELS = { VALID: "pass", REVOKED: "block", INVALID: "block", INDETERMINATE: "unknown" };
  var lang = new URLSearchParams(location.search).get("lang") || localStorage.getItem("lang") ||
    (navigator.language.indexOf("zh") === 0 ? "zh-CN" : "en");
  var last = null, stream = null;

  function at(id) { return document.getElementById(id); }
  function t(key) { return WORDS[lang][key]; }

  // --- what is kept; nothing of it is believed unchecked

  function read() {
    var kept = { trust: localStorage.getItem("trust"), lists: {} };
    for (var i = 0; i < localStorage.length; i += 1) {
      var name = localStorage.key(i);
      if (name.indexOf("list:") === 0) { kept.lists[name.slice(5)] = localStorage.getItem(name); }
    }
    if (KEPT && !kept.trust) { kept.trust = KEPT.trust; }
    if (KEPT) { kept.lists = Object.assign({}, KEPT.lists, kept.lists); }
    return kept;
  }

  // Takes a bundle all of whose roots are kept already, for each can sign keys; the first one is taken as it comes.
  async function keepTrust(text) {
    var names = await Code.rootNames(Code.readTrust(text)), before = read().trust;
    var known = before ? await Code.rootNames(Code.readTrust(before)) : names;
    if (!names.length || !names.every(function (name) { return known.indexOf(name) >= 0; })) { return false; }
    localStorage.setItem("trust", text);
    return true;
  }

  // Takes a list that the office signed and that is no older than the one that is kept.
  async function keepList(text) {
    var kept = read(), trust = Code.readTrust(kept.trust), list = await Code.openList(text, trust, Date.now());
    var place = /\/(\d{4}\/\d+)$/.exec(list.sub)[1], old = kept.lists[place];
    var isOlder = old && await Code.openList(old, trust, Date.now()).then(
      function (one) { return one.at > list.at; }, function () { return false; });
    if (!isOlder) { localStorage.setItem("list:" + place, text); }
    return list;
  }

  async function get(url) {
    var answer = await fetch(url, { cache: "no-store" });
    if (!answer.ok) { var no = new Error("status"); no.status = answer.status; throw no; }
    return answer.text();
  }

  async function update(isAsked) {
    try {
      if (!isFolder && !await keepTrust(await get(TRUST))) { at("updated").textContent = t("other_office"); return; }
      var base = isFolder ? Code.readTrust(read().trust).links.status_list : "../status";
      for (var year = FIRST_YEAR; year <= new Date().getFullYear(); year += 1) { await updateYear(base, year); }
      if (isAsked) { at("updated").textContent = t("updated"); }
    } catch (e) {
      if (isAsked) { at("updated").textContent = t("not_updated"); }
    }
    await showKept();
  }

  async function updateYear(base, year) {
    for (var block = 0; ; block += 1) {
      try {
        var list = await keepList(await get(base + "/" + year + "/" + block));
        if (list.statuses.length * 8 / list.bits < Code.BLOCK) { return; }
      } catch (e) {
        if (e.status === 404) { return; }
        throw e;
      }
    }
  }

  function age(moment) { return Math.max(0, (Date.now() - moment) / HOUR).toFixed(1) + " " + t("hours"); }

  async function showKept() {
    var kept = read(), lines = [], places = Object.keys(kept.lists).sort().reverse();
    at("folder").hidden = isFolder;
    if (!kept.trust) { ["keys-of", "root", "keys-until", "lists"].forEach(function (id) { at(id).textContent = t("none"); }); return; }
    var trust = Code.readTrust(kept.trust), subjects = trust.issuers.map(function (one) { return one.subject; });
    // A root's list is good for a year and tells of issuers alone: it keeps no key fresh.
    var ends = trust.lists.filter(function (list) { return subjects.indexOf(list.issuer) >= 0; }).map(function (list) { return list.until; });
    at("office").textContent = trust.organisation;
    at("keys-of").textContent = trust.organisation;
    at("office").lang = at("keys-of").lang = "zh-CN";
    at("root").textContent = (await Code.rootNames(trust)).map(function (n) { return n.slice(0, 32).match(/..../g).join(" "); }).join("; ");
    at("keys-until").textContent = ends.length ? moment(Math.max.apply(null, ends)) + (Math.max.apply(null, ends) < Date.now() ? t("stale") : "") : t("none");
    for (var i = 0; i < Math.min(places.length, 3); i += 1) {
      try {
        var list = await Code.openList(kept.lists[places[i]], trust, Date.now());
        lines.push(places[i] + ": " + moment(list.at) + ", " + age(list.at) + (list.until <= Date.now() ? t("stale") : ""));
      } catch (e) { lines.push(places[i] + ": –"); }
    }
    at("lists").textContent = lines.length ? lines.join("; ") : t("none");
  }

  function moment(ms) { return new Date(ms).toLocaleString(lang === "en" ? "en-GB" : "zh-CN", { hour12: false }); }

  // --- the verdict

  async function check(text) {
    last = { found: await Code.judge(text, read(), Date.now()) };
    show();
    at("result").scrollIntoView();
  }

  function show() {
    if (!last) { return; }
    var found = last.found, said = t("reasons")[found.reason], facts = found.facts;
    at("result").hidden = false;
    at("verdict").dataset.level = LEVELS[found.verdict];
    at("verdict").dataset.reason = found.reason;
    at("word").textContent = t(found.verdict);
    at("code").textContent = found.verdict;
    at("why").textContent = said[0];
    at("advice").textContent = said[1] + (found.listedAt ? " " + t("listed") + " " + moment(found.listedAt) + ", " + age(found.listedAt) : "");
    at("specimen").hidden = !(facts && facts.is_specimen);
    at("facts-panel").hidden = !facts;
    at("facts").textContent = "";
    ["certificate_no", "right", "obligors", "amount", "rank", "registered_on"].forEach(function (name) {
      if (!facts || !facts[name]) { return; }
      var term = document.createElement("dt"), value = document.createElement("dd");
      term.textContent = t(name);
      value.textContent = facts[name];
      // As on the paper, whatever language the page speaks.
      value.lang = "zh-CN";
      at("facts").append(term, value);
    });
    if (found.successor) { showSuccessor(found.successor); }
  }

  // Names the certificate in its place, and leads to the office's check page, which asks for its code.
  function showSuccessor(number) {
    var term = document.createElement("dt"), value = document.createElement("dd"), link = document.createElement("a");
    var page = isFolder ? Code.readTrust(read().trust).links.verify : "../verify";
    term.textContent = t("successor");
    link.textContent = number;
    link.id = "successor";
    if (/^(https:\/\/|\.\.\/)/.test(page || "")) { link.href = page + "?n=" + encodeURIComponent(number) + "&lang=" + lang; }
    value.append(link);
    at("facts").append(term, value);
  }

  // --- the camera and pictures

  async function findCode(source, width, height) {
    if ("BarcodeDetector" in window) {
      try {
        var found = await new BarcodeDetector({ formats: ["qr_code"] }).detect(source);
        if (found.length) { return found[0].rawValue; }
      } catch (e) { /* Some browsers have the name and not the reader. */ }
    }
    var scale = Math.min(1, 1600 / Math.max(width, height)), canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    var pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(source, 0, 0, canvas.width, canvas.height);
    var seen = jsQR(pen.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width, canvas.height);
    return seen ? seen.data : "";
  }

  async function openCamera() {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
    } catch (e) { at("told").textContent = t("no_camera"); return; }
    at("video").srcObject = stream;
    ["video", "stop"].forEach(function (id) { at(id).hidden = false; });
    at("told").textContent = t("reading");
    await at("video").play();
    watch();
  }

  async function watch() {
    if (!stream) { return; }
    var video = at("video"), text = video.videoWidth ? await findCode(video, video.videoWidth, video.videoHeight) : "";
    if (text && stream) { closeCamera(); await check(text); return; }
    setTimeout(watch, 200);
  }

  function closeCamera() {
    if (stream) { stream.getTracks().forEach(function (track) { track.stop(); }); }
    stream = null;
    ["video", "stop"].forEach(function (id) { at(id).hidden = true; });
    at("told").textContent = "";
  }

  async function readPicture() {
    var file = at("picture").files[0], text = "";
    if (!file) { return; }
    try {
      var bitmap = await createImageBitmap(file);
      text = await findCode(bitmap, bitmap.width, bitmap.height);
    } catch (e) { text = ""; }
    at("told").textContent = text ? "" : t("no_code");
    if (text) { await check(text); }
  }

  async function readKept(id, take) {
    var file = at(id).files[0];
    if (!file) { return; }
    try {
      at("updated").textContent = await take(await file.text()) ? t("updated") : t("other_office");
    } catch (e) { at("updated").textContent = t("bad_file"); }
    await showKept();
  }

  // --- words

  function speak() {
    document.documentElement.lang = lang;
    document.title = t("title");
    document.querySelectorAll("[data-t]").forEach(function (one) { one.textContent = t(one.dataset.t); });
    at("lang").textContent = t("other");
    at("lang").lang = lang === "en" ? "zh-CN" : "en";
    show();
    return showKept();
  }

  function turn() {
    lang = lang === "en" ? "zh-CN" : "en";
    localStorage.setItem("lang", lang);
    ["told", "updated"].forEach(function (id) { at(id).textContent = ""; });
    speak();
  }

  async function begin() {
    if (!WORDS[lang]) { lang = "zh-CN"; }
    at("lang").addEventListener("click", turn);
    at("camera").addEventListener("click", openCamera);
    at("stop").addEventListener("click", closeCamera);
    at("picture").addEventListener("change", readPicture);
    at("check").addEventListener("click", function () { check(at("text").value); });
    at("update").addEventListener("click", function () { update(true); });
    at("trust").addEventListener("change", function () { readKept("trust", keepTrust); });
    at("list").addEventListener("change", function () { readKept("list", keepList); });
    await speak();
    if (!isFolder && "serviceWorker" in navigator) { navigator.serviceWorker.register("sw.js"); }
    if (/\/Q\/[1-9][0-9]+$/.test(location.pathname)) { await check(location.origin + location.pathname); }
    await update(false);
    setInterval(function () { update(false); }, HOUR);
    document.body.dataset.ready = "yes";
  }

  begin();
}());
