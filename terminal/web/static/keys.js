// Keys: function keys act everywhere; single letters only outside text fields, never while an
// input method composes, and not at all when they are switched off.

const bound = new Map();
const OFF = "letters-off";
/** What a text field or a choice does with these is its own business. */
const EDITING = new Set(["ArrowUp", "ArrowDown", "Ctrl+ArrowUp", "Ctrl+ArrowDown", "Delete", "Ctrl+z"]);

/** Bind the keys of the page that is drawn; the ones before are forgotten. */
export function bindKeys(entries) {
  bound.clear();
  for (const [key, act] of Object.entries(entries)) if (act) bound.set(key, act);
}

export const isBound = (key) => bound.has(key);

/** Do what a key does, as a button of the same page. */
export const press = (key) => bound.get(key)?.();

export function lettersAreOn() {
  return localStorage.getItem(OFF) !== "yes";
}

export function switchLetters(isOn) {
  localStorage.setItem(OFF, isOn ? "no" : "yes");
}

/** Return a key press as it is bound: "F2", "Shift+F8", "Ctrl+Enter", "j". */
function named(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const before = [
    event.ctrlKey && "Ctrl",
    event.altKey && "Alt",
    event.shiftKey && (event.key.length > 1 || (event.ctrlKey && /[a-z]/i.test(event.key))) && "Shift",
  ].filter(Boolean);
  return [...before, key].join("+");
}

function isTyping(target) {
  return target.matches?.("input:not([type=radio]):not([type=checkbox]), textarea, select");
}

function isChoosing(target) {
  return target.matches?.("input[type=radio], select");
}

// A scan gun types a whole number at once. Its letters are no keys: what follows one another faster
// than fingers is gathered, and is either what the gun read or the keys that were pressed.
const GUN_MS = 40;
const GUN_LEAST = 10;
let burst = [];
let burstTimer = 0;
let takeScan = () => {};

/** Be given what a scan gun reads while no text field has the focus. */
export const watchGun = (take) => (takeScan = take);

function gather(event, name) {
  clearTimeout(burstTimer);
  burst.push({ key: event.key, name, event });
  burstTimer = setTimeout(release, GUN_MS);
}

/** End what was gathered: a long burst is a scan, a short one the keys of somebody quick. */
function release() {
  clearTimeout(burstTimer);
  const keys = burst;
  burst = [];
  if (keys.length >= GUN_LEAST) return takeScan(keys.map(({ key }) => key).join(""));
  for (const { name, event } of keys) if (lettersAreOn() || name === "?") bound.get(name)?.(event);
  return null;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || event.key === "Shift") return;
  if (document.querySelector("dialog[open]")) return;
  const name = named(event);
  const isLetter = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
  if (isLetter && isTyping(event.target)) return;
  if (isLetter && !event.repeat && (event.key !== " " || burst.length)) {
    if (bound.has(name) || burst.length) event.preventDefault();
    return gather(event, name);
  }
  // The gun's Enter ends its number; it presses no button.
  if (event.key === "Enter" && burst.length >= GUN_LEAST) event.preventDefault();
  const isScan = burst.length >= GUN_LEAST;
  release();
  if (isScan && event.key === "Enter") return;
  if (isLetter && !lettersAreOn() && name !== "?") return;
  // Pages are drawn anew while somebody types, so that a field has no past of its own.
  if (EDITING.has(name) && !bound.get(name)?.isEverywhere && (isTyping(event.target) || isChoosing(event.target))) return;
  const act = bound.get(name);
  if (!act) return;
  event.preventDefault();
  act(event);
});
