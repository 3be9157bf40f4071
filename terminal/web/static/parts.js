// Parts that several pages share: fields, findings, the rail of steps, panels.

import { isLost } from "./contact.js";
import { h, icon, kbd } from "./dom.js";
import { problemNote } from "./frame.js";
import { edit, flush, settleConflict, store, textOf } from "./store.js";
import { clock, list, longMoment, pick, spoken, t } from "./words.js";

const SOURCES = { chip: "chip", register: "register", shared: "register", scan: "scan", code: "scan", hand: "hand", manual: "hand" };
const LEVELS = {
  not_accepted: ["block", "block"],
  block: ["block", "block"],
  correct: ["correct", "correct"],
  manual: ["manual", "manual"],
  unknown: ["manual", "unknown"],
  info: ["info", "info"],
  pass: ["pass", "check"],
};
export const STEPS = ["identity", "estate", "materials", "sign", "check"];
/** What has to be put right before the draft may go. */
export const STOPS = ["not_accepted", "block", "correct"];

/** Say where a value comes from. */
export function from(source) {
  const name = SOURCES[source] ?? "hand";
  return h("span", { class: "from", "data-source": name }, icon(name), t(`source.${source}`));
}

/** Name a level by shape and word. */
export function level(name, text) {
  const [look, shape] = LEVELS[name];
  return h("span", { class: "level", "data-level": look }, icon(shape), text ?? t(`level.${name}`));
}

export function state(look, shape, text) {
  return h("span", { class: "state", "data-level": look }, icon(shape), text);
}

export function panel(title, ...rest) {
  const id = `h-${++panel.count}`;
  const [head, ...body] = Array.isArray(title) ? title : [title];
  return h(
    "section",
    { class: "panel", "aria-labelledby": id },
    h("header", {}, h("h2", { id }, head), ...body),
    ...rest,
  );
}
panel.count = 0;

/** Draw a list of label and value; entries without a value are left out. */
export function facts(entries, more = "") {
  return h(
    "dl",
    { class: `facts ${more}`.trim() },
    entries
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([label, value]) => [h("dt", {}, label), h("dd", {}, value)]),
  );
}

/** Say what is wrong with a field: what was typed, or how it differs from the register. */
export function faultOf(id) {
  const problem = store.draft.problems.find((p) => p.field === id && p.code !== "missing");
  if (problem) return pick(problem);
  const told = store.draft.differences[id];
  return told ? t("field.differs", { text: told }) : "";
}

/** Draw a text field that saves itself. */
export function field(id, label, options = {}) {
  const { width = "w3", hint, source, kind = "input", around, after, describedby, shown, isQuiet, ...more } =
    options;
  const fault = faultOf(id);
  const marks = [fault && `${id}-e`, hint && `${id}-h`, describedby].filter(Boolean).join(" ");
  const isFocused = document.activeElement?.id === id;
  const input = h(kind, {
    id,
    autocomplete: "off",
    "aria-invalid": fault ? "true" : null,
    "aria-describedby": marks || null,
    oninput: (event) => edit(id, event.target.value),
    onchange: flush,
    ...more,
    value: shown && !isFocused ? shown : textOf(id),
  });
  return h(
    "div",
    { class: `field ${width}`.trim(), "data-state": fault ? "error" : null },
    h("div", { class: isQuiet ? "sr" : "label-row" }, h("label", { for: id }, label), source ? from(source) : null),
    fault ? h("p", { class: "error", id: `${id}-e` }, icon("warn"), fault) : null,
    around ? around(input) : input,
    hint ? h("p", { class: "hint", id: `${id}-h` }, hint) : null,
    after,
  );
}

/** Draw a choice of one, as radio buttons that save themselves. */
export function choice(id, label, options, { width = "w3" } = {}) {
  const chosen = textOf(id);
  return h(
    "fieldset",
    { class: `field ${width}`, id },
    h("legend", {}, label),
    h(
      "span",
      { class: "choices" },
      options.map(([value, text]) => {
        const isOn = chosen === value;
        const radio = h("input", {
          type: "radio",
          name: id,
          id: `${id}-${value}`,
          checked: isOn,
          onchange: () => {
            edit(id, value);
            flush();
          },
        });
        return h("label", { class: "choice", "data-state": isOn ? "on" : null }, radio, text);
      }),
    ),
  );
}

/** Draw a value that a source gave, as text and not as an input. */
export function value(label, text, source, { width = "w3", after } = {}) {
  return h(
    "div",
    { class: `field ${width}` },
    h("div", { class: "label-row" }, h("span", { class: "label" }, label), from(source), after),
    h("p", { class: "value" }, text),
  );
}

/** The findings that belong to a step. */
export function ofStep(step) {
  return store.findings.filter((f) => f.step === step);
}

/** A rule that people know by number; checks of form have none. */
const ruleOf = (f) => (/^R\d/.test(f.rule) ? f.rule : "");

/** What a finding says; of a person it says whose part it is. */
function said(f) {
  const slot = store.draft?.slots.find((s) => s.slot_id === f.target?.split(".")[0]);
  if (!slot || /^R\d/.test(f.rule)) return pick(f);
  const isUnread = f.target === slot.slot_id && !slot.identity && !slot.number;
  return t("finding.of", { who: slotTitle(slot), text: isUnread ? t("finding.unread") : pick(f) });
}

/** Name a person's place: the part, its number among several, and who is there. */
export function slotTitle(slot, withName = true) {
  const alike = store.draft.slots.filter((s) => s.role === slot.role);
  const isCounted = alike.length > 1 || slot.role === "mortgagor";
  const name = withName ? ` ${slot.display_name}`.trimEnd() : "";
  // The place may come from an answer that a newer one overtook: the same one, another object.
  const place = alike.findIndex((s) => s.slot_id === slot.slot_id) + 1;
  return `${t(`role.${slot.role}`)}${isCounted ? ` ${place}` : ""}${name}`;
}

const stopping = (findings) => findings.filter((f) => STOPS.includes(f.level));

/** The address that jumps to where a finding is put right. */
export function way(finding) {
  const { draft } = store;
  const target = finding.target ? `/${encodeURIComponent(finding.target)}` : "";
  return `#/draft/${draft.draft_id}/${finding.step}${target}`;
}

/** Draw findings for the narrow column, each with its way to go; of earlier steps alone where they come first. */
export function missing(step, { isBefore = false } = {}) {
  const here = isBefore ? [] : ofStep(step);
  // What the steps ahead ask for is no fault yet.
  const rest = stopping(store.findings).filter((f) => f.step < step);
  const shown = [...here, ...rest].slice(0, 8);
  if (!shown.length)
    return panel(t("missing.title"), h("p", { class: "body soft" }, t("missing.none")));
  return panel(
    [t("missing.title"), h("span", { class: "count" }, String(here.length + rest.length))],
    h(
      "ul",
      { class: "findings findings-narrow" },
      shown.map((f, at) =>
        h(
          "li",
          { class: "finding", "data-level": LEVELS[f.level][0] },
          level(f.level),
          h("span", { class: "rule" }, ruleOf(f)),
          h("div", { class: "text" }, h("p", {}, said(f))),
          f.step === 5
            ? null
            : h(
                "a",
                { class: "go small", href: way(f), id: `go-${at}` },
                f.step === step ? t("missing.go") : t("missing.go-step", { n: f.step }),
                at === 0 ? [" ", kbd("F4")] : null,
              ),
        ),
      ),
    ),
  );
}

/** By when the correction must be back, and what holds when that is over. */
export function correctBy(iso) {
  const isOver = new Date(iso) < new Date();
  return t(isOver ? "correction.over" : "correction.by", { at: longMoment(iso) });
}

/** What the office asked to be corrected in this round. */
export function corrections() {
  const asked = store.correction;
  if (!asked?.findings.length && !asked?.note) return null;
  return panel(
    [t("correction.title"), h("span", { class: "count" }, String(asked.findings.length))],
    asked.correct_by ? h("p", { class: "body" }, correctBy(asked.correct_by)) : null,
    asked.note ? h("p", { class: "body" }, h("strong", {}, t("correction.note")), asked.note) : null,
    h(
      "ul",
      { class: "findings findings-narrow" },
      asked.findings.map((f) =>
        h(
          "li",
          { class: "finding", "data-level": LEVELS[f.level][0] },
          level(f.level),
          h("span", { class: "rule" }, f.rule),
          h("div", { class: "text" }, h("p", {}, said(f)), basis(f)),
          h("a", { class: "go small", href: way(f) }, t("missing.go-step", { n: f.step })),
        ),
      ),
    ),
  );
}

const basis = (f) => (f.basis ? h("p", { class: "basis", lang: "zh-CN" }, f.basis) : null);

/** Draw one finding in full: what happened, what to do, the law last. */
export function finding(f, isCurrent, act) {
  return h(
    "li",
    {
      class: "finding",
      "data-level": LEVELS[f.level][0],
      "aria-current": isCurrent ? "true" : null,
    },
    level(f.level),
    h(
      "div",
      {},
      h("h3", { class: "what" }, said(f)),
      h(
        "p",
        { class: "basis" },
        ruleOf(f) || t("finding.form"),
        f.basis ? ["　", h("span", { lang: "zh-CN" }, f.basis)] : null,
      ),
    ),
    act,
  );
}

/** The rail: five steps, what is still to mend in each, and when the draft was saved. */
export function rail(step, turning) {
  const { draft } = store;
  const entries = STEPS.map((name, at) => {
    const number = at + 1;
    const faults = number < 5 ? stopping(ofStep(number)).length : 0;
    const isPast = number < step || sessionStorage.getItem(`seen-${draft.draft_id}-${number}`);
    const look =
      number === step ? "now" : !isPast || number === 5 ? "todo" : faults ? "fault" : "done";
    return h(
      "li",
      { "data-state": look, "aria-current": number === step ? "step" : null },
      h("span", { class: "step-no" }, look === "done" ? icon("check") : String(number)),
      h("a", { href: `#/draft/${draft.draft_id}/${number}`, id: `step-${number}` }, t(`step.${name}`)),
      look === "fault"
        ? h("span", { class: "step-note" }, t("step.faults", { n: faults }))
        : null,
    );
  });
  return h(
    "nav",
    { class: "rail", "aria-label": t("step.all") },
    h("ol", {}, entries),
    h(
      "div",
      { class: "draft" },
      h("p", {}, t("draft.number", { number: draft.number }), h("br"), kindName(draft)),
      draft.round > 1 ? h("p", {}, t("draft.round", { round: draft.round, no: draft.corrects })) : null,
      h("p", { class: "saved" }, h("span", {}, t("draft.saved", { at: clock(store.savedAt) })), h("span", {}, t(isLost() ? "draft.unsaved" : "draft.saving"))),
      turning,
      h("button", { class: "btn btn-s", type: "button", id: "aside", onclick: () => (location.hash = "/new") },
        t("draft.aside"), " ", kbd("F9")),
    ),
  );
}

export function kindName(draft) {
  const model = draft.fields?.model?.text ?? draft.model;
  if (model) return t(`model.${model}`);
  const isFirst = draft.kind === "mortgage.first_registration";
  const form = isFirst && (draft.fields?.form?.text ?? draft.form) === "2" ? ".maximum" : "";
  return t(`kind.${draft.kind}${form}`);
}

/** What stands above every step: failures to save, what another window changed or wants otherwise. */
export function troubles() {
  const { problem, conflicts, changed } = store;
  return [
    problem ? problemNote(problem) : null,
    changed.length
      ? h("p", { class: "note", "data-level": "info", role: "status", id: "merged" },
          t("draft.merged", { what: list([...new Set(changed.map(fieldName))]) }))
      : null,
    conflicts.filter((c) => c.draft === store.draft.draft_id).map(({ id, ours, theirs }) =>
      h(
        "div",
        { class: "note", "data-level": "correct", role: "alert" },
        h("p", {}, h("strong", {}, t("conflict.title", { field: fieldName(id) }))),
        h(
          "p",
          { class: "row" },
          h(
            "button",
            { class: "btn btn-s", type: "button", onclick: () => settleConflict(id, false) },
            t("conflict.theirs", { text: theirs || t("conflict.empty") }),
          ),
          h(
            "button",
            { class: "btn btn-s", type: "button", onclick: () => settleConflict(id, true) },
            t("conflict.ours", { text: ours || t("conflict.empty") }),
          ),
        ),
      ),
    ),
  ];
}

/** Name a text as the form does; of a person, say whose it is. */
export function fieldName(id) {
  const found = store.draft.form_fields.find((f) => f.name === id);
  if (found) return pick(found);
  const [head, name] = id.split(".");
  const slot = store.draft.slots.find((s) => s.slot_id === head);
  if (!name) return slot ? slotTitle(slot) : t("turn.person");
  const question = store.draft.questions.find((q) => q.code === name);
  if (question) return pick(question);
  return slot ? t("finding.of", { who: slotTitle(slot, false), text: t(`identity.${name}`) }) : id;
}

/** The buttons at the foot of a step. */
export function actions(step, { note, isBlocked = false } = {}) {
  const at = `#/draft/${store.draft.draft_id}`;
  return h(
    "div",
    { class: "actions" },
    h(
      "a",
      {
        class: "btn btn-primary btn-big",
        id: "next",
        href: `${at}/${step + 1}`,
        "aria-disabled": isBlocked ? "true" : null,
        "aria-describedby": note ? "why" : null,
      },
      t("step.next", { name: t(`step.${STEPS[step]}`) }),
      " ",
      kbd("F8"),
    ),
    step > 1
      ? h("a", { class: "btn btn-big", href: `${at}/${step - 1}` }, t("step.back"), " ", kbd("Shift+F8"))
      : null,
    note ? h("p", { class: "small soft", id: "why" }, note) : null,
  );
}

/** How many faults a step has, in a sentence. */
export function faultNote(step) {
  const n = stopping(ofStep(step)).length;
  return n ? t("step.faults-note", { n }) : "";
}

/** The head of a page: what it is, what to do, its main act. */
export function head(title, text, ...acts) {
  return h(
    "div",
    { class: "page-head" },
    h("div", {}, h("h1", { tabindex: "-1", id: "title" }, title), text ? h("p", {}, text) : null),
    ...acts,
  );
}

export function stepTitle(step) {
  const name = t(`step.${STEPS[step - 1]}`);
  return t("step.title", { n: step, name, gap: spoken() === "en" ? " " : "　" });
}
