// The guest's page: open with code and number, read each paper, sign it, send everything back once.

import { ask, bring } from "./bringing.js";
import { h, icon } from "./dom.js";
import { derive, fromBase64, open, plain, readLink, seal, sha256 } from "./opening.js";
import { makePad } from "./pad.js";
import { pick, spoken, swap, t } from "./words.js";

const LEAST_MS = 300;
const LEAST_EXTENT = 400; // 4 mm, in hundredths of a millimetre
const link = readLink(location.hash);
const state = { view: link ? "enter" : "no-link", at: 0, hands: [], seen: [], typed: { code: "", number: "" } };
const main = document.getElementById("main");

// Neither history nor a later visitor of this phone keeps the link.
if (link) history.replaceState({ view: "enter" }, "", location.pathname);
const views = { enter, "no-link": () => said("no-link"), paper, check, done: () => said("done", "done-say"), no: () => said("no-thanks", "no-say") };


function draw() {
  const other = document.getElementById("lang");
  document.documentElement.lang = spoken();
  document.title = t("title");
  other.textContent = t("other");
  other.lang = spoken() === "en" ? "zh-CN" : "en";
  main.replaceChildren(...views[state.view]().filter(Boolean));
}

function go(view, at = state.at) {
  show(view, at);
  // The phone's own way back leads to the paper before, and never out over ink.
  history.pushState({ view, at }, "");
}

function show(view, at) {
  Object.assign(state, { view, at, problem: "" });
  draw();
  scrollTo(0, 0);
  main.querySelector("h1")?.focus();
}

const kb = (bytes) => Math.ceil(bytes / 1024);
const title = (text) => h("h1", { tabindex: "-1" }, text);
/** Counters of before named papers in Chinese alone. */
const titleOf = (one) => pick({ zh: one.title, en: one.title_en });
const said = (...keys) => [title(t(keys[0])), ...keys.slice(1).map((key) => h("p", { class: "said" }, t(key)))];
const note = () => h("p", { class: "note", id: "note", role: "status", "data-level": state.problem ? "correct" : "info", hidden: !state.problem }, state.problem);

function tell(text) {
  state.problem = text;
  const place = document.getElementById("note");
  place.textContent = text;
  place.hidden = !text;
  place.dataset.level = "correct";
}

function enter() {
  const input = (name, more) =>
    h("div", { class: "field" }, h("label", { for: name }, t(name)),
      h("input", { id: name, type: "text", autocomplete: "off", spellcheck: "false", value: state.typed[name],
        "aria-describedby": `${name}-help`, oninput: (event) => (state.typed[name] = event.target.value), ...more }),
      h("p", { class: "small soft", id: `${name}-help` }, t(`${name}-help`)));
  return [
    title(t("title")),
    h("p", { class: "said" }, t("skip")),
    h("form", { class: "stack", novalidate: true, onsubmit: (event) => (event.preventDefault(), enterNow()) },
      input("code", { inputmode: "numeric", maxlength: "20" }), input("number", { autocapitalize: "characters", maxlength: "40" }),
      note(),
      h("button", { class: "btn btn-primary big", id: "open" }, t("open"))),
  ];
}

async function enterNow() {
  const [code, number] = [plain(state.typed.code), plain(state.typed.number)];
  if (!/^[0-9]{8}$/.test(code)) return stop("code", t("need-code"));
  if (!number) return stop("number", t("need-number"));
  if (state.isBusy) return null;
  state.isBusy = true;
  tell(t("opening"));
  try {
    const keys = await derive(link, code, number);
    const sealed = await bring(link, keys.proof, (here, all) => tell(t("bringing", { here: kb(here), all: kb(all) })));
    const papers = await open(keys, link.invitation, sealed);
    for (const one of papers.papers) await unpack(one);
    Object.assign(state, { keys, papers, typed: { code: "", number: "" }, isBusy: false });
    return go("paper", 0);
  } catch (problem) {
    state.isBusy = false;
    return problem.isOver ? over(problem) : tell(problem.words ?? t("bad-papers"));
  }
}

function stop(field, text) {
  tell(text);
  return document.getElementById(field).focus();
}

/** Look whether a paper is what its digest says, and make pictures that the page can show. */
async function unpack(one) {
  const pdf = fromBase64(one.pdf);
  if ((await sha256(pdf)) !== one.sha256) throw new Error("digest");
  one.file = URL.createObjectURL(new Blob([pdf], { type: "application/pdf" }));
  one.urls = one.pictures.map((p) => URL.createObjectURL(new Blob([fromBase64(p)], { type: "image/jpeg" })));
}

function over(problem) {
  state.view = "over";
  views.over = () => [title(problem.status === 404 ? t("unknown") : problem.words)];
  return draw();
}

function paper() {
  const { papers } = state.papers;
  const one = papers[state.at];
  const isLast = state.at === papers.length - 1;
  const parts = [
    title(t("hello", { name: state.papers.signer.name })),
    state.at ? null : h("p", {}, t("as", { role: t(`role.${state.papers.signer.role}`), n: papers.length }), " ",
      t("who", state.papers), " ", t("until", { at: new Date(state.papers.expires_at).toLocaleString(spoken()) })),
    h("p", { class: "soft" }, t("paper", { n: state.at + 1, all: papers.length })),
    h("h2", {}, titleOf(one)),
    h("section", { class: "plainly", "aria-label": t("plainly") }, one.plain.map((p) => h("p", {}, pick(p)))),
    h("p", { class: "soft", id: "read", role: "status" }, t(state.seen[state.at] ? "read-done" : "read")),
    h("div", { class: "sheet-scroll", id: "sheet", tabindex: "0", role: "group", "aria-label": t("pages"), onscroll: watch },
      one.urls.map((src, at) => h("img", { src, alt: t("page", { title: titleOf(one), n: at + 1 }), onload: watch }))),
    h("p", { class: "row" }, h("button", { class: "btn", type: "button", id: "larger", onclick: larger }, icon("plus"), t("larger")),
      h("a", { class: "row-end", href: one.file, download: `${one.code}.pdf` }, t("save"))),
    h("h2", {}, t("write")),
    h("p", { class: "soft", id: "why" }, t(state.seen[state.at] ? "write-help" : "first-read")),
    padOf(),
    note(),
    h("p", { class: "row" }, h("button", { class: "btn", type: "button", id: "clear", onclick: () => (tell(""), state.pad.clear()) }, icon("rotate"), t("clear")),
      h("button", { class: "plain row-end", type: "button", id: "no", onclick: decline }, t("no-thanks"))),
    h("button", { class: "btn btn-primary big", type: "button", id: "next", onclick: signed }, t(isLast ? "last" : "next")),
  ];
  requestAnimationFrame(watch);
  return parts;
}

function padOf() {
  const canvas = h("canvas", { id: "canvas", role: "img", "aria-label": t("pad") });
  const kept = state.pad?.at === state.at ? state.pad : null;
  state.pad = makePad(canvas, () => (state.lifted = moment()));
  state.pad.at = state.at;
  // Another language is the same page: what was written stays.
  if (kept) Object.assign(state.pad, { strokes: kept.strokes, started: kept.started, device: kept.device });
  return h("div", { class: "ink-pad", id: "pad", "data-state": state.seen[state.at] ? "open" : "closed" }, canvas);
}

function larger() {
  const sheet = document.getElementById("sheet");
  sheet.dataset.zoom = sheet.dataset.zoom === "2" ? "" : "2";
}

/** Who does not want to sign leaves no ink behind, and may look again. */
function decline() {
  Object.assign(state, { hands: [], pad: null, sealed: null });
  go("no");
}

/** The paper counts as read when its last page was seen to the end. */
function watch() {
  const sheet = document.getElementById("sheet");
  if (!sheet || state.seen[state.at]) return;
  const isDrawn = [...sheet.querySelectorAll("img")].every((img) => img.complete && img.naturalHeight);
  if (!isDrawn || sheet.scrollTop + sheet.clientHeight < sheet.scrollHeight - 24) return;
  state.seen[state.at] = true;
  document.getElementById("read").textContent = t("read-done");
  document.getElementById("why").textContent = t("write-help");
  document.getElementById("pad").dataset.state = "open";
}

function signed() {
  const ink = state.pad.ink();
  if (!state.seen[state.at]) return stop("sheet", t("first-read"));
  if (!isSignature(ink.strokes) || !state.pad.isEnough()) return tell(t("too-little"));
  const one = state.papers.papers[state.at];
  state.sealed = null;
  state.hands[state.at] = { code: one.code, sha256: one.sha256, ...ink, lifted: state.lifted };
  return state.at + 1 < state.papers.papers.length ? go("paper", state.at + 1) : go("check");
}

/** As registration/ink.py judges it, so that nobody learns only later that he has to sign again. */
function isSignature(strokes) {
  const points = strokes.flat();
  if (!points.length) return false;
  const extent = (n) => Math.max(...points.map((p) => p[n])) - Math.min(...points.map((p) => p[n]));
  return points.at(-1)[0] - points[0][0] >= LEAST_MS && Math.max(extent(1), extent(2)) >= LEAST_EXTENT;
}

function check() {
  const { papers } = state.papers;
  return [
    title(t("check")),
    h("p", { class: "said" }, t("check-say", { n: papers.length })),
    h("ul", {}, papers.map((one) => h("li", {}, titleOf(one)))),
    h("label", { class: "tick said" }, h("input", { type: "checkbox", id: "will" }), h("span", {}, t("will"))),
    note(),
    h("button", { class: "btn btn-primary big", type: "button", id: "send", onclick: send }, t("send")),
    h("p", { class: "row" }, h("button", { class: "btn", type: "button", id: "back", onclick: () => go("paper", 0) }, t("back")),
      h("button", { class: "plain row-end", type: "button", onclick: decline }, t("no-thanks"))),
  ];
}

async function send() {
  if (!document.getElementById("will").checked) return stop("will", t("need-will"));
  if (state.isBusy) return null;
  state.isBusy = true;
  tell(t("sending"));
  try {
    // Sealed once: what is sent again after a cut is the same answer, byte for byte.
    state.sealed ??= await seal(state.keys, link.invitation, answerOf());
    await ask(link, "PUT", "answer", state.keys.proof, { body: state.sealed });
    forget();
    return go("done");
  } catch (problem) {
    state.isBusy = false;
    return problem.isOver ? (forget(), over(problem)) : tell(problem.words ?? t("failed"));
  }
}

function answerOf() {
  const now = moment();
  return {
    schema: "remote-answer/1",
    invitation: link.invitation,
    inks: state.hands.map(({ lifted, ...ink }) => ({ ...ink, ago_ms: since(lifted, now) })),
  };
}

/** A phone that sleeps stops the one clock, and may set the other. */
const moment = () => ({ ran: performance.now(), at: Date.now() });
const since = (then, now) => Math.max(0, Math.round(now.ran - then.ran), Math.round(now.at - then.at));

/** Nothing of it stays on this phone. */
function forget() {
  for (const one of state.papers.papers) [one.file, ...one.urls].forEach((url) => URL.revokeObjectURL(url));
  Object.assign(state, { papers: { papers: [] }, hands: [], keys: null, sealed: null, pad: null, isBusy: false });
}

addEventListener("popstate", ({ state: was }) => {
  const isOpen = state.papers?.papers.length && ["paper", "check", "no"].includes(state.view);
  if (isOpen && was?.view && was.view !== "enter") show(was.view, was.at);
  else if (isOpen) go("paper", 0);
});
addEventListener("beforeunload", (event) => {
  // Ink that nobody has yet is lost with the page.
  if (state.hands.length || state.pad?.strokes.length) event.preventDefault();
});
document.getElementById("lang").addEventListener("click", () => (swap(), draw()));
if (!globalThis.crypto?.subtle) views.enter = () => said("old-browser");
draw();
