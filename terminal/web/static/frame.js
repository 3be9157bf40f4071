// The frame around every page: top bar, status bar, dialogs, notes, the key table.

import { get } from "./api.js";
import { isLost } from "./contact.js";
import { nextTry, setTime } from "./countdown.js";
import { h, icon, kbd, redraw } from "./dom.js";
import { press } from "./keys.js";
import { gap, longMoment, pick, speak, spoken, t } from "./words.js";

const THEMES = ["", "light", "dark"];
const TYPES = ["", "large", "larger"];
const SOUNDS = ["", "off"];
let station = null;
let readers = [];
let drawPage = () => {};
let lockCounter = () => {};

/** Wear the theme and type size that this counter chose. */
export function wear() {
  for (const name of ["theme", "type"]) {
    const value = localStorage.getItem(name);
    if (value) document.documentElement.dataset[name] = value;
    else delete document.documentElement.dataset[name];
  }
}

/** Fetch what the frame shows, now and every few seconds. */
export async function keepStation(redrawPage, lock) {
  drawPage = redrawPage;
  lockCounter = lock;
  await refreshStation();
  setInterval(() => refreshStation().catch(() => {}), 5000);
}

export async function refreshStation() {
  const [now, found] = await Promise.all([get("/ui/api/station"), get("/ui/api/readers")]);
  station = now;
  setTime(now.now);
  readers = found.readers;
  const part = (name) => document.querySelector(`[data-part="${name}"]`);
  if (part("top")) {
    redraw(part("top"), topbarContent(part("top").dataset.page));
    redraw(part("status"), statusContent());
    // Said once, not every few seconds.
    if (JSON.stringify(now.alarm) !== part("alarm").dataset.said) part("alarm").replaceWith(alarm());
  }
}

export const theStation = () => station;
export const theReaders = () => readers;

/** The teller who works here: let in by a PIN. */
export function teller() {
  return station.tellers.find((one) => one.staff_no === station.present);
}

/** Everybody who works at this counter. */
export const tellers = () => station.tellers;

/** Draw a page in its frame. */
export function frame(page, main) {
  return h(
    "div",
    { class: "frame" },
    h("header", { class: "topbar", "data-part": "top", "data-page": page }, topbarContent(page)),
    alarm(),
    main,
    h(
      "footer",
      { class: "statusbar", "data-part": "status", "aria-label": t("frame.devices") },
      statusContent(),
    ),
  );
}

/** What everybody at this counter has to see, whatever they do. */
function alarm() {
  const told = station.alarm;
  const remedy = told && (spoken() === "en" ? told.remedy_en : told.remedy_zh);
  return h(
    "div",
    { "data-part": "alarm", "data-said": JSON.stringify(told), role: "alert" },
    told
      ? h(
          "p",
          { class: "note alarm", "data-level": "block", id: "alarm" },
          icon("block"), " ", h("strong", {}, pick(told)), " ", remedy, " ",
          h("a", { href: "#/doctor" }, t("nav.doctor")),
        )
      : null,
  );
}

function topbarContent(page) {
  const { place, unseen, stopped } = station;
  const hot = unseen + stopped;
  const link = (name, href, ...more) =>
    h(
      "a",
      { href, id: `nav-${name}`, "aria-current": page === name ? "page" : null },
      t(`nav.${name}`),
      ...more,
    );
  return [
    h("a", { class: "product", href: "#/tray", id: "home" }, icon("house"), t("frame.product")),
    h("span", { class: "place" }, `${place.bank}　${place.terminal}`),
    h(
      "nav",
      { class: "topnav", "aria-label": t("frame.menu") },
      link("work", "#/new", station.offered ? h("span", { class: "count", "data-state": "hot" }, String(station.offered)) : null),
      link(
        "tray",
        "#/tray",
        hot ? h("span", { class: "count", "data-state": "hot" }, String(hot)) : null,
      ),
      link("doctor", "#/doctor"),
    ),
    h(
      "div",
      { class: "who" },
      h("span", {}, t("frame.teller", { name: teller()?.name, no: teller()?.staff_no })),
      h("button", { class: "plain", type: "button", id: "lock", onclick: () => lockCounter() }, t("frame.lock"), " ", kbd("F10")),
      h(
        "button",
        { class: "plain", type: "button", id: "keys", onclick: () => press("?") },
        t("frame.keys"),
        " ",
        kbd("?"),
      ),
      h(
        "button",
        { class: "plain", type: "button", id: "look", onclick: lookDialog },
        t("frame.look"),
      ),
      tongue(() => drawPage()),
    ),
  ];
}

const otherLanguage = () => (spoken() === "en" ? "zh-CN" : "en");

/** The switch to the other language; every page has it, whatever went wrong. */
export const tongue = (draw, look = "plain") =>
  h("button", { class: look, type: "button", id: "tongue", lang: otherLanguage(), onclick: () => (speak(otherLanguage()), draw()) },
    otherLanguage() === "en" ? "English" : "中文");

function statusContent() {
  const faulty = readers.filter((r) => r.trouble);
  const reader = !readers.length
    ? ["warn", t("status.no-reader")]
    : faulty.length === readers.length
      ? ["bad", `${t("status.reader")} ${pick(faulty[0].trouble)}`]
      : ["ok", t(readers.some((r) => r.is_simulated) ? "status.reader-simulated" : "status.reader-ready")];
  const line = station.line.trouble
    ? ["warn", h("span", {}, t("status.line-lost"), gap(), nextTry(station.line.next_try_at))]
    : station.skew_s === null
      ? ["warn", t("status.line-unknown")]
      : station.troubled
        ? ["warn", t("status.line-troubled")]
        : ["ok", t("status.line-ok")];
  const entry = (state, name, text) => h("li", { "data-state": state }, icon(name), text);
  // What the counter said last is not how things are now.
  if (isLost()) return h("ul", {}, entry("bad", "block", t("lost.title")));
  return h(
    "ul",
    {},
    entry(reader[0], "reader", reader[1]),
    entry("ok", "pad", t("status.pad")),
    entry(line[0], line[0] === "ok" ? "line" : "warn", line[1]),
    entry(
      station.stopped ? "bad" : "ok",
      "queue",
      t("status.queue", { waiting: station.waiting, unseen: station.unseen }),
    ),
    h("li", {}, icon("clock"), skewText()),
  );
}

function skewText() {
  const at = longMoment(station.now);
  if (station.skew_s === null) return at;
  const off = Math.abs(station.skew_s);
  return `${at}${off < 1 ? t("status.skew-none") : t("status.skew", { s: off.toFixed(0) })}`;
}

/** Say in a corner what was done. */
export function toast(text) {
  document.getElementById("toast")?.remove();
  const note = h("p", { class: "toast", id: "toast", role: "status" }, icon("check"), text);
  document.body.append(note);
  setTimeout(() => note.remove(), 6000);
}

/** Show what went wrong: what happened, what to do, and the code for the telephone. */
export function problemNote(problem, ...acts) {
  return h(
    "div",
    { class: "note", "data-level": problem.status >= 500 ? "manual" : "correct", role: "alert" },
    h("p", {}, h("strong", {}, pick(problem.title) || problem.code), " ", pick(problem.remedy)),
    problem.office ? h("p", {}, pick(problem.office)) : null,
    h("p", { class: "small soft" }, t("problem.code", { code: problem.code })),
    acts.some(Boolean) ? h("p", { class: "row" }, acts) : null,
  );
}

/** Open a dialog; it resolves with the value of the button that was pressed, null on Esc. */
export function ask(title, body, buttons) {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { "aria-labelledby": "dialog-title", onclose: () => (dialog.remove(), resolve(dialog.answer)) },
      h("header", {}, h("h2", { id: "dialog-title" }, title)),
      h("div", { class: "body stack-s" }, body),
      h(
        "footer",
        {},
        buttons.map(([value, label, look]) =>
          h(
            "button",
            {
              class: `btn ${look ?? ""}`,
              type: "button",
              onclick: () => ((dialog.answer = value), dialog.close()),
            },
            label,
          ),
        ),
      ),
    );
    dialog.answer = null;
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Choose theme, type size and sounds. */
async function lookDialog() {
  const choices = (name, values) =>
    h(
      "fieldset",
      { class: "field" },
      h("legend", {}, t(`look.${name}`)),
      h(
        "span",
        { class: "choices" },
        values.map((value) => {
          const isOn = (localStorage.getItem(name) ?? "") === value;
          const radio = h("input", { type: "radio", name, checked: isOn });
          radio.addEventListener("change", () => {
            localStorage.setItem(name, value);
            wear();
          });
          return h("label", { class: "choice" }, radio, t(`look.${name}.${value || "auto"}`));
        }),
      ),
    );
  await ask(
    t("look.title"),
    [
      choices("theme", THEMES),
      choices("type", TYPES),
      choices("sound", SOUNDS),
    ],
    [["", t("dialog.close"), "btn-primary"]],
  );
  drawPage();
}
