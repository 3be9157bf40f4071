// The first page: the drafts at work, and the kinds of registration that this counter takes.

import { get, post, remove } from "./api.js";
import { h, icon, kbd } from "./dom.js";
import { ask, problemNote, teller } from "./frame.js";
import { enterHanding, firstOffered, forgetHandingProblem, handingButton, handingNote, offeredCount, offeredPanel, othersPanel } from "./handing.js";
import { head, kindName, panel } from "./parts.js";
import { arrivingCount, arrivingPanel, awayPanel, enterPassages, firstArriving, forgetPassageProblem, passageButton, passageNote } from "./passage.js";
import { openVisits } from "./visit.js";
import { moment, pick, t } from "./words.js";

const GROUPS = ["mortgage", "sale", "standing", "notice"];
/** What is pressed for each offer, in order: digits first, then letters. */
const KEYS = "123456789abcdefg";
let drafts = null;
let offers = [];
let visits = [];
let problem = null;
/** What was told last, to see whether something else is. */
let seen = "";
let draw = () => {};

export async function enterStart(redrawPage) {
  draw = redrawPage;
  forgetHandingProblem();
  forgetPassageProblem();
  await fetchStart();
  draw();
}

/** Ask now and then what else there is; a dialog that is open is not drawn over. */
export async function watchStart() {
  if (document.querySelector("dialog[open]")) return;
  if (await fetchStart()) draw();
}

/** Fetch what stands on the page; say whether anything is otherwise. */
async function fetchStart() {
  const again = async () => (await fetchStart(), draw());
  const all = await Promise.all([get("/ui/api/drafts"), enterHanding(again), enterPassages(again), get("/ui/api/visits")]);
  ({ drafts, offers } = all[0]);
  ({ visits } = all[3]);
  const was = seen;
  seen = JSON.stringify(all);
  return seen !== was;
}

export const findOffer = (code) => offers.find((offer) => offer.code === code);

export function start() {
  return {
    main: [
      head(t("start.title"), t("start.how"), waitingNote(),
        h("a", { class: "btn", id: "visit", href: "#/visit" }, icon("pad"), t("visit.title"),
          openVisits(visits) ? [" ", h("span", { class: "count", "data-state": "hot" }, String(openVisits(visits)))] : null, " ", kbd("V"))),
      problem ? problemNote(problem) : null,
      panel(t("start.new"), h("div", { class: "body offers" }, GROUPS.map(group))),
      offeredPanel(),
      arrivingPanel(),
      list(),
      awayPanel(),
      othersPanel(),
    ],
    aside: [help()],
    label: t("start.aside"),
    keys: {
      F8: () => offers.length && open(offers[0]),
      l: () => (location.hash = "/bulk"),
      v: () => (location.hash = "/visit"),
      ...Object.fromEntries(offers.map((offer, at) => [KEYS[at], () => open(offer)])),
    },
  };
}

/** The offers under one heading, each with its key. */
function group(name) {
  const mine = offers.filter((offer) => offer.group === name);
  return mine.length
    ? h("section", { class: "offer-group", "aria-labelledby": `group-${name}` },
        h("h3", { id: `group-${name}` }, t(`start.group.${name}`)),
        h("ul", { class: "plain-list" }, mine.map(offered),
          name === "standing" ? h("li", {}, h("a", { class: "btn", id: "bulk", href: "#/bulk" }, t("bulk.title"), " ", kbd("L"))) : null))
    : null;
}

function offered(offer) {
  const at = offers.indexOf(offer);
  return h("li", { class: "offer" },
    h("button", { class: `btn ${at ? "" : "btn-primary"}`, type: "button", id: `new-${offer.code}`, onclick: () => open(offer) },
      pick(offer), " ", kbd(at ? KEYS[at].toUpperCase() : "F8")),
    h("a", { class: "btn", id: `list-${offer.code}`, href: `#/handout/${offer.code}/list`, title: t("start.list"),
      "aria-label": `${t("start.list")} ${pick(offer)}` }, icon("printer")));
}

function list() {
  if (!drafts) return panel(t("start.drafts"), h("p", { class: "body soft", role: "status" }, t("start.loading")));
  if (!drafts.length)
    return panel(t("start.drafts"),
      h("div", { class: "empty" }, icon("doc"), h("h3", {}, t("start.none")), h("p", { class: "soft" }, t("start.none-how"))));
  return panel(
    [t("start.drafts"), h("span", { class: "count" }, String(drafts.length))],
    h("ul", {}, drafts.map((d) =>
      h("li", { class: "item" },
        h("span", { class: "state", "data-level": d.round > 1 ? "correct" : "info" }, icon(d.round > 1 ? "correct" : "doc"),
          t(d.round > 1 ? "start.correcting" : "start.open")),
        h("div", {},
          h("p", { class: "title" }, h("span", { lang: "zh-CN" }, d.label || t("start.nobody")), `　${kindName(d)} `,
            d.amount ? t("money.amount", { yuan: d.amount }) : "", " ", h("span", { class: "meta mono" }, d.number)),
          h("p", { class: "meta" }, t("start.changed", { at: moment(d.changed_at) })),
          passageNote(d) ?? handingNote(d)),
        h("div", { class: "do" },
          h("a", { class: "btn btn-s", href: `#/draft/${d.draft_id}/1`, id: `go-${d.number}` }, t("start.go-on")),
          handingButton(d),
          passageButton(d),
          h("button", { class: "btn btn-s", type: "button", id: `drop-${d.number}`, onclick: () => discard(d) }, t("start.discard")))))),
  );
}

/** Beside the heading, where nothing moves when it comes: that somebody hands something over. */
function waitingNote() {
  const n = offeredCount() + arrivingCount();
  const lead = () => document.getElementById(firstOffered() ?? firstArriving())?.focus();
  return h("p", { role: "status" },
    n ? h("button", { class: "btn", type: "button", id: "to-offered", onclick: lead }, icon("manual"), t("start.offered", { n })) : null);
}

function help() {
  return panel(t("start.need"),
    h("ul", { class: "body stack-s plain-list" },
      ["id", "title", "contracts", "authority"].map((name) => h("li", { class: "row" }, icon("check"), t(`start.need.${name}`)))));
}

async function open({ kind, form, model }) {
  problem = null;
  try {
    const draft = await post("/ui/api/drafts", { kind, form, model, teller: teller()?.staff_no ?? "" });
    location.hash = `/draft/${draft.draft_id}/1`;
  } catch (error) {
    problem = error;
    draw();
  }
}

async function discard(d) {
  const answer = await ask(
    t("start.discard-ask", { number: d.number }),
    [h("p", {}, t("start.discard-what")), d.elsewhere ? h("p", { class: "note", "data-level": "manual" }, t("start.discard-away", { n: d.elsewhere })) : null],
    [["", t("dialog.back"), "btn-primary"], ["yes", t("start.discard"), "btn-danger"]],
  );
  if (answer !== "yes") return;
  await remove(`/ui/api/drafts/${d.draft_id}`).catch((error) => (error.code === "terminal.ink-waits" ? discardInk(d) : (problem = error)));
  await fetchStart();
  draw();
}

/** Somebody elsewhere has signed already: that is said before it is lost. */
async function discardInk(d) {
  const answer = await ask(t("start.discard-ask", { number: d.number }), h("p", {}, t("start.discard-ink")),
    [["", t("dialog.back"), "btn-primary"], ["yes", t("start.discard-ink-do"), "btn-danger"]]);
  if (answer === "yes") await remove(`/ui/api/drafts/${d.draft_id}?ink`).catch((error) => (problem = error));
}
