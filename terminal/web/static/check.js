// Step 5: everything that is wrong or missing, at once; then submit.

import { get, post } from "./api.js";
import { h, kbd } from "./dom.js";
import { problemNote, theStation, toast } from "./frame.js";
import { outlookPanel } from "./outlook.js";
import { facts, finding, head, kindName, level, panel, state, stepTitle, STOPS, way } from "./parts.js";
import { flush, load, store, tell } from "./store.js";
import { list, pick, t } from "./words.js";

let problem = null;
let isBusy = false;
let told = {};

export function check() {
  const stops = store.findings.filter((f) => STOPS.includes(f.level));
  const notes = store.findings.filter((f) => !STOPS.includes(f.level));
  return {
    main: [
      head(stepTitle(5), stops.length ? t("check.how", { n: stops.length }) : t("check.ready"), counts()),
      problem ? problemNote(problem) : null,
      stops.length
        ? list_(t("check.must", { n: stops.length }), stops, true)
        : panel(t("check.passed"), h("p", { class: "body" }, state("pass", "check", t("check.all-good")))),
      notes.length ? list_(t("check.may", { n: notes.length }), notes, false) : null,
      foot(stops),
    ],
    aside: [summary(), duration()],
    label: t("check.aside"),
    keys: { F2: null, "Ctrl+Enter": submit },
  };
}

function counts() {
  const found = new Map();
  for (const f of store.findings) found.set(f.level, (found.get(f.level) ?? 0) + 1);
  return h("p", { class: "counts" },
    ["not_accepted", "block", "correct", "unknown", "manual", "info"]
      .filter((name) => found.has(name))
      .map((name) => level(name, `${t(`level.${name}`)} ${found.get(name)}`)));
}

function list_(title, findings, isMust) {
  return panel(
    [title, isMust ? h("span", { class: "keys row-end" }, t("check.one-by-one"), " ", kbd("F4")) : null],
    h("ol", { class: "findings" },
      findings.map((f, at) => finding(f, isMust && at === 0, f.step === 5 ? null
        : h("a", { class: `btn btn-s ${isMust && at === 0 ? "btn-primary" : ""}`, href: way(f), id: `way-${isMust}-${at}` },
            t("check.go", { n: f.step }), isMust && at === 0 ? [" ", kbd("F4")] : null)))),
  );
}

function foot(stops) {
  const isBlocked = stops.length > 0 || isBusy;
  return h(
    "div",
    { class: "actions" },
    h("button", { class: "btn btn-primary btn-big", type: "button", id: "submit", onclick: submit,
      "aria-disabled": isBlocked ? "true" : null, "aria-describedby": "why", "aria-busy": isBusy ? "true" : null },
      isBusy ? t("check.sealing") : t(store.draft.round > 1 ? "check.send-back" : "check.submit"), " ", kbd("Ctrl+Enter")),
    h("a", { class: "btn btn-big", href: `#/draft/${store.draft.draft_id}/4` }, t("step.back"), " ", kbd("Shift+F8")),
    h("p", { class: "small soft", id: "why" }, stops.length ? t("check.first", { n: stops.length }) : t("check.safe")),
  );
}

async function submit() {
  await flush();
  await load(store.draft.draft_id);
  const stop = store.findings.find((f) => STOPS.includes(f.level));
  if (stop) {
    tell();
    if (stop.step !== 5) location.hash = way(stop).slice(1);
    return;
  }
  isBusy = true;
  problem = null;
  tell();
  try {
    const item = await post(`/ui/api/drafts/${store.draft.draft_id}/submit`);
    toast(t("check.done", { number: item.number }));
    location.hash = `/tray/${store.draft.draft_id}`;
    post("/ui/api/tray/exchange").catch(() => {});
  } catch (error) {
    problem = error;
    if (error.findings) await load(store.draft.draft_id);
  } finally {
    isBusy = false;
    tell();
  }
}

function summary() {
  const { draft } = store;
  const text = (name) => draft.fields[name]?.text ?? "";
  const read = draft.capital.amount ?? draft.capital.max_claim;
  const names = (role) => list(draft.slots.filter((s) => s.role === role).map((s) => s.display_name));
  const debtors = list(draft.slots
    .filter((s) => s.role === "debtor" || (s.role === draft.owner_role && s.is_debtor)).map((s) => s.display_name));
  const zh = (value) => value && h("span", { lang: "zh-CN" }, value);
  const pages = draft.materials.reduce((sum, m) => sum + m.pages, 0);
  const kinds = new Set(draft.materials.map((m) => m.code)).size;
  const restricted = text("is_transfer_restricted");
  return panel(
    t("summary.title"),
    h(
      "div",
      { class: "body stack" },
      read ? h("div", {},
        h("p", { class: "small soft" }, t(draft.capital.amount ? "field.amount" : "field.max_claim")),
        h("p", { class: "big" }, t("money.amount", { yuan: read.yuan })),
        h("p", { lang: "zh-CN" }, read.capital)) : null,
      facts([
        [t("summary.kind"), kindName(draft)],
        [t("summary.steps"), draft.steps.length > 1 ? draft.steps.map((s, at) => h("p", {}, `${at + 1}　${pick(s)}`)) : ""],
        ...["seller", "buyer", "mortgagor"].map((role) => [t(`role.${role}`), zh(names(role))]),
        [t("role.debtor"), draft.has_debtors ? zh(debtors) : ""],
        [t("field.certificate_no"), zh(text("certificate_no") || text("notice_no"))],
        [t("bank.title"), zh(theStation().place.bank)],
        [t("field.location"), zh(text("location"))],
        [t("summary.period"), text("start") && [h("time", {}, text("start")), t("to"), h("time", {}, text("end"))]],
        [t("summary.transfer"), restricted ? t(`summary.transfer.${restricted}`) : ""],
        [t("summary.materials"), t("summary.pages", { kinds, pages })],
        [t("summary.spared"), list(draft.catalogue.filter((line) => line.spare?.is_spared).map((line) => `${line.code} ${pick(line)}`))],
        [t("summary.signed"), t("summary.inks", { n: draft.signed })],
      ]),
    ),
  );
}

/** Ask how long it takes now, beside the page. */
export async function enterCheck() {
  told = await get("/ui/api/outlook").catch(() => told);
  tell();
}

function duration() {
  return outlookPanel(told, store.draft.kind, "received", h("p", {}, t("after.sealed")), h("p", { class: "small soft" }, t("after.law")));
}
