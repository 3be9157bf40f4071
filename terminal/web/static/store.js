// The draft on the screen: what was typed is saved as it is typed, and two windows cannot
// write over each other in silence.

import { get, post, put } from "./api.js";

const WAIT_MS = 450;

export const store = {
  draft: null,
  findings: [],
  correction: null,
  savedAt: null,
  problem: null,
  /** Texts of ours that met other texts from another window: {id, ours, theirs}. */
  conflicts: [],
  isSaving: false,
};

const pending = new Map();
const listeners = new Set();
let timer = 0;
let running = Promise.resolve();

/** Be told whenever the draft or its state changes. */
export function watch(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tell() {
  listeners.forEach((listener) => listener());
}

/** Load a draft, with everything that is still missing. */
export async function load(draftId) {
  if (store.draft?.draft_id !== draftId) {
    pending.clear();
    Object.assign(store, { findings: [], conflicts: [], problem: null, correction: null });
  }
  take(await get(`/ui/api/drafts/${draftId}`));
  await Promise.all([recheck(), loadCorrection()]);
}

async function loadCorrection() {
  store.correction = store.draft.corrects
    ? await get(`/ui/api/drafts/${store.draft.draft_id}/correction`)
    : null;
}

/** Take a draft that an act returned. */
export function take(draft) {
  store.draft = draft;
  store.savedAt = draft.changed_at;
}

/** Do an act on the draft that answers with the draft; what was typed is saved first. */
export async function act(method, path, body) {
  await flush();
  const at = `/ui/api/drafts/${store.draft.draft_id}${path}`;
  take(await (typeof method === "function" ? method(at, body) : null));
  await recheck();
  tell();
}

export const actPost = (path, body) => act(post, path, body);

/** Ask what is missing or wrong, all of it. */
export async function recheck() {
  if (store.draft.state !== "open") return;
  const told = await get(`/ui/api/drafts/${store.draft.draft_id}/check`).catch(() => null);
  if (told) store.findings = told.findings;
}

/** Return a text as it stands on the screen: typed a moment ago, or as saved. */
export function textOf(id) {
  return pending.has(id) ? pending.get(id).text : savedText(id);
}

function savedText(id) {
  const [head, name] = id.split(".");
  if (head === "inquiry") return store.draft.inquiry[name] ?? "";
  if (!name) return store.draft.fields[id]?.text ?? "";
  const value = store.draft.slots.find((s) => s.slot_id === head)?.[name];
  return value === true ? "yes" : value === false ? "no" : value ?? "";
}

/** Keep what was typed; it is saved when the hands rest. */
export function edit(id, text) {
  const base = pending.get(id)?.base ?? savedText(id);
  pending.set(id, { text, base });
  clearTimeout(timer);
  timer = setTimeout(flush, WAIT_MS);
  show();
}

/** Let the page say whether something is still to be saved. */
function show() {
  document.body.dataset.saving = pending.size || store.isSaving ? "yes" : "no";
}

/** Save everything that was typed, now. */
export function flush() {
  clearTimeout(timer);
  running = running.then(() => (pending.size ? save() : null));
  return running;
}

async function save() {
  store.isSaving = true;
  const sent = new Map(pending);
  try {
    for (const [path, texts] of groups(sent)) {
      const at = `/ui/api/drafts/${store.draft.draft_id}${path}`;
      take(await put(at, { texts, version: store.draft.version }));
    }
    settle(sent);
    store.problem = null;
    await recheck();
  } catch (problem) {
    await meet(problem, sent);
  } finally {
    store.isSaving = false;
    show();
    tell();
  }
}

function settle(sent) {
  for (const [id, { text }] of sent) if (pending.get(id)?.text === text) pending.delete(id);
}

/** Group texts by the address that takes them. */
function groups(sent) {
  const found = new Map();
  for (const [id, { text }] of sent) {
    const [head, name] = id.split(".");
    const path = head === "inquiry" ? "/inquiry" : name ? `/slots/${head}` : "/fields";
    found.set(path, { ...found.get(path), [name ?? id]: text });
  }
  return found;
}

async function meet(problem, sent) {
  if (problem.code !== "terminal.conflict") {
    store.problem = problem;
    // The text stays on the screen; only a text that is refused for good is given up.
    if (problem.status === 409 || problem.status === 404 || problem.status === 422) settle(sent);
    return;
  }
  take(await get(`/ui/api/drafts/${store.draft.draft_id}`));
  store.conflicts = [...sent]
    .filter(([id, { base, text }]) => savedText(id) !== base && savedText(id) !== text)
    .map(([id, { text }]) => ({ id, ours: text, theirs: savedText(id) }));
  for (const { id } of store.conflicts) pending.delete(id);
  // What nobody else touched goes again, on top of the newer draft.
  timer = setTimeout(flush, 0);
}

/** End a conflict: with our text, or with the one from the other window. */
export function settleConflict(id, isOurs) {
  const found = store.conflicts.find((c) => c.id === id);
  store.conflicts = store.conflicts.filter((c) => c.id !== id);
  if (isOurs && found) edit(id, found.ours);
  tell();
}
