// Whether the counter's own program answers. While it does not, it is asked again every second:
// what was typed meanwhile waits in this window and is saved as soon as it is back.

const EVERY_MS = 1000;
const listeners = new Set();
let isGone = false;

export const isLost = () => isGone;

/** Be told when the counter's program goes and when it is back. */
export function watchContact(listener) {
  listeners.add(listener);
}

/** Note whether it answered. */
export function noteContact(hasAnswered) {
  if (isGone === !hasAnswered) return;
  isGone = !hasAnswered;
  if (isGone) setTimeout(knock, EVERY_MS);
  listeners.forEach((listener) => listener(isGone));
}

async function knock() {
  const answer = await fetch("/ui/favicon.svg", { cache: "no-store" }).catch(() => null);
  if (answer) noteContact(true);
  else setTimeout(knock, EVERY_MS);
}
