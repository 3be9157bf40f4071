// The self-check: what fails comes first, with what to do about it.

import { get, post, readerPath } from "./api.js";
import { h, kbd } from "./dom.js";
import { problemNote, theReaders, theStation } from "./frame.js";
import { head, panel, state } from "./parts.js";
import { clock, pick, spoken, t } from "./words.js";

const LOOKS = { bad: ["block", "block", "fault"], warn: ["correct", "warn", "warn"], ok: ["pass", "check", null] };
const ORDER = ["bad", "warn", "ok"];
let told = null;
let took = 0;
let problem = null;
let isBusy = false;
/** What came of trying a reader, by its name. */
const trials = new Map();
let draw = () => {};

export async function enterDoctor(redrawPage) {
  draw = redrawPage;
  await examine();
}

async function examine() {
  if (isBusy) return;
  isBusy = true;
  problem = null;
  draw();
  const since = performance.now();
  told = await get("/ui/api/doctor").catch((error) => ((problem = error), null));
  took = (performance.now() - since) / 1000;
  isBusy = false;
  draw();
}

export function doctor() {
  const checks = [...(told?.checks ?? [])].sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
  const count = (name) => checks.filter((c) => c.level === name).length;
  return {
    main: [
      head(
        told ? t("doctor.title", { ok: count("ok"), bad: count("bad"), warn: count("warn") }) : t("nav.doctor"),
        told ? t("doctor.when", { at: clock(told.at), s: took.toFixed(1) }) : t("doctor.running"),
        h("button", { class: "btn btn-primary", type: "button", id: "again", onclick: examine, "aria-busy": isBusy ? "true" : null },
          isBusy ? t("doctor.running") : t("doctor.again"), " ", kbd("F2")),
      ),
      problem ? problemNote(problem) : null,
      told ? table(checks) : null,
    ],
    aside: [
      panel(t("doctor.help"), h("div", { class: "body stack-s" },
        h("p", {}, t("doctor.call")),
        h("p", { class: "big mono" }, theStation().place.terminal),
        h("p", { class: "small soft" }, t("doctor.no-data")))),
      panel(t("doctor.readers"), h("div", { class: "body stack-s" },
        theReaders().length ? theReaders().map(reader) : h("p", { class: "soft" }, t("status.no-reader")))),
    ],
    label: t("doctor.help"),
    two: true,
    keys: { F2: examine },
  };
}

/** One reader: how it is, which it is, and a card to try it with. */
function reader(r, at) {
  const tried = trials.get(r.name);
  return [
    h("p", {}, state(r.trouble ? "block" : "pass", r.trouble ? "block" : "check",
      r.trouble ? pick(r.trouble) : t(r.is_simulated ? "doctor.reader-simulated" : "doctor.reader-ok"))),
    h("p", { class: "small soft mono" }, [r.name, r.device].filter(Boolean).join("　")),
    r.needs_key ? null : h("p", {}, h("button", { class: "btn btn-s", type: "button", id: `try-${at}`,
      "aria-busy": tried?.isOn ? "true" : null, onclick: () => tryReader(r) }, t(tried?.isOn ? "doctor.trying" : "doctor.try"))),
    tried?.told ? h("p", { class: "small", role: "status" }, t("doctor.tried", {
      kind: t(`idkind.${tried.told.kind}`), number: tried.told.number, s: ((tried.told.took_ms ?? 0) / 1000).toFixed(2) })) : null,
    tried?.problem ? problemNote(tried.problem) : null,
  ];
}

async function tryReader(r) {
  trials.set(r.name, { isOn: true });
  draw();
  await post(readerPath(r.name, "try")).then((told) => trials.set(r.name, { told })).catch((error) => trials.set(r.name, { problem: error }));
  draw();
}

function table(checks) {
  return h(
    "section",
    { class: "panel table-wrap", "aria-label": t("doctor.result") },
    h("table", {},
      h("caption", { class: "sr" }, t("doctor.caption")),
      h("thead", {}, h("tr", {}, ["result", "check", "measured"].map((name) => h("th", { scope: "col" }, t(`doctor.${name}`))))),
      h("tbody", {}, checks.map((c) => {
        const [look, shape, rowState] = LOOKS[c.level] ?? LOOKS.warn;
        const remedy = spoken() === "en" ? c.remedy_en || c.remedy_zh : c.remedy_zh;
        return h("tr", { "data-state": rowState },
          h("td", {}, state(look, shape, t(`doctor.${c.level}`))),
          h("th", { scope: "row", class: "nowrap" }, nameOf(c.name)),
          h("td", {}, pick(c), remedy ? [h("br"), h("strong", {}, remedy)] : null));
      }))),
  );
}

/** A check's name: ours where we know it, else as the counter has it. */
function nameOf(name) {
  const kind = name.split(":")[0];
  const known = t(`doctor.name.${kind}`);
  return known.startsWith("doctor.name.") ? name : known;
}
