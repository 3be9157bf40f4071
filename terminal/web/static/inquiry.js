// The questions of the inquiry record (询问笔录), in step 3.

import { h } from "./dom.js";
import { choice, field } from "./parts.js";
import { edit, store } from "./store.js";
import { pick, t } from "./words.js";

/** The questions that are put to the mortgagors; what the application tells is filled in. */
export function inquiry() {
  const { questions } = store.draft;
  if (!questions.length) return null;
  return h(
    "section",
    { class: "panel", id: "inquiry", tabindex: "-1", "aria-labelledby": "inquiry-h" },
    h("header", {}, h("h2", { id: "inquiry-h" }, t("inquiry.title")),
      h("span", { class: "small soft row-end" }, t("inquiry.how"))),
    h(
      "div",
      { class: "body grid asked" },
      questions.map((q, place) => {
        const id = `inquiry.${q.code}`;
        const label = `${place + 1}　${pick(q)}`;
        return q.choices.length
          ? choice(id, label, q.choices.map((c) => [c.code, pick(c)]), { width: "" })
          : field(id, label, { width: "", hint: q.is_required ? null : t("inquiry.optional") });
      }),
    ),
  );
}

/** Answer what the application itself tells, where nobody has. */
export function keepTold() {
  for (const q of store.draft.questions)
    if (q.told && !store.draft.inquiry[q.code]) edit(`inquiry.${q.code}`, q.told);
}
