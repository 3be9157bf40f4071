// Who comes here to sign what another counter of the bank files: code, card, papers, the way back.

import { fetchBlob, get, post, readerPath, remove } from "./api.js";
import { h, icon, kbd } from "./dom.js";
import { problemNote } from "./frame.js";
import { facts, head, panel, state } from "./parts.js";
import { printPart } from "./print.js";
import { chosenReader, keyOf, keyNote, readers } from "./reader.js";
import { CHANNEL, showSigner, titleOf } from "./sign.js";
import { soundBad, soundGood } from "./sound.js";
import { clock, moment, t } from "./words.js";

const channel = new BroadcastChannel(CHANNEL);
const PLACE = { slot_id: "visitor" };
const EVERY_MS = 4000;
const LOOKS = { signing: ["info", "pad"], signed: ["manual", "upload"], sent: ["pass", "check"], over: ["block", "block"] };
let draw = () => {};
let visits = [];
let papers = [];
let now = null;
let code = "";
let expected = null;
let problem = null;
let tries = 0;
let isReading = false;
let asks = false;
let photo = null;
let timer = 0;

channel.addEventListener("message", ({ data }) => {
  if (!now || data.draft !== seatOf(now)) return;
  if (data.type === "asks") asks = true;
  if (data.type === "signed") asks = false;
  if (["asks", "signed", "left"].includes(data.type)) refresh().then(() => draw());
});

const base = (one, more = "") => `/ui/api/visits/${one.invitation}${more}`;
const seatOf = (one) => `visit-${one.invitation}`;
/** How many visitors are not done with. */
export const openVisits = (all) => all.filter((one) => ["signing", "signed"].includes(one.state)).length;

/** Fetch what is shown: this teller's visits, and the papers of the one that the address names. */
export async function enterVisit(redrawPage, invitation) {
  draw = redrawPage;
  if (now?.invitation !== invitation) Object.assign(PLACE, { tries: 0 });
  problem = null;
  await refresh(invitation ?? "");
  draw();
}

async function refresh(invitation = now?.invitation ?? "") {
  ({ visits } = await get("/ui/api/visits"));
  const was = now?.invitation;
  now = visits.find((one) => one.invitation === invitation) ?? null;
  papers = now?.state === "signing" ? (await get(base(now, "/papers"))).papers : [];
  if (was !== now?.invitation) photo = null;
  if (now?.identity?.has_photo && !photo) photo = (await fetchBlob(base(now, "/photo")).catch(() => null))?.url;
  clearTimeout(timer);
  // What waits for the line is sent by itself: its row follows.
  if (visits.some((one) => one.state === "signed"))
    timer = setTimeout(() => location.hash.startsWith("#/visit") && refresh().then(() => draw()).catch(() => {}), EVERY_MS);
}

export function visit() {
  return {
    main: [
      head(t("visit.title"), t("visit.how"), now ? h("a", { class: "btn", id: "visit-new", href: "#/visit" }, t("visit.another")) : null),
      problem ? problemNote(problem) : null,
      tries ? keyNote({ tries }) : null,
      now ? one() : asking(),
      others(),
    ],
    aside: [panel(t("visit.law"), h("ul", { class: "body stack-s" },
      ["card", "face", "read", "back"].map((name) => h("li", {}, t(`visit.law.${name}`)))))],
    label: t("visit.law"),
    keys: now?.state === "signing"
      ? { F2: left().length ? handNext : null, F8: left().length ? null : finish, Escape: leave }
      : now ? { Escape: leave } : { F2: expected ? readCard : find, Escape: isReading ? stop : expected ? again : leave },
  };
}

const leave = () => (location.hash = "/new");

// --- the code and the card

function asking() {
  return panel(t("visit.code"), h("div", { class: "body stack" },
    h("form", { class: "row", onsubmit: (event) => (event.preventDefault(), find()) },
      h("label", { for: "visit-code" }, t("visit.code-label")),
      h("input", { id: "visit-code", class: "mono", autocomplete: "off", spellcheck: "false", maxlength: "60", size: "28", value: code,
        readonly: expected ? true : null, oninput: (event) => (code = event.target.value) }),
      expected
        ? h("button", { class: "btn", type: "button", id: "visit-again", onclick: again }, t("visit.again"))
        : h("button", { class: "btn btn-primary", type: "submit", id: "visit-find" }, icon("search"), t("visit.find"), " ", kbd("F2"))),
    expected ? greeting() : h("p", { class: "small soft" }, t("visit.code-how"))));
}

function greeting() {
  const { name, number, branch, terminal, titles, expires_at: until } = expected;
  return [
    facts([
      [t("visit.who"), h("span", { lang: "zh-CN" }, name)],
      [t("identity.number"), h("span", { class: "mono" }, number)],
      [t("visit.from"), t("visit.place", { branch, terminal })],
      [t("visit.papers"), h("span", { lang: "zh-CN" }, titles.join("、"))],
      [t("visit.until"), moment(until)],
    ]),
    readers(PLACE, readCard),
    h("p", { class: "row", role: "status" },
      isReading ? [icon("card"), h("strong", {}, t("identity.lay")), h("button", { class: "btn", type: "button", id: "visit-stop", onclick: stop }, t("identity.cancel"), " ", kbd("Esc"))]
        : h("button", { class: "btn btn-primary", type: "button", id: "visit-read", onclick: readCard }, icon("card"), t("visit.read"), " ", kbd("F2"))),
  ];
}

async function find() {
  if (!code.trim()) return document.getElementById("visit-code")?.focus();
  await act(async () => (expected = await post("/ui/api/visits/expected", { code })));
  document.getElementById(expected ? "visit-read" : "visit-code")?.focus();
  return null;
}

function again() {
  expected = problem = null;
  code = "";
  draw();
  document.getElementById("visit-code")?.focus();
}

async function readCard() {
  const reader = chosenReader(PLACE);
  if (!reader || isReading) return;
  isReading = true;
  draw();
  await act(async () => {
    const key = reader.needs_key ? keyOf(PLACE) : null;
    const begun = await post("/ui/api/visits", { code, reader: reader.name, key });
    soundGood();
    expected = null;
    code = "";
    location.hash = `/visit/${begun.invitation}`;
  });
  isReading = false;
  tries = problem?.code === "terminal.wrong-chip-key" ? tries + 1 : 0;
  if (problem) soundBad();
  if (problem?.code === "terminal.visit-over") expected = null;
  draw();
}

const stop = () => post(readerPath(chosenReader(PLACE)?.name, "cancel")).catch(() => {});

// --- the visitor who was read

function one() {
  const [level, shape] = LOOKS[now.state];
  return panel([t("visit.of", { name: now.identity?.name ?? now.expected.name }), h("span", { class: "row-end" }, state(level, shape, t(`visit.state.${now.state}`)))],
    h("div", { class: "body stack" }, now.state === "signing" ? signing() : receipt()));
}

function signing() {
  const { identity: who, expected: { branch, terminal } } = now;
  return [
    h("div", { class: "row" },
      photo ? h("img", { class: "photo", src: photo, alt: t("identity.photo") }) : null,
      facts([
        [t("visit.who"), h("span", { lang: "zh-CN" }, who.name)],
        [t("identity.number"), h("span", { class: "mono" }, who.number)],
        [t("visit.card"), [who.is_valid ? t("identity.valid") : t("identity.expired"), who.is_simulated ? ` · ${t("identity.simulated")}` : ""]],
        [t("visit.from"), t("visit.place", { branch, terminal })],
      ])),
    asks ? h("p", { class: "note", "data-level": "manual", role: "alert" }, t("sign.asks", { name: who.name })) : null,
    h("ul", { class: "plain-list stack-s" }, papers.map((paper) => row(paper))),
    h("p", { class: "row" },
      left().length
        ? h("button", { class: "btn btn-primary", type: "button", id: "visit-hand", onclick: handNext }, icon("pad"), t("sign.hand"), " ", kbd("F2"))
        : h("button", { class: "btn btn-primary", type: "button", id: "visit-finish", onclick: finish }, icon("check"), t("visit.finish"), " ", kbd("F8")),
      h("button", { class: "btn", type: "button", id: "visit-drop", onclick: drop }, t("visit.drop"))),
    left().length ? null : h("p", { class: "small soft" }, t("visit.finish-how")),
  ];
}

const left = () => papers.filter((paper) => !paper.signers[0].is_signed);

function row(paper) {
  const [{ is_signed: isSigned, signed_at: at }] = paper.signers;
  return h("li", { class: "row" },
    state(isSigned ? "pass" : "", isSigned ? "check" : "clock", isSigned ? t("sign.signed", { at: clock(at) }) : t("sign.waiting")),
    h("span", {}, titleOf(paper)),
    h("button", { class: "plain small row-end", type: "button", id: `visit-hand-${paper.code}`, onclick: () => hand(paper) },
      t(isSigned ? "sign.again" : "sign.start"), h("span", { class: "sr" }, ` ${titleOf(paper)}`)));
}

function handNext() {
  const [next] = left();
  if (next) hand(next);
}

const hand = (paper) => showSigner(`#/signer/${seatOf(now)}/${paper.code}/${paper.signers[0].signer}`);

async function finish() {
  if (left().length) return;
  await act(async () => (now = await post(base(now, "/sending"))));
  document.getElementById("title")?.focus();
}

async function drop() {
  await act(() => remove(base(now)));
  if (!problem) location.hash = "/visit";
}

/** What the visitor may take with him: no name, no number, no secret. */
function receipt() {
  const { expected: { branch, terminal, titles, name }, signed_at: at, invitation, state: as, over } = now;
  return [
    h("p", { role: "status" }, as === "over" ? t(`visit.over.${over}`) : t(`visit.after.${as}`)),
    h("div", { class: "stack-s", id: "visit-receipt" },
      facts([
        [t("visit.who"), h("span", { lang: "zh-CN" }, name)],
        [t("visit.papers"), h("span", { lang: "zh-CN" }, titles.join("、"))],
        [t("visit.from"), t("visit.place", { branch, terminal })],
        [t("visit.signed-at"), at ? moment(at) : "–"],
        [t("visit.no"), h("span", { class: "mono" }, invitation)],
      ])),
    h("p", { class: "row" },
      as === "over" ? null : h("button", { class: "btn", type: "button", id: "visit-print", onclick: printReceipt }, icon("printer"), t("visit.print")),
      as === "signed" ? null : h("button", { class: "btn", type: "button", id: "visit-drop", onclick: drop }, t("visit.close"))),
  ];
}

function printReceipt() {
  const told = document.getElementById("visit-receipt").cloneNode(true);
  told.removeAttribute("id");
  printPart(h("div", { class: "print-only" }, h("h1", {}, t("visit.receipt")), told));
}

function others() {
  const rest = visits.filter((v) => v !== now);
  if (!rest.length) return null;
  return panel([t("visit.others"), h("span", { class: "count" }, String(rest.length))],
    h("ul", {}, rest.map((v) => {
      const [level, shape] = LOOKS[v.state];
      return h("li", { class: "item" }, state(level, shape, t(`visit.state.${v.state}`)),
        h("div", {}, h("p", { class: "title" }, h("span", { lang: "zh-CN" }, v.expected.name), " ", h("span", { class: "meta mono" }, v.expected.number)),
          h("p", { class: "meta" }, t("visit.place", v.expected), " ", moment(v.began_at))),
        h("div", { class: "do" }, h("a", { class: "btn btn-s", id: `visit-${v.invitation.slice(0, 6)}`, href: `#/visit/${v.invitation}` }, t("visit.open"))));
    })));
}

/** Do it, and draw what came of it. */
async function act(ours) {
  problem = await ours().then(() => null, (error) => error);
  await refresh().catch(() => {});
  draw();
}
