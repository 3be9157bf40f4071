// Edits of a draft taken back, and done again: texts, people, answers.

import { h, icon, kbd } from "./dom.js";
import { toast } from "./frame.js";
import { fieldName } from "./parts.js";
import { actPost, flush, store, tell } from "./store.js";
import { list, t } from "./words.js";

/** Take edits back and forth; the acts on pages have their own way back on their page. */
export function turning(step) {
  if (step === 3) return null;
  const button = (id, act, names, key, shape) =>
    h("button", { class: "btn btn-s", type: "button", id, "aria-disabled": names.length ? null : "true", onclick: act,
      "aria-label": names.length ? t(`turn.${id}-what`, { what: list(names.map(fieldName)) }) : null },
      icon(shape), t(`turn.${id}`), " ", kbd(key));
  const { back, forth } = store.draft;
  return h("p", { class: "row" }, button("back", undo, back, "Ctrl+Z", "undo"), button("forth", redo, forth, "Ctrl+Y", "rotate"));
}

export const undo = () => turn("undo", "back");
export const redo = () => turn("redo", "forth");
undo.isEverywhere = redo.isEverywhere = true;

/** Turn one edit, say which, and go to its field where it is on this page. */
async function turn(path, which) {
  await flush();
  const names = store.draft[which];
  if (!names.length) return;
  const what = list(names.map(fieldName));
  try {
    await actPost(`/${path}`);
  } catch (problem) {
    store.problem = problem;
    return tell();
  }
  toast(t(`turn.${which}-done`, { what }));
  document.getElementById(names[0])?.focus();
  return null;
}
