// The folder into which a scanner's own software writes: what lies there, taken in by choice.

import { get, post } from "./api.js";
import { h, icon } from "./dom.js";
import { develop, fail, lookAtNew, work } from "./pagework.js";
import { flush, recheck, store, take, tell } from "./store.js";
import { pick, size, t } from "./words.js";

const EVERY_MS = 2500;
const folder = { is_watched: false, arrivals: [], trouble: null };
let timer = 0;

/** Look into the folder now and then, as long as step 3 is shown. */
export function keepFolder() {
  if (timer) return;
  timer = setInterval(look, EVERY_MS);
  look();
}

async function look() {
  if (!location.hash.match(/^#\/draft\/[^/]+\/3/)) {
    clearInterval(timer);
    timer = 0;
    return;
  }
  if (document.visibilityState !== "visible" || document.querySelector("dialog[open]")) return;
  const found = await get("/ui/api/folder").catch(() => null);
  if (!found || JSON.stringify(found) === JSON.stringify(folder)) return;
  Object.assign(folder, found);
  tell();
}

const whole = () => folder.arrivals.filter((one) => one.is_whole);

/** Draw what lies in the folder, each with its way in. */
export function arrivals(code) {
  if (!folder.is_watched) return null;
  if (folder.trouble)
    return h("p", { class: "note", "data-level": "correct", role: "status" }, icon("warn"), pick(folder.trouble));
  if (!folder.arrivals.length) return h("p", { class: "body small soft", id: "folder-empty" }, t("folder.empty"));
  return h(
    "div",
    { class: "body stack-s", id: "folder" },
    h("p", { role: "status" }, h("strong", {}, t("folder.here", { n: folder.arrivals.length }))),
    h(
      "ul",
      { class: "plain-list" },
      folder.arrivals.map((one, place) =>
        h(
          "li",
          { class: "row" },
          h("span", {}, one.name),
          h("span", { class: "small soft" }, one.is_whole ? size(one.size) : t("folder.writing")),
          one.is_whole
            ? h("button", { class: "btn btn-s", type: "button", id: `take-${place}`, onclick: () => takeArrival(one.key, { code }) }, t("folder.take", { code }))
            : null,
        )),
    ),
  );
}

/** Take everything in that is whole. */
export async function takeAll(into) {
  await look();
  if (!whole().length) {
    work.now = null;
    work.problem = { code: "page.folder-empty", status: 409, title: { zh: t("folder.empty"), en: t("folder.empty") }, remedy: {} };
    return tell();
  }
  for (const one of whole()) {
    await takeArrival(one.key, into);
    if (work.problem) break;
    into = { ...into, replaces: "" };
  }
  return null;
}

export async function takeArrival(key, into) {
  const before = new Set(store.draft.pages.map((page) => page.page_id));
  work.problem = null;
  try {
    await flush();
    take(await post(`/ui/api/drafts/${store.draft.draft_id}/folder`, { key, ...into }));
    await recheck();
    lookAtNew(before, into.code);
    develop();
  } catch (error) {
    fail(error);
  }
  await look();
}
