// The network scanner: how it is to scan, and a run page by page.

import { get, post, remove } from "./api.js";
import { h, icon, kbd } from "./dom.js";
import { at, develop, fail, lookAtNew, work } from "./pagework.js";
import { flush, store, take, tell } from "./store.js";
import { pick, t } from "./words.js";

const KEPT = "scanner";
const known = { scanners: [], isLooking: false };
const usual = { scanner: "", source: "feeder", tone: "colour", dpi: 300 };

export const theScanners = () => known.scanners;

/** Ask which scanners there are and what each can do. */
export async function loadScanners() {
  known.scanners = (await get("/ui/api/scanners")).scanners;
  tell();
}

const settings = () => ({ ...usual, ...JSON.parse(localStorage.getItem(KEPT) ?? "{}") });

/** Scan as last time if that scanner is ready, else ask how. */
export async function scan(into, { isAsking = false } = {}) {
  await loadScanners();
  const chosen = settings();
  const device = known.scanners.find((one) => one.name === chosen.scanner);
  const isReady = device?.info && !device.trouble && (chosen.source === "glass" || device.has_paper);
  const wanted = isReady && !isAsking ? chosen : await ask(chosen);
  if (!wanted) return;
  localStorage.setItem(KEPT, JSON.stringify(wanted));
  await run(wanted, into);
}

async function run(wanted, into) {
  const draftId = store.draft.draft_id;
  work.problem = null;
  let isStopped = false;
  let runId = "";
  const stop = () => {
    isStopped = true;
    remove(`/ui/api/scans/${runId}`).catch(() => {});
  };
  const before = new Set(store.draft.pages.map((page) => page.page_id));
  try {
    await flush();
    runId = (await post(`/ui/api/drafts/${draftId}/scans`, { ...wanted, ...into })).run;
    for (let count = 0; !isStopped; count += 1) {
      work.now = { text: t("scan.running", { code: into.code, n: count }), stop };
      tell();
      const draft = await post(`/ui/api/scans/${runId}/next`);
      if (!draft) break;
      take(draft);
      if (!count) lookAtNew(before, into.code);
      develop();
    }
  } catch (error) {
    if (!isStopped) fail(error);
  }
  work.now = null;
  develop();
  tell();
}

/** Ask how to scan; resolves with the settings, or null. */
function ask(chosen) {
  return new Promise((resolve) => {
    const body = h("div", { class: "body stack-s", id: "scan-form" });
    const dialog = h(
      "dialog",
      { "aria-labelledby": "scan-title", onclose: () => (dialog.remove(), resolve(dialog.answer ?? null)) },
      h("header", {}, h("h2", { id: "scan-title" }, t("scan.title", { code: at.code }))),
      body,
      h(
        "footer",
        {},
        h("button", { class: "btn", type: "button", id: "scan-look", onclick: () => look() }, icon("search"), t("scan.look")),
        h("button", { class: "btn", type: "button", onclick: () => dialog.close() }, t("dialog.back"), " ", kbd("Esc")),
        h("button", { class: "btn btn-primary", type: "button", id: "scan-start", onclick: finish }, t("scan.start"), " ", kbd("Enter")),
      ),
    );
    const device = () => known.scanners.find((one) => one.name === chosen.scanner);

    function finish() {
      if (!device()?.info) return;
      dialog.answer = chosen;
      dialog.close();
    }

    async function look() {
      known.isLooking = true;
      draw();
      known.scanners = (await post("/ui/api/scanners/look").catch(() => known)).scanners;
      known.isLooking = false;
      draw();
    }

    function draw() {
      if (!device()) chosen.scanner = known.scanners[0]?.name ?? "";
      body.replaceChildren(...form(chosen, device(), draw).flat().filter(Boolean));
      dialog.querySelector("#scan-start").disabled = !device()?.info;
    }

    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.tagName !== "BUTTON") (event.preventDefault(), finish());
    });
    document.body.append(dialog);
    draw();
    dialog.showModal();
    dialog.querySelector("select, #scan-look")?.focus();
  });
}

function form(chosen, device, draw) {
  if (known.isLooking) return [h("p", { role: "status" }, t("scan.looking"))];
  if (!known.scanners.length) return [h("p", { role: "status" }, t("scan.none"))];
  const info = device?.info;
  if (info && !info.sources.includes(chosen.source)) chosen.source = info.sources[0];
  if (info && !info.tones.includes(chosen.tone)) chosen.tone = info.tones[0];
  if (info && !info.dpi.includes(chosen.dpi)) chosen.dpi = info.dpi.find((dpi) => dpi >= 200) ?? info.dpi.at(-1);
  return [
    select("scanner", known.scanners.map((one) => [one.name, one.info?.name ?? one.name]), chosen, draw),
    info?.is_simulated ? h("p", {}, h("span", { class: "badge" }, t("pages.simulated"))) : null,
    device?.trouble ? h("p", { class: "note", "data-level": "correct", role: "status" }, icon("warn"), pick(device.trouble)) : null,
    info
      ? [
          choices("source", info.sources.map((name) => [name, t(`scan.source.${name}`)]), chosen, draw),
          choices("tone", info.tones.map((name) => [name, t(`scan.tone.${name}`)]), chosen, draw),
          choices("dpi", info.dpi.filter((dpi) => dpi >= 200 && dpi <= 400).map((dpi) => [dpi, `${dpi} dpi`]), chosen, draw),
          chosen.source !== "glass" && !device.has_paper && !device.trouble
            ? h("p", { class: "soft", role: "status" }, t("scan.no-paper"))
            : null,
        ]
      : null,
  ];
}

function select(name, options, chosen, draw) {
  const id = `scan-${name}`;
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, t(`scan.${name}`)),
    h(
      "select",
      { id, onchange: (event) => ((chosen[name] = event.target.value), draw(), document.getElementById(id)?.focus()) },
      options.map(([value, text]) => h("option", { value, selected: value === chosen[name] }, text)),
    ),
  );
}

function choices(name, options, chosen, draw) {
  return h(
    "fieldset",
    { class: "field" },
    h("legend", {}, t(`scan.${name}`)),
    h(
      "span",
      { class: "choices" },
      options.map(([value, text]) => {
        const radio = h("input", { type: "radio", name: `scan-${name}`, id: `scan-${name}-${value}`, checked: value === chosen[name] });
        radio.addEventListener("change", () => {
          chosen[name] = value;
          draw();
          document.getElementById(radio.id)?.focus();
        });
        return h("label", { class: "choice", "data-state": value === chosen[name] ? "on" : null }, radio, text);
      }),
    ),
  );
}
