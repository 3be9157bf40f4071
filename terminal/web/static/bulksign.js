// One signature for a list of discharges: drawn for all that are ready, signed once, sent row by row.

import { get, post } from "./api.js";
import { h, icon } from "./dom.js";
import { problemNote } from "./frame.js";
import { panel, state } from "./parts.js";
import { CHANNEL, showSigner } from "./sign.js";
import { pick, t } from "./words.js";

const LIST = "M22";
const channel = new BroadcastChannel(CHANNEL);
let list = null;
let problem = null;
let isBusy = false;
let redraw = () => {};
/** What became of each draft of the list: its package's number, or why it did not go. */
let gone = new Map();
/** Drafts that a list left out: they come after all others next time. */
const behind = new Set();

channel.addEventListener("message", ({ data }) => {
  if (list && data.type === "signed" && list.drafts.includes(data.draft)) during(look);
});

/** What stands in a row's place of state once its draft has gone, or could not. */
export function stateOfRow(row) {
  const told = gone.get(row.draft_id);
  if (!told) return null;
  return told.problem
    ? [state("correct", "correct", t("bulk.not-sent")), h("p", { class: "small" }, pick(told.problem.title))]
    : state("pass", "check", t("bulk.sent", { number: told.number }));
}

export function signAll(rows, most, draw) {
  redraw = draw;
  const left = rows.filter((row) => row.draft_id && !gone.get(row.draft_id)?.number).map((row) => row.draft_id);
  const open = [...left.filter((id) => !behind.has(id)), ...[...behind].filter((id) => left.includes(id))].slice(0, most);
  return panel(t("bulk.sign"), h("div", { class: "body stack-s" },
    h("p", {}, t("bulk.sign-how", { most })),
    h("button", { class: list?.isSigned ? "btn" : "btn btn-primary", type: "button", id: "sign-list", "aria-busy": isBusy ? "true" : null,
      "aria-disabled": open.length ? null : "true", onclick: () => open.length && during(() => make(open)) }, icon("pad"), t("bulk.sign-do", { n: open.length })),
    problem ? problemNote(problem, problem.detail ? h("span", {}, problem.detail) : null) : null,
    list ? progress() : null));
}

function progress() {
  const left = list.drafts.filter((id) => !gone.get(id)?.number);
  return [
    h("p", { role: "status", id: "list-state" },
      list.isSigned ? state("pass", "check", t("bulk.signed", { id: list.list_id, n: list.drafts.length }))
        : state("", "clock", t("bulk.unsigned", { id: list.list_id, n: list.drafts.length }))),
    list.left_out.length ? h("ul", { class: "plain-list small", id: "left-out" }, list.left_out.map((one) =>
      h("li", {}, h("a", { href: `#/draft/${one.draft_id}/5` }, t("bulk.left-out", { number: one.number })), " ", one.told.map(pick).join(" ")))) : null,
    list.isSigned && left.length
      ? h("button", { class: "btn btn-primary", type: "button", id: "send-list", "aria-busy": isBusy ? "true" : null, onclick: () => during(() => send(left)) },
          icon("upload"), t("bulk.send", { n: left.length }))
      : null,
  ];
}

async function during(act) {
  if (isBusy) return;
  isBusy = true;
  problem = null;
  redraw();
  try {
    await act();
  } catch (error) {
    problem = error;
  } finally {
    isBusy = false;
    redraw();
  }
}

/** Draw the list of all that can be signed, and hand it to the bank's agent. */
async function make(open) {
  for (const id of open) await prepare(id);
  putBehind(open);
  list = await post("/ui/api/lists/forms", { drafts: open });
  for (const id of list.drafts) behind.delete(id);
  gone = new Map([...gone].filter(([, told]) => told.number));
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
  list.isSigned = Boolean(paper?.signers.length && paper.signers.every((one) => one.is_signed));
  return paper;
}

/** Seal row by row: one that does not go stops no other. */
async function send(ids) {
  for (const id of ids) {
    try {
      const { number } = await post(`/ui/api/drafts/${id}/submit`);
      gone.set(id, { number });
    } catch (error) {
      gone.set(id, { problem: error });
    }
    redraw();
  }
}
