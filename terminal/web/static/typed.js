// A document whose chip cannot be read: typed by the teller with the reason why, marked as typed,
// and looked at by a second person, who types its number again from the paper.

import { post, put } from "./api.js";
import { h, icon } from "./dom.js";
import { attempt, stopWatching, troubles, watch, watching } from "./reader.js";
import { act, store, tell } from "./store.js";
import { pick, t } from "./words.js";

const KINDS = [
  "resident_card", "hmt_residence_permit", "permanent_resident_card", "passport", "travel_permit",
];
/** Their numbers tell the birth date; of the others it is asked. */
const TELLING = ["resident_card", "hmt_residence_permit"];
/** The places where somebody is being typed, with what was typed so far. */
export const typing = new Map();
/** What the second person has typed so far, by place. */
export const checking = new Map();

export function typedForm(slot) {
  const kept = typing.get(slot.slot_id);
  const keep = (name) => (event) => (kept[name] = event.target.value);
  const at = (name) => `${slot.slot_id}-typed-${name}`;
  const entry = (name, width = "w3") =>
    h("div", { class: `field ${width}` }, h("label", { for: at(name) }, t(`identity.typed.${name}`)),
      h("input", { id: at(name), autocomplete: "off", value: kept[name] ?? "", oninput: keep(name) }));
  const select = (name, width, options) =>
    h("div", { class: `field ${width}` }, h("label", { for: at(name) }, t(`identity.typed.${name}`)),
      h("select", { id: at(name), onchange: (event) => (keep(name)(event), tell()) },
        options.map(([value, text]) => h("option", { value, selected: value === (kept[name] ?? "") }, text))));
  const reasons = store.draft.manual_reasons.map((r) => [r.value, pick(r)]);
  return h(
    "div",
    { class: "stack" },
    h("p", { class: "note", "data-level": "manual" }, t("identity.typed-note")),
    h(
      "div",
      { class: "grid" },
      select("reason", "w3", [["", t("choose")], ...reasons]),
      entry("note"),
      select("kind", "w3", KINDS.map((k) => [k, t(`idkind.${k}`)])),
      ["name", "number", ...(TELLING.includes(kept.kind) ? [] : ["birth_date"]), "valid_from", "valid_to"].map(
        (name) => entry(name)),
      entry("address", ""),
    ),
    h(
      "p",
      { class: "row" },
      h("button", { class: "btn btn-primary", type: "button", id: at("take"), onclick: () => takeTyped(slot) },
        t("identity.typed-take")),
      h("button", { class: "btn", type: "button", onclick: () => leave(slot) }, t("dialog.back")),
    ),
  );
}

function leave(slot) {
  typing.delete(slot.slot_id);
  watching.isPaused = false;
  watch();
  tell();
}

async function takeTyped(slot) {
  const value = (name) => (typing.get(slot.slot_id)[name] ?? "").trim();
  if (!value("reason")) {
    document.getElementById(`${slot.slot_id}-typed-reason`)?.focus();
    troubles.set(slot.slot_id, { problem: missingReason() });
    return tell();
  }
  const body = { kind: value("kind"), number: value("number"), name: value("name"), address: value("address"),
    reason: value("reason"), note: value("note"), birth_date: value("birth_date") || null,
    valid_from: value("valid_from") || null, valid_to: value("valid_to") || null };
  await attempt(slot, async () => {
    await act(put, `/slots/${slot.slot_id}/identity`, body);
    leave(slot);
  });
  document.getElementById(`${slot.slot_id}-check-number`)?.focus();
  return null;
}

const missingReason = () => ({
  status: 422,
  code: "terminal.reason-missing",
  title: { zh: "请先选不读卡的原因", en: "Choose first why it is not read" },
  remedy: {},
});

export function startTyping(slot) {
  typing.set(slot.slot_id, { kind: KINDS[0] });
  troubles.delete(slot.slot_id);
  stopWatching();
  tell();
  document.getElementById(`${slot.slot_id}-typed-reason`)?.focus();
}

/** Ask for the second look at what was typed; where nobody else has a PIN, say what stands in. */
export function checkForm(slot) {
  const manual = slot.identity.manual;
  if (!manual || manual.checked_by) return null;
  if (!store.draft.checkers.length)
    return h("p", { class: "note", "data-level": "manual" }, t("identity.no-checker"));
  const kept = checking.get(slot.slot_id) ?? {};
  checking.set(slot.slot_id, kept);
  const at = (name) => `${slot.slot_id}-check-${name}`;
  const entry = (name, more = {}) =>
    h("div", { class: "field w2" }, h("label", { for: at(name) }, t(`identity.check.${name}`)),
      h("input", { id: at(name), autocomplete: "off", value: kept[name] ?? "",
        oninput: (event) => (kept[name] = event.target.value.trim()),
        onkeydown: (event) => event.key === "Enter" && (event.preventDefault(), takeCheck(slot)), ...more }));
  return h(
    "div",
    { class: "note stack-s", "data-level": "manual", id: `${slot.slot_id}-check` },
    h("p", {}, h("strong", {}, t("identity.check-title")), " ", t("identity.check-how")),
    h("div", { class: "grid" }, entry("number", { class: "mono" }), entry("staff_no"),
      entry("pin", { type: "password", inputmode: "numeric" })),
    h("p", {}, h("button", { class: "btn", type: "button", id: at("take"), onclick: () => takeCheck(slot) },
      icon("check"), t("identity.check-take"))),
  );
}

async function takeCheck(slot) {
  const kept = checking.get(slot.slot_id);
  const { number = "", staff_no = "", pin = "" } = kept;
  kept.pin = "";
  await attempt(slot, async () => {
    await act(post, `/slots/${slot.slot_id}/identity/check`, { number, staff_no, pin });
    checking.delete(slot.slot_id);
  });
}
