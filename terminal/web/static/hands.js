// When a hand last moved in this window: every question to the counter says so, and the counter
// locks itself when no hand moves in any window.

const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "compositionupdate"];
const listeners = new Set();
let movedAt = performance.now();

for (const name of SIGNS)
  document.addEventListener(name, () => {
    movedAt = performance.now();
    listeners.forEach((listener) => listener());
  }, { capture: true, passive: true });

/** So many whole seconds no hand has moved here. */
export const idleS = () => Math.floor((performance.now() - movedAt) / 1000);

/** Be told of every movement. */
export function watchHands(listener) {
  listeners.add(listener);
}
