// Step 2: the unit and the mortgage. What the register says stands as a value, not as an input.

import { post } from "./api.js";
import { h, icon, kbd } from "./dom.js";
import { problemNote, theStation } from "./frame.js";
import {
  actions, choice, corrections, facts, faultNote, field, from, head, missing, panel, state, stepTitle, value,
} from "./parts.js";
import { act, actPost, edit, flush, store, tell, textOf } from "./store.js";
import { clock, list, pick, spoken, t, unitNo } from "./words.js";

const asking = { since: 0, timer: 0, problem: null };
const opened = new Set();

export function estate() {
  const { draft } = store;
  const isFirst = draft.kind === "mortgage.first_registration";
  keepWords();
  return {
    main: [
      head(
        stepTitle(2),
        t("estate.how"),
        h("button", { class: "btn", type: "button", id: "ask", onclick: askRegister, "aria-busy": asking.since ? "true" : null },
          icon("register"), asking.since ? t("estate.asking") : t("estate.ask"), " ", kbd("F2")),
      ),
      asking.problem ? problemNote(asking.problem) : null,
      unit(),
      isFirst ? mortgage() : discharge(),
      actions(2, { note: faultNote(2) }),
    ],
    aside: [corrections(), limits(), missing(2), bank()],
    label: t("estate.aside"),
    keys: { F2: askRegister },
  };
}

async function askRegister() {
  if (asking.since) return;
  asking.since = Date.now();
  asking.problem = null;
  tell();
  try {
    await actPost("/precheck");
  } catch (problem) {
    asking.problem = problem;
  } finally {
    asking.since = 0;
    tell();
  }
}

function unit() {
  const told = store.draft.precheck;
  return panel(
    [
      t("estate.unit"),
      told ? h("span", { class: "small soft row-end" }, t("estate.told", { at: clock(told.at) })) : null,
    ],
    h(
      "div",
      { class: "body grid" },
      field("unit_no", t("field.unit_no"), {
        hint: t("estate.unit-how"),
        class: "mono",
        source: textOf("unit_no") ? "hand" : null,
        shown: unitNo(textOf("unit_no")),
      }),
      text("title_no"),
      text("location"),
      text("area_m2", { inputmode: "decimal" }),
      text("use", { width: "w2" }),
      ownership(),
      told?.land_right_end
        ? value(t("estate.land-until"), `${told.land_right} ${told.land_right_end}`, "register", { width: "w2" })
        : null,
    ),
  );
}

/** A text that the register may have given: then it is shown, and typing over it is a choice. */
function text(name, more = {}) {
  const label = t(`field.${name}`);
  const kept = store.draft.fields[name];
  if (kept?.source === "register" && !opened.has(name)) {
    return value(label, h("span", { id: name, tabindex: "-1", lang: "zh-CN" }, kept.text), "register", {
      width: more.width,
      after: h("button", { class: "plain row-end", type: "button", id: `${name}-over`, onclick: () => openField(name) },
        t("estate.type-over"), h("span", { class: "sr" }, ` ${label}`)),
    });
  }
  const told = store.draft.differences[name];
  return field(name, label, {
    source: kept ? "hand" : null,
    ...more,
    after: told
      ? h("button", { class: "plain", type: "button", id: `${name}-register`, onclick: () => takeTold(name) },
          t("estate.take", { text: told }))
      : null,
  });
}

function openField(name) {
  opened.add(name);
  tell();
  document.getElementById(name)?.focus();
}

async function takeTold(name) {
  opened.delete(name);
  await act(post, `/fields/${name}/register`).catch((problem) => ((store.problem = problem), tell()));
}

function ownership() {
  const names = ["0", "1", "2", "3"].map((code) => [code, t(`co_ownership.${code}`)]);
  const kept = store.draft.fields.co_ownership;
  if (kept?.source === "register" && !opened.has("co_ownership")) {
    const who = list(store.draft.precheck?.owners ?? []);
    return value(t("estate.owners"), `${who}　${t(`co_ownership.${kept.text}`)}`, "register", { width: "w2" });
  }
  return h(
    "div",
    { class: "field w2" },
    h("label", { for: "co_ownership" }, t("field.co_ownership")),
    h(
      "select",
      { id: "co_ownership", onchange: (event) => (edit("co_ownership", event.target.value), flush()) },
      [["", t("choose")], ...names].map(([code, name]) =>
        h("option", { value: code, selected: textOf("co_ownership") === code }, name)),
    ),
  );
}

function mortgage() {
  const isMaximum = textOf("form") === "2";
  return panel(
    t("estate.mortgage"),
    h(
      "div",
      { class: "body grid" },
      choice("form", t("field.form"), [["1", t("form.1")], ["2", t("form.2")]]),
      choice("is_transfer_restricted", t("field.is_transfer_restricted"), [["yes", t("yes")], ["no", t("no")]]),
      amount(isMaximum ? "max_claim" : "amount"),
      period(isMaximum),
      field("principal_contract_no", t("field.principal_contract_no"), { class: "mono" }),
      field("mortgage_contract_no", t("field.mortgage_contract_no"), { class: "mono" }),
      field("security_scope", t("field.security_scope"), { kind: "textarea", rows: "2", width: "" }),
      h(
        "details",
        { class: "field", open: textOf("contract_amount") || textOf("agreed_rank") ? true : null },
        h("summary", {}, t("estate.more")),
        h("div", { class: "grid" },
          field("contract_amount", t("field.contract_amount"), { inputmode: "decimal", hint: t("estate.contract-how") }),
          field("agreed_rank", t("field.agreed_rank"), { inputmode: "numeric" })),
      ),
    ),
  );
}

/** The amount: read back in capitals while it is typed; w multiplies by ten thousand. */
function amount(name) {
  const read = store.draft.capital[name];
  return field(name, t(`field.${name}`), {
    source: textOf(name) ? "hand" : null,
    inputmode: "decimal",
    describedby: `${name}-read`,
    onkeydown: (event) => {
      if (event.key !== "w" || event.ctrlKey || event.isComposing) return;
      event.preventDefault();
      const plain = Number(event.target.value.replace(/[,，\s]/g, ""));
      if (plain > 0) {
        event.target.value = String(Math.round(plain * 10_000));
        edit(name, event.target.value);
      }
    },
    shown: read?.yuan,
    around: (input) => h("div", { class: "amount-box" },
      h("span", { class: "unit" }, t("money.rmb")), input, h("span", { class: "unit" }, t("money.yuan"))),
    after: h(
      "p",
      { class: "capital", id: `${name}-read` },
      h("output", { for: name, lang: "zh-CN" }, read?.capital ?? "—"),
      h("span", { class: "small soft" }, read ? t("money.register", { wan: read.wan }) : t("money.w")),
    ),
  });
}

/** The amount in words follows the figures as long as nobody typed other words. */
function keepWords() {
  const name = textOf("form") === "2" ? "max_claim" : "amount";
  const capital = store.draft.capital[name]?.capital;
  if (capital && store.draft.kind === "mortgage.first_registration" && textOf("amount_words") !== capital)
    edit("amount_words", capital);
}

function period(isMaximum) {
  return h(
    "fieldset",
    { class: "field w3" },
    h("legend", {}, t(isMaximum ? "estate.period-maximum" : "estate.period")),
    h("div", { class: "grid" },
      field("start", t("field.start"), { inputmode: "numeric", isQuiet: true }),
      field("end", t("field.end"), { inputmode: "numeric", isQuiet: true })),
    h("p", { class: "hint" }, months()),
  );
}

function months() {
  const [start, end] = ["start", "end"].map((n) => textOf(n).split("-").map(Number));
  const n = start.length === 3 && end.length === 3 ? (end[0] - start[0]) * 12 + end[1] - start[1] : 0;
  const until = store.draft.precheck?.land_right_end;
  return [n > 0 ? t("estate.months", { n }) : t("estate.date-how"), until ? t("estate.land-limit", { day: until }) : ""].join("");
}

function discharge() {
  const causes = ["debt_cleared", "abandoned", "realised", "court_document"];
  return panel(
    t("estate.discharge"),
    h(
      "div",
      { class: "body grid" },
      field("certificate_no", t("field.certificate_no"), { width: "" }),
      choice("cause", t("field.cause"), causes.map((c) => [c, t(`cause.${c}`)]), { width: "" }),
      field("cleared_amount", t("field.cleared_amount"), { inputmode: "decimal" }),
    ),
  );
}

function limits() {
  const told = store.draft.precheck;
  const title = [t("limits.title"), from("register")];
  if (!told) return panel(title, h("p", { class: "body soft" }, t("limits.not-asked")));
  if (!told.is_found) return panel(title, h("p", { class: "body" }, state("correct", "warn", t("limits.not-found"))));
  const looks = { block: ["block", "block"], not_accepted: ["block", "block"], correct: ["correct", "correct"],
    manual: ["manual", "manual"], unknown: ["manual", "unknown"], info: ["info", "info"] };
  return panel(
    title,
    h(
      "div",
      { class: "body stack-s" },
      told.findings.length
        ? told.findings.map((f) => h("p", {}, state(looks[f.level][0], looks[f.level][1], pick(f))))
        : h("p", {}, state("pass", "check", t("limits.none"))),
      facts([
        [t("limits.mortgages"), told.mortgages.length
          ? told.mortgages.map((line) => h("p", { lang: "zh-CN" }, line))
          : t(store.draft.kind === "mortgage.cancellation" ? "limits.no-mortgage" : "limits.first")],
        [t("limits.owners"), h("span", { lang: "zh-CN" }, list(told.owners))],
      ]),
    ),
    h("footer", { class: "small soft" }, t("limits.again")),
  );
}

function bank() {
  const { place } = theStation();
  return panel(
    t("bank.title"),
    h("div", { class: "body" }, facts([
      [t("bank.name"), h("span", { lang: "zh-CN" }, place.bank)],
      [t("bank.code"), h("span", { class: "mono" }, place.credit_code)],
      [t("bank.office"), h("span", { lang: "zh-CN" }, place.office)],
    ])),
  );
}
