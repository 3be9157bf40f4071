// What waits to go out: how each package stands, why, when it goes next, and what happened to it.

import { nextTry } from "./countdown.js";
import { h, icon } from "./dom.js";
import { ask } from "./frame.js";
import { panel, state } from "./parts.js";
import { clock, gap, moment, pick, sentence, size, t } from "./words.js";

const MARKS = {
  you: ["block", "block"], before: ["correct", "queue"], line: ["correct", "clock"],
  pause: ["correct", "clock"], sending: ["info", "upload"], soon: ["info", "upload"],
};
const opened = new Set();

/** Draw the packages that have not arrived; `acts` are retry, pass, takeBack, choose, draw. */
export function outbox(tray, chosen, acts) {
  const out = tray.outbox.filter((i) => i.way);
  return panel(
    [t("tray.out"), h("span", { class: "count" }, String(out.length)),
      out.length > 1 ? h("span", { class: "small soft row-end" }, t("tray.alone")) : null],
    out.length ? lineNote(tray.line) : null,
    out.length
      ? h("ul", {}, out.map((i) => item(i, i.draft_id === chosen, acts)))
      : h("div", { class: "empty" }, icon("queue"), h("h3", {}, t("tray.out-none")),
          h("p", { class: "soft" }, t("tray.out-sent", { n: tray.outbox.filter((i) => i.receipt).length }))),
  );
}

/** Say that the line is down: once, and not in every package. */
function lineNote(line) {
  if (!line.trouble) return null;
  return h("div", { class: "body line-note" },
    h("p", {}, state("correct", "warn", t("line.lost", { at: moment(line.lost_at) })), "　", sentence(pick(line.trouble) || t("tray.trouble"))),
    h("p", { class: "meta" }, t("line.tried", { n: line.tries }), gap(), nextTry(line.next_try_at), "　", code(line.trouble)));
}

const code = (trouble) => t("problem.code", { code: trouble?.reason || trouble?.code });

function item(i, isChosen, acts) {
  const [look, shape] = MARKS[i.way];
  const frame = i.way === "you" ? "fault" : look === "correct" ? "wait" : null;
  return h(
    "li",
    { class: "item", "data-state": frame, id: `item-${i.sequence}` },
    state(look, shape, t(`tray.way.${i.way}`)),
    h("div", {},
      h("p", { class: "title" },
        h("button", { class: "plain", type: "button", id: `course-${i.sequence}`,
          "aria-pressed": String(isChosen), onclick: () => acts.choose(i.draft_id) }, h("span", { lang: "zh-CN" }, i.label)),
        `　${t(`kind.${i.kind}`)}　`,
        i.amount ? t("money.amount", { yuan: i.amount }) : "", " ", h("span", { class: "meta mono" }, i.number)),
      why(i), progress(i), history(i)),
    h("div", { class: "do" }, buttons(i, acts)),
  );
}

/** Why it is still here. */
function why(i) {
  if (i.way === "you")
    return [h("p", {}, sentence(pick(i.trouble) || t("tray.refused"))),
      h("p", { class: "meta" }, t("tray.no-auto", { at: clock(i.tried_at) }), "　", code(i.trouble))];
  if (i.way === "before") return h("p", {}, t("tray.before", { number: i.held_by }));
  if (i.way === "line") return h("p", {}, t("tray.by-itself"));
  if (i.way === "pause")
    return [h("p", {}, sentence(pick(i.trouble) || t("tray.trouble")), gap(), nextTry(i.next_try_at)),
      h("p", { class: "meta" }, code(i.trouble))];
  if (i.way === "sending" && i.kept) return null;
  return h("p", {}, t("tray.sealed", { size: size(i.size) }), gap(), i.way === "soon" ? t("tray.soon") : "");
}

/** How much of it is at the office for sure. */
function progress(i) {
  if (!i.kept) return null;
  const id = `progress-${i.sequence}`;
  return h("div", { class: "progress" },
    h("label", { class: "small", for: id },
      t("tray.kept", { kept: size(i.kept), size: size(i.size) }), i.cuts ? t("tray.cuts", { n: i.cuts }) : ""),
    h("progress", { id, max: String(i.size), value: i.kept }));
}

function history(i) {
  if (!opened.has(i.sequence)) return null;
  return h("ol", { class: "timeline history", id: `history-${i.sequence}` },
    i.events.map((e) => h("li", {},
      h("time", { datetime: e.at }, moment(e.at)), h("span", { class: "node" }),
      h("div", {}, h("p", {}, wordsOf(e), e.count > 1 ? t("event.times", { n: e.count }) : "",
        e.kept && e.code !== "delivered" ? t("event.kept", { kept: size(e.kept) }) : ""),
        e.code.includes(".") ? h("p", { class: "meta" }, code(e)) : null))));
}

const wordsOf = (e) => pick(e) || (e.code.includes(".") ? t("tray.refused") : t(`event.${e.code}`));

function buttons(i, { retry, pass, takeBack, draw }) {
  const button = (name, act, more = "") =>
    h("button", { class: `btn btn-s ${more}`.trim(), type: "button", id: `${name}-${i.sequence}`, onclick: act },
      t(`tray.${name}`), h("span", { class: "sr" }, ` ${i.number}`));
  const toggle = () => (opened.has(i.sequence) ? opened.delete(i.sequence) : opened.add(i.sequence), draw());
  const past = button("history", toggle);
  past.setAttribute("aria-expanded", String(opened.has(i.sequence)));
  return [
    i.way === "you" && !i.is_filed ? button("take-back", () => takeBack(i), "btn-primary") : null,
    i.is_filed ? h("p", { class: "small soft" }, t("tray.filed")) : null,
    i.way === "before" ? button("pass", () => mayPass(i, pass)) : null,
    ["you", "line", "pause"].includes(i.way) ? button("retry", () => retry(i)) : null,
    past,
  ];
}

/** To let one overtake may cost the other its rank: a person says so, knowing that. */
async function mayPass(i, pass) {
  const body = h("p", {}, t("pass.how", { number: i.held_by }));
  const is = await ask(t("pass.title"), body, [[null, t("pass.no"), "btn-primary"], ["yes", t("pass.yes")]]);
  if (is) await pass(i);
}
