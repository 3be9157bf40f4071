// How long it takes: measured by the office on recent cases; where it does not know, we say so.

import { h } from "./dom.js";
import { facts, panel } from "./parts.js";
import { longMoment, moment, span, t } from "./words.js";

/** Draw what is left for a case of a kind: "received", "accepted" or "review" says how far it is. */
export function outlookPanel(told, kind, stage, ...more) {
  return panel(t("outlook.title"), h("div", { class: "body stack-s", id: "outlook" }, more, estimates(told, kind, stage)));
}

function estimates(told, kind, stage) {
  const { outlook, line } = told;
  if (!outlook) return h("p", {}, t(line?.trouble ? "outlook.no-line" : "outlook.unasked"));
  const rows = PATHS[stage].map((path) => [t(`outlook.${path}`), said(outlook, kind, path)]);
  return [
    h("p", { class: "small" }, t("outlook.queue", { unopened: outlook.unopened, review: outlook.in_review }),
      outlook.is_open ? "" : t("outlook.closed")),
    rows.map(([name, text]) => h("p", {}, h("strong", {}, name), " ", text)),
    h("p", { class: "small soft" }, t("outlook.honest", { at: moment(outlook.at) })),
  ];
}

const PATHS = { received: ["received", "automatic", "review"], accepted: ["automatic", "review"], review: ["review"] };

function said(outlook, kind, path) {
  const of = path === "received" ? "" : kind;
  const found = outlook.estimates.find((e) => e.path === path && e.kind === of);
  if (!found) return t("outlook.unknown");
  return [
    t("outlook.half", { half: span(found.p50_s), most: span(found.p90_s) }),
    t(found.is_office_time ? "outlook.office-time" : "outlook.sample", { n: found.sample }),
    found.is_office_time ? t("outlook.by", { half: moment(found.p50_at), most: moment(found.p90_at) }) : "",
  ];
}

/** By when the office has to be done, as it told with the acceptance. */
export function dues(answers) {
  const due = answers.findLast((a) => a.due.length)?.due ?? [];
  if (!due.length) return null;
  return facts(due.map((d) => [t(`due.${d.name}`), `${longMoment(d.at)}${d.is_provisional ? t("due.provisional") : ""}`]));
}
