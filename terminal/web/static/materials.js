// Step 3: the papers of the catalogue, their pages, and the questions of the inquiry record.

import { askCut } from "./cutter.js";
import { photograph } from "./camera.js";
import { h, icon, kbd } from "./dom.js";
import { arrivals, keepFolder, takeAll } from "./folder.js";
import { ask, problemNote } from "./frame.js";
import { inquiry, keepTold } from "./inquiry.js";
import { againButton, isDragging, leaves, pageKeys, takeDragged } from "./leaves.js";
import {
  addFiles, at, choose, cut, develop, fail, keep, look, moveTo, openRemarks, pagesOf, removePage,
  settle, splitTo, thePage, work,
} from "./pagework.js";
import {
  actions, corrections, faultNote, from, head, level, missing, panel, state, stepTitle,
} from "./parts.js";
import { scan } from "./scanner.js";
import { askWhenDue, isSharedUrgent, shared, spareNote, spareState } from "./spares.js";
import { isWritten, statementNote, statementOf, statementState } from "./statements.js";
import { store, tell } from "./store.js";
import { duration, pick, size, spoken, t } from "./words.js";

const SOURCES = ["scanner", "camera", "folder", "file"];
const SOURCE = "material-source";
const MOST_SHOWN = 6;
let isListening = false;
let isAllShown = false;

export function materials() {
  const { draft } = store;
  if (at.draft !== draft.draft_id || (at.auto && isSpared(at.auto)))
    Object.assign(at, { draft: draft.draft_id, code: firstOpen(), page: "", auto: firstOpen() });
  settle();
  keepTold();
  askWhenDue();
  keepFolder();
  listen();
  if (!work.problem && draft.pages.some((page) => page.is_waiting)) develop();
  const acts = { cut: cutPage, move: movePage };
  return {
    main: [
      head(stepTitle(3), t("materials.how"), h("p", { class: "row" }, sourceButton(), scanButton())),
      work.problem ? problemNote(work.problem) : null,
      progress(),
      table(),
      ...(isSharedUrgent() ? [shared(), chosenPaper()] : [chosenPaper(), shared()]),
      inquiry(),
      actions(3, { note: faultNote(3) }),
    ],
    aside: [leaves(`${at.code} ${nameOf(at.code)}`, acts), corrections(), missing(3)],
    label: t("materials.aside"),
    wide: true,
    keys: {
      ...pageKeys(acts),
      F2: () => bring(),
      "Shift+F2": chooseSource,
      Escape: work.now?.stop,
      ArrowDown: () => stepPaper(1),
      ArrowUp: () => stepPaper(-1),
    },
  };
}

const scannable = () => store.draft.catalogue.filter((line) => !line.is_generated);

/** The paper that is begun with: what lacks, then what is wrong, then what is there to look at. */
function firstOpen() {
  const lines = scannable();
  const has = (line) => pagesOf(line.code);
  const first =
    lines.find((line) => line.is_required && !has(line).length && !isWritten(line.code)) ??
    lines.find((line) => has(line).some((page) => openRemarks(page).length)) ??
    lines.find((line) => has(line).length) ??
    lines.find((line) => !isSpared(line.code));
  return (first ?? lines[0])?.code ?? "";
}

/** Whether nothing is left to do about a paper, since somebody else knows it. */
const isSpared = (code) =>
  scannable().some((line) => line.code === code && line.spare?.is_spared) && !pagesOf(code).length;

function stepPaper(by) {
  const codes = shownLines().filter((line) => !line.is_generated).map((line) => line.code);
  choose(codes[Math.min(Math.max(codes.indexOf(at.code) + by, 0), codes.length - 1)]);
}

function nameOf(code) {
  const line = store.draft.catalogue.find((l) => l.code === code);
  return line ? pick(line) : code;
}

// --- where pages come from

const source = () => localStorage.getItem(SOURCE) ?? "file";

function scanButton() {
  return h(
    "button",
    { class: "btn btn-primary", type: "button", id: "scan", onclick: () => bring() },
    icon(source() === "file" ? "upload" : source() === "folder" ? "download" : "camera"),
    t(`bring.${source()}`, { code: at.code }), " ", kbd("F2"),
  );
}

function sourceButton() {
  return h("button", { class: "btn", type: "button", id: "source", onclick: chooseSource }, t("bring.other"), " ", kbd("Shift+F2"));
}

async function chooseSource() {
  const look = (name) => (name === source() ? "btn-primary" : "");
  const chosen = await ask(
    t("bring.title", { code: at.code, title: nameOf(at.code) }),
    h("p", {}, t("bring.how")),
    [["", t("dialog.back")], ...SOURCES.map((name) => [name, t(`bring.name.${name}`), look(name)])],
  );
  if (!chosen) return;
  localStorage.setItem(SOURCE, chosen);
  bring({ isAsking: chosen === "scanner" });
}

/** Bring pages in for the chosen paper, from where they came last time. */
function bring({ replaces = "", isAsking = false } = {}) {
  work.problem = null;
  const into = { code: at.code, replaces };
  if (source() === "scanner") return scan(into, { isAsking }).catch(fail);
  if (source() === "camera") return photograph(at.code, nameOf(at.code), { replaces });
  if (source() === "folder") return takeAll(into);
  pickFile(replaces);
  return null;
}

/** The file dialog; it stands beside the page, which is drawn anew while the dialog opens. */
function picker() {
  const input = h("input", {
    type: "file", id: "file", hidden: true, multiple: true,
    accept: "application/pdf,image/jpeg,image/png",
    onchange: () => {
      const { replaces = "", code = "" } = input.dataset;
      addFiles([...input.files], code || at.code, { replaces });
      input.value = "";
    },
  });
  document.body.append(input);
}

function pickFile(replaces) {
  const input = document.getElementById("file");
  Object.assign(input.dataset, { replaces, code: at.code });
  input.click();
}

/** Files that are dropped or pasted anywhere on this step go to the chosen paper. */
function listen() {
  if (isListening) return;
  isListening = true;
  picker();
  const isHere = () => store.draft && location.hash.startsWith(`#/draft/${store.draft.draft_id}/3`);
  document.addEventListener("dragover", (event) => isHere() && !isDragging() && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!isHere() || event.defaultPrevented || !event.dataTransfer.files.length) return;
    event.preventDefault();
    addFiles(event.dataTransfer.files, at.code);
  });
  document.addEventListener("paste", (event) => {
    if (!isHere() || !event.clipboardData.files.length) return;
    event.preventDefault();
    addFiles(event.clipboardData.files, at.code);
  });
}

function progress() {
  const waiting = store.draft.volume.waiting;
  if (work.now)
    return h(
      "p",
      { class: "note", role: "status" },
      work.now.text, " ",
      work.now.stop
        ? h("button", { class: "btn btn-s", type: "button", id: "stop", onclick: work.now.stop }, t("scan.stop"), " ", kbd("Esc"))
        : null,
    );
  return waiting ? h("p", { class: "note", role: "status" }, t("pages.waiting", { n: waiting })) : null;
}

// --- the papers

function table() {
  const heads = ["code", "paper", "pages", "state", "source"];
  return h(
    "div",
    { class: "panel table-wrap", "data-density": "compact" },
    h(
      "table",
      {},
      h("caption", { class: "sr" }, t("materials.caption")),
      h("thead", {}, h("tr", {}, heads.map((name) =>
        h("th", { scope: "col", class: name === "pages" ? "num" : null }, t(`materials.${name}`))))),
      h("tbody", {}, shownLines().map(row), moreRow()),
    ),
    volume(),
  );
}

const isNeeded = (line) =>
  line.is_required || line.spare || statementOf(line.code) || pagesOf(line.code).length > 0 || line.code === at.code;

/** The papers that this case needs or has; the others when they are asked for. */
const shownLines = () => store.draft.catalogue.filter((line) => isAllShown || isNeeded(line));

function moreRow() {
  const rest = store.draft.catalogue.filter((line) => !isNeeded(line)).length;
  if (!rest) return null;
  const turn = () => ((isAllShown = !isAllShown), tell());
  return h("tr", { class: "more-papers" }, h("td", { colspan: "5" },
    h("button", { class: "plain", type: "button", id: "more-papers", "aria-expanded": String(isAllShown), onclick: turn },
      icon(isAllShown ? "up" : "down"), t(isAllShown ? "materials.fewer" : "materials.more", { n: rest }))));
}

/** How much travels, and how long the slowest line takes for it. */
function volume() {
  const { bytes, seconds } = store.draft.volume;
  if (!bytes) return null;
  return h("p", { class: "small soft volume", id: "volume" }, t("materials.volume", { size: size(bytes), time: duration(seconds) }));
}

function row(line) {
  const own = pagesOf(line.code);
  const isChosen = line.code === at.code;
  const isIdle = !line.is_required && !line.spare && !own.length && !statementOf(line.code);
  const isOpen = !line.is_generated;
  const name = isOpen
    ? h("button", { class: "plain", type: "button", id: `m-${line.code}`, "aria-pressed": String(isChosen),
        onclick: (event) => (event.stopPropagation(), choose(line.code)) }, isChosen ? h("strong", {}, pick(line)) : pick(line))
    : pick(line);
  return h(
    "tr",
    {
      "data-state": isChosen ? "selected" : isIdle ? "locked" : null,
      onclick: isOpen && !isChosen ? () => choose(line.code) : null,
      ondragover: (event) => isOpen && event.preventDefault(),
      ondrop: isOpen ? (event) => dropOnRow(event, line.code) : null,
    },
    h("td", { class: "mono" }, line.code),
    h("th", { scope: "row" }, name, statementNote(line.code), spareNote(line, own)),
    h("td", { class: "num" }, own.length ? String(own.length) : "–"),
    h("td", {}, stateOf(line, own)),
    h("td", {}, (line.is_generated && line.is_required) || isWritten(line.code) ? t("source.made")
      : own.length ? from("scan") : line.spare?.is_spared ? from("shared") : "–"),
  );
}

function dropOnRow(event, code) {
  event.preventDefault();
  event.stopPropagation();
  const pageId = takeDragged();
  if (pageId) return void moveTo(pageId, code);
  if (!event.dataTransfer.files.length) return;
  choose(code);
  addFiles(event.dataTransfer.files, code);
}

function stateOf(line, own) {
  if (line.is_generated && line.is_required) return state("info", "pad", t("materials.to-sign"));
  if (isWritten(line.code)) return statementState();
  const wrong = own.findIndex((page) => openRemarks(page).length);
  if (wrong >= 0) {
    const remark = openRemarks(own[wrong])[0];
    return state("correct", "warn", t("materials.wrong", { n: wrong + 1, what: t(`remark.${remark.code}`) }));
  }
  if (own.some((page) => page.is_waiting)) return t("materials.waiting");
  if (own.length) return state("pass", "check", t("materials.here"));
  if (line.spare?.is_spared) return spareState(line);
  if (!line.is_required) return t("materials.not-needed");
  return [
    state("correct", "warn", t("materials.missing")),
    spoken() === "en" || line.reason === "必须提交" ? null : h("p", { class: "small soft" }, line.reason),
  ];
}

/** The chosen paper: what is to be done about its pages, and where more come from. */
function chosenPaper() {
  const own = pagesOf(at.code);
  const wrong = own.filter((page) => openRemarks(page).length);
  const title = `${at.code} ${nameOf(at.code)}`;
  return panel(
    wrong.length ? t("materials.to-do", { title, n: wrong.length }) : title,
    own.length
      ? h("ul", { class: "findings" }, wrong.slice(0, MOST_SHOWN).flatMap((page) => remarks(page, own)), more(wrong), good(own, wrong))
      : null,
    arrivals(at.code),
    h(
      "div",
      { class: "drop" },
      h("p", { class: "soft" }, t("materials.drop", { code: at.code })),
      h("button", { class: "btn btn-s", type: "button", id: "choose-file", onclick: () => pickFile("") }, icon("upload"), t("materials.choose")),
    ),
  );
}

function remarks(page, own) {
  const n = own.indexOf(page) + 1;
  const isCurrent = page.page_id === at.page;
  return openRemarks(page).map((remark, place) =>
    h(
      "li",
      { class: "finding", "data-level": "correct", "aria-current": isCurrent ? "true" : null },
      level("correct"),
      h("div", {}, h("p", { class: "what" }, t("pages.remark", { n, what: pick(remark) })),
        h("p", { class: "soft small" }, pick({ zh: remark.do_zh, en: remark.do_en }))),
      place
        ? null
        : h(
            "div",
            { class: "row" },
            isCurrent
              ? null
              : h("button", { class: "btn btn-s", type: "button", id: `see-${page.page_id}`, onclick: () => look(page.page_id) }, t("pages.see", { n })),
            remark.code === "stopped" ? againButton(page) : null,
            remark.code === "blank"
              ? h("button", { class: "btn btn-s", type: "button", id: `out-${page.page_id}`, onclick: () => (look(page.page_id), removePage()) }, t("pages.out", { n }))
              : h("button", { class: "btn btn-s", type: "button", id: `again-${page.page_id}`, onclick: () => bring({ replaces: page.page_id }) }, t("pages.again", { n })),
            ["broken", "stopped"].includes(remark.code)
              ? null
              : h("button", { class: "btn btn-s", type: "button", id: `keep-${page.page_id}`, onclick: () => (look(page.page_id), keep()) },
                  t("pages.keep"), isCurrent ? [" ", kbd("K")] : null),
          ),
    ));
}

function more(wrong) {
  const rest = wrong.length - MOST_SHOWN;
  return rest > 0 ? h("li", { class: "finding" }, h("p", { class: "soft" }, t("pages.more", { n: rest }))) : null;
}

/** What is good about the pages, in a line; and what may be left as it is. */
function good(own, wrong) {
  const ready = own.filter((page) => !page.is_waiting);
  const notes = ready.flatMap((page) =>
    page.remarks.filter((r) => r.level === "info").map((r) => t("pages.note", { n: own.indexOf(page) + 1, what: pick(r) })));
  const kept = ready.filter((page) => page.remarks.some((r) => r.is_kept)).length;
  if (!ready.length || (wrong.length === own.length && !notes.length)) return null;
  return h(
    "li",
    { class: "finding", "data-level": "pass" },
    level("pass"),
    h(
      "div",
      {},
      h("p", { class: "what" }, t("pages.good", { n: ready.length - wrong.length, all: own.length })),
      kept ? h("p", { class: "soft small" }, t("pages.kept", { n: kept })) : null,
      notes.slice(0, MOST_SHOWN).map((note) => h("p", { class: "soft small" }, note)),
    ),
  );
}

// --- what needs a dialog

async function cutPage() {
  const page = thePage();
  if (!page || page.is_bound) return;
  const corners = await askCut(page).catch(fail);
  if (corners) await cut(page, corners);
}

/** Ask under which paper a page belongs, alone or with all that follow it. */
async function movePage() {
  const page = thePage();
  if (!page) return;
  const codes = scannable().filter((line) => line.code !== page.code);
  const select = h("select", { id: "move-to" }, codes.map((line) => h("option", { value: line.code }, `${line.code} ${pick(line)}`)));
  select.addEventListener("keydown", (event) => {
    if (event.key === "Enter") (event.preventDefault(), select.closest("dialog").querySelector(".btn-primary").click());
  });
  const place = pagesOf(page.code).indexOf(page) + 1;
  const isLast = place === pagesOf(page.code).length;
  const chosen = await ask(
    t("move.title", { n: place }),
    h("div", { class: "field" }, h("label", { for: "move-to" }, t("move.to")), select),
    [
      ["", t("dialog.back")],
      ...(isLast ? [] : [["rest", t("move.rest", { n: place })]]),
      ["one", t("move.one"), "btn-primary"],
    ],
  );
  if (chosen === "one") await moveTo(page.page_id, select.value);
  if (chosen === "rest") await splitTo(page.page_id, select.value);
}
