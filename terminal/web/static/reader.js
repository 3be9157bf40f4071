// Reading a document: which reader, what opens a passport's chip, waiting, and what went wrong.

import { post } from "./api.js";
import { h, kbd, svg } from "./dom.js";
import { theReaders } from "./frame.js";
import { actPost, flush, store, tell } from "./store.js";
import { t } from "./words.js";

export const reading = { slot: "", reader: "", seconds: 0, timer: 0 };
/** What went wrong, by the place of the person. */
export const troubles = new Map();
/** The chosen reader and what opens the chip, by the place of the person. */
export const keysOf = new Map();

export function waiting() {
  return h(
    "div",
    { class: "reader-wait", role: "status" },
    svg("svg", { "aria-hidden": "true" }, svg("use", { href: "#i-card" })),
    h(
      "div",
      { class: "stack-s" },
      h("p", {}, h("strong", {}, t("identity.lay"))),
      h("p", { class: "soft small" }, t("identity.waited", { s: reading.seconds })),
      h("p", {}, h("button", { class: "btn btn-s", type: "button", id: "stop", onclick: cancel },
        t("identity.cancel"), " ", kbd("Esc"))),
    ),
  );
}

/** Choose the reader where there are several, and give what opens a passport's chip. */
export function readers(slot) {
  const all = theReaders();
  if (all.length < 2) return null;
  const chosen = chosenReader(slot);
  return h(
    "div",
    { class: "grid" },
    h(
      "div",
      { class: "field w3" },
      h("label", { for: `${slot.slot_id}-reader` }, t("identity.reader")),
      h(
        "select",
        {
          id: `${slot.slot_id}-reader`,
          onchange: (event) => {
            keysOf.set(slot.slot_id, { ...keysOf.get(slot.slot_id), reader: event.target.value });
            tell();
          },
        },
        all.map((r) =>
          h("option", { value: r.name, selected: r === chosen },
            t(r.needs_key ? "identity.reader-passport" : "identity.reader-card"))),
      ),
    ),
    chosen?.needs_key
      ? ["document_no", "birth_date", "valid_to", "can"].map((name) => chipKey(slot, name))
      : null,
  );
}

function chipKey(slot, name) {
  const id = `${slot.slot_id}-${name}`;
  return h(
    "div",
    { class: "field w3" },
    h("label", { for: id }, t(`identity.key.${name}`)),
    h("input", {
      id,
      autocomplete: "off",
      value: keysOf.get(slot.slot_id)?.[name] ?? "",
      oninput: (event) =>
        keysOf.set(slot.slot_id, { ...keysOf.get(slot.slot_id), [name]: event.target.value.trim() }),
    }),
  );
}

function chosenReader(slot) {
  const name = keysOf.get(slot.slot_id)?.reader;
  const all = theReaders();
  return all.find((r) => r.name === name) ?? all.find((r) => !r.needs_key) ?? all[0];
}

/** Read the next card: into the first empty place, or into a new one for another owner. */
export async function readNext() {
  if (reading.slot) return;
  await flush();
  let slot = store.draft.slots.find((s) => !s.identity && s.is_person && !s.number);
  if (!slot) {
    await actPost("/slots", { role: "mortgagor" });
    slot = store.draft.slots.at(-1);
  }
  await readInto(slot);
}

export async function readInto(slot, isReplacing = false) {
  const reader = chosenReader(slot);
  if (!reader || reading.slot) return;
  start(slot, reader);
  const key = reader.needs_key ? keyOf(slot) : null;
  await attempt(slot, () =>
    actPost(`/slots/${slot.slot_id}/card`, { reader: reader.name, key, is_replacing: isReplacing }),
  );
}

function keyOf(slot) {
  const { document_no = "", birth_date, valid_to, can = "" } = keysOf.get(slot.slot_id) ?? {};
  return { document_no, birth_date: birth_date || null, valid_to: valid_to || null, can };
}

function start(slot, reader) {
  Object.assign(reading, { slot: slot.slot_id, reader: reader.name, seconds: 0 });
  reading.timer = setInterval(() => (reading.seconds++, tell()), 1000);
  troubles.delete(slot.slot_id);
  tell();
}

export async function attempt(slot, work) {
  try {
    await work();
    troubles.delete(slot.slot_id);
  } catch (problem) {
    if (problem.code !== "terminal.read-cancelled") troubles.set(slot.slot_id, { problem });
  } finally {
    clearInterval(reading.timer);
    reading.slot = "";
    tell();
  }
}

export function cancel() {
  if (reading.slot) post(`/ui/api/readers/${encodeURIComponent(reading.reader)}/cancel`).catch(() => {});
}
