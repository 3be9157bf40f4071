// The viewer of step 3: a strip of pages, the page itself with what is wrong on it, and its tools.

import { h, icon, svg } from "./dom.js";
import { at, look, moveBefore, openRemarks, pagesOf } from "./pagework.js";
import * as pagework from "./pagework.js";
import { store, tell } from "./store.js";
import { pageOf } from "./viewer.js";
import { pick, t } from "./words.js";

const WIDTH_PX = 900;
const SMALL_PX = 130;
const MOST_ZOOM = 4;
const zoom = { by: 0 };
let dragged = "";

export function zoomIn(by) {
  zoom.by = Math.min(Math.max(zoom.by + by, 0), MOST_ZOOM);
  tell();
}

/** Return the address of a page's picture; it changes with the picture, so that none is stale. */
export function pictureOf(page, width, asItCame = false) {
  const { cut, turn } = page.edit;
  const version = asItCame ? "came" : `${page.key}.${cut.join("_")}.${turn}`;
  const more = asItCame ? "&as=came" : "";
  return `/ui/api/drafts/${store.draft.draft_id}/pages/${page.page_id}/picture?width=${width}&v=${version}${more}`;
}

/** Draw the viewer of the chosen material; `acts` opens what needs a dialog. */
export function leaves(title, acts) {
  const own = pagesOf(at.code);
  const page = pagework.thePage();
  if (!page) return null;
  const place = own.indexOf(page);
  return h(
    "section",
    { class: "viewer leaves", "aria-label": t("pages.of", { title }) },
    h(
      "div",
      { class: "tools" },
      h("strong", {}, t("view.page", { n: place + 1, all: own.length })),
      marks(page),
      h("span", { class: "acts" }, tools(page, place, own.length, acts)),
    ),
    strip(own),
    h(
      "div",
      { class: "sheet", tabindex: "0", role: "group", "aria-label": t("view.picture"), id: "view-sheet" },
      sheet(page, place, title),
    ),
  );
}

function marks(page) {
  return [
    page.is_simulated ? h("span", { class: "badge" }, t("pages.simulated")) : null,
    page.is_bound ? h("span", { class: "badge" }, t("pages.bound")) : null,
    page.edit.cut.length ? h("span", { class: "small soft" }, t("pages.cut-mark")) : null,
  ];
}

function tools(page, place, count, acts) {
  const tool = (name, shape, doIt, { isOff = false, key = "" } = {}) =>
    isOff ? null : h(
      "button",
      {
        class: "plain", type: "button", id: `page-${name}`,
        "aria-label": t(`pages.${name}`), title: key ? `${t(`pages.${name}`)}（${key}）` : t(`pages.${name}`),
        onclick: doIt,
      },
      icon(shape),
    );
  const isBound = page.is_bound;
  return [
    tool("larger", "plus", () => zoomIn(1), { key: "+" }),
    tool("smaller", "minus", () => zoomIn(-1), { key: "-" }),
    tool("turn", "rotate", () => pagework.turn(), { isOff: isBound, key: "R" }),
    tool("cut", "cut", acts.cut, { isOff: isBound, key: "C" }),
    tool("straighten", "level", pagework.straighten, { isOff: !page.offer.length, key: "S" }),
    tool("earlier", "up", () => pagework.shift(-1), { isOff: place === 0, key: "Ctrl+↑" }),
    tool("later", "down", () => pagework.shift(1), { isOff: place === count - 1, key: "Ctrl+↓" }),
    tool("move", "doc", acts.move, { key: "M" }),
    tool("remove", "trash", pagework.removePage, { key: "Delete" }),
    tool("undo", "undo", pagework.undo, { isOff: !store.draft.undo, key: "Ctrl+Z" }),
  ];
}

/** The pages of the material, small; drag one onto another to put it before that. */
function strip(own) {
  return h(
    "nav",
    { class: "strip", "aria-label": t("view.pages") },
    own.map((page, place) => {
      const small = pageOf(pictureOf(page, SMALL_PX), 0, 0, tell);
      const remark = openRemarks(page)[0];
      const label = `${place + 1}${remark ? ` ${t(`remark.${remark.code}`)}` : ""}`;
      return h(
        "button",
        {
          type: "button",
          id: `${page.code}-page-${place + 1}`,
          draggable: "true",
          "data-level": remark ? "correct" : null,
          "data-state": page.is_waiting ? "waiting" : null,
          "aria-current": page.page_id === at.page ? "page" : null,
          onclick: () => look(page.page_id),
          ondragstart: (event) => startDrag(event, page.page_id),
          ondragover: (event) => dragged && event.preventDefault(),
          ondrop: (event) => dropOn(event, page.page_id),
        },
        small?.url ? h("img", { src: small.url, alt: "", draggable: "false" }) : null,
        label,
      );
    }),
    h(
      "div",
      {
        class: "strip-end",
        ondragover: (event) => dragged && event.preventDefault(),
        ondrop: (event) => dropOn(event, ""),
      },
    ),
  );
}

function startDrag(event, pageId) {
  dragged = pageId;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", pageId);
  event.target.addEventListener("dragend", () => (dragged = ""), { once: true });
}

/** The page that is being dragged, and none any more: it has arrived. */
export function takeDragged() {
  const found = dragged;
  dragged = "";
  return found;
}

export const isDragging = () => dragged !== "";

function dropOn(event, otherId) {
  const pageId = takeDragged();
  if (!pageId) return;
  event.preventDefault();
  event.stopPropagation();
  if (pageId !== otherId) moveBefore(pageId, otherId);
}

function sheet(page, place, title) {
  const found = pageOf(pictureOf(page, WIDTH_PX), 0, 0, tell);
  if (!found) return h("p", { class: "soft small", role: "status" }, t("view.drawing"));
  if (found.problem)
    return h("p", { class: "small" }, icon("warn"), " ", pick(found.problem.title) || t("view.failed"));
  const said = openRemarks(page).map(pick);
  return h(
    "div",
    { class: "leaf", "data-zoom": String(zoom.by) },
    h("img", {
      src: found.url,
      alt: [t("view.alt", { title, n: place + 1 }), ...said].join("，"),
    }),
    boxes(page),
  );
}

/** What the office pointed at on this page, as long as the paper is the one that it saw. */
function asked(page) {
  const number = pagesOf(page.code).indexOf(page) + 1;
  const sha256 = store.draft.materials.find((material) => material.code === page.code)?.sha256;
  return (store.correction?.findings ?? [])
    .map((finding) => finding.place)
    .filter((place) => place?.box && place.material === page.code && place.page === number && place.sha256 === sha256)
    .map(({ box: [left, top, width, height] }) => ({ box: [left * 10, top * 10, (left + width) * 10, (top + height) * 10] }));
}

/** Where on the page something is wrong; positions are the picture's ten-thousandths. */
function boxes(page) {
  const marked = [...openRemarks(page).filter((remark) => remark.box.length), ...asked(page)];
  if (!marked.length) return null;
  return svg(
    "svg",
    { class: "leaf-marks", viewBox: "0 0 10000 10000", preserveAspectRatio: "none", "aria-hidden": "true" },
    marked.map(({ box: [left, top, right, bottom] }) =>
      svg("rect", {
        class: "region", x: left, y: top, width: right - left, height: bottom - top,
        "vector-effect": "non-scaling-stroke",
      })),
  );
}

/** The keys of the page that is looked at. */
export function pageKeys(acts) {
  return {
    "[": () => pagework.step(-1),
    "]": () => pagework.step(1),
    r: () => pagework.turn(),
    l: () => pagework.turn(-1),
    c: acts.cut,
    s: pagework.straighten,
    m: acts.move,
    k: pagework.keep,
    Delete: pagework.removePage,
    "Ctrl+ArrowUp": () => pagework.shift(-1),
    "Ctrl+ArrowDown": () => pagework.shift(1),
    "Ctrl+z": pagework.undo,
    "+": () => zoomIn(1),
    "=": () => zoomIn(1),
    "-": () => zoomIn(-1),
  };
}

/** Of a page that was stopped: the button that has the same page made ready once more. */
export const againButton = ({ page_id: id }) =>
  h("button", { class: "btn btn-s btn-primary", type: "button", id: `retry-${id}`, onclick: () => (look(id), pagework.retry(id)) }, t("pages.retry"));
