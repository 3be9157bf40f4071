// Drafts from counter to counter: handed to another terminal of the branch, taken back, accepted.

import { get, post, remove } from "./api.js";
import { h, icon } from "./dom.js";
import { ask, problemNote, tellers } from "./frame.js";
import { kindName, panel } from "./parts.js";
import { moment, t } from "./words.js";

let told = { arriving: [], away: [], counters: [] };
let problem = null;
let changed = () => {};

/** Ask what the relay said last; `whenChanged` is called after every act. */
export async function enterPassages(whenChanged) {
  changed = whenChanged;
  told = await get("/ui/api/passages");
}

/** What another counter handed to this one, above the teller's own drafts. */
export function arrivingPanel() {
  const note = problem ? problemNote(problem) : null;
  if (!told.arriving.length) return note;
  return [note, panel(
    [t("passage.arriving"), h("span", { class: "count", "data-state": "hot" }, String(told.arriving.length))],
    h("ul", {}, told.arriving.map((p) =>
      h("li", { class: "item" },
        h("span", { class: "state", "data-level": "manual" }, icon("manual"), t("handing.waiting")),
        h("div", {},
          h("p", { class: "title" }, t("passage.from", { counter: p.from })),
          h("p", { class: "meta" }, t("passage.sealed", { at: moment(p.at), mb: (p.size / 1e6).toFixed(1) }))),
        h("div", { class: "do" },
          h("button", { class: "btn btn-s btn-primary", type: "button", id: `take-${p.parcel.slice(0, 8)}`,
            onclick: () => act(() => post(`/ui/api/passages/${p.parcel}/accept`)) }, t("passage.accept")))))),
  )];
}

/** The teller's drafts that are on their way to another counter. */
export function awayPanel() {
  if (!told.away.length) return null;
  return panel(
    [t("passage.away"), h("span", { class: "count" }, String(told.away.length))],
    h("ul", {}, told.away.map((d) =>
      h("li", { class: "item" },
        h("span", { class: "state", "data-level": "info" }, icon("clock"), t("passage.on-its-way")),
        h("div", {},
          h("p", { class: "title" }, h("span", { lang: "zh-CN" }, d.label || t("start.nobody")), `　${kindName(d)} `, h("span", { class: "meta mono" }, d.number)),
          h("p", { class: "meta" }, t("passage.to", { counter: d.passage.other, at: moment(d.passage.at) }))),
        h("div", { class: "do" },
          h("button", { class: "btn btn-s", type: "button", id: `recall-${d.number}`,
            onclick: () => act(() => remove(`/ui/api/drafts/${d.draft_id}/passage`)) }, t("passage.recall")))))),
  );
}

/** Where a draft came from, if it came from another counter. */
export function passageNote(d) {
  const last = d.handed.at(-1);
  return last?.counter ? h("p", { class: "meta" }, t("passage.came", { counter: last.counter, note: last.note })) : null;
}

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
  if (answer) await act(() => post(`/ui/api/drafts/${d.draft_id}/passage`, given));
}

async function act(ours) {
  problem = await ours().then(() => null, (error) => error);
  await changed();
}
