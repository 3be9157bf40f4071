// The lock: one teller works at this counter, let in by a PIN. While nobody does, no window shows
// anything of anybody; what was typed is saved, and the page is there again afterwards.

import { belongTo, get, post, remove, watchLocked } from "./api.js";
import { isLost } from "./contact.js";
import { h, icon, kbd, redraw } from "./dom.js";
import { problemNote, tongue } from "./frame.js";
import { watchHands } from "./hands.js";
import { bindKeys } from "./keys.js";
import { flush, unsaved } from "./store.js";
import { t } from "./words.js";

const EVERY_MS = 5000;
/** So long before the counter locks itself it says so. */
const SOON_S = 45;
const channel = new BroadcastChannel("counter-lock");
const root = document.getElementById("app");
let attendance = null;
/** Whose window this is, since somebody was let in here. */
let mine = "";
let isShut = true;
let chosen = "";
let pin = "";
let problem = null;
let isBusy = false;
let opened = () => {};

export const isLocked = () => isShut;

/** Ask who works, now and every few seconds; `whenOpened` is called whenever the way is free. */
export async function keepLock(whenOpened) {
  opened = whenOpened;
  await meet(await get("/ui/api/attendance"));
  watchLocked(look);
  channel.addEventListener("message", look);
  setInterval(look, EVERY_MS);
  watchHands(() => document.getElementById("soon") && (warn(Infinity), look()));
}

async function look() {
  const told = await get("/ui/api/attendance").catch(() => null);
  if (told) await meet(told);
}

/** Lock every window of this counter, as soon as what was typed is saved. */
export async function lock() {
  document.activeElement?.blur();
  await flush();
  await meet(await remove("/ui/api/attendance"));
  channel.postMessage("locked");
}

async function meet(told) {
  const isNews = JSON.stringify(told) !== JSON.stringify(attendance);
  attendance = told;
  if (!told.present) return isShut && !isNews && document.getElementById("pin") ? null : shut();
  warn(told.locks_in_s);
  if (mine && told.present !== mine) return another();
  mine = belongTo(told.present);
  if (!isShut) return null;
  isShut = false;
  problem = null;
  flush();
  return opened();
}

/** Somebody else works now: this window forgets everything, unless something is still unsaved. */
function another() {
  if (unsaved()) return isShut && document.getElementById("pin") ? null : shut();
  isShut = true;
  if (!location.hash.startsWith("#/signer/")) location.hash = "/new";
  return location.reload();
}

function shut() {
  isShut = true;
  warn(Infinity);
  document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
  document.querySelectorAll("dialog, .toast").forEach((element) => element.remove());
  bindKeys({});
  draw();
  document.getElementById("pin")?.focus();
}

function draw() {
  const { bank, terminal, last, tellers } = attendance;
  chosen ||= mine || last || (tellers.length === 1 ? tellers[0].staff_no : "");
  const waits = unsaved();
  document.title = t("lock.title");
  redraw(root,
    h("main", { id: "main", class: "work work-one lock" },
      h("section", { class: "panel", "aria-labelledby": "title" },
        h("header", {}, icon("lock"), h("h1", { id: "title", tabindex: "-1" }, t(mine || last ? "lock.title" : "lock.begin")), tongue(draw, "plain row-end")),
        h("div", { class: "body stack" },
          h("p", { class: "soft" }, `${bank}　${terminal}`),
          h("p", {}, t(mine || last ? "lock.how" : "lock.how-begin")),
          waits ? h("p", { class: "note", "data-level": "correct" }, t("lock.unsaved", { who: nameOf(mine), n: waits })) : null,
          tellers.length > 1 ? choices(tellers) : h("p", {}, h("strong", {}, nameOf(chosen))),
          isWithoutPin() ? h("p", { class: "note", "data-level": "info", id: "no-pin" }, t("lock.no-pin", { no: chosen })) : null,
          h("div", { class: "field w2" }, h("label", { for: "pin" }, t("lock.pin")),
            h("input", { id: "pin", type: "password", inputmode: "numeric", autocomplete: "off", maxlength: "20", value: pin,
              oninput: (event) => (pin = event.target.value), onkeydown: (event) => event.key === "Enter" && enter() })),
          problem ? problemNote(problem) : null,
          h("p", {}, h("button", { class: "btn btn-primary btn-big", type: "button", id: "unlock", "aria-busy": isBusy ? "true" : null, onclick: enter },
            t("lock.open"), " ", kbd("Enter")))))));
}

const nameOf = (staffNo) => {
  const found = attendance.tellers.find((one) => one.staff_no === staffNo);
  return found ? `${found.name} ${found.staff_no}` : "";
};
const isWithoutPin = () => attendance.tellers.some((one) => one.staff_no === chosen && !one.has_pin);

function choices(tellers) {
  return h("fieldset", { class: "field", id: "who" }, h("legend", {}, t("lock.who")),
    h("span", { class: "choices" }, tellers.map(({ staff_no: no }) =>
      h("label", { class: "choice", "data-state": no === chosen ? "on" : null },
        h("input", { type: "radio", name: "who", id: `who-${no}`, checked: no === chosen,
          onchange: () => ((chosen = no), (problem = null), draw(), document.getElementById("pin").focus()) }),
        nameOf(no)))));
}

async function enter() {
  if (!chosen) return document.querySelector("#who input").focus();
  if (isBusy || !pin) return document.getElementById("pin").focus();
  isBusy = true;
  const given = pin;
  pin = "";
  try {
    const told = await post("/ui/api/attendance", { staff_no: chosen, pin: given });
    isBusy = false;
    channel.postMessage("opened");
    await meet(told);
  } catch (error) {
    isBusy = false;
    problem = error;
    draw();
    document.getElementById("pin").focus();
  }
  return null;
}

/** Say in time that the counter is about to lock itself; any key or touch keeps it open. */
function warn(leftS) {
  const note = document.getElementById("soon");
  if (leftS > SOON_S || isLost()) return note?.remove();
  const text = t("lock.soon", { s: leftS });
  if (note) note.querySelector("span").textContent = text;
  else document.body.append(h("p", { class: "toast", id: "soon", role: "alert" }, icon("lock"), h("span", {}, text)));
  return null;
}
