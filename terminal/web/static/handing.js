// Drafts from hand to hand: offered to a colleague with a note, accepted or declined, or taken
// over from somebody who is away, with a second person's PIN.

import { get, post, put, remove } from "./api.js";
import { h, icon } from "./dom.js";
import { ask, problemNote, teller, tellers } from "./frame.js";
import { kindName, panel } from "./parts.js";
import { noted } from "./passage.js";
import { moment, t } from "./words.js";

let told = { offered: [], others: [] };
let problem = null;
let changed = () => {};

/** Ask what is offered to this teller; `whenChanged` is called after every act. */
export async function enterHanding(whenChanged) {
  changed = whenChanged;
  told = await get("/ui/api/handovers");
  return told;
}

export const forgetHandingProblem = () => (problem = null);
export const offeredCount = () => told.offered.length;
export const firstOffered = () => (told.offered.length ? `accept-${told.offered[0].number}` : null);

/** What a colleague offers, above the teller's own drafts. */
export function offeredPanel() {
  if (problem) return [problemNote(problem), offered()];
  return offered();
}

function offered() {
  if (!told.offered.length) return null;
  return panel(
    [t("handing.offered"), h("span", { class: "count", "data-state": "hot" }, String(told.offered.length))],
    h("ul", {}, told.offered.map((d) =>
      h("li", { class: "item" },
        h("span", { class: "state", "data-level": "manual" }, icon("manual"), t("handing.waiting")),
        h("div", {},
          h("p", { class: "title" }, h("span", { lang: "zh-CN" }, d.label || t("start.nobody")), `　${t(`kind.${d.kind}`)} `,
            d.amount ? t("money.amount", { yuan: d.amount }) : "", " ", h("span", { class: "meta mono" }, d.number)),
          d.offer.note ? h("p", {}, t("handing.says", { note: d.offer.note })) : null,
          h("p", { class: "meta" }, t("handing.from", { who: nameOf(d.teller) }), " ", t("start.changed", { at: moment(d.changed_at) }))),
        h("div", { class: "do" },
          h("button", { class: "btn btn-s btn-primary", type: "button", id: `accept-${d.number}`, onclick: () => accept(d) }, t("handing.accept")),
          h("button", { class: "btn btn-s", type: "button", id: `decline-${d.number}`, onclick: () => decline(d) }, t("handing.decline")))))),
  );
}

/** Below the teller's own drafts: that colleagues have some, without anybody's name. */
export function othersPanel() {
  if (!told.others.length) return null;
  return panel(
    [t("handing.others"), h("span", { class: "count" }, String(told.others.length))],
    h("p", { class: "body soft" }, t("handing.others-how")),
    h("ul", {}, told.others.map((d) =>
      h("li", { class: "item" },
        h("span", { class: "state", "data-level": "info" }, icon("lock"), t("handing.locked")),
        h("div", {},
          h("p", { class: "title" }, kindName({ kind: d.kind, fields: { form: { text: d.form } } }), " ", h("span", { class: "meta mono" }, d.number),
            d.round > 1 ? ` ${t("start.correcting")}` : ""),
          h("p", { class: "meta" }, t("handing.from", { who: nameOf(d.teller) }), " ", t("start.changed", { at: moment(d.changed_at) }))),
        h("div", { class: "do" },
          h("button", { class: "btn btn-s", type: "button", id: `claim-${d.number}`, onclick: () => claim(d) }, t("handing.claim")))))),
  );
}

/** How a draft of the teller's own stands between two hands. */
export function handingNote(d) {
  const last = d.handed.at(-1);
  if (d.offer?.is_declined)
    return h("p", { class: "meta" }, t("handing.declined", { who: nameOf(d.offer.to) }), noted(d.offer.answer));
  if (d.offer) return h("p", { class: "meta" }, t("handing.waits", { who: nameOf(d.offer.to) }));
  if (last) return h("p", { class: "meta" }, t(last.witness ? "handing.claimed" : "handing.came", { who: nameOf(last.giver) }), noted(last.note));
  return null;
}

/** The button that offers a draft, or takes the offer back. */
export function handingButton(d) {
  if (d.offer && !d.offer.is_declined)
    return h("button", { class: "btn btn-s", type: "button", id: `withdraw-${d.number}`, onclick: () => act(() => remove(`/ui/api/drafts/${d.draft_id}/offer`)) },
      t("handing.withdraw"));
  if (colleagues().length === 0) return null;
  return h("button", { class: "btn btn-s", type: "button", id: `offer-${d.number}`, onclick: () => offer(d) }, t("handing.offer"));
}

const colleagues = () => tellers().filter((one) => one.staff_no !== teller().staff_no);
const nameOf = (staffNo) => {
  const found = tellers().find((one) => one.staff_no === staffNo);
  return found ? `${found.name} ${staffNo}` : staffNo;
};

function entry(id, label, given, more = {}) {
  return h("div", { class: "field" }, h("label", { for: id }, label),
    h("input", { id, autocomplete: "off", oninput: (event) => (given[id] = event.target.value), ...more }));
}

async function offer(d) {
  const given = { to: colleagues()[0].staff_no, "offer-note": "" };
  const choices = h("fieldset", { class: "field" }, h("legend", {}, t("handing.to")),
    h("span", { class: "choices" }, colleagues().map(({ staff_no: no }) =>
      h("label", { class: "choice" },
        h("input", { type: "radio", name: "to", checked: no === given.to, onchange: () => (given.to = no) }), nameOf(no)))));
  const answer = await ask(t("handing.offer-ask", { number: d.number }),
    [h("p", {}, t("handing.offer-what")), choices, entry("offer-note", t("handing.note"), given, { maxlength: "500" })],
    [["yes", t("handing.offer"), "btn-primary"], ["", t("dialog.back")]]);
  if (answer) await act(() => put(`/ui/api/drafts/${d.draft_id}/offer`, { to: given.to, note: given["offer-note"] }));
}

const accept = (d) => act(() => post(`/ui/api/handovers/${d.draft_id}/accept`));

async function decline(d) {
  const given = { "decline-note": "" };
  const answer = await ask(t("handing.decline-ask", { number: d.number }), entry("decline-note", t("handing.note"), given, { maxlength: "500" }),
    [["yes", t("handing.decline"), "btn-primary"], ["", t("dialog.back")]]);
  if (answer) await act(() => post(`/ui/api/handovers/${d.draft_id}/decline`, { note: given["decline-note"] }));
}

async function claim(d) {
  const given = { "claim-reason": "", "claim-staff": "", "claim-pin": "" };
  const answer = await ask(t("handing.claim-ask", { number: d.number, who: nameOf(d.teller) }),
    [h("p", {}, t("handing.claim-what")), entry("claim-reason", t("handing.reason"), given, { maxlength: "500" }),
      entry("claim-staff", t("handing.witness"), given), entry("claim-pin", t("handing.pin"), given, { type: "password", inputmode: "numeric" })],
    [["yes", t("handing.claim"), "btn-primary"], ["", t("dialog.back")]]);
  const body = { reason: given["claim-reason"], staff_no: given["claim-staff"].trim(), pin: given["claim-pin"] };
  if (answer) await act(() => post(`/ui/api/handovers/${d.draft_id}/claim`, body));
}

async function act(ours) {
  problem = await ours().then(() => null, (error) => error);
  await changed();
}
