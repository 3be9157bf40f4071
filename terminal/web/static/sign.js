// Step 4: who signs what. Each signer reads and signs in a window of his own.

import { get, post, remove } from "./api.js";
import { h, icon, kbd } from "./dom.js";
import { problemNote } from "./frame.js";
import { actions, corrections, finding, head, missing, panel, state, stepTitle, STOPS, way } from "./parts.js";
import { anewButton, attend, invitationOf, invite, remotePanels } from "./remote.js";
import { flush, load, recheck, store, tell } from "./store.js";
import { clock, pick, t } from "./words.js";
import { viewer } from "./viewer.js";

export const CHANNEL = "counter-signing";
const channel = new BroadcastChannel(CHANNEL);
let papers = null;
let of = "";
let problem = null;
let now = null;
let view = null;

channel.addEventListener("message", ({ data }) => {
  if (!store.draft || data.draft !== store.draft.draft_id) return;
  if (data.type === "signed" || data.type === "left") {
    now = null;
    fetchPapers();
  }
  if (data.type === "asks") {
    now = { ...now, asks: true };
    tell();
  }
});

/** Name a paper in the page's language; the paper itself bears the Chinese. */
export const titleOf = (paper) => pick({ zh: paper.title, en: paper.title_en });

/** Draw the papers anew; the facts may have changed since the last look. */
export const fetchPapers = () => bringPapers(get);

async function bringPapers(ask) {
  problem = null;
  try {
    await flush();
    const told = await ask(`/ui/api/drafts/${store.draft.draft_id}/papers`);
    papers = told.papers;
    of = store.draft.draft_id;
    await load(of);
    await recheck();
    const kept = view?.draft === of ? papers.find((p) => p.sha256 === view.sha256) : null;
    showPaper(kept ?? papers[0], kept ? view.page : 1);
  } catch (error) {
    papers = null;
    problem = error;
  }
  tell();
}

/** Show a paper beside the table, with the ink that is on it already. */
function showPaper(paper, page = 1) {
  if (!paper) return;
  const given = paper.signers.map((s) => s.signed_at ?? "").join("");
  const as = given ? `finished?of=${paper.sha256.slice(0, 12)}${given.replace(/\D/g, "")}` : `pdf?of=${paper.sha256.slice(0, 12)}`;
  view = {
    address: `/ui/api/drafts/${store.draft.draft_id}/papers/${paper.code}/${as}`,
    draft: store.draft.draft_id, sha256: paper.sha256, code: paper.code, pages: paper.pages, page,
    title: titleOf(paper),
  };
}

export function sign() {
  if (of !== store.draft.draft_id && !problem) {
    of = store.draft.draft_id;
    papers = null;
    view = null;
    fetchPapers();
  }
  attend(fetchPapers);
  const left = papers ? open().length : 0;
  return {
    main: [
      head(
        stepTitle(4),
        t("sign.how"),
        now
          ? h("button", { class: "btn btn-danger", type: "button", id: "recall", onclick: recall },
              icon("pause"), t("sign.recall"), " ", kbd("Esc"))
          : h("button", { class: "btn btn-primary", type: "button", id: "hand", onclick: handNext,
              "aria-disabled": left ? null : "true" },
              icon("pad"), t("sign.hand"), " ", kbd("F2")),
      ),
      h("div", { class: "note", "data-level": "correct" },
        h("p", {}, h("strong", {}, t("sign.warn")), t("sign.warn-do"))),
      problem ? problemNote(problem, endsLinks() ? anewButton(() => bringPapers(post)) : firstGap()) : null,
      problem?.findings ? panel(t("sign.first"), h("ol", { class: "findings" }, problem.findings.map((f) => finding(f, false, null)))) : null,
      papers ? table() : problem ? null : h("p", { class: "soft", role: "status" }, t("sign.drawing")),
      now ? watching() : null,
      papers ? remotePanels(new Map(people().map((s) => [s.signer, s.name])), new Map(papers.map((p) => [p.code, titleOf(p)]))) : null,
      actions(4, { note: left ? t("sign.left", { n: left }) : "" }),
    ],
    aside: [view && papers ? viewer(view, view.title, tell) : null, corrections(), problem ? missing(4, { isBefore: true }) : null],
    label: t("sign.aside"),
    wide: true,
    keys: { F2: handNext, Escape: now ? recall : null },
  };
}

/** Papers that say something else by now take links to sign elsewhere with them; the teller decides. */
const endsLinks = () => problem.code === "terminal.invitations-end";

/** Where papers cannot be drawn yet: the way to what is missing first. */
function firstGap() {
  const first = store.findings.find((f) => STOPS.includes(f.level) && f.step < 4);
  return first ? h("a", { class: "btn btn-s btn-primary", href: way(first), id: "first-gap" }, t("missing.go-step", { n: first.step }), " ", kbd("F4")) : null;
}

/** Every signature that is still to be given, in order. */
function open() {
  return papers.flatMap((paper) =>
    paper.signers.filter((s) => !s.is_signed).map((signer) => ({ paper, signer })));
}

const isAway = (signer) => ["sending", "waiting", "answered"].includes(invitationOf(signer.signer)?.state);

function people() {
  const found = new Map();
  for (const paper of papers) for (const s of paper.signers) found.set(s.signer, s);
  return [...found.values()];
}

function table() {
  const all = people();
  const left = open();
  return panel(
    [t("sign.who"), h("span", { class: "small soft row-end" },
      t("sign.progress", { done: papers.reduce((n, p) => n + p.signers.length, 0) - left.length, left: left.length }))],
    h(
      "div",
      { class: "table-wrap" },
      h(
        "table",
        { class: "sign-table" },
        h("caption", { class: "sr" }, t("sign.caption")),
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("sign.paper")),
          all.map((s) => h("th", { scope: "col" }, h("span", { lang: "zh-CN" }, s.name), t("sign.role", { role: t(`role.${s.role}`) }))))),
        h("tbody", {}, papers.map((paper) =>
          h("tr", { "data-state": now?.code === paper.code ? "selected" : null },
            h("th", { scope: "row" }, h("button", { class: "plain", type: "button", id: `paper-${paper.code}`,
              onclick: () => (showPaper(paper), tell()) }, titleOf(paper))),
            all.map((s) => cell(paper, paper.signers.find((one) => one.signer === s.signer)))))),
      ),
    ),
  );
}

function cell(paper, signer) {
  if (!signer) return h("td", { class: "faint" }, t("sign.not-needed"));
  const id = `${paper.code}-${signer.signer.slice(0, 6)}`;
  const isNow = now?.code === paper.code && now?.signer === signer.signer;
  if (signer.is_signed)
    return h("td", { class: "sign-cell" },
      state("pass", "check", t("sign.signed", { at: clock(signer.signed_at) })),
      signer.visit ? h("span", { class: "small soft" }, t("attended.given", { branch: signer.visit.branch, name: signer.visit.teller_name })) : null,
      signer.is_remote ? h("span", { class: "small soft" }, t("remote.given")) : null,
      signer.proof ? h("span", { class: "small soft" }, t(`sign.proof.${signer.proof}`)) : null,
      acts(h("button", { class: "plain small", type: "button", id: `undo-${id}`, onclick: () => unsign(paper, signer) },
        t("sign.again"), h("span", { class: "sr" }, ` ${signer.name} ${titleOf(paper)}`))));
  if (isNow) return h("td", {}, state("info", "eye", t("sign.reading")));
  const away = invitationOf(signer.signer);
  if (away && away.state !== "ended") return h("td", {}, state("info", "clock", t("remote.away")));
  return h("td", { class: "sign-cell" },
    state("", "clock", t("sign.waiting")),
    acts(
      h("button", { class: "plain small", type: "button", id: `hand-${id}`, onclick: () => hand(paper, signer) },
        t("sign.start"), h("span", { class: "sr" }, ` ${signer.name} ${titleOf(paper)}`)),
      signer.role === "agent" ? null
        : h("button", { class: "plain small", type: "button", id: `away-${id}`, onclick: () => invite(signer.signer) },
            t("remote.invite"), h("span", { class: "sr" }, ` ${signer.name} ${titleOf(paper)}`)),
      signer.role === "agent" ? null
        : h("button", { class: "plain small", type: "button", id: `branch-${id}`, onclick: () => invite(signer.signer, true) },
            t("attended.invite"), h("span", { class: "sr" }, ` ${signer.name} ${titleOf(paper)}`))));
}

/** What can be done in a cell, below how it stands: in one line, or one below the other. */
const acts = (...buttons) => h("div", { class: "sign-acts" }, buttons);

async function unsign(paper, signer) {
  await remove(`/ui/api/drafts/${store.draft.draft_id}/papers/${paper.code}/inks/${signer.signer}`)
    .catch((error) => (problem = error));
  await fetchPapers();
}

function watching() {
  return panel(
    t("sign.now", { name: now.name, paper: now.title }),
    h("div", { class: "body stack-s" },
      now.asks ? h("p", { class: "note", "data-level": "manual", role: "alert" }, t("sign.asks", { name: now.name })) : null,
      h("p", {}, t("sign.read-all")),
      h("p", { class: "small soft" }, t("sign.never"))),
  );
}

function handNext() {
  if (now || !papers) return;
  const next = open().find(({ signer }) => !isAway(signer));
  if (next) hand(next.paper, next.signer);
}

/** Show a paper in the signer's window; the window is opened when it is not there yet. */
function hand(paper, signer) {
  showPaper(paper);
  now = { code: paper.code, signer: signer.signer, name: signer.name, title: titleOf(paper) };
  showSigner(`#/signer/${store.draft.draft_id}/${paper.code}/${signer.signer}`);
  tell();
}

/** Show a place of the signer's window; the window is opened when it is not there yet. */
export function showSigner(path) {
  const signerWindow = window.open("", "signer", "popup,width=1366,height=768");
  if (signerWindow && signerWindow.location.href !== "about:blank")
    channel.postMessage({ type: "show", path });
  else if (signerWindow) signerWindow.location.href = `/${path}`;
  else location.hash = path;
}

function recall() {
  now = null;
  channel.postMessage({ type: "recall" });
  tell();
}
