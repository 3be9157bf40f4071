// One signature for a list of discharges: drawn for all that are ready, signed once, sent row by row.

import { makeActing } from "./acting.js";
import { get, post } from "./api.js";
import { h, icon } from "./dom.js";
import { problemNote } from "./frame.js";
import { panel, state } from "./parts.js";
import { CHANNEL, showSigner } from "./sign.js";
import { pick, t } from "./words.js";

const LIST = "M22";
const channel = new BroadcastChannel(CHANNEL);
let list = null;
let rows = [];
let redraw = () => {};
const acting = makeActing(() => redraw());
/** Why a draft of the list did not go. */
const failed = new Map();
/** Drafts that a list left out: they come after all others next time. */
const behind = new Set();

channel.addEventListener("message", ({ data }) => {
  if (list && data.type === "signed" && list.drafts.includes(data.draft)) acting.during(look);
});

/** Take the list that lies ready to be signed or sent; who was left out of it is known here alone. */
export function takeSigning(told) {
  const isSame = told && told.list_id === list?.list_id;
  list = told && { ...told, left_out: isSame ? list.left_out : told.left_out };
}

/** What stands in a row's place of state when its draft could not go. */
export function stateOfRow(row) {
  const problem = failed.get(row.draft_id);
  return problem ? [state("correct", "correct", t("bulk.not-sent")), h("p", { class: "small" }, pick(problem.title))] : null;
}

const isLeft = (id) => rows.some((row) => row.draft_id === id && row.state !== "sent");

export function signAll(shown, most, draw) {
  redraw = draw;
  rows = shown;
  const { problem, isBusy } = acting;
  const left = rows.map((row) => row.draft_id).filter((id) => id && isLeft(id));
  const open = [...left.filter((id) => !behind.has(id)), ...[...behind].filter((id) => left.includes(id))].slice(0, most);
  return panel(t("bulk.sign"), h("div", { class: "body stack-s" },
    h("p", {}, t("bulk.sign-how", { most })),
    h("button", { class: list?.is_signed ? "btn" : "btn btn-primary", type: "button", id: "sign-list", "aria-busy": isBusy ? "true" : null,
      "aria-disabled": open.length ? null : "true", onclick: () => open.length && acting.during(() => make(open)) }, icon("pad"), t("bulk.sign-do", { n: open.length })),
    problem ? problemNote(problem, problem.detail ? h("span", {}, problem.detail) : null) : null,
    list ? progress() : null));
}

function progress() {
  const left = list.drafts.filter(isLeft);
  return [
    h("p", { role: "status", id: "list-state" },
      list.is_signed ? state("pass", "check", t("bulk.signed", { id: list.list_id, n: list.drafts.length }))
        : state("", "clock", t("bulk.unsigned", { id: list.list_id, n: list.drafts.length }))),
    list.left_out.length ? h("ul", { class: "plain-list small", id: "left-out" }, list.left_out.map((one) =>
      h("li", {}, h("a", { href: `#/draft/${one.draft_id}/5` }, t("bulk.left-out", { number: one.number })), " ", one.told.map(pick).join(" ")))) : null,
    list.is_signed && left.length
      ? h("button", { class: "btn btn-primary", type: "button", id: "send-list", "aria-busy": acting.isBusy ? "true" : null, onclick: () => acting.during(() => send(left)) },
          icon("upload"), t("bulk.send", { n: left.length }))
      : null,
  ];
}

/** Draw the list of all that can be signed, and hand it to the bank's agent. */
async function make(open) {
  for (const id of open) await prepare(id);
  putBehind(open);
  list = await post("/ui/api/lists/forms", { drafts: open });
  for (const id of list.drafts) behind.delete(id);
  failed.clear();
  const paper = await look();
  showSigner(`#/signer/${list.drafts[0]}/${LIST}/${paper.signers[0].signer}`);
}

function putBehind(ids) {
  for (const id of ids) behind.delete(id);
  for (const id of ids) behind.add(id);
}

/** Make the pages of a draft's papers ready to travel: what waits for it cannot be signed for. */
async function prepare(id) {
  let draft = await get(`/ui/api/drafts/${id}`);
  while (draft.volume.waiting) {
    const before = draft.volume.waiting;
    draft = await post(`/ui/api/drafts/${id}/pages/develop`);
    if (draft.volume.waiting >= before) return;
  }
}

async function look() {
  const { papers } = await get(`/ui/api/drafts/${list.drafts[0]}/papers`);
  const paper = papers.find((one) => one.code === LIST);
  list.is_signed = Boolean(paper?.signers.length && paper.signers.every((one) => one.is_signed));
  return paper;
}

/** Seal row by row: one that does not go stops no other. */
async function send(ids) {
  for (const id of ids) {
    failed.delete(id);
    try {
      await post(`/ui/api/drafts/${id}/submit`);
      rows.find((row) => row.draft_id === id).state = "sent";
    } catch (error) {
      failed.set(id, error);
    }
    redraw();
  }
}
