// The next try, counted down while one looks at it.

import { h } from "./dom.js";
import { clock, span, t } from "./words.js";

let ahead = 0;

/** Take the counter's time for the time: the browser's may be another. */
export function setTime(iso) {
  ahead = new Date(iso) - Date.now();
}

/** When it is tried next, with the time that is left; counted down by `countDown`. */
export function nextTry(at) {
  return at ? [t("line.next", { at: clock(at) }), h("span", { "data-until": at }, left(at))] : t("line.now");
}

const left = (at) => t("line.left", { time: span(Math.max(0, (new Date(at) - Date.now() - ahead) / 1000)) });

/** Renew every countdown on the page; nothing is read out for it. */
export function countDown() {
  for (const element of document.querySelectorAll("[data-until]"))
    element.textContent = left(element.dataset.until);
}
