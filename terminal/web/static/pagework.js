// Pages of the chosen paper: which one is looked at, and what is done to it.

import { post, Problem, put, sendFile } from "./api.js";
import { toast } from "./frame.js";
import { act, actPost, recheck, store, take, tell } from "./store.js";
import { size, t } from "./words.js";

/** What is looked at: a material and one of its pages; and the material that nobody chose by hand. */
export const at = { draft: "", code: "", page: "", auto: "" };
/** What is under way, said in a line: {text, stop}; and the last thing that went wrong. */
export const work = { now: null, problem: null };
let isDeveloping = false;
/** Acts go one after another: keys are pressed faster than a page is kept. */
let line = Promise.resolve();

export const pagesOf = (code) => store.draft.pages.filter((page) => page.code === code);
export const thePage = () => store.draft.pages.find((page) => page.page_id === at.page) ?? null;
export const openRemarks = (page) => page.remarks.filter((r) => r.level === "correct" && !r.is_kept);

/** Look at a material; at its first page that needs something, else at its first. */
export function choose(code) {
  Object.assign(at, { code, auto: "" });
  const own = pagesOf(code);
  at.page = (own.find((page) => openRemarks(page).length) ?? own[0])?.page_id ?? "";
  tell();
}

export function look(pageId) {
  at.page = pageId;
  tell();
}

/** Keep the look on a page that exists. */
export function settle() {
  const own = pagesOf(at.code);
  if (!own.some((page) => page.page_id === at.page)) at.page = own.at(-1)?.page_id ?? "";
}

export function step(by) {
  const own = pagesOf(at.code);
  const now = own.findIndex((page) => page.page_id === at.page);
  const next = own[Math.min(Math.max(now + by, 0), own.length - 1)];
  if (next) look(next.page_id);
}

export function fail(error) {
  if (!(error instanceof Problem)) throw error;
  work.problem = error;
  work.now = null;
  tell();
}

/** Add files one after another under a material; the first new page is looked at. */
export function addFiles(files, code, options = {}) {
  return inLine(() => addAll([...files], code, options));
}

function inLine(doIt) {
  const done = line.then(doIt).catch(fail);
  line = done.catch(() => {});
  return done;
}

async function addAll(files, code, { capture = "file", after = "", replaces = "" }) {
  work.problem = null;
  const before = new Set(store.draft.pages.map((page) => page.page_id));
  for (const file of files) {
    work.now = { text: t("materials.sending", { name: file.name, size: size(file.size) }) };
    tell();
    const query = new URLSearchParams({ after, replaces }).toString();
    await act(
      (path) => sendFile(path, file, { "X-Capture": capture }),
      `/materials/${code}?${query}`,
    ).catch(fail);
  }
  work.now = null;
  lookAtNew(before, code);
  develop();
}

/** Look at the first page that has just come in. */
export function lookAtNew(before, code) {
  const fresh = store.draft.pages.find((page) => !before.has(page.page_id));
  if (fresh) Object.assign(at, { code, page: fresh.page_id });
  tell();
}

/** Make waiting pages ready, one after another, until none waits. */
export async function develop() {
  if (isDeveloping) return;
  isDeveloping = true;
  try {
    while (store.draft.pages.some((page) => page.is_waiting)) {
      const draftId = store.draft.draft_id;
      const draft = await post(`/ui/api/drafts/${draftId}/pages/develop`);
      if (store.draft.draft_id !== draftId) break;
      take(draft);
      tell();
    }
  } catch (error) {
    fail(error);
  } finally {
    isDeveloping = false;
  }
  await recheck();
  tell();
}

const onPage = (page, path, body, method = post) =>
  act(method, `/pages/${page.page_id}/${path}`, body);

/** Do something to the page that is looked at now, as it will be when its turn comes. */
function withPage(doIt, pageId = at.page) {
  return inLine(() => {
    work.problem = null;
    const page = store.draft.pages.find((one) => one.page_id === pageId);
    return page ? doIt(page) : null;
  });
}

export const turn = (quarters = 1) =>
  withPage((page) =>
    onPage(page, "edit", { ...page.edit, turn: (page.edit.turn + quarters + 4) % 4 }, put));

const cutTo = (page, corners) => onPage(page, "edit", { ...page.edit, cut: corners }, put);

export const cut = ({ page_id }, corners) => withPage((page) => cutTo(page, corners), page_id);

export const straighten = () =>
  withPage((page) => (page.offer.length ? cutTo(page, page.offer) : null));

export const keep = () =>
  withPage((page) => (openRemarks(page).length ? onPage(page, "keep").then(nextOpen) : null));

/** Make a page ready once more that was stopped: its file is here, so nothing is scanned again. */
export const retry = (pageId) =>
  withPage(async (page) => {
    const n = pagesOf(page.code).indexOf(page) + 1;
    work.now = { text: t("pages.retrying", { n }) };
    tell();
    await onPage(page, "retry").finally(() => (work.now = null));
    const now = store.draft.pages.find((one) => one.page_id === pageId);
    if (!now?.remarks.some((remark) => remark.code === "stopped")) toast(t("pages.retried", { n }));
    tell();
  }, pageId);

/** Go on to the next page of the material that needs something. */
function nextOpen() {
  const next = pagesOf(at.code).find((page) => openRemarks(page).length);
  if (next) look(next.page_id);
}

export const removePage = () =>
  withPage(async (page) => {
    const own = pagesOf(at.code);
    const place = own.indexOf(page);
    // A signed document goes whole.
    const gone = page.is_bound
      ? own.filter((one) => one.is_bound && one.file_name === page.file_name)
      : [page];
    await actPost("/pages/remove", { pages: gone.map((one) => one.page_id) });
    const left = pagesOf(at.code);
    look(left[Math.min(place, left.length - 1)]?.page_id ?? "");
    toast(t("pages.removed", { n: gone.length }));
  });

export const undo = () =>
  inLine(async () => {
    if (!store.draft.undo) return;
    work.problem = null;
    const what = t(`pages.undo.${store.draft.undo}`);
    await actPost("/pages/undo");
    settle();
    toast(t("pages.undone", { what }));
    develop();
  });

/** Move the page that is looked at one place earlier or later in its material. */
export const shift = (by) =>
  withPage((page) => {
    const own = pagesOf(page.code).map((one) => one.page_id);
    const from = own.indexOf(page.page_id);
    const to = from + by;
    if (to < 0 || to >= own.length) return null;
    return putBefore(page.page_id, own[by > 0 ? to + 1 : to] ?? "");
  });

/** Put a page before another of its material; before none is at the end. */
export const moveBefore = (pageId, otherId) => inLine(() => putBefore(pageId, otherId));

function putBefore(pageId, otherId) {
  const moved = store.draft.pages.find((page) => page.page_id === pageId);
  const rest = store.draft.pages.filter((page) => page.page_id !== pageId);
  const code = rest.find((page) => page.page_id === otherId)?.code ?? moved.code;
  const found = rest.findIndex((page) => page.page_id === otherId);
  const last = rest.map((page) => page.code).lastIndexOf(code) + 1;
  rest.splice(found < 0 ? last : found, 0, { ...moved, code });
  return arrange(rest);
}

/** Put a page at the end of another material. */
export const moveTo = (pageId, code) =>
  inLine(async () => {
    const rest = store.draft.pages.filter((page) => page.page_id !== pageId);
    await arrange([...rest, { page_id: pageId, code }]);
    Object.assign(at, { code, page: pageId });
    tell();
  });

/** Put this page and all that follow it under another material: a pile that was scanned at once. */
export const splitTo = (pageId, code) =>
  inLine(async () => {
    const page = store.draft.pages.find((one) => one.page_id === pageId);
    const own = pagesOf(page.code).map((one) => one.page_id);
    const following = new Set(own.slice(own.indexOf(pageId)));
    const rest = store.draft.pages.filter((one) => !following.has(one.page_id));
    await arrange([...rest, ...[...following].map((page_id) => ({ page_id, code }))]);
    Object.assign(at, { code, page: pageId });
    tell();
  });

function arrange(pages) {
  const order = pages.map((page) => [page.page_id, page.code]);
  return act(put, "/pages/order", { order });
}
