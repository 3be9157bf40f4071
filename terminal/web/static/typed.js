// A document whose chip cannot be read: typed by the teller, and marked as typed.

import { put } from "./api.js";
import { h } from "./dom.js";
import { attempt, troubles } from "./reader.js";
import { act, tell } from "./store.js";
import { t } from "./words.js";

const KINDS = [
  "resident_card", "hmt_residence_permit", "permanent_resident_card", "passport", "travel_permit",
];
/** The places where somebody is being typed, with what was typed so far. */
export const typing = new Map();

/** A document whose chip cannot be read: typed, marked as typed, looked at by a reviewer. */
export function typedForm(slot) {
  const kept = typing.get(slot.slot_id);
  const keep = (name) => (event) => (kept[name] = event.target.value);
  const at = (name) => `${slot.slot_id}-typed-${name}`;
  const entry = (name, width = "w3") =>
    h("div", { class: `field ${width}` }, h("label", { for: at(name) }, t(`identity.typed.${name}`)),
      h("input", { id: at(name), autocomplete: "off", value: kept[name] ?? "", oninput: keep(name) }));
  return h(
    "div",
    { class: "stack" },
    h("p", { class: "note", "data-level": "manual" }, t("identity.typed-note")),
    h(
      "div",
      { class: "grid" },
      h("div", { class: "field w3" }, h("label", { for: at("kind") }, t("identity.typed.kind")),
        h("select", { id: at("kind"), onchange: keep("kind") },
          KINDS.map((k) => h("option", { value: k, selected: k === kept.kind }, t(`idkind.${k}`))))),
      ...["name", "number", "valid_from", "valid_to"].map((name) => entry(name)),
      entry("address", ""),
    ),
    h(
      "p",
      { class: "row" },
      h("button", { class: "btn btn-primary", type: "button", id: at("take"), onclick: () => takeTyped(slot) },
        t("identity.typed-take")),
      h("button", { class: "btn", type: "button", onclick: () => (typing.delete(slot.slot_id), tell()) },
        t("dialog.back")),
    ),
  );
}

async function takeTyped(slot) {
  const value = (name) => (typing.get(slot.slot_id)[name] ?? "").trim();
  const body = { kind: value("kind"), number: value("number"), name: value("name"), address: value("address"),
    valid_from: value("valid_from") || null, valid_to: value("valid_to") || null };
  await attempt(slot, async () => {
    await act(put, `/slots/${slot.slot_id}/identity`, body);
    typing.delete(slot.slot_id);
  });
}

export function startTyping(slot) {
  typing.set(slot.slot_id, { kind: KINDS[0] });
  troubles.delete(slot.slot_id);
  tell();
  document.getElementById(`${slot.slot_id}-typed-name`)?.focus();
}
