// The form of any kind of registration, drawn from what the server says its fields are.

import { h } from "./dom.js";
import { choice, field, from, panel, value } from "./parts.js";
import { act, edit, flush, store, tell, textOf } from "./store.js";
import { post } from "./api.js";
import { list, pick, t } from "./words.js";

const SECTIONS = ["bundle", "standing", "sale", "discharge", "change", "crystallisation", "transfer", "former", "applicant", "mortgage"];
const WIDE = new Set(["long", "choices"]);
const opened = new Set();

/** The sections that this draft's form has beside the unit, each as a panel. */
export function sections() {
  keepWords();
  return SECTIONS.map((name) => [name, fieldsOf(name)])
    .filter(([, fields]) => fields.length)
    .map(([name, fields]) => section(name, fields));
}

const fieldsOf = (name) => store.draft.form_fields.filter((f) => f.section === name);
const isMaximum = () => textOf("form") === "2";

function section(name, fields) {
  // What is rarely filled in stands behind a fold, where the section has much else.
  const rare = name === "mortgage" ? fields.filter((f) => f.is_optional && ["whole", "money"].includes(f.shape)) : [];
  const plain = fields.filter((f) => !rare.includes(f) && f.name !== "end");
  return panel(
    t(`section.${name}`),
    h(
      "div",
      { class: "body grid" },
      plain.map((f) => (f.name === "start" ? period() : one(f))),
      rare.length
        ? h("details", { class: "field", open: rare.some((f) => textOf(f.name)) ? true : null },
            h("summary", {}, t("estate.more")), h("div", { class: "grid" }, rare.map(one)))
        : null,
    ),
  );
}

/** The field's name in the pages' own words, or in the form's. */
function labelOf(f) {
  const known = t(`field.${f.name}`);
  const label = known === `field.${f.name}` ? pick(f) : known;
  return f.is_optional && !/[（(]/.test(label) ? t("field.optional", { label }) : label;
}

function one(f) {
  if (f.shape === "choice") return choice(f.name, labelOf(f), f.choices.map((c) => [c.value, pick(c)]), { width: widthOf(f) });
  if (f.shape === "choices") return several(f);
  if (f.shape === "amount") return amount(f);
  if (f.shape === "long") return text(f.name, { kind: "textarea", rows: "2", width: "" });
  return text(f.name, {
    class: f.shape === "mono" || f.shape === "date" ? "mono" : null,
    inputmode: { money: "decimal", decimal: "decimal", date: "numeric", whole: "numeric" }[f.shape] ?? null,
    hint: f.name === "contract_amount" ? t("estate.contract-how") : f.shape === "date" ? t("estate.date-how") : null,
  });
}

/** Short choices share a line; many or long ones have it alone. */
function widthOf(f) {
  const length = f.choices.reduce((sum, c) => sum + pick(c).length, 0);
  return WIDE.has(f.shape) || length > 24 ? "" : "w3";
}

/** Several of some choices, as check boxes that save themselves. */
function several(f) {
  const chosen = new Set(textOf(f.name).split(" ").filter(Boolean));
  const flip = (value, isOn) => {
    if (isOn) chosen.add(value);
    else chosen.delete(value);
    edit(f.name, f.choices.map((c) => c.value).filter((v) => chosen.has(v)).join(" "));
    flush();
  };
  return h("fieldset", { class: "field", id: f.name },
    h("legend", {}, labelOf(f)),
    h("span", { class: "choices" }, f.choices.map((c) => {
      const isOn = chosen.has(c.value);
      const box = h("input", { type: "checkbox", id: `${f.name}-${c.value}`, checked: isOn,
        onchange: (event) => flip(c.value, event.target.checked) });
      return h("label", { class: "choice", "data-state": isOn ? "on" : null }, box, pick(c));
    })));
}

/** A text that the register may have given: then it is shown, and typing over it is a choice. */
export function text(name, more = {}) {
  const f = store.draft.form_fields.find((one) => one.name === name);
  const label = labelOf(f);
  const kept = store.draft.fields[name];
  if (kept?.source === "register" && !opened.has(name)) {
    return value(label, h("span", { id: name, tabindex: "-1", lang: "zh-CN" }, kept.text), "register", {
      width: more.width,
      after: over(name, label),
    });
  }
  const told = store.draft.differences[name];
  return field(name, label, {
    source: kept ? kept.source : null,
    ...more,
    after: [more.after, told
      ? h("button", { class: "plain", type: "button", id: `${name}-register`, onclick: () => takeTold(name) },
          t("estate.take", { text: told }))
      : null],
  });
}

function over(name, label) {
  return h("button", { class: "plain row-end", type: "button", id: `${name}-over`, onclick: () => openField(name) },
    t("estate.type-over"), h("span", { class: "sr" }, ` ${label}`));
}

export function openField(name) {
  opened.add(name);
  tell();
  document.getElementById(name)?.focus();
}

export const isOpened = (name) => opened.has(name);

async function takeTold(name) {
  opened.delete(name);
  await act(post, `/fields/${name}/register`).catch((problem) => ((store.problem = problem), tell()));
}

/** The amount: read back in capitals while it is typed; w multiplies by ten thousand. */
function amount(f) {
  const { name } = f;
  const read = store.draft.capital[name];
  const kept = store.draft.fields[name];
  if (kept?.source === "register" && !opened.has(name))
    return value(labelOf(f), [h("span", { id: name, tabindex: "-1" }, t("money.amount", { yuan: read?.yuan ?? kept.text })), "　",
      h("span", { lang: "zh-CN" }, read?.capital)], "register", { after: over(name, labelOf(f)) });
  return field(name, labelOf(f), {
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
  const name = isMaximum() ? "max_claim" : "amount";
  const capital = store.draft.capital[name]?.capital;
  const isAsked = store.draft.form_fields.some((f) => f.name === "amount_words");
  if (capital && isAsked && textOf("amount_words") !== capital) edit("amount_words", capital);
}

function period() {
  return h(
    "fieldset",
    { class: "field w3" },
    h("legend", {}, t(isMaximum() ? "estate.period-maximum" : "estate.period")),
    h("div", { class: "grid" },
      ["start", "end"].map((name) => store.draft.fields[name]?.source === "register" && !opened.has(name)
        ? text(name)
        : field(name, t(`field.${name}`), { inputmode: "numeric", isQuiet: true }))),
    h("p", { class: "hint" }, months()),
  );
}

function months() {
  const [start, end] = ["start", "end"].map((n) => textOf(n).split("-").map(Number));
  const n = start.length === 3 && end.length === 3 ? (end[0] - start[0]) * 12 + end[1] - start[1] : 0;
  const until = store.draft.precheck?.land_right_end;
  return [n > 0 ? t("estate.months", { n }) : t("estate.date-how"), until ? t("estate.land-limit", { day: until }) : ""].join("");
}

/** How the unit is held: the register's word, or a choice. */
export function ownership() {
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

/** Which of this bank's mortgages or notices on the unit is meant, where there are several. */
export function standing() {
  const name = fieldsOf("standing")[0]?.name;
  const found = (store.draft.precheck?.standing ?? []).filter((one) => one.is_notice === (name === "notice_no"));
  if (!name || found.length < 2 || textOf(name)) return null;
  return panel([t("standing.title"), from("register")],
    h("div", { class: "body stack-s" }, h("p", { class: "small soft" }, t("standing.how")),
      found.map((one, at) => h("button", { class: "btn btn-s mono", type: "button", id: `standing-${at}`, lang: "zh-CN",
        onclick: () => (edit(name, one.certificate_no), flush()) }, one.certificate_no))));
}
