// The key table: what the keys of the page that is shown do, and nothing that they do not.

import { h, kbd } from "./dom.js";
import { ask } from "./frame.js";
import { isBound, lettersAreOn, switchLetters } from "./keys.js";
import { t } from "./words.js";

/** What every page has. */
const ANY = ["F10", "Enter", "Esc", "?"];
const STEP = ["F4", "F8", "Shift+F8", "F9"];
const TURN = ["Ctrl+Z", "Ctrl+Y"];
const LEAVES = ["[ ]", "↑ ↓", "R L", "C", "S", "K", "M", "Delete", "Ctrl+↑ Ctrl+↓", "Ctrl+Z", "+ -"];
const PLACES = {
  start: ["F8", "2 … F", "L", "V"],
  "step-1": ["F2", "Alt+1 … 9", "Esc", ...STEP, ...TURN],
  "step-2": ["F2", ...STEP, ...TURN],
  "step-3": ["F2", "Shift+F2", "Esc", ...STEP],
  "step-4": ["F2", "Esc", ...STEP, ...TURN],
  "step-5": ["Ctrl+Enter", ...STEP, ...TURN],
  bulk: ["F2", "Esc"],
  visit: ["F2", "F8", "Esc"],
  handout: ["P", "Esc"],
  certificate: ["P", "Esc"],
  failed: ["Esc"],
  tray: ["J K", "F2", "P", "F8"],
  doctor: ["F2"],
};
/** By what name a key is bound; Enter and Esc are the browser's own where a page does not bind them. */
const NAMES = {
  "2 … F": "2", L: "l", V: "v", "Alt+1 … 9": "Alt+1", "Ctrl+Z": "Ctrl+z", "Ctrl+Y": "Ctrl+y", P: "p", "J K": "j", Esc: "Escape",
  "[ ]": "[", "↑ ↓": "ArrowDown", "R L": "r", C: "c", S: "s", K: "k", M: "m", "Ctrl+↑ Ctrl+↓": "Ctrl+ArrowUp", "+ -": "+",
};
const boundAs = (key) => NAMES[key] ?? key;

/** Say on which page we are, by the name that its keys have. */
function placeNow() {
  if (document.getElementById("failed")) return "failed";
  const [name, , step] = location.hash.replace(/^#\/?/, "").split("/");
  if (name === "draft") return `step-${step}`;
  return PLACES[name] ? name : "start";
}

function list(keys, words) {
  return h("dl", { class: "keymap" },
    keys.map((key) => h("div", {}, h("dt", {}, t(`keys.${words}.${key}`)), h("dd", {}, kbd(key)))));
}

/** Show the keys of the page, and the switch for single letters. */
export function keyTable() {
  const place = placeNow();
  const isHere = (key) => isBound(boundAs(key));
  const own = PLACES[place].filter(isHere);
  const letters = h("input", { type: "checkbox", id: "letters", checked: lettersAreOn() });
  letters.addEventListener("change", () => switchLetters(letters.checked));
  const common = (key) => [...STEP, ...TURN].includes(key) && place.startsWith("step-");
  ask(
    t("keys.title"),
    [
      list(own.filter((key) => !common(key)), place),
      list(own.filter(common), "step"),
      place === "step-3" ? [h("h3", {}, t("keys.pages")), list(LEAVES.filter(isHere), "pages")] : null,
      list(ANY.filter((key) => key !== "Esc" || !own.includes("Esc")), "any"),
      h("p", {}, h("label", { class: "choice" }, letters, t("keys.letters"))),
    ],
    [["", t("dialog.close"), "btn-primary"]],
  );
}
