// Starts the pages: token, words, routes, keys.

import { enter } from "./api.js";
import { bulk, enterBulk } from "./bulk.js";
import { check, enterCheck } from "./check.js";
import { isLost, watchContact } from "./contact.js";
import { countDown } from "./countdown.js";
import { doctor, enterDoctor } from "./doctor.js";
import { h, icon, kbd, redraw } from "./dom.js";
import { estate, takeScanned } from "./estate.js";
import { frame, keepStation, problemNote, refreshStation, theStation, toast, tongue, wear } from "./frame.js";
import { handout } from "./handout.js";
import { identity } from "./identity.js";
import { bindKeys, watchGun } from "./keys.js";
import { keyTable } from "./keytable.js";
import { isLocked, keepLock, lock } from "./lock.js";
import { materials } from "./materials.js";
import { rail, STOPS, troubles, way } from "./parts.js";
import { fetchPapers, sign } from "./sign.js";
import { awayNote } from "./remote.js";
import { signer } from "./signer.js";
import { enterStart, findOffer, start, watchStart } from "./start.js";
import { flush, load, store, unsaved, watch } from "./store.js";
import { enterTray, findCertificate, handOver, keep, theTray, tick } from "./tray.js";
import { redo, turning, undo } from "./turning.js";
import { loadWords, t } from "./words.js";
import { viewer } from "./viewer.js";
import { enterVisit, visit } from "./visit.js";

const STEPS = [identity, estate, materials, sign, check];
const root = document.getElementById("app");
let route = [];
let problem = null;
let paper = null;
let isComposing = false;
/** Whether the address waits for the counter's program to be back. */
let isStalled = false;
/** How many addresses are being gone to; until the last is there, the page before it stands. */
let onTheWay = 0;

document.addEventListener("compositionstart", () => (isComposing = true));
document.addEventListener("compositionend", () => {
  isComposing = false;
  draw();
});

// A key or a button that is down acts on what it went down on: that must still be there when it is up.
let isPressed = false;
let isPutOff = false;
const press = () => (isPressed = true);
const release = () => {
  isPressed = false;
  // After the click that follows.
  if (isPutOff) setTimeout(draw);
};
document.addEventListener("keydown", (event) => event.key === " " && press());
document.addEventListener("keyup", (event) => event.key === " " && release());
document.addEventListener("pointerdown", press);
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, release);
window.addEventListener("blur", release);

/** Draw the page of the address; while an input method composes or something is pressed, it stands still. */
function draw() {
  isPutOff = isPressed;
  if (isPressed || isComposing || onTheWay || isLocked() || route[0] === "signer") return;
  const [name, draftId, step] = route;
  if (name === "draft" && store.draft?.draft_id !== draftId && !problem) return;
  const page = name === "tray" || name === "certificate" ? "tray" : name === "doctor" ? "doctor" : "work";
  const parts = problem ? failed() : content(name, Number(step));
  const shape = parts.one ? "work work-one" : parts.wide ? "work work-wide" : parts.rail ? "work" : "work work-two";
  const main = h(
    "main",
    { id: "main", class: shape, "data-page": route.join("/") },
    parts.rail,
    h("div", { class: "stack-page" }, lostNote(), parts.rail ? [troubles(), awayNote(Number(step))] : null, parts.main),
    parts.one ? null : h("aside", { "aria-label": parts.label }, parts.aside),
  );
  redraw(root, h("a", { class: "skip", href: "#main", onclick: skip }, t("frame.skip")), frame(page, main));
  document.title = `${document.getElementById("title")?.textContent ?? ""} - ${t("frame.product")}`;
  bindKeys({ ...common(page, parts), ...parts.keys });
}

/** While the counter's program does not answer: what waits here, and what not to do. */
function lostNote() {
  if (!isLost()) return null;
  const n = unsaved();
  return h("div", { class: "note", "data-level": "block", role: "alert", id: "lost" },
    h("p", {}, h("strong", {}, t("lost.title")), " ", n ? t("lost.unsaved", { n }) : t("lost.safe")),
    h("p", { class: "small soft" }, t("lost.how")));
}

function skip(event) {
  event.preventDefault();
  document.getElementById("title")?.focus();
}

function content(name, step) {
  if (name === "draft") return { ...STEPS[step - 1](), rail: rail(step, turning(step)) };
  if (name === "tray") return theTray();
  if (name === "doctor") return doctor();
  if (name === "certificate") return certificate();
  if (name === "bulk") return bulk(draw);
  if (name === "visit") return visit();
  if (name === "handout") return handout(findOffer(route[1]), route[2] ?? "list", draw);
  return start();
}

function failed() {
  return {
    main: [
      h("h1", { tabindex: "-1", id: "title" }, t("failed.title")),
      problemNote(problem, h("a", { class: "btn btn-primary", href: "#/new", id: "failed" }, t("failed.back"), " ", kbd("Esc"))),
    ],
    one: true,
    keys: { Escape: () => (location.hash = "/new") },
  };
}

function certificate() {
  const found = findCertificate(paper.caseNo);
  return {
    main: [
      h("div", { class: "page-head" },
        h("div", {}, h("h1", { tabindex: "-1", id: "title" }, t("certificate.title")), h("p", { class: "mono", lang: "zh-CN" }, found?.certificate_no)),
        h("p", { class: "row" },
          h("button", { class: "btn btn-primary", type: "button", id: "hand-over", onclick: () => handOver(found) }, icon("printer"), t("certificate.print"), " ", kbd("P")),
          h("button", { class: "btn", type: "button", id: "keep", onclick: () => keep(found) }, icon("download"), t("certificate.keep")),
          found?.has_ofd && h("button", { class: "btn", type: "button", id: "keep-ofd", onclick: () => keep(found, "ofd") }, icon("download"), t("certificate.keep-ofd")),
          h("a", { class: "btn", href: `#/tray/${found?.draft_id ?? ""}` }, t("certificate.back"), " ", kbd("Esc")))),
      viewer(paper.view, t("certificate.title"), draw),
    ],
    one: true,
    keys: { p: () => handOver(found), Escape: () => (location.hash = `/tray/${found?.draft_id ?? ""}`) },
  };
}

function common(page, parts) {
  const [name, draftId, step] = route;
  const go = (to) => () => (location.hash = to);
  const keys = { "?": keyTable, "Ctrl+/": keyTable, F10: lock };
  if (name !== "draft" || !parts.rail) return keys;
  const at = Number(step);
  return {
    ...keys,
    F4: nextFault,
    F8: at < 5 ? go(`/draft/${draftId}/${at + 1}`) : null,
    "Shift+F8": at > 1 ? go(`/draft/${draftId}/${at - 1}`) : null,
    F9: go("/new"),
    ...(at === 3 ? {} : { "Ctrl+z": undo, "Ctrl+y": redo, "Ctrl+Shift+z": redo }),
    ...Object.fromEntries(store.draft.slots.slice(0, 9).map((s, n) => [`Alt+${n + 1}`, go(`/draft/${draftId}/1/${s.slot_id}`)])),
  };
}

/** Go to the next thing that has to be put right, after the one where we are. */
function nextFault() {
  const stops = store.findings.filter((f) => STOPS.includes(f.level) && f.step !== 5);
  // Several may have to be put right at one place: it is one stop on the way.
  const ways = [...new Set(stops.map(way))];
  if (!ways.length) return;
  const next = ways[(ways.indexOf(location.hash) + 1) % ways.length];
  if (next === location.hash) focusTarget(decodeURIComponent(next.split("/")[4] ?? ""));
  else location.hash = next.slice(1);
}

/** Put the focus on a field; a part of the page or its heading where there is no such field. */
function focusTarget(target) {
  const found = target && document.getElementById(target);
  const field = found?.matches("fieldset") ? found.querySelector("input") : found;
  (field ?? document.getElementById("title"))?.focus();
  field?.scrollIntoView({ block: "center" });
}

async function go() {
  if (isLocked()) return;
  problem = null;
  const next = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  if (route[0] === "draft") {
    await flush();
    if (route[2]) sessionStorage.setItem(`seen-${route[1]}-${route[2]}`, "yes");
  }
  const wasStep = route.slice(0, 3).join("/");
  route = next[0] ? next : ["new"];
  isStalled = false;
  onTheWay += 1;
  try {
    const isHere = await arrive().finally(() => (onTheWay -= 1));
    if (isHere) show(wasStep);
  } catch (error) {
    if (isLocked()) return;
    if (error.status === 0 && root.childElementCount) {
      // What is on the screen stays, and can be worked at; the address is gone to later.
      isStalled = true;
      return draw();
    }
    problem = error.title ? error : { code: "page.failed", title: { zh: String(error), en: String(error) }, remedy: {} };
    if (!error.title) console.error(error);
    draw();
  }
}

/** Load what the page of the address shows; false where another page is gone to instead. */
async function arrive() {
  const [name, id, step] = route;
  if (name === "signer") return void (await signer(root, route.slice(1)));
  document.title = t("frame.product");
  if (name === "draft") {
    if (!(Number(step) >= 1 && Number(step) <= 5)) route[2] = "1";
    await load(id);
    if (store.draft.state !== "open") return void (location.hash = `/tray/${id}`);
    if (Number(route[2]) === 4) fetchPapers();
    if (Number(route[2]) === 5) enterCheck();
  } else if (name === "tray") await enterTray(draw, id);
  else if (name === "visit") await enterVisit(draw, id);
  else if (name === "doctor") enterDoctor(draw);
  else if (name === "certificate") await arriveAtCertificate(id);
  else if (name === "bulk") await enterBulk();
  else await enterStart(draw);
  return true;
}

/** Show the page that was loaded: its focus is set once, before anybody can type there. */
function show(wasStep) {
  const target = route[3];
  draw();
  if (target || route.slice(0, 3).join("/") !== wasStep) focusTarget(target);
  if (!target) window.scrollTo(0, 0);
}

async function arriveAtCertificate(caseNo) {
  const address = `/ui/api/certificates/${encodeURIComponent(caseNo)}/pdf`;
  paper = { caseNo, view: { address, page: 1 } };
  await enterTray(draw);
}

/** The counter's program went, or is back: go on where we were. */
async function meetContact(isGone) {
  if (isLocked()) return null;
  if (isGone) return draw();
  await refreshStation().catch(() => {});
  return isStalled ? go() : draw();
}

/** A scan gun read something while no text field had the focus. */
function scanned(text) {
  if (isLocked() || problem || route[0] === "signer") return null;
  if (route[0] !== "draft") return toast(t("gun.no-draft"));
  return takeScanned(text).catch((error) => ((store.problem = error), draw()));
}

/** Leaving asks only where something would be lost. */
function leave(event) {
  flush();
  if (unsaved()) event.preventDefault();
}

async function begin() {
  wear();
  const isIn = await enter();
  await loadWords();
  if (!isIn) return outside("page.no-token");
  watch(draw);
  watchGun(scanned);
  watchContact(meetContact);
  window.addEventListener("hashchange", go);
  window.addEventListener("beforeunload", leave);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());
  let second = 0;
  setInterval(() => {
    countDown();
    second += 1;
    if (isLocked() || document.visibilityState !== "visible") return;
    if (route[0] === "tray") tick(second).catch(() => {});
    if (route[0] === "new" && second % 2 === 0) watchStart().catch(() => {});
  }, 1000);
  return keepLock(opened).catch((error) => outside(error.code ?? "page.failed"));
}

/** A teller is in: at the start, and whenever the lock opens. */
async function opened() {
  const isSigner = location.hash.startsWith("#/signer/");
  if (!isSigner && !theStation()) await keepStation(draw, lock);
  else if (!isSigner) await refreshStation();
  await go();
}

/** This window was not opened by the counter: it shows nothing and says what to do. */
function outside(code) {
  document.title = t("frame.product");
  redraw(
    root,
    h("main", { id: "main", class: "work work-one lock" },
      h("section", { class: "panel", "aria-labelledby": "title" },
        h("header", {}, icon("lock"), h("h1", { id: "title" }, t("outside.title")), tongue(() => outside(code), "plain row-end")),
        h("div", { class: "body stack" }, h("p", {}, t("outside.how")), h("p", { class: "small soft" }, t("problem.code", { code }))))),
  );
}

begin();

