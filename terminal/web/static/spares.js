// What other authorities say of the papers: which ones nobody need bring, and what differs.

import { h, icon } from "./dom.js";
import { finding, panel, state, way } from "./parts.js";
import { actPost, store, tell } from "./store.js";
import { clock, pick, t } from "./words.js";

/** After so long who gave no answer is asked again, while somebody looks; and so often at most. */
const AGAIN_MS = 60_000;
const MOST_TRIES = 5;
const asking = { draft: "", isOn: false, problem: null, tries: 0, timer: 0 };

const isHere = () => store.draft && location.hash.startsWith(`#/draft/${store.draft.draft_id}/3`);

/** Ask what was not asked yet; it goes on by itself, and the papers can be taken meanwhile. */
export function askWhenDue() {
  const { draft } = store;
  if (asking.draft !== draft.draft_id) {
    clearTimeout(asking.timer);
    Object.assign(asking, { draft: draft.draft_id, isOn: false, problem: null, tries: 0, timer: 0 });
  }
  if (draft.shared.is_due && !asking.isOn && !asking.timer) queueMicrotask(askAll);
}

async function askAll() {
  if (asking.isOn) return;
  const own = store.draft.draft_id;
  Object.assign(asking, { isOn: true, problem: null });
  tell();
  try {
    await actPost("/enquiries");
  } catch (problem) {
    asking.problem = problem;
  }
  if (asking.draft !== own) return;
  asking.isOn = false;
  askLater();
  tell();
}

/** What was not answered may come later by itself. */
function askLater() {
  clearTimeout(asking.timer);
  const { shared: told } = store.draft;
  asking.timer = setTimeout(() => {
    asking.timer = 0;
    if (!isHere() || asking.tries >= MOST_TRIES) return;
    if (!asking.problem && !store.draft.shared.is_waiting && !store.draft.shared.is_due) return;
    asking.tries += 1;
    askAll();
  }, AGAIN_MS);
  if (!asking.problem && !told.is_waiting && !told.is_due) {
    clearTimeout(asking.timer);
    asking.timer = 0;
  }
}

/** Whether what is said wants to be read before the papers. */
export const isSharedUrgent = () => store.draft.shared.findings.length > 0;

/** Everything that is said, and a way to ask again; nothing where nobody is asked. */
export function shared() {
  const { at, findings, is_waiting: isWaiting, is_simulated: isSimulated } = store.draft.shared;
  if (!at && !asking.isOn && !asking.problem) return null;
  const notes = [
    asking.isOn ? t("spare.asking") : null,
    asking.problem ? t("spare.failed", { why: pick(asking.problem.title) || asking.problem.code }) : null,
    !asking.isOn && !asking.problem && isWaiting ? t("spare.silent") : null,
    findings.length ? t("spare.differs") : at && !isWaiting ? t("spare.none") : null,
  ].filter(Boolean);
  return panel(
    [t("spare.title"),
      isSimulated ? h("span", { class: "badge" }, t("spare.simulated")) : null,
      h("span", { class: "small soft row-end" }, at ? t("spare.at", { at: clock(at) }) : null),
      h("button", { class: "btn btn-s", type: "button", id: "ask-authorities", onclick: askAll, "aria-busy": asking.isOn ? "true" : null },
        icon("register"), t("spare.again"))],
    notes.length ? h("p", { class: "body small", role: "status" }, notes.join(" ")) : null,
    findings.length
      ? h("ul", { class: "findings" }, findings.map((f, place) =>
          finding(f, false, h("a", { class: "btn btn-s", href: way(f), id: `spare-go-${place}` }, t("spare.go")))))
      : null,
  );
}

/** That a paper need not be brought. */
export const spareState = (line) => [
  state("pass", "check", t("spare.spared")),
  line.spare.is_simulated ? [" ", h("span", { class: "badge" }, t("spare.simulated"))] : null,
];

/** What the authorities said of a paper, below its name. */
export function spareNote(line, own) {
  if (!line.spare || own.length) return null;
  return h("p", { class: "small soft" }, pick(line.spare));
}
