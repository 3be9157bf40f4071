// Signers elsewhere: a link to send, a code to tell, and the look that a teller answers for.

import { get, post, remove } from "./api.js";
import { slip, slipPaper, where } from "./attended.js";
import { h, icon, svg } from "./dom.js";
import { problemNote } from "./frame.js";
import { panel, state } from "./parts.js";
import { progress } from "./passage.js";
import { printPart } from "./print.js";
import { store, tell } from "./store.js";
import { moment, t } from "./words.js";

const EVERY_MS = 4000;
const SENT_EVERY_MS = 1000;
const LOOKS = ["video", "phone", "branch"];
/** What is said otherwise of a slip than of a link. */
const OF_SLIPS = ["recalled", "lapsed", "locked"];
const QUIET = 4; // modules of white around a code, as readers need them
const WORDS = { sending: ["", "clock"], waiting: ["info", "clock"], answered: ["manual", "eye"], ended: ["", "block"] };
let of = "";
let invitations = [];
let problem = null;
let changed = () => {};
let timer = 0;
const typed = new Map();

const path = (more = "") => `/ui/api/drafts/${store.draft.draft_id}/invitations${more}`;

/** Say for whom this signer waits elsewhere; null where he does not. */
export const invitationOf = (signer) =>
  invitations.find((one) => one.signer === signer && (one.state !== "ended" || one.ended)) ?? null;

/** Read how the invitations of the draft stand; `onSigned` is called when ink has come to count. */
export function attend(onSigned) {
  changed = onSigned;
  if (of === store.draft.draft_id) return;
  of = store.draft.draft_id;
  invitations = [];
  act(get(path()));
}

export const invite = (signer, isAtCounter = false) => act(post(path(), { signer, is_at_counter: isAtCounter }));

async function act(asked) {
  try {
    invitations = (await asked).invitations;
    problem = null;
  } catch (error) {
    problem = error;
  }
  tell();
  watch();
}

/** While somebody is expected, the office is asked every few seconds; what is sent is known here. */
function watch() {
  clearTimeout(timer);
  const waits = (state) => invitations.some((one) => one.state === state);
  if (!waits("sending") && !waits("waiting")) return;
  const asked = of;
  timer = setTimeout(async () => {
    if (store.draft?.draft_id !== asked || !location.hash.endsWith("/4")) return void (of = "");
    const told = await (waits("waiting") ? post(path("/look")) : get(path())).catch(() => null);
    if (told && JSON.stringify(told.invitations) !== JSON.stringify(invitations)) {
      invitations = told.invitations;
      tell();
    }
    watch();
  }, waits("sending") ? SENT_EVERY_MS : EVERY_MS);
}

/** Before texts are changed: that somebody elsewhere may be reading them just now. */
export function awayNote(step) {
  const n = store.draft?.elsewhere;
  if (!n || step > 3) return null;
  return h("div", { class: "note", "data-level": "manual", id: "away-note" },
    h("p", {}, h("strong", {}, t("remote.open-now", { n })), " ", t("remote.open-how")));
}

/** Where papers would be drawn anew and links end with it: the button that says so. */
export const anewButton = (onclick) =>
  h("button", { class: "btn btn-s", type: "button", id: "draw-anew", onclick }, t("remote.draw-anew"));

/** Draw a panel for each signer who was invited; `names` tells who is who. */
export function remotePanels(names, titles) {
  return [
    problem ? problemNote(problem) : null,
    ...invitations.filter((one) => names.has(one.signer)).map((one) =>
      panel([t(one.is_at_counter ? "attended.title" : "remote.title", { name: names.get(one.signer) }), h("span", { class: "row-end" }, stateOf(one))],
        h("div", { class: "body stack" }, bodyOf(one, titles)))),
  ];
}

function stateOf(one) {
  const [level, shape] = WORDS[one.state];
  const word = one.is_at_counter && one.state === "answered" ? "attended.answered" : one.state === "ended" ? `remote.ended.${one.ended}` : one.state === "waiting" && one.opened_at ? "remote.opened" : `remote.state.${one.state}`;
  return state(level, shape, t(word, { at: moment(one.opened_at) }));
}

function bodyOf(one, titles) {
  if (one.state === "sending") return [h("p", {}, t(one.is_at_counter ? "attended.sending" : "remote.sending")), progress(one.invitation, one.moved, "remote.moved"), recallButton(one)];
  if (one.state === "waiting") return one.is_at_counter ? expected(one) : waiting(one);
  if (one.state === "answered") return one.is_at_counter ? attended(one, titles) : answered(one, titles);
  const isOfSlip = one.is_at_counter && OF_SLIPS.includes(one.ended);
  return [h("p", {}, t(isOfSlip ? `attended.after.${one.ended}` : `remote.after.${one.ended}`)),
    h("p", { class: "row" }, button("remote.anew", `anew-${one.signer.slice(0, 6)}`, () => invite(one.signer, one.is_at_counter)))];
}

function waiting(one) {
  return [
    one.misses ? h("p", { class: "note", "data-level": "manual" }, t("remote.misses", { n: one.misses })) : null,
    h("div", { class: "remote-grid" },
      h("div", { class: "stack-s" },
        qr(one),
        h("label", { for: `link-${one.invitation}`, class: "small soft" }, t("remote.link")),
        h("input", { id: `link-${one.invitation}`, readonly: true, value: one.link, onfocus: (e) => e.target.select() }),
        h("p", { class: "row" },
          button("remote.copy", `copy-${one.invitation.slice(0, 6)}`, () => navigator.clipboard?.writeText(one.link)),
          button("remote.print", `print-${one.invitation.slice(0, 6)}`, () => printQr(one)))),
      h("div", { class: "stack-s" },
        h("p", { class: "small soft" }, t("remote.code")),
        h("p", { class: "remote-code mono", id: `code-${one.invitation.slice(0, 6)}` }, `${one.code.slice(0, 4)} ${one.code.slice(4)}`),
        h("p", {}, t("remote.code-how")),
        h("p", { class: "small soft" }, t("remote.until", { at: moment(one.expires_at) })),
        recallButton(one))),
  ];
}

const expected = (one) => [
  one.misses ? h("p", { class: "note", "data-level": "manual" }, t("attended.misses", { n: one.misses })) : null,
  slip(one, qr(one, "attended.slip"),
    button("attended.print", `print-${one.invitation.slice(0, 6)}`, () => printPart(slipPaper(one, qr(one, "attended.slip")))), recallButton(one)),
];

function qr({ qr: { size, path: d } }, name = "remote.qr") {
  const whole = size + 2 * QUIET;
  return svg("svg", { class: "remote-qr", viewBox: `${-QUIET} ${-QUIET} ${whole} ${whole}`, role: "img", "aria-label": t(name) },
    svg("rect", { x: -QUIET, y: -QUIET, width: whole, height: whole, fill: "#fff" }), svg("path", { d, fill: "#000" }));
}

/** Print the code of the link alone: the signing code never stands on the same paper. */
function printQr(one) {
  printPart(h("div", { class: "print-only" }, h("h1", {}, t("remote.qr")), qr(one),
    h("p", {}, one.link), h("p", {}, t("remote.until", { at: moment(one.expires_at) }))));
}

/** A colleague saw him and read his card: what came back is looked at, and counts. */
function attended(one, titles) {
  const key = one.invitation.slice(0, 6);
  return [
    where(one.visit),
    h("div", { class: "row" }, one.strokes.map((given) => ink(given, titles.get(given.paper) ?? given.paper))),
    h("p", { class: "note", "data-level": "info" }, t("attended.checked")),
    h("p", { class: "row" },
      h("button", { class: "btn btn-primary", type: "button", id: `confirm-${key}`,
        onclick: async () => (await act(post(path(`/${one.invitation}/attendance`))), problem ? null : changed()) }, icon("check"), t("attended.confirm")),
      button("attended.refuse", `refuse-${key}`, () => act(post(path(`/${one.invitation}/refusal`))))),
  ];
}

function answered(one, titles) {
  const key = one.invitation.slice(0, 6);
  const said = typed.get(one.invitation) ?? { look: "", note: "" };
  typed.set(one.invitation, said);
  return [
    h("p", {}, t("remote.answered", { at: moment(one.answered_at) })),
    h("div", { class: "row" }, one.strokes.map((given) => ink(given, titles.get(given.paper) ?? given.paper))),
    h("fieldset", { class: "stack-s" }, h("legend", {}, t("remote.how")),
      LOOKS.map((look) => h("label", { class: "row" },
        h("input", { type: "radio", name: `look-${key}`, id: `look-${look}-${key}`, checked: said.look === look, onchange: () => (said.look = look) }),
        t(`remote.look.${look}`)))),
    h("div", { class: "field" }, h("label", { for: `note-${key}` }, t("remote.note")),
      h("textarea", { id: `note-${key}`, rows: "2", maxlength: "200", value: said.note, "aria-describedby": `note-help-${key}`,
        oninput: (e) => (said.note = e.target.value) }),
      h("p", { class: "small soft", id: `note-help-${key}` }, t("remote.note-help"))),
    h("p", { class: "note", id: `why-${key}`, role: "status", "data-level": "manual" }, t("remote.person")),
    h("p", { class: "row" },
      h("button", { class: "btn btn-primary", type: "button", id: `confirm-${key}`, onclick: () => confirm(one, said, key) }, icon("check"), t("remote.confirm")),
      button("remote.refuse", `refuse-${key}`, () => act(post(path(`/${one.invitation}/refusal`))))),
  ];
}

async function confirm(one, said, key) {
  const missing = !said.look ? `look-video-${key}` : said.note.trim().length < 4 ? `note-${key}` : "";
  if (missing) {
    document.getElementById(`why-${key}`).textContent = t("remote.say-how");
    return document.getElementById(missing).focus();
  }
  await act(post(path(`/${one.invitation}/confirmation`), { look: said.look, note: said.note.trim() }));
  return problem ? null : changed();
}

function ink({ width, height, lines }, title) {
  return h("figure", { class: "remote-ink" },
    svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": t("remote.ink", { paper: title }) },
      lines.map((line) => svg("polyline", { points: line.map((p) => p.join(",")).join(" "), fill: "none", stroke: "#10233f", "stroke-width": "80", "stroke-linecap": "round" }))),
    h("figcaption", { class: "small soft" }, title));
}

const button = (word, id, onclick) => h("button", { class: "btn", type: "button", id, onclick }, t(word));
const recallButton = (one) =>
  h("p", {}, button("remote.recall", `recall-${one.invitation.slice(0, 6)}`, () => act(remove(path(`/${one.invitation}`)))));
