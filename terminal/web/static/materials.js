// Step 3: the papers of the catalogue, their scans, and the questions of the inquiry record.

import { remove, sendFile } from "./api.js";
import { h, icon, kbd } from "./dom.js";
import { ask, problemNote } from "./frame.js";
import {
  actions, choice, corrections, faultNote, field, from, head, missing, panel, state, stepTitle,
} from "./parts.js";
import { act, edit, store, tell } from "./store.js";
import { pick, size, spoken, t } from "./words.js";
import { goTo, turn, viewer, zoom } from "./viewer.js";

const chosen = { draft: "", code: "" };
let view = null;
let problem = null;
let sending = null;

export function materials() {
  const { draft } = store;
  if (chosen.draft !== draft.draft_id) Object.assign(chosen, { draft: draft.draft_id, code: firstOpen() });
  keepTold();
  return {
    main: [
      head(
        stepTitle(3),
        t("materials.how"),
        h("button", { class: "btn btn-primary", type: "button", id: "scan", onclick: scan },
          icon("camera"), t("materials.scan", { code: chosen.code }), " ", kbd("F2")),
      ),
      problem ? problemNote(problem) : null,
      sending ? h("p", { class: "note", role: "status" }, t("materials.sending", sending)) : null,
      table(),
      scans(),
      inquiry(),
      actions(3, { note: faultNote(3) }),
      picker(),
    ],
    aside: [view ? theViewer() : null, corrections(), missing(3)],
    label: t("materials.aside"),
    wide: true,
    keys: {
      F2: scan,
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      "[": () => view && goTo(view, view.page - 1, tell),
      "]": () => view && goTo(view, view.page + 1, tell),
      r: () => view && turn(view, tell),
      "+": () => view && zoom(view, 1, tell),
      "=": () => view && zoom(view, 1, tell),
      "-": () => view && zoom(view, -1, tell),
    },
  };
}

const scannable = () => store.draft.catalogue.filter((line) => !line.is_generated);
const filesOf = (code) => store.draft.materials.filter((m) => m.code === code);

function firstOpen() {
  const open = scannable().find((line) => line.is_required && !filesOf(line.code).length);
  return (open ?? scannable()[0])?.code ?? "";
}

function step(by) {
  const codes = scannable().map((line) => line.code);
  const at = Math.min(Math.max(codes.indexOf(chosen.code) + by, 0), codes.length - 1);
  choose(codes[at]);
}

function choose(code) {
  chosen.code = code;
  const [first] = filesOf(code);
  if (first) show(first);
  else tell();
}

function show(material) {
  view = {
    address: `/ui/api/drafts/${store.draft.draft_id}/materials/${material.sha256}`,
    isPicture: material.media_type !== "application/pdf",
    pages: material.pages,
    page: 1,
    sha256: material.sha256,
    title: nameOf(material.code),
  };
  tell();
}

function nameOf(code) {
  const line = store.draft.catalogue.find((l) => l.code === code);
  return line ? pick(line) : code;
}

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
      h("tbody", {}, store.draft.catalogue.map(row)),
    ),
  );
}

function row(line) {
  const files = filesOf(line.code);
  const pages = files.reduce((sum, m) => sum + m.pages, 0);
  const isChosen = line.code === chosen.code;
  const isIdle = !line.is_required && !files.length;
  const name = line.is_generated
    ? pick(line)
    : h("button", { class: "plain", type: "button", id: `m-${line.code}`, "aria-pressed": String(isChosen),
        onclick: (event) => (event.stopPropagation(), choose(line.code)) }, isChosen ? h("strong", {}, pick(line)) : pick(line));
  return h(
    "tr",
    { "data-state": isChosen ? "selected" : isIdle ? "locked" : null,
      onclick: line.is_generated || isChosen ? null : () => choose(line.code) },
    h("td", { class: "mono" }, line.code),
    h("th", { scope: "row" }, name),
    h("td", { class: "num" }, pages ? String(pages) : "–"),
    h("td", {}, stateOf(line, files)),
    h("td", {}, line.is_generated && line.is_required ? t("source.made") : files.length ? from("scan") : "–"),
  );
}

function stateOf(line, files) {
  if (line.is_generated && line.is_required) return state("info", "pad", t("materials.to-sign"));
  if (files.length) return state("pass", "check", t("materials.here", { n: files.length }));
  if (!line.is_required) return t("materials.not-needed");
  return [
    state("correct", "warn", t("materials.missing")),
    spoken() === "en" || line.reason === "必须提交" ? null : h("p", { class: "small soft" }, line.reason),
  ];
}

/** The scans of the chosen paper, and a place to drop more. */
function scans() {
  const files = filesOf(chosen.code);
  return panel(
    `${chosen.code} ${nameOf(chosen.code)}`,
    h(
      "ul",
      { class: "findings" },
      files.map((m) =>
        h(
          "li",
          { class: "item" },
          state("pass", "check", t("materials.checked")),
          h("div", {}, h("p", { class: "title" }, m.file_name),
            h("p", { class: "meta" }, t("materials.file", { pages: m.pages, size: size(m.size) }), " ",
              h("span", { class: "mono" }, m.sha256.slice(0, 8)))),
          h("div", { class: "do" },
            h("button", { class: "btn btn-s", type: "button", id: `see-${m.sha256.slice(0, 8)}`, onclick: () => show(m) }, t("materials.see")),
            h("button", { class: "btn btn-s", type: "button", id: `out-${m.sha256.slice(0, 8)}`, onclick: () => takeOut(m) }, t("materials.out"))),
        ),
      ),
    ),
    h(
      "div",
      {
        class: "drop",
        ondragover: (event) => event.preventDefault(),
        ondrop: (event) => {
          event.preventDefault();
          sendAll(event.dataTransfer.files);
        },
      },
      h("p", { class: "soft" }, t("materials.drop")),
      h("button", { class: "btn btn-s", type: "button", id: "choose-file", onclick: scan }, icon("upload"), t("materials.choose")),
    ),
  );
}

async function takeOut(material) {
  const answer = await ask(
    t("materials.out-ask", { name: material.file_name }),
    h("p", {}, t("materials.out-what", { pages: material.pages })),
    [["", t("dialog.back"), "btn-primary"], ["out", t("materials.out"), "btn-danger"]],
  );
  if (answer !== "out") return;
  if (view?.sha256 === material.sha256) view = null;
  await act(remove, `/materials/${material.sha256}`).catch(fail);
}

function picker() {
  return h("input", {
    type: "file", id: "file", hidden: true, multiple: true, "aria-label": t("materials.choose"),
    accept: "application/pdf,image/jpeg,image/png",
    onchange: (event) => sendAll(event.target.files),
  });
}

function scan() {
  document.getElementById("file")?.click();
}

async function sendAll(files) {
  problem = null;
  for (const file of files) {
    sending = { name: file.name, size: size(file.size) };
    tell();
    await act((path) => sendFile(path, file), `/materials/${chosen.code}`).catch(fail);
  }
  sending = null;
  const last = filesOf(chosen.code).at(-1);
  if (last && !problem) show(last);
  else tell();
}

function fail(error) {
  problem = error;
  tell();
}

function theViewer() {
  return viewer(view, view.title, tell);
}

/** The questions that are put to the mortgagors; what the application tells is filled in. */
function inquiry() {
  const { questions } = store.draft;
  if (!questions.length) return null;
  return h(
    "section",
    { class: "panel", id: "inquiry", tabindex: "-1", "aria-labelledby": "inquiry-h" },
    h("header", {}, h("h2", { id: "inquiry-h" }, t("inquiry.title")),
      h("span", { class: "small soft row-end" }, t("inquiry.how"))),
    h(
      "div",
      { class: "body grid" },
      questions.map((q, at) => {
        const id = `inquiry.${q.code}`;
        const label = `${at + 1}　${pick(q)}`;
        return q.choices.length
          ? choice(id, label, q.choices.map((c) => [c.code, pick(c)]), { width: "" })
          : field(id, label, { width: "", hint: q.is_required ? null : t("inquiry.optional") });
      }),
    ),
  );
}

function keepTold() {
  for (const q of store.draft.questions)
    if (q.told && !store.draft.inquiry[q.code]) edit(`inquiry.${q.code}`, q.told);
}

