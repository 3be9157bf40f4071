// The tray: what waits to go out, what the office answered, and the course of one case.

import { fetchBlob, get, post } from "./api.js";
import { course, customerPaper, outlook, stageName } from "./course.js";
import { h, icon, kbd } from "./dom.js";
import { problemNote, refreshStation, toast } from "./frame.js";
import { outbox } from "./outbox.js";
import { correctBy, finding, head, panel, state } from "./parts.js";
import { printPages } from "./print.js";
import { moment, t } from "./words.js";

let tray = null;
let known = "";
let problem = null;
let chosen = "";
let only = "all";
let isBusy = false;
let draw = () => {};
const SHAPES = {
  acceptance: ["info", "doc"], correction: ["correct", "correct"], "non-acceptance": ["block", "block"],
  refusal: ["block", "block"], withdrawal: ["info", "info"], progress: ["info", "clock"],
  registered: ["pass", "check"], "certificate-issued": ["pass", "check"],
};
const PAPERS = ["acceptance", "correction", "non-acceptance", "refusal"];

export async function enterTray(redrawPage, draftId) {
  draw = redrawPage;
  if (draftId) chosen = draftId;
  await refresh();
}

export async function refresh() {
  const told = await get("/ui/api/tray");
  const is = JSON.stringify(told);
  // What looks the same is left alone: a list that is open, a text that is being read out.
  if (tray && is === known) return;
  [tray, known] = [told, is];
  if (!tray.drafts.some((d) => d.draft_id === chosen)) chosen = rows()[0]?.draft_id ?? "";
  draw();
}

/** Each second: what is being sent is followed closely, the rest every few seconds. */
export async function tick(second) {
  if (second % 5 === 0 || tray?.outbox.some((i) => i.way === "sending")) await refresh();
}

export function theTray() {
  return {
    main: [
      head(t("tray.title"), t("tray.how"),
        h("p", { class: "row" },
          h("button", { class: "btn", type: "button", id: "exchange", "aria-busy": isBusy ? "true" : null, onclick: exchange },
            isBusy ? t("tray.trying") : t("tray.try-all"), " ", kbd("F2")),
          h("a", { class: "btn", href: "#/new", id: "new" }, t("tray.new"), " ", kbd("F8")))),
      problem ? problemNote(problem) : null,
      tray ? [outbox(tray, chosen, ACTS), answers()] : h("p", { class: "soft", role: "status" }, t("start.loading")),
    ],
    aside: tray
      ? [certificate(), customerPaper(tray, chosen, give), course(tray, chosen, labelOf(chosen)), outlook(tray, chosen), reasons()]
      : [],
    label: t("tray.aside"),
    two: true,
    keys: {
      F2: exchange, F8: () => (location.hash = "/new"), j: () => step(1), k: () => step(-1),
      p: () => printChosen(), Enter: null,
    },
  };
}

const labelOf = (draftId) =>
  tray.outbox.find((i) => i.draft_id === draftId)?.label ||
  tray.drafts.find((d) => d.draft_id === draftId)?.label || "";

/** One row an answer, the newest first; a receipt is an answer too. */
function rows() {
  const receipts = tray.outbox.filter((i) => i.receipt).map((i) => ({
    kind: "receipt", at: i.receipt.received_at, draft_id: i.draft_id, case_no: i.receipt.receipt_no,
    sequence: i.sequence, is_seen: true, findings: [],
  }));
  return [...tray.answers, ...receipts].sort((a, b) => (a.at < b.at ? 1 : -1));
}

function answers() {
  const all = rows();
  const shown = only === "mine" ? all.filter(isMine) : all;
  const heads = ["at", "no", "who", "answer", "act"];
  return panel(
    [t("tray.answers"), h("span", { class: "count" }, String(all.length)),
      h("span", { class: "row row-end small" }, h("label", { for: "only" }, t("tray.only")),
        h("select", { id: "only", class: "btn-s", onchange: (event) => ((only = event.target.value), draw()) },
          ["all", "mine"].map((v) => h("option", { value: v, selected: v === only }, t(`tray.only.${v}`)))))],
    tray.doubts ? h("p", { class: "body" }, state("correct", "warn", t("tray.doubts", { n: tray.doubts })), "　", t("tray.doubts-how")) : null,
    shown.length
      ? h("div", { class: "table-wrap" },
          h("table", {}, h("caption", { class: "sr" }, t("tray.caption")),
            h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, t(`tray.${name}`))))),
            h("tbody", {}, shown.map(row))))
      : h("div", { class: "empty" }, icon("doc"), h("h3", {}, t("tray.none")), h("p", { class: "soft" }, t("tray.none-how"))),
  );
}

const certificateOf = (draftId) => tray.certificates.find((c) => c.draft_id === draftId);

function isMine(row) {
  if (row.kind === "correction") return isOpenCorrection(row);
  if (row.kind === "certificate-issued") return !certificateOf(row.draft_id)?.printed_at;
  return !row.is_seen && row.kind !== "receipt";
}

function isOpenCorrection(row) {
  const draft = tray.drafts.find((d) => d.draft_id === row.draft_id);
  const latest = rows().find((r) => r.draft_id === row.draft_id && r.kind !== "receipt");
  return draft && draft.state !== "closed" && latest === row && draft.round <= (row.round ?? 1) + 1;
}

function row(r) {
  const isChosen = r.draft_id === chosen;
  const look = r.kind === "correction" && isMine(r) ? "warn" : !r.is_seen ? "new" : null;
  return h(
    "tr",
    { "data-state": look ?? (isChosen ? "selected" : null) },
    h("td", {}, moment(r.at)),
    h("td", { class: "mono" }, r.case_no),
    h("th", { scope: "row" }, h("button", { class: "plain", type: "button", id: `row-${r.cursor ?? `r${r.sequence}`}`,
      "aria-pressed": String(isChosen), onclick: () => choose(r.draft_id, r) }, h("span", { lang: "zh-CN" }, labelOf(r.draft_id) || "—"))),
    h("td", {}, answerState(r), r.correct_by && isMine(r) ? h("p", { class: "small soft" }, t("answer.correct-by", { at: moment(r.correct_by) })) : null),
    h("td", {}, actOf(r)),
  );
}

function answerState(r) {
  if (r.kind === "receipt") return state("pass", "check", t("answer.receipt"));
  const [look, shape] = SHAPES[r.kind];
  const found = certificateOf(r.draft_id);
  if (r.kind === "certificate-issued" && found)
    return found.state === "checked" ? state("pass", "check", t("answer.certificate-here"))
      : found.state === "awaited" ? state("info", "download", t("answer.certificate-awaited"))
      : state("block", "block", t("answer.certificate-stopped"));
  return state(look, shape, t(`answer.${r.kind}`, { n: r.findings.length, stage: stageName(r.stage) }));
}

function actOf(r) {
  const id = r.cursor ?? `r${r.sequence}`;
  const found = certificateOf(r.draft_id);
  if (r.kind === "certificate-issued" && found?.state === "checked")
    return h("button", { class: "btn btn-s", type: "button", id: `cert-${id}`, onclick: () => choose(r.draft_id, r) },
      icon("eye"), t("tray.see-certificate"));
  if (r.kind === "certificate-issued" && found?.state === "needs you")
    return h("button", { class: "btn btn-s", type: "button", id: `again-${id}`, onclick: () => again(found) }, t("tray.fetch-again"));
  if (r.kind === "correction" && isOpenCorrection(r))
    return h("button", { class: "btn btn-s btn-primary", type: "button", id: `mend-${id}`, onclick: () => mend(r) }, t("tray.mend"));
  if (r.kind === "receipt" || PAPERS.includes(r.kind))
    return h("button", { class: "btn btn-s", type: "button", id: `print-${id}`, onclick: () => print(r) },
      icon("printer"), t(`tray.print-${r.kind === "receipt" ? "receipt" : "answer"}`));
  return h("span", { class: "faint" }, t("tray.nothing"));
}

function paperOf(r) {
  return r.kind === "receipt" ? `/ui/api/outbox/${r.sequence}/receipt.pdf` : `/ui/api/answers/${r.cursor}/paper.pdf`;
}

async function attempt(work) {
  problem = null;
  try {
    await work();
  } catch (error) {
    problem = error;
    draw();
  }
}

const print = (r) => attempt(() => printPages(paperOf(r)));
/** Print what the customer takes along now. */
const give = (i) => attempt(() => printPages(`/ui/api/outbox/${i.sequence}/${i.receipt ? "receipt" : "slip"}.pdf`));

function printChosen() {
  const found = certificateOf(chosen);
  if (found?.state === "checked") return handOver(found);
  const first = rows().find((r) => r.draft_id === chosen && (r.kind === "receipt" || PAPERS.includes(r.kind)));
  const waiting = tray.outbox.findLast((i) => i.draft_id === chosen && i.way && i.way !== "you");
  return first ? print(first) : waiting ? give(waiting) : null;
}

async function mend(r) {
  await attempt(async () => {
    const draft = await post(`/ui/api/answers/${r.cursor}/reopen`);
    location.hash = `/draft/${draft.draft_id}/5`;
  });
}

async function retry(i) {
  await attempt(async () => {
    await post(`/ui/api/outbox/${i.sequence}/retry`);
    await exchange();
  });
}

const pass = (i) =>
  attempt(async () => {
    await post(`/ui/api/outbox/${i.sequence}/pass`);
    await exchange();
  });

const takeBack = (i) =>
  attempt(async () => {
    await post(`/ui/api/outbox/${i.sequence}/take-back`);
    location.hash = `/draft/${i.draft_id}/5`;
  });

const ACTS = { retry, pass, takeBack, choose: (draftId) => choose(draftId), draw: () => draw() };

async function again(found) {
  await attempt(async () => {
    await post(`/ui/api/certificates/${found.case_no}/retry`);
    await exchange();
  });
}

async function exchange() {
  if (isBusy) return;
  isBusy = true;
  draw();
  await attempt(async () => {
    const told = await post("/ui/api/tray/exchange");
    toast(t("tray.tried", told));
  });
  isBusy = false;
  await Promise.all([refresh(), refreshStation()]);
}

function step(by) {
  const ids = [...new Set([...tray.outbox.map((i) => i.draft_id).reverse(), ...rows().map((r) => r.draft_id)])];
  const at = Math.min(Math.max(ids.indexOf(chosen) + by, 0), ids.length - 1);
  if (ids.length) choose(ids[at]);
}

async function choose(draftId) {
  chosen = draftId;
  draw();
  const unseen = tray.answers.filter((a) => a.draft_id === draftId && !a.is_seen);
  if (!unseen.length) return;
  await Promise.all(unseen.map((a) => post(`/ui/api/answers/${a.cursor}/seen`)));
  await Promise.all([refresh(), refreshStation()]);
}

/** The certificate of the chosen case: judged, shown, printed, kept as the sealed file. */
function certificate() {
  const found = certificateOf(chosen);
  if (!found) return null;
  const isGood = found.state === "checked";
  return panel(
    [t("certificate.title"), isGood ? state("pass", "shield", t("certificate.valid")) : null],
    h("div", { class: "body stack-s" },
      h("p", { class: "mono small", lang: "zh-CN" }, found.certificate_no),
      isGood
        ? [h("p", { class: "row" },
            h("a", { class: "btn btn-s btn-primary", href: `#/certificate/${encodeURIComponent(found.case_no)}`, id: "see-certificate" }, icon("eye"), t("certificate.see")),
            h("button", { class: "btn btn-s", type: "button", id: "hand-over", onclick: () => handOver(found) }, icon("printer"), t("certificate.print"), " ", kbd("P")),
            h("button", { class: "btn btn-s", type: "button", id: "keep", onclick: () => keep(found) }, icon("download"), t("certificate.keep")),
            found.has_ofd && h("button", { class: "btn btn-s", type: "button", id: "keep-ofd", onclick: () => keep(found, "ofd") }, icon("download"), t("certificate.keep-ofd"))),
          h("p", { class: "small soft" }, found.printed_at ? t("certificate.handed", { at: moment(found.printed_at) }) : t("certificate.to-hand"))]
        : h("p", {}, state(found.state === "awaited" ? "info" : "block", found.state === "awaited" ? "download" : "block",
            t(found.state === "awaited" ? "answer.certificate-awaited" : "certificate.never")))),
  );
}

/** Print a certificate, and note that it was handed over. */
export async function handOver(found) {
  await attempt(async () => {
    await fetchBlob(`/ui/api/certificates/${encodeURIComponent(found.case_no)}/handed`, "POST");
    await printPages(`/ui/api/certificates/${encodeURIComponent(found.case_no)}/pdf`);
    await refresh();
  });
}

/** Save the certificate: the sealed PDF, or the same as OFD, which the office gives on demand. */
export async function keep(found, kind = "pdf") {
  await attempt(async () => {
    const address = `/ui/api/certificates/${encodeURIComponent(found.case_no)}`;
    const { url } = await (kind === "ofd" ? fetchBlob(`${address}/ofd`) : fetchBlob(`${address}/handed`, "POST"));
    const link = h("a", { href: url, download: `${found.case_no}.${kind}` });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    await refresh();
  });
}

export const findCertificate = (caseNo) => tray?.certificates.find((c) => c.case_no === caseNo);

/** Why the office asked for a correction or said no, in its own words. */
function reasons() {
  const last = tray.answers.findLast((a) => a.draft_id === chosen && a.kind !== "progress");
  if (!last || !(last.findings.length || last.note)) return null;
  return panel(
    t("reasons.title"),
    last.correct_by ? h("p", { class: "body" }, correctBy(last.correct_by)) : null,
    last.note ? h("p", { class: "body", lang: "zh-CN" }, last.note) : null,
    h("ol", { class: "findings findings-narrow" }, last.findings.map((f) => finding(f, false, null))),
  );
}
