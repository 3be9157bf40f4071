// Step 1: who the people are. Names and numbers come from the chip and cannot be typed over.

import { remove } from "./api.js";
import { h, icon, kbd, svg } from "./dom.js";
import { ask, problemNote, theStation } from "./frame.js";
import {
  actions, choice, corrections, facts, faultNote, field, from, head, missing, panel, slotTitle, stepTitle,
} from "./parts.js";
import { checks, forgetPeople, fresh, person } from "./person.js";
import {
  cancel, isReading, isWatched, keyNote, keysOf, readers, readInto, reading, readNext, troubles, waiting, watch, watchNote,
} from "./reader.js";
import { act, actPost, store, tell } from "./store.js";
import { checking, checkForm, startTyping, typedForm, typing } from "./typed.js";
import { clock, list, pick, t } from "./words.js";

let of = "";
const PARTIES = new Set(["mortgagor", "seller", "buyer"]);
const AGENTS = new Set(["party_agent", "former_agent"]);
/** Names of buttons that are older than the roles they make a place in. */
const ADD = { mortgagor: "owner" };

export function identity() {
  const { draft } = store;
  if (of !== draft.draft_id) forget(draft.draft_id);
  watch();
  return {
    main: [
      head(
        stepTitle(1),
        t("identity.how"),
        h("button", { class: "btn", type: "button", id: "read", onclick: readNext },
          icon("reader"), t(isAnyRead() ? "identity.read-more" : "identity.read"), " ", kbd("F2")),
      ),
      watchNote(),
      draft.slots.map(slotPanel),
      adders(),
      actions(1, { note: faultNote(1) }),
      relations(),
    ],
    aside: [corrections(), owners(), missing(1), agent()],
    label: t("identity.aside"),
    keys: { F2: readNext, Escape: isReading() ? cancel : null },
  };
}

/** Another draft has other people: nothing of the last one may stand on their places. */
function forget(draftId) {
  of = draftId;
  forgetPeople();
  for (const kept of [troubles, typing, checking, keysOf]) kept.clear();
}

const isAnyRead = () => store.draft.slots.some((s) => s.identity);
const ofRole = (role) => store.draft.slots.filter((s) => s.role === role);

const titleOf = (slot) => slotTitle(slot, false);

function slotPanel(slot) {
  const id = `slot-${slot.slot_id}`;
  const canGo = store.draft.slots.length > 1;
  return h(
    "section",
    {
      class: "panel", id: slot.slot_id, "data-role": slot.role, "aria-labelledby": id, tabindex: "-1",
      "data-fresh": fresh.has(slot.slot_id) ? "yes" : null,
    },
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

function body(slot) {
  const trouble = troubles.get(slot.slot_id);
  return [
    trouble ? problemNote(trouble.problem, keyNote(trouble), troubleActs(slot, trouble)) : null,
    ...(slot.identity ? [...person(slot), checkForm(slot)] : [reading.slot === slot.slot_id ? waiting(slot) : empty(slot)]),
    slot.identity && reading.slot === slot.slot_id ? waiting(slot) : null,
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
    problem.may_type !== false && (problem.code.startsWith("terminal.card") || problem.may_retry === false)
      ? button(t("identity.type"), () => startTyping(slot), "type")
      : null,
  ];
}

function empty(slot) {
  if (typing.has(slot.slot_id)) return typedForm(slot);
  if (!slot.is_person) return organisation(slot);
  return [
    h(
      "div",
      { class: "reader-wait", "data-state": isWatched(slot) ? "on" : null },
      svg("svg", { "aria-hidden": "true" }, svg("use", { href: "#i-card" })),
      h(
        "div",
        { class: "stack-s" },
        h("p", {}, h("strong", {}, t("identity.lay"))),
        h("p", { class: "soft small", role: isWatched(slot) ? "status" : null },
          isWatched(slot) ? t("identity.by-itself") : ""),
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
    mayBeNamed(slot) ? organisation(slot) : null,
  ];
}

/** The mortgagor of what is discharged need not be there: he may be named only. */
const mayBeNamed = (slot) => slot.role === "mortgagor" && store.draft.kind === "mortgage.cancellation";

function organisation(slot) {
  return h(
    "div",
    { class: "grid" },
    field(`${slot.slot_id}.name`, t(slot.is_person ? "identity.typed.name" : "identity.name"), { width: "w3", source: "hand" }),
    field(`${slot.slot_id}.number`, t(slot.is_person ? "identity.id-number" : "identity.credit-code"),
      { width: "w3", source: "hand", class: "mono" }),
    slot.is_person ? null : field(`${slot.slot_id}.representative`, t("identity.representative"), { width: "w3", source: "hand" }),
  );
}

function texts(slot) {
  const id = (name) => `${slot.slot_id}.${name}`;
  const { draft } = store;
  if (AGENTS.has(slot.role)) return authority(slot, id);
  const others = ofRole(slot.role);
  const isOwner = PARTIES.has(slot.role);
  const held = slot.role === "buyer" ? "buyer_co_ownership" : "co_ownership";
  const isByShares = draft.fields[held]?.text === "2";
  return [
    field(id("phone"), t("identity.phone"), { width: "w2", inputmode: "tel" }),
    slot.role === draft.owner_role && draft.has_debtors
      ? choice(id("is_debtor"), t("identity.is-debtor"), [["yes", t("yes")], ["no", t("no")]], { width: "w2" })
      : null,
    slot.role === "guardian" || (isOwner && slot.is_person && others.length > 1 && others[0] !== slot) || (slot.role === "debtor" && slot.is_person)
      ? field(id("relation"), t(slot.role === "guardian" ? "identity.relation-ward" : "identity.relation-first", { who: t(`role.${isOwner ? slot.role : draft.owner_role}`) }), {
          width: "w2",
          list: "relations",
        })
      : null,
    isOwner && isByShares
      ? field(id("share"), t("identity.share"), { width: "w2", hint: t("identity.share-how") })
      : null,
  ];
}

/** What an agent's power of attorney says, as the teller reads it on the paper. */
function authority(slot, id) {
  return [
    field(id("authority_no"), t("identity.authority-no"), { width: "w2", class: "mono" }),
    field(id("authority_from"), t("identity.authority-from"), { width: "w2", inputmode: "numeric", hint: t("estate.date-how") }),
    field(id("authority_to"), t("identity.authority-to"), { width: "w2", inputmode: "numeric" }),
    choice(id("has_matters"), t("identity.authority-matters", { what: list(store.draft.steps.map(pick)) }),
      [["yes", t("yes")], ["no", t("no")]], { width: "" }),
  ];
}

function relations() {
  const words = ["配偶", "父亲", "母亲", "子女", "其他共有人"];
  return h("datalist", { id: "relations" }, words.map((w) => h("option", { value: w })));
}

function adders() {
  const { roles, slots } = store.draft;
  const parties = slots.filter((s) => PARTIES.has(s.role));
  const isWithout = (slot, role) => !slots.some((s) => s.role === role && s.ward === slot.slot_id);
  const add = (label, body, id) =>
    h("button", { class: "btn btn-s", type: "button", id, onclick: () => actPost("/slots", body).catch(show) },
      icon("plus"), label);
  // Within a sentence an English word is small; Chinese knows no small letters.
  const named = (role) => t(`role.${role}`).toLowerCase();
  const nameOf = (slot) => slot.display_name || `${titleOf(slot)} `;
  return h(
    "p",
    { class: "row" },
    roles.filter((role) => role !== "former_agent").map((role) => [
      add(t("identity.add", { who: named(role) }), { role }, `add-${ADD[role] ?? role}`),
      role === "mortgagor" ? null : add(t("identity.add-firm", { who: named(role) }), { role, kind: "2" }, `add-${role === "debtor" ? "company" : `${role}-firm`}`),
    ]),
    parties.filter((s) => s.is_person && isWithout(s, "guardian")).slice(0, 1).map((ward) =>
      add(t("identity.add-guardian", { name: nameOf(ward) }), { role: "guardian", ward: ward.slot_id }, "add-guardian")),
    parties.filter((s) => isWithout(s, "party_agent") && isWithout(s, "guardian")).map((ward, at) =>
      add(t("identity.add-agent", { name: nameOf(ward) }), { role: "party_agent", ward: ward.slot_id }, `add-agent-${at + 1}`)),
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
