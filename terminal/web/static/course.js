// The course of one case, as far as signed answers tell it; how long the rest takes; its paper.

import { h, icon, kbd } from "./dom.js";
import { dues, outlookPanel } from "./outlook.js";
import { facts, panel } from "./parts.js";
import { clock, longMoment, moment, size, t } from "./words.js";

const ENDS = ["non-acceptance", "refusal", "withdrawal"];

const answersOf = (tray, draftId) => tray.answers.filter((a) => a.draft_id === draftId);
const certificateOf = (tray, draftId) => tray.certificates.find((c) => c.draft_id === draftId);
const packageOf = (tray, draftId) => tray.outbox.findLast((i) => i.draft_id === draftId && (i.way || i.receipt));

/** Draw the steps that are behind, and the next one. */
export function course(tray, draftId, label) {
  if (!draftId) return null;
  const number = answersOf(tray, draftId).findLast((a) => a.case_no)?.case_no
    ?? tray.drafts.find((d) => d.draft_id === draftId)?.number;
  return panel(
    t("course.title", { who: label || "—" }),
    h("div", { class: "body stack" },
      h("p", { class: "small soft mono" }, number),
      h("ol", { class: "timeline" }, steps(tray, draftId).map(([look, at, what, more]) =>
        h("li", { "data-state": look }, h("time", {}, at ? clock(at) : ""), h("span", { class: "node" }),
          h("div", {}, h("strong", {}, what), more ? h("p", {}, more) : null))))),
  );
}

export const stageName = (stage) => (stage ? t(`stage.${stage}`) : "");

function steps(tray, draftId) {
  const found = [];
  for (const i of tray.outbox.filter((one) => one.draft_id === draftId)) {
    found.push(["done", i.queued_at, t("course.submitted"), t("course.package", { size: size(i.size), digest: `${i.package_sha256.slice(0, 4)}…${i.package_sha256.slice(-4)}` })]);
    if (i.receipt) found.push(["done", i.receipt.received_at, t("course.received"), t("course.receipt")]);
    if (i.state === "taken back") found.push(["back", i.tried_at, t("course.taken-back"), ""]);
  }
  for (const a of answersOf(tray, draftId))
    found.push([a.kind === "correction" ? "back" : "done", a.at, t(`course.${a.kind}`, { n: a.findings.length, stage: stageName(a.stage) }), more(a)]);
  const paper = certificateOf(tray, draftId);
  if (paper?.checked_at && paper.state === "checked") found.push(["done", paper.checked_at, t("course.here"), t("course.sealed")]);
  if (paper?.printed_at) found.push(["done", paper.printed_at, t("course.handed"), ""]);
  // The office tells whole seconds, by its own clock: nothing comes before it was submitted.
  const second = (at) => Math.floor(Date.parse(at) / 1000);
  const first = second(found[0]?.[1]);
  const place = ([, at]) => Math.max(second(at), first || 0);
  found.sort((a, b) => place(a) - place(b));
  if (found.length) found.at(-1)[0] = found.at(-1)[0] === "back" ? "back" : "now";
  const coming = comingStep(tray, draftId, paper);
  return coming ? [...found, ["next", "", coming, ""]] : found;
}

function more(a) {
  if (a.kind === "acceptance") return t("course.rank");
  if (a.kind === "registered") return a.rank ? t("course.as-rank", { rank: a.rank }) : a.entry_no;
  if (a.correct_by) return t("answer.correct-by", { at: longMoment(a.correct_by) });
  if (a.apply_at) return t("course.apply-at", { office: a.apply_at });
  return "";
}

function comingStep(tray, draftId, paper) {
  const last = answersOf(tray, draftId).at(-1)?.kind;
  if (ENDS.includes(last) || paper?.printed_at) return "";
  if (paper) return t("course.to-hand");
  if (last === "correction") return t("course.to-mend");
  if (last) return t(last === "registered" ? "course.to-certify" : "course.to-register");
  return packageOf(tray, draftId)?.receipt ? t("course.to-accept") : t("course.to-receive");
}

/** How far a case is, for what is left of it; empty when nothing is. */
function stageOf(tray, draftId) {
  const answers = answersOf(tray, draftId);
  const last = answers.at(-1);
  if (!packageOf(tray, draftId) || last?.kind === "registered" || ENDS.includes(last?.kind) || certificateOf(tray, draftId)) return "";
  if (!last || last.kind === "correction") return "received";
  return last.stage === "in_review" ? "review" : "accepted";
}

/** Say by when it must be done, and how long such cases take now. */
export function outlook(tray, draftId) {
  const stage = stageOf(tray, draftId);
  if (!stage) return null;
  return outlookPanel(tray, packageOf(tray, draftId).kind, stage, dues(answersOf(tray, draftId)));
}

/** What the customer takes along: the office's receipt, or a slip that says there is none yet. */
export function customerPaper(tray, draftId, print) {
  const found = packageOf(tray, draftId);
  if (!found || certificateOf(tray, draftId)) return null;
  const { receipt } = found;
  const button = (name, text) => h("button", { class: `btn btn-s ${receipt ? "btn-primary" : ""}`, type: "button", id: name, onclick: () => print(found) },
    icon("printer"), text, " ", kbd("P"));
  return panel(
    t("paper.title"),
    h("div", { class: "body stack-s" },
      receipt
        ? [facts([[t("paper.no"), h("span", { class: "mono" }, receipt.receipt_no)],
            [t("paper.code"), h("span", { class: "mono" }, receipt.check_code)],
            [t("paper.at"), longMoment(receipt.received_at)]]),
          h("p", { class: "row" }, button("print-receipt", t("paper.receipt")))]
        : [h("p", {}, t("paper.not-yet", { at: moment(found.queued_at) })),
          h("p", { class: "row" }, button("print-slip", t("paper.slip")))]),
  );
}
