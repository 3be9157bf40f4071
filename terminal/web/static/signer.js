// The signer's own window: what it is about in plain words, the paper itself, and the pad.

import { get, post } from "./api.js";
import { watchContact } from "./contact.js";
import { h, icon } from "./dom.js";
import { tongue } from "./frame.js";
import { makePad } from "./pad.js";
import { CHANNEL, titleOf } from "./sign.js";
import { list, pick, spoken, t } from "./words.js";
import { notDrawn, pageOf } from "./viewer.js";

const channel = new BroadcastChannel(CHANNEL);
const LARGER = { "": "large", large: "larger", larger: "" };
let seat = null;

channel.addEventListener("message", ({ data }) => {
  if (!seat) return;
  if (data.type === "show") location.hash = data.path;
  if (data.type === "recall") rest(() => t("signer.recalled"));
});

/** The visit that a seat is of: somebody whose papers another counter files; null for a draft of ours. */
const visitOf = (seatId) => (seatId.startsWith("visit-") ? seatId.slice(6) : null);
const placeOf = (seatId) => (visitOf(seatId) ? `/ui/api/visits/${visitOf(seatId)}` : `/ui/api/drafts/${seatId}`);

/** Draw the window for one person and one paper. */
export async function signer(root, [draftId, code, key]) {
  seat = { root, draftId, code, key, hasRead: false, problem: null, isBusy: false };
  root.replaceChildren(h("main", { class: "signer", id: "main" }, h("h1", { class: "sr" }, t("signer.wait"))));
  try {
    const [draft, told] = await Promise.all([
      get(placeOf(draftId)),
      get(`${placeOf(draftId)}/papers`),
    ]);
    seat.draft = draft;
    seat.papers = told.papers.filter((p) => p.signers.some((s) => s.signer === key));
    seat.paper = told.papers.find((p) => p.code === code);
    seat.person = seat.paper.signers.find((s) => s.signer === key);
    draw();
  } catch (problem) {
    rest(() => `${pick(problem.title)} ${pick(problem.remedy)}`);
  }
}

function draw() {
  const { root, person, paper, papers } = seat;
  const at = papers.findIndex((p) => p.code === paper.code) + 1;
  document.title = t("signer.title");
  root.replaceChildren(
    h(
      "div",
      { class: "signer" },
      h(
        "header",
        {},
        h("h1", { tabindex: "-1", id: "title" }, t("signer.hello", { name: person.name })),
        h("p", { class: "soft" }, t("signer.which", { n: at, all: papers.length }), titleOf(paper)),
        h("p", { class: "row row-end" }, soundButton(), button(t("signer.larger"), larger), tongue(draw, "btn")),
      ),
      h(
        "main",
        { class: "signer-grid", id: "main" },
        h("div", { class: "stack" }, plainly(), h("div", { id: "paper" }), h("p", { class: "soft", id: "read", role: "status" })),
        h("section", { class: "stack", id: "pad", "aria-labelledby": "pad-h", tabindex: "-1" }, padParts()),
      ),
    ),
  );
  drawPaper();
  drawState();
  if (!seat.hasRead) watchReading();
}

/** The paper itself, the very bytes that are signed, page by page. */
function drawPaper() {
  const place = document.getElementById("paper");
  if (!place || !seat.paper) return;
  const { draftId, paper } = seat;
  const address = `${placeOf(draftId)}/papers/${paper.code}/pdf?of=${paper.sha256.slice(0, 12)}`;
  const pages = Array.from({ length: paper.pages }, (_, at) => pageOf(address, at + 1, 1100, drawPaper));
  const sheet = document.getElementById("sheet");
  const content = pages.map((found, at) =>
    found?.url
      ? h("img", { src: found.url, alt: t("view.alt", { title: titleOf(paper), n: at + 1 }) })
      : found?.problem ? notDrawn(address, at + 1, 1100, drawPaper)
      : h("p", { class: "soft" }, t("view.drawing")));
  seat.isDrawn = pages.every((found) => found?.url);
  if (sheet) sheet.replaceChildren(...content);
  else
    place.replaceChildren(
      h("div", { class: "scroll-sheet paper-sheet", id: "sheet", tabindex: "0", role: "group",
        "aria-label": t("signer.paper"), onscroll: watchReading }, content));
  document.querySelectorAll("#sheet img").forEach((img) => (img.onload = watchReading));
  watchReading();
}

/** The pad opens when the last page was seen to its end. */
function watchReading() {
  const sheet = document.getElementById("sheet");
  if (!sheet || seat.hasRead || !seat.isDrawn) return drawState();
  const isLoaded = [...sheet.querySelectorAll("img")].every((img) => img.complete && img.naturalHeight);
  if (isLoaded && sheet.scrollTop + sheet.clientHeight >= sheet.scrollHeight - 24) seat.hasRead = true;
  drawState();
}

function drawState() {
  const read = document.getElementById("read");
  if (!read) return;
  read.textContent = t(seat.hasRead ? "signer.read" : "signer.unread", { pages: seat.paper.pages });
  const done = document.getElementById("done");
  const isReady = seat.hasRead && seat.pad?.isEnough() && !seat.isBusy;
  done.setAttribute("aria-disabled", String(!isReady));
  document.getElementById("pad-box").dataset.state = seat.hasRead ? "open" : "closed";
  const why = document.getElementById("why");
  why.textContent = seat.problem
    ? `${pick(seat.problem.title)} ${pick(seat.problem.remedy)}`
    : !seat.hasRead ? t("signer.first-read") : seat.pad?.isEnough() ? t("signer.bound") : t("signer.write-now");
  why.dataset.level = seat.problem ? "correct" : "info";
}

function padParts() {
  const canvas = h("canvas", { class: "pad-canvas", id: "canvas", role: "img", "aria-label": t("signer.box") });
  seat.pad = makePad(canvas, drawState);
  return [
    h("h2", { id: "pad-h" }, t("signer.write")),
    h("div", { class: "pad", id: "pad-box" }, canvas, h("p", { class: "pad-guide", "aria-hidden": "true" }, t("signer.guide"))),
    h("p", { class: "row" },
      button(t("signer.clear"), clear, "rotate", "clear"),
      h("button", { class: "btn btn-primary row-end", type: "button", id: "done", "aria-describedby": "why", onclick: done }, t("signer.done"))),
    h("p", { class: "note", id: "why", role: "status" }),
    h("button", { class: "btn wide", type: "button", id: "doubt", onclick: doubt }, t("signer.doubt")),
  ];
}

function button(label, act, shape, id) {
  return h("button", { class: "btn", type: "button", id, onclick: act }, shape ? icon(shape) : null, label);
}

function clear() {
  seat.problem = null;
  seat.pad.clear();
}

async function done() {
  if (!seat.hasRead) return document.getElementById("sheet").focus();
  if (!seat.pad.isEnough() || seat.isBusy) return null;
  seat.isBusy = true;
  seat.problem = null;
  drawState();
  try {
    await post(`${placeOf(seat.draftId)}/papers/${seat.code}/inks`, {
      sha256: seat.paper.sha256, signer: seat.key, ...seat.pad.ink(),
    });
    channel.postMessage({ type: "signed", draft: seat.draftId });
    rest(() => t("signer.thanks", { name: seat.person.name }));
  } catch (problem) {
    Object.assign(seat, { problem, isBusy: false });
    // What was written is kept while nobody answers, and is given when the program is back.
    if (problem.status) seat.pad.clear();
    else drawState();
  }
  return null;
}

watchContact((isGone) => {
  if (!isGone && seat?.problem?.status === 0) done();
});

function doubt() {
  channel.postMessage({ type: "asks", draft: seat.draftId });
  rest(() => t("signer.called"));
}

/** Between two signatures the window shows nothing of anybody; `say` gives the one sentence. */
function rest(say) {
  const wasHere = window.name !== "signer" && seat.draftId;
  const { draftId } = seat;
  seat.root.replaceChildren(
    h("div", { class: "signer" },
      h("header", {}, h("h1", { tabindex: "-1", id: "title" }, say()), h("p", { class: "row row-end" }, tongue(() => rest(say), "btn"))),
      h("main", { class: "signer-grid", id: "main" },
        h("p", { class: "plainly", role: "status" }, t("signer.rest")),
        wasHere ? h("p", {}, h("a", { class: "btn btn-primary", href: visitOf(draftId) ? `#/visit/${visitOf(draftId)}` : `#/draft/${draftId}/4` }, t("signer.back"))) : null)),
  );
  document.getElementById("title").focus();
}

/** What the paper says, in words that everybody understands. */
function plainly() {
  const { draft, paper } = seat;
  const em = (text) => h("em", { lang: "zh-CN" }, text);
  const text = (name) => draft.fields[name]?.text ?? "";
  const read = draft.capital?.amount ?? draft.capital?.max_claim;
  const owners = list((draft.slots ?? []).filter((s) => s.role === draft.owner_role).map((s) => s.display_name));
  const [code, step] = paper.code.split("-");
  const asked = draft.steps?.[(step ?? 1) - 1];
  const told = seat.person.plain && [seat.person.plain].flat();
  const parts = told ? told.map((words) => h("p", {}, pick(words))) : asked?.sets_up && code === "M01"
    ? [h("p", {}, t("plainly.1"), em(owners), t("plainly.2"), em(text("location")), t("plainly.3"),
        em(t("plainly.amount", { yuan: read?.yuan ?? "", capital: read?.capital ?? "" })), t("plainly.4"), h("em", {}, h("time", {}, text("end"))), t("plainly.5")),
      h("p", {}, t("plainly.risk"))]
    : [h("p", {}, code === "M15" ? t("plainly.inquiry") : t("plainly.other", { what: pick(asked) }))];
  return h("section", { class: "plainly", "aria-labelledby": "plain-h" },
    h("h2", { id: "plain-h", class: "sr" }, t("plainly.title")), parts);
}

function larger() {
  const root = document.documentElement;
  const next = LARGER[root.dataset.type ?? ""];
  if (next) root.dataset.type = next;
  else delete root.dataset.type;
}

/** Read aloud, where this machine has a voice of its own for the language. */
function soundButton() {
  const voice = window.speechSynthesis?.getVoices().find((v) => v.localService && v.lang.startsWith(spoken().slice(0, 2)));
  if (!voice) return null;
  return button(t("signer.aloud"), () => {
    speechSynthesis.cancel();
    const words = new SpeechSynthesisUtterance(document.querySelector(".plainly").textContent);
    words.voice = voice;
    speechSynthesis.speak(words);
  }, "sound", "aloud");
}

