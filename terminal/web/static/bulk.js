// Discharges by a list: a file in, a row for each line with what became of it, papers for all at once.

import { makeActing } from "./acting.js";
import { fetchBlob, get, sendFile } from "./api.js";
import { signAll, stateOfRow, takeSigning } from "./bulksign.js";
import { h, icon, kbd } from "./dom.js";
import { problemNote } from "./frame.js";
import { head, panel, state } from "./parts.js";
import { pick, t } from "./words.js";

const LOOKS = {
  ready: ["pass", "check"], look: ["correct", "correct"], unasked: ["manual", "unknown"],
  refused: ["block", "block"], sent: ["pass", "check"], gone: ["info", "info"],
};
const CODE = /M\d{2}/i;
let redraw = () => {};
const acting = makeActing(() => redraw());
let rows = [];
/** How many rows one list that is signed may hold. */
let most = 0;
/** What was done with each file of papers: its name, and how many lines it went to. */
let papers = [];

/** Fetch the list that was brought in last, each line as it stands now. */
export async function enterBulk() {
  take(await get("/ui/api/lists"));
}

function take(told) {
  ({ rows, papers, most_signed: most } = told);
  takeSigning(told.signing);
}

export function bulk(draw) {
  redraw = draw;
  const choose = () => document.getElementById("list-file")?.click();
  const { problem, isBusy } = acting;
  return {
    main: [
      head(t("bulk.title"), t("bulk.how"),
        h("button", { class: rows.length ? "btn" : "btn btn-primary", type: "button", id: "choose-list", onclick: choose, "aria-busy": isBusy ? "true" : null },
          icon("upload"), t("bulk.choose"), " ", kbd("F2")),
        h("button", { class: "btn", type: "button", id: "template", onclick: () => acting.during(() => save()) },
          icon("download"), t("bulk.template"))),
      h("input", { type: "file", id: "list-file", hidden: true, accept: ".xlsx,.csv,text/csv", "aria-label": t("bulk.choose"),
        onchange: (event) => begin(event.target) }),
      problem ? problemNote(problem, problem.detail ? h("span", {}, problem.detail) : null) : null,
      rows.length ? results() : panel(t("bulk.columns"), h("p", { class: "body" }, t("bulk.columns-are"))),
    ],
    // What is to be done next stands first.
    aside: rows.length
      ? (papers.length ? [signAll(rows, most, draw), forAll()] : [forAll(), signAll(rows, most, draw)])
      : [panel(t("bulk.after"), h("p", { class: "body" }, t("bulk.after-how")))],
    label: t("bulk.title"),
    keys: { F2: choose, Escape: () => (location.hash = "/new") },
  };
}

function begin(input) {
  const [file] = input.files;
  input.value = "";
  return file ? acting.during(async () => take(await sendFile("/ui/api/lists", file))) : null;
}

async function save(path = "/ui/api/lists/template", method = "GET", body = undefined, ending = "xlsx") {
  const { url } = await fetchBlob(`${path}?as=${ending}`, method, body);
  const link = h("a", { href: url, download: `${t("bulk.title")}.${ending}` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The results as they stand on the page, to be kept or sent back to the bank's system. */
function keep(ending) {
  const heads = ["line", "certificate", "who", "state", "draft", "told"].map((name) => t(`bulk.${name}`));
  const lines = rows.map((row) => [String(row.line), row.certificate_no, row.label, t(`bulk.state.${row.state}`, { number: row.number }), row.number,
    row.told.map(pick).join("；").slice(0, 2000)]);
  return acting.during(() => save("/ui/api/lists/results", "POST", { rows: [heads, ...lines] }, ending));
}

function results() {
  const count = (name) => rows.filter((r) => r.state === name).length;
  return panel(
    [t("bulk.results"), h("span", { class: "small soft row-end", role: "status" },
      t("bulk.counts", { all: rows.length, ready: count("ready"), look: count("look") + count("unasked"), refused: count("refused") + count("gone"), sent: count("sent") }))],
    h("p", { class: "body row" }, ["xlsx", "csv"].map((ending) =>
      h("button", { class: "btn btn-s", type: "button", id: `keep-${ending}`, onclick: () => keep(ending) },
        icon("download"), t("bulk.keep", { kind: ending.toUpperCase() })))),
    h("div", { class: "table-wrap" },
      h("table", {},
        h("caption", { class: "sr" }, t("bulk.results")),
        h("thead", {}, h("tr", {}, ["line", "certificate", "who", "state", "draft"].map((name) => h("th", { scope: "col" }, t(`bulk.${name}`))))),
        h("tbody", {}, rows.map(line)))),
  );
}

function line(row) {
  const [look, shape] = LOOKS[row.state];
  return h("tr", {},
    h("th", { scope: "row" }, String(row.line)),
    h("td", { class: "mono", lang: "zh-CN" }, row.certificate_no),
    h("td", { lang: "zh-CN" }, row.label),
    h("td", {}, stateOfRow(row) ?? state(look, shape, t(`bulk.state.${row.state}`, { number: row.number })), row.told.map((told) => h("p", { class: "small" }, pick(told)))),
    h("td", {}, row.draft_id && row.state !== "sent"
      ? h("a", { class: "btn btn-s", id: `row-${row.line}`, href: `#/draft/${row.draft_id}/${row.state === "ready" ? 3 : 2}` }, row.number)
      : row.number));
}

/** Papers for all lines at once, told apart by their files' names. */
function forAll() {
  const choose = () => document.getElementById("papers-file")?.click();
  return panel(
    t("bulk.papers"),
    h("div", { class: "body stack-s" },
      h("p", {}, t("bulk.papers-how")),
      h("button", { class: "btn", type: "button", id: "choose-papers", onclick: choose, "aria-busy": acting.isBusy ? "true" : null }, icon("upload"), t("bulk.papers-choose")),
      h("input", { type: "file", id: "papers-file", hidden: true, multiple: true, accept: ".pdf,.jpg,.jpeg,.png",
        "aria-label": t("bulk.papers-choose"), onchange: (event) => bring(event.target) }),
      h("div", { role: "status" }, papers.length ? h("ul", { class: "plain-list small" }, papers.map(({ name, to }) =>
        h("li", {}, h("span", { class: "mono" }, name), " ", t(to ? "bulk.paper-to" : "bulk.paper-none", { n: to })))) : null)),
  );
}

async function bring(input) {
  const files = [...input.files];
  input.value = "";
  await acting.during(async () => {
    papers = [];
    for (const file of files) {
      const code = file.name.match(CODE)?.[0].toUpperCase();
      const mine = code ? linesOf(file.name.replace(CODE, "")) : [];
      for (const row of mine) await sendFile(`/ui/api/drafts/${row.draft_id}/materials/${code}`, file);
      papers = [...papers, { name: file.name, to: mine.length }];
      redraw();
    }
  });
}

/** The lines that a file's name means: by the serial number of the certificate, or all of them. */
function linesOf(name) {
  const open = rows.filter((row) => row.draft_id && row.state !== "sent");
  const serials = name.match(/\d{5,}/g) ?? [];
  return serials.length ? open.filter((row) => serials.some((serial) => row.certificate_no.includes(serial))) : open;
}
