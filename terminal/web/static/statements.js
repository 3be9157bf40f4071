// Papers that the counter writes for people: whether each is written here or was brought.

import { put } from "./api.js";
import { h, icon } from "./dom.js";
import { state } from "./parts.js";
import { act, store, tell } from "./store.js";
import { pick, t } from "./words.js";
import { fail } from "./pagework.js";

export const statementOf = (code) => store.draft.statements.find((one) => one.code === code);

/** Whether all of a material is a paper that is signed here. */
export const isWritten = (code) => Boolean(statementOf(code)?.is_written && statementOf(code).is_whole);

/** What stands below a material's name: the paper, and the other way to have it. */
export function statementNote(code) {
  const one = statementOf(code);
  if (!one) return null;
  return h("div", { class: "small" },
    h("p", {}, t(one.is_written ? "statement.written" : "statement.brought", { title: pick(one) }),
      one.is_written && !one.is_whole ? [" ", t("statement.rest")] : null),
    h("button", { class: "plain", type: "button", id: `statement-${code}`, onclick: (event) => (event.stopPropagation(), turn(one)) },
      icon(one.is_written ? "upload" : "pad"), t(one.is_written ? "statement.bring" : "statement.write")));
}

export const statementState = () => state("info", "pad", t("materials.to-sign"));

async function turn(one) {
  try {
    await act(put, `/statements/${one.code}`, { is_written: !one.is_written });
  } catch (problem) {
    fail(problem);
  }
  tell();
  document.getElementById(`statement-${one.code}`)?.focus();
}
