// The document viewer: pages of a PDF as pictures, or a picture as it is.

import { fetchBlob } from "./api.js";
import { h, icon } from "./dom.js";
import { t } from "./words.js";

const drawn = new Map();
const MOST = 60;
const WIDTH_PX = 900;
const NEAR = 3;
const AGAIN_MS = 1000;

/** Return the picture of a page, or null while it is fetched; `tell` is called when it is here. */
export function pageOf(address, page, width, tell) {
  const key = `${address}|${page}|${width}`;
  if (!drawn.has(key)) {
    drawn.set(key, null);
    const query = address.includes("?") ? "&" : "?";
    fetchPage(page ? `${address}${query}page=${page}&width=${width}` : address)
      .then((found) => drawn.set(key, found))
      .catch((problem) => drawn.set(key, { problem, pages: 0 }))
      .finally(() => (trim(), tell()));
  }
  return drawn.get(key);
}

/** Fetch a picture; a counter that is busy or away for a moment is asked again. */
async function fetchPage(address, triesLeft = 2) {
  try {
    return await fetchBlob(address);
  } catch (problem) {
    if (!triesLeft || (problem.status && problem.status < 500)) throw problem;
    await new Promise((go) => setTimeout(go, AGAIN_MS));
    return fetchPage(address, triesLeft - 1);
  }
}

/** Say that a page was not drawn, and let it be drawn once more. */
export function notDrawn(address, page, width, tell) {
  const again = () => (drawn.delete(`${address}|${page}|${width}`), tell());
  return h("p", { class: "small", role: "status" }, icon("warn"), " ", t("view.not-drawn"), " ",
    h("button", { class: "btn btn-s", type: "button", id: `draw-again-${page}`, onclick: again }, t("view.again")));
}

function trim() {
  while (drawn.size > MOST) {
    const [key, found] = drawn.entries().next().value;
    if (found?.url) URL.revokeObjectURL(found.url);
    drawn.delete(key);
  }
}

/** Draw a viewer; `view` keeps {address, isPicture, pages, page, zoom, turn} between drawings. */
export function viewer(view, title, tell, ...tools) {
  const isPicture = view.isPicture;
  const found = pageOf(view.address, isPicture ? 0 : view.page, WIDTH_PX, tell);
  if (found?.pages > 1 || !view.pages) view.pages = found?.pages ?? view.pages ?? 1;
  const tool = (name, shape, act) =>
    h(
      "button",
      { class: "plain", type: "button", id: `view-${name}`, "aria-label": t(`view.${name}`), onclick: act },
      icon(shape),
    );
  return h(
    "section",
    { class: "viewer", "aria-label": title },
    h(
      "div",
      { class: "tools" },
      h("strong", {}, t("view.page", { n: view.page, all: view.pages ?? 1 })),
      h("span", { class: "row-end" }),
      tool("in", "plus", () => zoom(view, 1, tell)),
      tool("out", "minus", () => zoom(view, -1, tell)),
      tool("turn", "rotate", () => turn(view, tell)),
      tools,
    ),
    strip(view, tell),
    h(
      "div",
      { class: "sheet", tabindex: "0", role: "group", "aria-label": t("view.picture"), id: "view-sheet" },
      sheet(view, found, title, tell),
    ),
  );
}

function sheet(view, found, title, tell) {
  if (!found) return h("p", { class: "soft small", role: "status" }, t("view.drawing"));
  if (found.problem) return notDrawn(view.address, view.isPicture ? 0 : view.page, WIDTH_PX, tell);
  return h("img", {
    src: found.url,
    alt: t("view.alt", { title, n: view.page }),
    "data-zoom": String(view.zoom ?? 0),
    "data-turn": String(view.turn ?? 0),
  });
}

function strip(view, tell) {
  const pages = Array.from({ length: Math.min(view.pages ?? 1, 40) }, (_, at) => at + 1);
  return h(
    "nav",
    { class: "strip", "aria-label": t("view.pages") },
    pages.map((page) => {
      // The same picture serves the sheet and the strip; pages far away wait until they are near.
      const isNear = Math.abs(page - view.page) <= NEAR;
      const small = isNear && pageOf(view.address, view.isPicture ? 0 : page, WIDTH_PX, tell);
      return h(
        "button",
        {
          type: "button",
          id: `view-page-${page}`,
          "aria-current": page === view.page ? "page" : null,
          onclick: () => goTo(view, page, tell),
        },
        small?.url ? h("img", { src: small.url, alt: "" }) : null,
        String(page),
      );
    }),
  );
}

export function goTo(view, page, tell) {
  view.page = Math.min(Math.max(page, 1), view.pages ?? 1);
  tell();
}

export function zoom(view, by, tell) {
  view.zoom = Math.min(Math.max((view.zoom ?? 0) + by, 0), 4);
  tell();
}

export function turn(view, tell) {
  view.turn = ((view.turn ?? 0) + 90) % 360;
  tell();
}
