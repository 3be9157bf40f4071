// The draft on the screen: what was typed is saved as it is typed, and two windows cannot
// write over each other in silence.

import { get, post, put } from "./api.js";
import { isLost, watchContact } from "./contact.js";

/** So long the hands rest before a text is saved, and so long a text waits at most. */
const REST_MS = 250;
const MOST_MS = 700;
/** When the counter answered but could not save, it is asked again after this. */
const AGAIN_MS = 3000;
/** Answers after which the same text would be refused again. */
const FINAL = [403, 404, 409, 422];

export const store = {
  draft: null,
  findings: [],
  correction: null,
  savedAt: null,
  problem: null,
  /** Texts of ours that met other texts from another window: {draft, id, ours, theirs}. */
  conflicts: [],
  /** Names of texts that another window changed a moment ago. */
  changed: [],
  isSaving: false,
};

/** What was typed and is not saved yet: by draft, by text. */
const pending = new Map();
const listeners = new Set();
const channel = new BroadcastChannel("counter-drafts");
let timer = 0;
let first = 0;
let running = Promise.resolve();
let isComposing = false;
let checks = 0;

/** Be told whenever the draft or its state changes. */
export function watch(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tell() {
  listeners.forEach((listener) => listener());
}

/** How many texts are not saved yet, of this draft and of others. */
export function unsaved() {
  return [...pending.values()].reduce((n, texts) => n + texts.size, 0);
}

/** Load a draft, with everything that is still missing. */
export async function load(draftId) {
  if (store.draft?.draft_id !== draftId)
    Object.assign(store, { findings: [], changed: [], problem: null, correction: null });
  take(await get(`/ui/api/drafts/${draftId}`));
  await Promise.all([recheck(), loadCorrection()]);
}

async function loadCorrection() {
  store.correction = store.draft.corrects
    ? await get(`/ui/api/drafts/${store.draft.draft_id}/correction`)
    : null;
}

/** Take a draft that an act returned; an answer that was overtaken on the way is passed over. */
export function take(draft) {
  const isSame = store.draft?.draft_id === draft.draft_id;
  if (isSame && store.draft.version > draft.version) return;
  const isNews = !isSame || store.draft.version !== draft.version;
  store.draft = draft;
  store.savedAt = draft.changed_at;
  if (isNews) channel.postMessage({ draft: draft.draft_id, version: draft.version });
}

// Another window saved: what it changed is fetched, what is typed here stays.
channel.addEventListener("message", async ({ data }) => {
  const before = store.draft;
  if (!before || data.draft !== before.draft_id || data.version <= before.version) return;
  await running;
  const draft = await get(`/ui/api/drafts/${before.draft_id}`).catch(() => null);
  if (!draft || store.draft !== before) return;
  take(draft);
  store.changed = differing(before, draft);
  tell();
});

/** Do an act on the draft that answers with the draft; what was typed is saved first. */
export async function act(method, path, body) {
  await flush();
  const at = `/ui/api/drafts/${store.draft.draft_id}${path}`;
  take(await (typeof method === "function" ? method(at, body) : null));
  await recheck();
  tell();
}

export const actPost = (path, body) => act(post, path, body);

/** Ask what is missing or wrong, all of it; of several questions the last one's answer counts. */
export async function recheck() {
  if (store.draft.state !== "open") return;
  const turn = ++checks;
  const told = await get(`/ui/api/drafts/${store.draft.draft_id}/check`).catch(() => null);
  if (told && turn === checks) store.findings = told.findings;
}

/** Return a text as it stands on the screen: typed a moment ago, or as saved. */
export function textOf(id) {
  return pending.get(store.draft.draft_id)?.get(id)?.text ?? savedText(store.draft, id);
}

function savedText(draft, id) {
  const [head, name] = id.split(".");
  if (head === "inquiry") return draft.inquiry[name] ?? "";
  if (!name) return draft.fields[id]?.text ?? "";
  const value = draft.slots.find((s) => s.slot_id === head)?.[name];
  return value === true ? "yes" : value === false ? "no" : value ?? "";
}

/** Name the texts of the form that differ between two drafts. */
function differing(before, after) {
  const names = new Set([...Object.keys(before.fields), ...Object.keys(after.fields)]);
  for (const { slot_id } of after.slots)
    for (const name of ["phone", "relation", "address", "share", "name", "number"]) names.add(`${slot_id}.${name}`);
  return [...names].filter((id) => savedText(before, id) !== savedText(after, id));
}

/** Keep what was typed; it is saved when the hands rest, and soon in any case. */
export function edit(id, text) {
  const { draft } = store;
  const texts = pending.get(draft.draft_id) ?? new Map();
  const base = texts.get(id)?.base ?? savedText(draft, id);
  pending.set(draft.draft_id, texts.set(id, { text, base }));
  store.changed = [];
  schedule();
  show();
}

function schedule() {
  const now = Date.now();
  if (!timer) first = now;
  clearTimeout(timer);
  timer = setTimeout(flush, Math.max(0, Math.min(REST_MS, first + MOST_MS - now)));
}

// While an input method composes, a text holds letters that are not meant; it is saved afterwards.
document.addEventListener("compositionstart", () => (isComposing = true));
document.addEventListener("compositionend", () => {
  isComposing = false;
  if (unsaved()) schedule();
});

/** Let the page say whether something is still to be saved. */
function show() {
  document.body.dataset.saving = unsaved() || store.isSaving ? "yes" : "no";
}

/** Save everything that was typed, now. */
export function flush() {
  if (isComposing) return running;
  clearTimeout(timer);
  timer = 0;
  running = running.then(() => (unsaved() ? saveAll() : null));
  return running;
}

async function saveAll() {
  store.isSaving = true;
  show();
  for (const [draftId, texts] of [...pending]) await save(draftId, new Map(texts));
  store.isSaving = false;
  show();
  tell();
  if (unsaved() || !store.draft) return;
  recheck().then(tell);
}

async function save(draftId, sent) {
  const waiting = groups(sent);
  store.problem = null;
  while (waiting.length) {
    const group = waiting.shift();
    try {
      const told = await put(`/ui/api/drafts/${draftId}${group.path}`, { texts: group.texts, base: group.base });
      if (store.draft?.draft_id === draftId) take(told);
      meet(told, group);
      settle(draftId, group.ids, sent, told);
    } catch (problem) {
      // One text that is refused must not take the others with it.
      if (FINAL.includes(problem.status) && group.ids.length > 1) waiting.push(...single(group));
      else if (!refuse(problem, draftId, group, sent)) return;
    }
  }
}

/** Forget what is saved, or given up; what was typed on meanwhile starts from there. */
function settle(draftId, ids, sent, told) {
  const texts = pending.get(draftId) ?? new Map();
  for (const id of ids) {
    const now = texts.get(id);
    if (now?.text === sent.get(id).text) texts.delete(id);
    else if (now && told) now.base = savedText(told, id);
  }
  if (!texts.size) pending.delete(draftId);
}

/** Group texts by the address that takes them. */
function groups(sent) {
  const found = new Map();
  for (const [id, { text, base }] of sent) {
    const [head, name] = id.split(".");
    const path = head === "inquiry" ? "/inquiry" : name ? `/slots/${head}` : "/fields";
    const group = found.get(path) ?? { path, ids: [], texts: {}, base: {} };
    group.ids.push(id);
    group.texts[name ?? id] = text;
    group.base[name ?? id] = base;
    found.set(path, group);
  }
  return [...found.values()];
}

/** Cut a group into groups of one text. */
function single({ path, ids, texts, base }) {
  return ids.map((id) => {
    const name = id.split(".")[1] ?? id;
    return { path, ids: [id], texts: { [name]: texts[name] }, base: { [name]: base[name] } };
  });
}

/** Keep the texts that were changed in another window meanwhile, for the teller to choose. */
function meet({ draft_id: draft, clashes }, { ids }) {
  for (const { name, theirs } of clashes) {
    const id = ids.find((one) => (one.split(".")[1] ?? one) === name);
    const ours = pending.get(draft).get(id).text;
    pending.get(draft).delete(id);
    const others = store.conflicts.filter((c) => c.id !== id || c.draft !== draft);
    store.conflicts = [...others, { draft, id, ours, theirs }];
  }
}

/** Give a text up that is refused for good, and go on; every other one waits here and goes again. */
function refuse(problem, draftId, group, sent) {
  const isFinal = FINAL.includes(problem.status);
  if (isFinal) settle(draftId, group.ids, sent);
  else if (!isLost()) setTimeout(flush, AGAIN_MS);
  // That nobody answers is said once for the whole window.
  // Of a locked counter the lock itself tells; it is saved when it opens.
  store.problem = problem.status && problem.status !== 401 ? problem : null;
  return isFinal;
}

watchContact((isGone) => isGone || flush());

/** End a conflict: with our text, or with the one from the other window. */
export function settleConflict(id, isOurs) {
  const found = store.conflicts.find((c) => c.id === id && c.draft === store.draft.draft_id);
  store.conflicts = store.conflicts.filter((c) => c !== found);
  if (isOurs && found) edit(id, found.ours);
  tell();
}
