// Drafts from counter to counter: handed to another terminal of the branch, taken back, accepted.

import { get, post, remove } from "./api.js";
import { h, icon } from "./dom.js";
import { ask, problemNote, refreshStation, toast } from "./frame.js";
import { kindName, panel, state } from "./parts.js";
import { moment, size, t } from "./words.js";

let told = { arriving: [], away: [], taken: [], counters: [], trouble: "" };
let problem = null;
let changed = () => {};

/** Ask what the relay said last; `whenChanged` is called after every act. */
export async function enterPassages(whenChanged) {
  changed = whenChanged;
  told = await get("/ui/api/passages");
  return told;
}

export const forgetPassageProblem = () => (problem = null);

/** The button that takes the first draft that waits here, by its id; null where none does. */
export const firstArriving = () => (told.arriving.length ? `take-${told.arriving[0].parcel.slice(0, 8)}` : null);
export const arrivingCount = () => told.arriving.length;

/** What another counter handed to this one, above the teller's own drafts. */
export function arrivingPanel() {
  const note = problem ? problemNote(problem) : null;
  if (!told.arriving.length) return note;
  return [note, panel(
    [t("passage.arriving"), h("span", { class: "count", "data-state": "hot" }, String(told.arriving.length))],
    h("ul", {}, told.arriving.map((p) =>
      h("li", { class: "item" },
        p.moved ? state("info", "download", t("passage.fetching")) : state("manual", "manual", t("handing.waiting")),
        h("div", {},
          h("p", { class: "title" }, t("passage.from", { counter: p.from })),
          h("p", { class: "meta" }, t("passage.sealed", { at: moment(p.at), size: size(p.size) })),
          progress(p.parcel, p.moved, "passage.fetched")),
        h("div", { class: "do" }, p.moved ? null
          : h("button", { class: "btn btn-s btn-primary", type: "button", id: `take-${p.parcel.slice(0, 8)}`, onclick: () => take(p) },
              t("passage.accept")))))),
  )];
}

/** The teller's drafts that are on their way to another counter, or were taken there today. */
export function awayPanel() {
  const every = [...told.away, ...told.taken];
  if (!every.length) return null;
  return panel(
    [t("passage.away"), h("span", { class: "count" }, String(every.length))],
    h("ul", {}, every.map((d) =>
      h("li", { class: "item" },
        state(...stateOf(d)),
        h("div", {},
          h("p", { class: "title" }, d.label ? [h("span", { lang: "zh-CN" }, d.label), "　"] : null, kindName(d), " ",
            h("span", { class: "meta mono" }, d.number)),
          h("p", { class: "meta" }, whyOf(d)),
          progress(d.number, d.moved, "tray.kept")),
        h("div", { class: "do" }, d.state === "away"
          ? h("button", { class: "btn btn-s", type: "button", id: `recall-${d.number}`, onclick: () => recall(d) }, t("passage.recall"))
          : null)))),
  );
}

function stateOf(d) {
  if (d.state === "handed") return ["pass", "check", t("passage.taken")];
  if (d.moved) return ["info", "upload", t("tray.way.sending")];
  if (d.is_there) return ["info", "clock", t("handing.waiting")];
  return told.trouble ? ["correct", "warn", t("tray.way.line")] : ["info", "upload", t("tray.way.soon")];
}

function whyOf(d) {
  const { other: counter, at } = d.passage;
  if (d.state === "handed") return t("passage.taken-how", { counter, at: moment(d.changed_at) });
  if (d.moved) return t("passage.sending-how", { counter });
  if (d.is_there) return t("passage.to", { counter, at: moment(at) });
  return told.trouble ? t("passage.queued-how", { counter, code: told.trouble }) : t("passage.sending-how", { counter });
}

/** How many bytes are across, while they move. */
export function progress(name, moved, words) {
  if (!moved?.size) return null;
  const id = `moved-${name}`;
  return h("div", { class: "progress" },
    h("label", { class: "small", for: id }, t(words, { kept: size(moved.bytes), size: size(moved.size) })),
    h("progress", { id, max: String(moved.size), value: moved.bytes }));
}

/** Where a draft came from, if it came from another counter; or that it came back from one. */
export function passageNote(d) {
  if (d.offer?.counter)
    return h("p", { class: "meta" }, t(d.offer.answer ? "passage.refused" : "passage.not-taken", { counter: d.offer.counter, code: d.offer.answer }));
  const last = d.handed.at(-1);
  return last?.counter ? h("p", { class: "meta" }, t("passage.came", { counter: last.counter }), noted(last.note)) : null;
}

/** A note behind what it belongs to; nothing where there is none. */
export const noted = (note) => (note ? t("handing.noted", { note }) : "");

/** The button that hands a draft to another counter; where the branch has one, and in its first round. */
export function passageButton(d) {
  if (!told.counters.length || d.round > 1) return null;
  return h("button", { class: "btn btn-s", type: "button", id: `send-${d.number}`, onclick: () => send(d) }, t("passage.send"));
}

async function send(d) {
  const given = { to: told.counters[0], note: "" };
  const choices = h("fieldset", { class: "field" }, h("legend", {}, t("passage.which")),
    h("span", { class: "choices" }, told.counters.map((name) =>
      h("label", { class: "choice" },
        h("input", { type: "radio", name: "counter", checked: name === given.to, onchange: () => (given.to = name) }), name))));
  const note = h("div", { class: "field" }, h("label", { for: "passage-note" }, t("handing.note")),
    h("input", { id: "passage-note", autocomplete: "off", maxlength: "500", oninput: (event) => (given.note = event.target.value) }));
  const answer = await ask(t("passage.send-ask", { number: d.number }), [h("p", {}, t("passage.what")), choices, note],
    [["yes", t("passage.send"), "btn-primary"], ["", t("dialog.back")]]);
  if (!answer) return;
  await act(() => post(`/ui/api/drafts/${d.draft_id}/passage`, given),
    () => [`recall-${d.number}`, t("passage.done-sent", { number: d.number, counter: given.to })]);
}

const recall = (d) => act(() => remove(`/ui/api/drafts/${d.draft_id}/passage`),
  () => [`go-${d.number}`, t("passage.done-recalled", { number: d.number })]);

/** Fetching may take long: how far it is is shown meanwhile, see `enterPassages`. */
async function take(p) {
  setTimeout(() => changed().catch(() => {}), 300);
  await act(() => post(`/ui/api/passages/${p.parcel}/accept`),
    (taken) => [`go-${taken.number}`, t("passage.done-taken", { number: taken.number })]);
}

/** Do it, draw what came of it, and put the focus where the work goes on. */
async function act(ours, done) {
  let came = null;
  problem = await ours().then((answer) => ((came = answer ?? {}), null), (error) => error);
  await changed();
  if (problem) return;
  const [id, text] = done(came);
  const next = document.getElementById(id);
  next?.focus();
  next?.scrollIntoView({ block: "center" });
  toast(text);
  refreshStation().catch(() => {});
}
