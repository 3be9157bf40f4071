// Step 1: who the people are. Names and numbers come from the chip and cannot be typed over.

import { fetchBlob, post, put, remove } from "./api.js";
import { h, icon, kbd, svg } from "./dom.js";
import { ask, problemNote, theReaders, theStation } from "./frame.js";
import {
  actions, choice, corrections, facts, faultNote, faultOf, field, from, head, missing, panel, slotTitle, stepTitle,
} from "./parts.js";
import { act, actPost, flush, store, tell } from "./store.js";
import { clock, pick, t } from "./words.js";

const reading = { slot: "", reader: "", seconds: 0, timer: 0 };
const troubles = new Map();
const typing = new Set();
const keysOf = new Map();
const shownNumbers = new Map();
const photos = new Map();

export function identity() {
  const { draft } = store;
  return {
    main: [
      head(
        stepTitle(1),
        t("identity.how"),
        h("button", { class: "btn", type: "button", id: "read", onclick: readNext },
          icon("reader"), t(isAnyRead() ? "identity.read-more" : "identity.read"), " ", kbd("F2")),
      ),
      draft.slots.map(slotPanel),
      adders(),
      actions(1, { note: faultNote(1) }),
    ],
    aside: [corrections(), owners(), missing(1), agent()],
    label: t("identity.aside"),
    keys: { F2: readNext, Escape: cancel },
  };
}

const isAnyRead = () => store.draft.slots.some((s) => s.identity);
const ofRole = (role) => store.draft.slots.filter((s) => s.role === role);

const titleOf = (slot) => slotTitle(slot, false);

function slotPanel(slot) {
  const id = `slot-${slot.slot_id}`;
  const canGo = store.draft.slots.length > 1;
  return h(
    "section",
    { class: "panel", id: slot.slot_id, "aria-labelledby": id, tabindex: "-1" },
    h(
      "header",
      {},
      h("h2", { id }, titleOf(slot)),
      slot.identity ? from(slot.identity.source) : null,
      h(
        "span",
        { class: "checks row-end" },
        checks(slot),
        canGo
          ? h("button", { class: "plain", type: "button", id: `${id}-out`, onclick: () => takeOut(slot) },
              t("identity.take-out"), h("span", { class: "sr" }, ` ${titleOf(slot)}`))
          : null,
      ),
    ),
    h("div", { class: "body stack" }, body(slot)),
    h("footer", {}, h("div", { class: "grid" }, texts(slot))),
  );
}

function checks(slot) {
  const who = slot.identity;
  if (!who) return null;
  const check = (look, shape, text) =>
    h("span", { class: "check", "data-level": look }, icon(shape), text);
  return [
    who.is_valid
      ? check("pass", "check", t("identity.valid"))
      : check("correct", "warn", t("identity.expired")),
    who.source === "chip"
      ? check(who.is_simulated ? "info" : "pass", who.is_simulated ? "info" : "check",
          t(who.is_simulated ? "identity.simulated" : "identity.chip-good"))
      : check("manual", "manual", t("identity.typed")),
  ];
}

function body(slot) {
  const trouble = troubles.get(slot.slot_id);
  return [
    trouble ? problemNote(trouble.problem, troubleActs(slot, trouble)) : null,
    slot.identity ? card(slot) : reading.slot === slot.slot_id ? waiting() : empty(slot),
    slot.identity && reading.slot === slot.slot_id ? waiting() : null,
  ];
}

function troubleActs(slot, { problem }) {
  const button = (label, onclick, id) =>
    h("button", { class: "btn btn-s", type: "button", id: `${slot.slot_id}-${id}`, onclick }, label);
  return [
    problem.code === "terminal.slot-taken"
      ? button(t("identity.replace"), () => readInto(slot, true), "replace")
      : null,
    problem.may_retry ? button(t("identity.again"), () => readInto(slot), "again") : null,
    problem.code.startsWith("terminal.card") || problem.may_retry === false
      ? button(t("identity.type"), () => startTyping(slot), "type")
      : null,
  ];
}

function card(slot) {
  const who = slot.identity;
  const until = who.valid_to ?? t("identity.no-end");
  return h(
    "div",
    { class: "idcard" },
    h("div", {}, photo(slot)),
    h(
      "div",
      { class: "stack-s" },
      h("p", { class: "name", lang: "zh-CN" }, who.name),
      facts(
        [
          [t("identity.number"), masked(slot)],
          [t("identity.sex-nation"), [t(`sex.${who.sex || 9}`), "　", h("span", { lang: "zh-CN" }, who.nation)]],
          [t("identity.period"), who.valid_from || who.valid_to ? t("identity.from-to", { from: who.valid_from ?? "", to: until }) : ""],
          [t("identity.born"), who.birth_date],
          [t("identity.address"), who.address && h("span", { lang: "zh-CN" }, who.address)],
          [t("identity.issuer"), who.issuer && h("span", { lang: "zh-CN" }, who.issuer)],
        ],
        "facts-wide",
      ),
    ),
  );
}

function masked(slot) {
  const shown = shownNumbers.get(slot.slot_id);
  const label = t(shown ? "identity.hide" : "identity.show");
  return h(
    "span",
    { class: "masked" },
    h("span", { class: "mono" }, shown ?? slot.identity.number),
    h(
      "button",
      {
        class: "plain",
        type: "button",
        id: `${slot.slot_id}-eye`,
        "aria-pressed": String(Boolean(shown)),
        onclick: () => reveal(slot),
      },
      icon("eye"),
      label,
    ),
  );
}

async function reveal(slot) {
  if (shownNumbers.delete(slot.slot_id)) return tell();
  const told = await post(`/ui/api/drafts/${store.draft.draft_id}/slots/${slot.slot_id}/reveal`);
  shownNumbers.set(slot.slot_id, told.number);
  setTimeout(() => shownNumbers.delete(slot.slot_id) && tell(), 30_000);
  tell();
}

function photo(slot) {
  const key = `${store.draft.draft_id}/${slot.slot_id}/${slot.identity.read_at}`;
  if (slot.identity.has_photo && !photos.has(key)) {
    photos.set(key, "");
    fetchBlob(`/ui/api/drafts/${store.draft.draft_id}/slots/${slot.slot_id}/photo`)
      .then(({ url }) => (photos.set(key, url), tell()))
      .catch(() => {});
  }
  const label = t("identity.photo");
  if (photos.get(key)) return h("img", { class: "photo", src: photos.get(key), alt: label });
  return svg("svg", { class: "photo", role: "img", "aria-label": label }, svg("use", { href: "#i-photo" }));
}

function waiting() {
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

function empty(slot) {
  if (typing.has(slot.slot_id)) return typedForm(slot);
  if (!slot.is_person) return organisation(slot);
  return [
    h(
      "div",
      { class: "reader-wait" },
      svg("svg", { "aria-hidden": "true" }, svg("use", { href: "#i-card" })),
      h(
        "div",
        { class: "stack-s" },
        h("p", {}, h("strong", {}, t("identity.lay"))),
        readers(slot),
        h(
          "p",
          { class: "row" },
          h("button", { class: "btn btn-s", type: "button", id: `${slot.slot_id}-read`, onclick: () => readInto(slot) },
            icon("reader"), t("identity.read")),
          h("button", { class: "btn btn-s", type: "button", id: `${slot.slot_id}-hand`, onclick: () => startTyping(slot) },
            t("identity.type")),
        ),
      ),
    ),
    slot.role === "mortgagor" && store.draft.kind === "mortgage.cancellation" ? organisation(slot) : null,
  ];
}

/** Choose the reader where there are several, and give what opens a passport's chip. */
function readers(slot) {
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

function organisation(slot) {
  return h(
    "div",
    { class: "grid" },
    field(`${slot.slot_id}.name`, t(slot.is_person ? "identity.typed.name" : "identity.name"), { width: "w3", source: "hand" }),
    field(`${slot.slot_id}.number`, t(slot.is_person ? "identity.id-number" : "identity.credit-code"),
      { width: "w3", source: "hand", class: "mono" }),
  );
}

/** A document whose chip cannot be read: typed, marked as typed, looked at by a reviewer. */
function typedForm(slot) {
  const at = (name) => `${slot.slot_id}-typed-${name}`;
  const entry = (name, width = "w3") =>
    h("div", { class: `field ${width}` }, h("label", { for: at(name) }, t(`identity.typed.${name}`)),
      h("input", { id: at(name), autocomplete: "off" }));
  const kinds = ["resident_card", "hmt_residence_permit", "permanent_resident_card", "passport", "travel_permit"];
  return h(
    "div",
    { class: "stack" },
    h("p", { class: "note", "data-level": "manual" }, t("identity.typed-note")),
    h(
      "div",
      { class: "grid" },
      h("div", { class: "field w3" }, h("label", { for: at("kind") }, t("identity.typed.kind")),
        h("select", { id: at("kind") }, kinds.map((k) => h("option", { value: k }, t(`idkind.${k}`))))),
      ...["name", "number", "valid_from", "valid_to"].map((name) => entry(name)),
      entry("address", ""),
    ),
    h(
      "p",
      { class: "row" },
      h("button", { class: "btn btn-primary", type: "button", id: at("take"), onclick: () => takeTyped(slot, at) },
        t("identity.typed-take")),
      h("button", { class: "btn", type: "button", onclick: () => (typing.delete(slot.slot_id), tell()) },
        t("dialog.back")),
    ),
  );
}

async function takeTyped(slot, at) {
  const value = (name) => document.getElementById(at(name)).value.trim();
  const body = { kind: value("kind"), number: value("number"), name: value("name"), address: value("address"),
    valid_from: value("valid_from") || null, valid_to: value("valid_to") || null };
  await attempt(slot, async () => {
    await act(put, `/slots/${slot.slot_id}/identity`, body);
    typing.delete(slot.slot_id);
  });
}

function startTyping(slot) {
  typing.add(slot.slot_id);
  troubles.delete(slot.slot_id);
  tell();
  document.getElementById(`${slot.slot_id}-typed-name`)?.focus();
}

function texts(slot) {
  const id = (name) => `${slot.slot_id}.${name}`;
  const others = ofRole("mortgagor");
  const isByShares = store.draft.fields.co_ownership?.text === "2";
  return [
    field(id("phone"), t("identity.phone"), { width: "w2", inputmode: "tel" }),
    slot.role === "mortgagor" && store.draft.kind === "mortgage.first_registration"
      ? choice(id("is_debtor"), t("identity.is-debtor"), [["yes", t("yes")], ["no", t("no")]], { width: "w2" })
      : null,
    slot.role === "guardian" || (slot.role === "mortgagor" && others.length > 1 && others[0] !== slot)
      ? field(id("relation"), t(slot.role === "guardian" ? "identity.relation-ward" : "identity.relation"), {
          width: "w2",
          list: "relations",
          around: (input) => [input, relations()],
        })
      : null,
    slot.role === "mortgagor" && isByShares
      ? field(id("share"), t("identity.share"), { width: "w2", hint: t("identity.share-how") })
      : null,
  ];
}

function relations() {
  if (document.getElementById("relations") && !relations.isOurs) return null;
  const words = ["配偶", "父亲", "母亲", "子女", "其他共有人"];
  return h("datalist", { id: "relations" }, words.map((w) => h("option", { value: w })));
}

function adders() {
  const wards = ofRole("mortgagor").filter(
    (s) => !store.draft.slots.some((g) => g.role === "guardian" && g.ward === s.slot_id),
  );
  const add = (label, body, id) =>
    h("button", { class: "btn btn-s", type: "button", id, onclick: () => actPost("/slots", body).catch(show) },
      icon("plus"), label);
  const isFirst = store.draft.kind === "mortgage.first_registration";
  return h(
    "p",
    { class: "row" },
    add(t("identity.add-owner"), { role: "mortgagor" }, "add-owner"),
    isFirst ? add(t("identity.add-debtor"), { role: "debtor" }, "add-debtor") : null,
    isFirst ? add(t("identity.add-company"), { role: "debtor", kind: "2" }, "add-company") : null,
    wards.slice(0, 1).map((ward) =>
      add(t("identity.add-guardian", { name: ward.display_name || titleOf(ward) }), { role: "guardian", ward: ward.slot_id }, "add-guardian")),
  );
}

function show(problem) {
  store.problem = problem;
  tell();
}

async function takeOut(slot) {
  const title = t("identity.take-out-ask", { who: slot.display_name || titleOf(slot) });
  const answer = await ask(title, h("p", {}, t("identity.take-out-what")), [
    ["", t("dialog.back"), "btn-primary"],
    ["out", t("identity.take-out"), "btn-danger"],
  ]);
  if (answer === "out") await act(remove, `/slots/${slot.slot_id}`).catch(show);
}

/** Read the next card: into the first empty place, or into a new one for another owner. */
async function readNext() {
  if (reading.slot) return;
  await flush();
  let slot = store.draft.slots.find((s) => !s.identity && s.is_person && !s.number);
  if (!slot) {
    await actPost("/slots", { role: "mortgagor" });
    slot = store.draft.slots.at(-1);
  }
  await readInto(slot);
}

async function readInto(slot, isReplacing = false) {
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

async function attempt(slot, work) {
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

function cancel() {
  if (reading.slot) post(`/ui/api/readers/${encodeURIComponent(reading.reader)}/cancel`).catch(() => {});
}

function owners() {
  const told = store.draft.precheck;
  if (!told?.owners.length) return null;
  return panel(
    t("owners.title"),
    h(
      "div",
      { class: "body stack-s" },
      h("p", { class: "small soft" }, t("owners.when", { at: clock(told.at) })),
      told.owners.map((name) => h("p", { class: "row" }, icon("register"), h("span", { lang: "zh-CN" }, name))),
      told.owners.length > 1 ? h("p", { class: "small soft" }, t("owners.all")) : null,
    ),
  );
}

function agent() {
  const who = theStation().tellers.find((one) => one.staff_no === store.draft.teller);
  if (!who) return null;
  return panel(
    t("agent.title"),
    h(
      "div",
      { class: "body" },
      facts([
        [t("agent.name"), h("span", { lang: "zh-CN" }, who.name)],
        [t("agent.authority"), who.authority && h("span", { class: "mono" }, who.authority.number)],
        [t("agent.until"), who.authority?.valid_to],
        [t("agent.matters"), who.authority && h("span", { lang: "zh-CN" }, who.authority.matters.join("、"))],
      ]),
    ),
  );
}
