// Step 1: who the people are. Names and numbers come from the chip and cannot be typed over.

import { remove } from "./api.js";
import { h, icon, kbd, svg } from "./dom.js";
import { ask, problemNote, theStation } from "./frame.js";
import {
  actions, choice, corrections, facts, faultNote, field, from, head, missing, panel, slotTitle, stepTitle,
} from "./parts.js";
import { checks, forgetPeople, fresh, person } from "./person.js";
import {
  cancel, isWatched, keyNote, keysOf, readers, readInto, reading, readNext, troubles, waiting, watch, watchNote,
} from "./reader.js";
import { act, actPost, store, tell } from "./store.js";
import { checking, checkForm, startTyping, typedForm, typing } from "./typed.js";
import { clock, t } from "./words.js";

let of = "";

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
    keys: { F2: readNext, Escape: cancel },
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
      class: "panel", id: slot.slot_id, "aria-labelledby": id, tabindex: "-1",
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
    problem.code.startsWith("terminal.card") || problem.may_retry === false
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
    slot.role === "mortgagor" && store.draft.kind === "mortgage.cancellation" ? organisation(slot) : null,
  ];
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
        })
      : null,
    slot.role === "mortgagor" && isByShares
      ? field(id("share"), t("identity.share"), { width: "w2", hint: t("identity.share-how") })
      : null,
  ];
}

function relations() {
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
