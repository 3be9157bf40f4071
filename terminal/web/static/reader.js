// Reading documents. While step 1 is on the screen the page waits for cards by itself: each card
// that is laid down goes to the first place where nobody stands. Passports want their key first.

import { farewell, post, readerPath } from "./api.js";
import { h, icon, kbd, svg } from "./dom.js";
import { refreshStation, theReaders, toast } from "./frame.js";
import { slotTitle } from "./parts.js";
import { fresh } from "./person.js";
import { soundBad, soundGood } from "./sound.js";
import { actPost, flush, recheck, store, take, tell } from "./store.js";
import { pick, t } from "./words.js";

const FRESH_MS = 2500;
const AGAIN_MS = 1000;
const RECOVER_MS = 3000;
const KEY_TRIES = 3;
const QUIET = ["terminal.no-card", "terminal.read-cancelled", "page.counter-gone"];

export const reading = { slot: "", reader: "", seconds: 0, timer: 0 };
/** The wait for cards: on, what stops it, and when it is tried again. */
export const watching = { isOn: false, isPaused: false, isLeaving: false, trouble: null, timer: 0, draft: "" };
/** What went wrong, by the place of the person. */
export const troubles = new Map();
/** The chosen reader and what opens the chip, by the place of the person. */
export const keysOf = new Map();

const isEmpty = (slot) => slot.is_person && !slot.identity && !slot.number;
const nextEmpty = () => store.draft.slots.find(isEmpty);

/** Whether step 1 of this draft is what the window shows. */
function isHere(draft) {
  const [, page, shown, step = "1"] = location.hash.split("/");
  return document.visibilityState === "visible" && page === "draft" && shown === draft && step === "1";
}

/** Say how a wait stands, in the place of the person that the next card is for. */
export function waiting(slot) {
  const isExplicit = reading.slot === slot.slot_id;
  return h(
    "div",
    { class: "reader-wait", role: "status", "data-state": watching.trouble ? "bad" : "on" },
    svg("svg", { "aria-hidden": "true" }, svg("use", { href: "#i-card" })),
    h(
      "div",
      { class: "stack-s" },
      h("p", {}, h("strong", {}, t("identity.lay"))),
      h("p", { class: "soft small" }, isExplicit ? t("identity.waited", { s: reading.seconds }) : t("identity.by-itself")),
      isExplicit
        ? h("p", {}, h("button", { class: "btn btn-s", type: "button", id: "stop", onclick: cancel },
            t("identity.cancel"), " ", kbd("Esc")))
        : null,
    ),
  );
}

/** Whether the page itself waits for a card of this place. */
export const isWatched = (slot) => watching.isOn && !watching.isPaused && nextEmpty() === slot;

/** What keeps the page from waiting for cards, if anything does. */
export function watchNote() {
  const { trouble, isPaused } = watching;
  if (trouble)
    return h("div", { class: "note", "data-level": "correct", role: "alert" },
      h("p", {}, h("strong", {}, pick(trouble.title)), " ", t("identity.recovers")),
      h("p", { class: "small soft" }, t("problem.code", { code: trouble.code })));
  return isPaused ? h("p", { class: "small soft", role: "status" }, t("identity.paused"), " ", kbd("F2")) : null;
}

/** Choose the reader where there are several, and give what opens a passport's chip. */
export function readers(slot, act = readInto) {
  const all = theReaders();
  if (all.length < 2) return null;
  const chosen = chosenReader(slot);
  const choose = (event) => {
    keysOf.set(slot.slot_id, { ...keysOf.get(slot.slot_id), reader: event.target.value });
    // A card that is laid down now is not meant for somebody with a passport.
    if (chosenReader(slot)?.needs_key) stopWatching();
    tell();
  };
  return h(
    "div",
    { class: "grid" },
    h(
      "div",
      { class: "field w3" },
      h("label", { for: `${slot.slot_id}-reader` }, t("identity.reader")),
      h("select", { id: `${slot.slot_id}-reader`, onchange: choose },
        all.map((r) => h("option", { value: r.name, selected: r === chosen },
          t(r.needs_key ? "identity.reader-passport" : "identity.reader-card")))),
    ),
    chosen?.needs_key
      ? [chipKey(slot, act, "zone", ""), ["document_no", "birth_date", "valid_to", "can"].map((name) => chipKey(slot, act, name))]
      : null,
  );
}

function chipKey(slot, act, name, width = "w3") {
  const id = `${slot.slot_id}-${name}`;
  return h(
    "div",
    { class: `field ${width}` },
    h("label", { for: id }, t(`identity.key.${name}`)),
    h("input", {
      id,
      autocomplete: "off",
      spellcheck: "false",
      class: name === "zone" ? "mono" : null,
      value: keysOf.get(slot.slot_id)?.[name] ?? "",
      oninput: (event) =>
        keysOf.set(slot.slot_id, { ...keysOf.get(slot.slot_id), [name]: event.target.value.trim() }),
      // Scanners of machine-readable lines end with Enter.
      onkeydown: (event) => event.key === "Enter" && (event.preventDefault(), act(slot)),
    }),
  );
}

export function chosenReader(slot) {
  const name = slot && keysOf.get(slot.slot_id)?.reader;
  const all = theReaders();
  return all.find((r) => r.name === name) ?? all.find((r) => !r.needs_key) ?? all[0];
}

/** Wait for cards from now on, if this window may; again is harmless. */
export function watch() {
  const reader = chosenReader(nextEmpty());
  if (watching.draft !== store.draft.draft_id)
    Object.assign(watching, { draft: store.draft.draft_id, isPaused: false, trouble: null });
  if (watching.isOn || watching.isPaused || watching.timer || reading.slot) return;
  if (!reader?.waits || reader.needs_key || store.draft.state !== "open") return;
  if (!isHere(store.draft.draft_id)) return;
  watching.isOn = true;
  waitForCard(reader.name, watching.draft);
}

async function waitForCard(reader, draft) {
  let pause = 0;
  const since = performance.now();
  watching.isLeaving = false;
  try {
    await flush();
    const told = isHere(draft) ? await post(`/ui/api/drafts/${draft}/card`, { reader }) : null;
    if (told && store.draft.draft_id === draft) await arrived(told);
    watching.trouble = null;
  } catch (problem) {
    const hasLeft = watching.isLeaving;
    pause = failed(problem);
    // A reader that does not wait after all must not be asked without end.
    if (!pause && !hasLeft && performance.now() - since < AGAIN_MS) pause = AGAIN_MS;
  }
  watching.isOn = false;
  if (pause) watching.timer = setTimeout(() => ((watching.timer = 0), watch(), tell()), pause);
  else watch();
  tell();
}

/** A card was read: into which place, told to eye, ear and screen reader. */
async function arrived(draft) {
  take(draft);
  const slot = draft.slots.find((s) => s.slot_id === draft.read_into);
  troubles.clear();
  welcome(slot);
  tell();
  moveOn(slot);
  await recheck();
}

function welcome(slot) {
  soundGood();
  fresh.add(slot.slot_id);
  setTimeout(() => (fresh.delete(slot.slot_id), tell()), FRESH_MS);
  toast(t("identity.done", { who: slotTitle(slot) }));
}

/** Put the focus where the work goes on, unless the teller is typing. */
function moveOn(slot) {
  const at = document.activeElement;
  if (at?.matches("input:not([type=radio]), textarea, select") && at.value) return;
  const empty = nextEmpty();
  const target = empty ? document.getElementById(empty.slot_id) : document.getElementById(`${slot.slot_id}.phone`);
  target?.focus();
  target?.scrollIntoView({ block: "nearest" });
}

/** Say what went wrong, and return after how many milliseconds to wait for cards again. */
function failed(problem) {
  // Cancelled by Esc or by another window it rests; by leaving the step it only waits to come back.
  if (problem.code === "terminal.read-cancelled") watching.isPaused = !watching.isLeaving;
  watching.isLeaving = false;
  if (problem.code === "page.counter-gone") return RECOVER_MS;
  if (QUIET.includes(problem.code)) return 0;
  document.getElementById("toast")?.remove();
  if (isOfReader(problem)) {
    if (!watching.trouble) soundBad();
    watching.trouble = problem;
    refreshStation().catch(() => {});
    return RECOVER_MS;
  }
  soundBad();
  watching.trouble = null;
  const slot = nextEmpty() ?? store.draft.slots[0];
  const known = problem.pointer?.slice(1);
  troubles.set(store.draft.slots.some((s) => s.slot_id === known) ? known : slot.slot_id, { problem });
  return AGAIN_MS;
}

/** A trouble of the reader itself, which may mend by itself; else one of the card. */
const isOfReader = ({ code }) =>
  ["terminal.no-reader", "terminal.reader-", "terminal.misconfigured-reader", "terminal.no-card-service"]
    .some((start) => code.startsWith(start));

/** Stop waiting for cards; F2 goes on. */
export function stopWatching() {
  watching.isPaused = true;
  clearTimeout(watching.timer);
  watching.timer = 0;
  return watching.isOn ? release(chosenReader(null)?.name) : null;
}

/** The counter lets a waiting reader go. */
const release = (name) => name && post(readerPath(name, "cancel")).catch(() => {});

function leaveUnlessHere() {
  if (watching.isOn && !isHere(watching.draft)) leave();
}

function leave() {
  watching.isLeaving = true;
  letGo();
}

/** Cancel until the wait has ended: what arrives before the wait has begun cancels nothing. */
function letGo() {
  if (!watching.isOn || !watching.isLeaving) return;
  farewell(readerPath(chosenReader(null)?.name, "cancel"));
  setTimeout(letGo, AGAIN_MS);
}

/** F2: wait for the next card, in this window. */
export function readNext() {
  watching.isPaused = false;
  // A wait that is just being cancelled begins again.
  watching.isLeaving = watching.isOn;
  clearTimeout(watching.timer);
  watching.timer = 0;
  const slot = nextEmpty();
  const reader = chosenReader(slot);
  if (!reader?.waits || reader.needs_key) return readOne(slot);
  watch();
  tell();
  if (slot) document.getElementById(slot.slot_id)?.focus();
  return null;
}

/** Read one document on a reader that is asked each time, into the first empty place or a new one. */
async function readOne(empty) {
  if (reading.slot) return;
  await flush();
  if (!empty) await actPost("/slots", { role: store.draft.owner_role });
  const { slots, owner_role: owners } = store.draft;
  await readInto(empty ?? slots.findLast(({ role }) => role === owners));
}

export async function readInto(slot, isReplacing = false) {
  const reader = chosenReader(slot);
  if (!reader || reading.slot) return;
  const wasWatching = watching.isOn && !reader.needs_key;
  Object.assign(reading, { slot: slot.slot_id, reader: reader.name, seconds: 0 });
  reading.isStopped = false;
  reading.timer = setInterval(countSecond, 1000);
  const tries = troubles.get(slot.slot_id)?.tries ?? 0;
  troubles.delete(slot.slot_id);
  tell();
  // Not beside the read: it might cancel what comes after it.
  if (wasWatching) await stopWatching();
  const key = reader.needs_key ? keyOf(slot) : null;
  await attempt(slot, async () => {
    await actPost(`/slots/${slot.slot_id}/card`, { reader: reader.name, key, is_replacing: isReplacing });
    welcome(slot);
  }, tries);
  watching.isPaused = false;
  watch();
}

function countSecond() {
  reading.seconds++;
  // A word that came before the read had begun cancelled nothing.
  if (reading.isStopped) release(reading.reader);
  tell();
}

export function keyOf(slot) {
  const { document_no = "", birth_date, valid_to, can = "", zone = "" } = keysOf.get(slot.slot_id) ?? {};
  return { document_no, birth_date: birth_date || null, valid_to: valid_to || null, can, zone };
}

export async function attempt(slot, work, tries = 0) {
  try {
    await work();
    troubles.delete(slot.slot_id);
  } catch (problem) {
    const isKey = problem.code === "terminal.wrong-chip-key";
    soundBad();
    troubles.set(slot.slot_id, { problem, tries: isKey ? tries + 1 : tries });
  } finally {
    clearInterval(reading.timer);
    reading.slot = "";
    tell();
  }
}

/** After some wrong keys a chip answers ever more slowly: say what else may be done. */
export const keyNote = ({ tries = 0 }) =>
  tries >= KEY_TRIES ? h("p", { class: "small" }, icon("warn"), t("identity.key-often", { n: tries })) : null;

/** Whether a reader waits for a card, or reads one. */
export const isReading = () => Boolean(reading.slot) || watching.isOn;

export function cancel() {
  if (reading.slot) (reading.isStopped = true), release(reading.reader);
  else if (watching.isOn) stopWatching();
}

document.addEventListener("visibilitychange", () => {
  leaveUnlessHere();
  if (!store.draft || !isHere(store.draft.draft_id)) return;
  watching.isPaused = false;
  watch();
});
// Also from one draft to another: the next card is never for a draft that nobody looks at.
window.addEventListener("hashchange", leaveUnlessHere);
window.addEventListener("pagehide", () => watching.isOn && leave());
