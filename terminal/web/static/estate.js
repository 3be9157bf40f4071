// Step 2: the unit and what is asked for. What the register says stands as a value, not as an input.

import { h, icon, kbd } from "./dom.js";
import { problemNote, theStation } from "./frame.js";
import { ownership, sections, standing, text } from "./form.js";
import {
  actions, corrections, facts, faultNote, field, from, head, missing, panel, state, stepTitle, value,
} from "./parts.js";
import { actPost, edit, store, tell, textOf } from "./store.js";
import { clock, list, pick, t, unitNo } from "./words.js";

const NUMBERS = new Set(["unit_no", "title_no", "certificate_no", "notice_no"]);
const asking = { since: 0, timer: 0, problem: null };

export function estate() {
  return {
    main: [
      head(
        stepTitle(2),
        t("estate.how"),
        h("button", { class: "btn", type: "button", id: "ask", onclick: askRegister, "aria-busy": asking.since ? "true" : null },
          icon("register"), asking.since ? t("estate.asking") : t("estate.ask"), " ", kbd("F2")),
      ),
      asking.problem ? problemNote(asking.problem) : null,
      standing(),
      ...placed(),
      actions(2, { note: faultNote(2) }),
    ],
    aside: [corrections(), limits(), missing(2), bank()],
    label: t("estate.aside"),
    keys: { F2: askRegister },
  };
}

/** Enter in a number's field asks the register: a person's, and the one that a scan gun ends with. */
document.addEventListener("keydown", async (event) => {
  if (event.key !== "Enter" || event.isComposing || !NUMBERS.has(event.target.id)) return;
  event.preventDefault();
  const { id, value: given } = event.target;
  if (!given.includes("://")) return askRegister();
  // A code holds more than the number: what it holds goes where it belongs, and not here.
  event.target.value = "";
  edit(id, "");
  await takeScanned(given).catch((problem) => ((store.problem = problem), tell()));
});

async function askRegister() {
  if (asking.since) return;
  asking.since = Date.now();
  asking.problem = null;
  tell();
  try {
    await actPost("/precheck");
  } catch (problem) {
    asking.problem = problem;
  } finally {
    asking.since = 0;
    tell();
  }
}

/** Take what a scan gun read: the number goes where it belongs, and the register is asked about it. */
export async function takeScanned(text) {
  const zone = document.querySelector("input[id$='-zone']");
  if (zone && text.includes("<")) {
    // A passport's machine-readable lines: the next line comes into the field by itself.
    zone.value += text;
    zone.dispatchEvent(new Event("input"));
    return zone.focus();
  }
  const place = `/draft/${store.draft.draft_id}/2`;
  await actPost("/scanned", { text });
  const name = store.draft.scanned;
  const target = name ? `${place}/${name}` : place;
  if (location.hash !== `#${target}`) location.hash = target;
  if (name) return askRegister();
  asking.problem = UNKNOWN;
  return tell();
}

const UNKNOWN = {
  code: "page.scan-unknown",
  title: { zh: "扫到的内容不是这张表要的编号", en: "What was scanned is no number that this form asks for" },
  remedy: {
    zh: "请扫不动产权证书或登记证明上的二维码；扫不出就照着输入",
    en: "Scan the code on the title or the certificate; or type the number from it",
  },
};

/** The unit first; but where a paper's number alone leads to it, that paper. */
function placed() {
  const parts = sections();
  const isNumberFirst = store.draft.form_fields.some((f) => f.section === "standing") && !textOf("unit_no");
  return isNumberFirst ? [parts[0], unit(), ...parts.slice(1)] : [unit(), ...parts];
}

function unit() {
  const told = store.draft.precheck;
  return panel(
    [
      t("estate.unit"),
      told ? h("span", { class: "small soft row-end" }, t("estate.told", { at: clock(told.at) })) : null,
    ],
    h(
      "div",
      { class: "body grid" },
      store.draft.fields.unit_no?.source === "register"
        ? text("unit_no")
        : field("unit_no", t("field.unit_no"), {
            hint: t("estate.unit-how"),
            class: "mono",
            source: textOf("unit_no") ? store.draft.fields.unit_no?.source ?? "hand" : null,
            shown: unitNo(textOf("unit_no")),
          }),
      text("title_no"),
      text("location"),
      text("area_m2", { inputmode: "decimal" }),
      text("use", { width: "w2" }),
      ownership(),
      told?.land_right_end
        ? value(t("estate.land-until"), `${told.land_right} ${told.land_right_end}`, "register", { width: "w2" })
        : null,
    ),
  );
}

function limits() {
  const told = store.draft.precheck;
  const title = [t("limits.title"), from("register")];
  if (!told) return panel(title, h("p", { class: "body soft" }, t("limits.not-asked")));
  if (!told.is_found) return panel(title, h("p", { class: "body" }, state("correct", "warn", t("limits.not-found"))));
  const looks = { block: ["block", "block"], not_accepted: ["block", "block"], correct: ["correct", "correct"],
    manual: ["manual", "manual"], unknown: ["manual", "unknown"], info: ["info", "info"] };
  return panel(
    title,
    h(
      "div",
      { class: "body stack-s" },
      told.findings.length
        ? told.findings.map((f) => h("p", {}, state(looks[f.level][0], looks[f.level][1], pick(f))))
        : h("p", {}, state("pass", "check", t("limits.none"))),
      facts([
        [t("limits.mortgages"), told.mortgages.length
          ? told.mortgages.map((line) => h("p", { lang: "zh-CN" }, line))
          : t(store.draft.kind === "mortgage.first_registration" ? "limits.first" : "limits.no-mortgage")],
        [t("limits.notices"), told.notices.length
          ? told.notices.map((line) => h("p", { lang: "zh-CN" }, line)) : t("limits.no-notice")],
        [t("limits.owners"), h("span", { lang: "zh-CN" }, list(told.owners))],
      ]),
    ),
    h("footer", { class: "small soft" }, t("limits.again")),
  );
}

function bank() {
  const { place } = theStation();
  return panel(
    t("bank.title"),
    h("div", { class: "body" }, facts([
      [t("bank.name"), h("span", { lang: "zh-CN" }, place.bank)],
      [t("bank.code"), h("span", { class: "mono" }, place.credit_code)],
      [t("bank.office"), h("span", { lang: "zh-CN" }, place.office)],
    ])),
  );
}
