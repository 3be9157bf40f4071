// Cutting a page: eight handles around what is kept, moved by arrow keys or by the pointer.

import { fetchBlob } from "./api.js";
import { h, kbd, svg } from "./dom.js";
import { pictureOf } from "./leaves.js";
import { t } from "./words.js";

const WHOLE = 10000;
const WIDTH_PX = 1000;
const ALL = [0, 0, WHOLE, 0, WHOLE, WHOLE, 0, WHOLE];
const STEP = 100;
const FINE = 20;
/** Which corners each handle moves, by their place in the list; sides move two. */
const HANDLES = [
  ["left-top", [0]], ["top", [0, 1]], ["right-top", [1]], ["right", [1, 2]],
  ["right-bottom", [2]], ["bottom", [2, 3]], ["left-bottom", [3]], ["left", [3, 0]],
];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Ask what part of a page is kept; resolves with its corners on the page as it came, or null. */
export async function askCut(page) {
  const found = await fetchBlob(pictureOf(page, WIDTH_PX, true));
  const picture = await sizeOf(found.url);
  return new Promise((resolve) => open(page, found.url, picture, resolve));
}

function sizeOf(url) {
  return new Promise((resolve, reject) => {
    const picture = new Image();
    picture.onload = () => resolve([picture.naturalWidth, picture.naturalHeight]);
    picture.onerror = reject;
    picture.src = url;
  });
}

function open(page, url, [width, height], resolve) {
  // Shown upright as the page is turned; corners are told as on the page that came.
  const { turn } = page.edit;
  const isSideways = turn % 2 === 1;
  const high = Math.round((WHOLE * (isSideways ? width : height)) / (isSideways ? height : width));
  const state = { corners: turned(page.edit.cut.length ? page.edit.cut : ALL, turn) };
  const said = h("p", { class: "small soft", role: "status", id: "cut-said" }, t("cut.how"));
  const drawing = svg("svg", { class: "cutter", viewBox: `0 0 ${WHOLE} ${high}`, "aria-label": t("cut.picture"), role: "group" });
  const dialog = h(
    "dialog",
    {
      class: "dialog-wide", "aria-labelledby": "cut-title",
      onclose: () => (URL.revokeObjectURL(url), dialog.remove(), resolve(dialog.answer ?? null)),
    },
    h("header", {}, h("h2", { id: "cut-title" }, t("cut.title"))),
    h("div", { class: "body cut-body" }, drawing, said),
    h(
      "footer",
      {},
      h("button", { class: "btn", type: "button", onclick: () => set(ALL) }, t("cut.whole")),
      page.offer.length
        ? h("button", { class: "btn", type: "button", id: "cut-offer", onclick: () => set(turned(page.offer, turn)) }, t("cut.offer"), " ", kbd("S"))
        : null,
      h("button", { class: "btn", type: "button", onclick: () => dialog.close() }, t("dialog.back"), " ", kbd("Esc")),
      h("button", { class: "btn btn-primary", type: "button", id: "cut-take", onclick: finish }, t("cut.take"), " ", kbd("Enter")),
    ),
  );

  function finish() {
    const corners = turned(state.corners, (4 - turn) % 4);
    dialog.answer = corners.every((value, n) => Math.abs(value - ALL[n]) < FINE) ? [] : corners;
    dialog.close();
  }

  function set(corners) {
    state.corners = [...corners];
    place();
  }

  function place() {
    const points = pairs(state.corners);
    const shown = ([x, y]) => [x, (y * high) / WHOLE];
    shape.setAttribute("points", points.map((point) => shown(point).join(",")).join(" "));
    outside.setAttribute("d", `M0 0H${WHOLE}V${high}H0Z M${points.map((p) => shown(p).join(" ")).join(" L")}Z`);
    HANDLES.forEach(([name, moved], n) => {
      const [x, y] = middle(moved.map((corner) => points[corner]));
      const [cx, cy] = shown([x, y]);
      knobs[n].firstChild.setAttribute("cx", cx);
      knobs[n].firstChild.setAttribute("cy", cy);
      knobs[n].setAttribute("aria-label", t("cut.handle", { name: t(`cut.${name}`), x: Math.round(x / 100), y: Math.round(y / 100) }));
    });
  }

  function move(moved, dx, dy) {
    for (const corner of moved) {
      const [x, y] = [state.corners[2 * corner] + dx, state.corners[2 * corner + 1] + dy];
      state.corners[2 * corner] = Math.min(Math.max(Math.round(x), 0), WHOLE);
      state.corners[2 * corner + 1] = Math.min(Math.max(Math.round(y), 0), WHOLE);
    }
    place();
  }

  const outside = svg("path", { class: "cut-outside", "fill-rule": "evenodd" });
  const shape = svg("polygon", { class: "cut-shape" });
  const knobs = HANDLES.map(([name, moved]) =>
    svg(
      "g",
      {
        class: "cut-knob", role: "button", tabindex: "0", id: `cut-${name}`,
        onkeydown: (event) => {
          const way = ARROWS[event.key];
          if (!way) return;
          event.preventDefault();
          const by = event.shiftKey ? FINE : STEP;
          move(moved, way[0] * by, way[1] * by);
          said.textContent = event.currentTarget.getAttribute("aria-label");
        },
        onpointerdown: (event) => drag(event, moved),
      },
      svg("circle", { r: 170 }),
    ));

  function drag(event, moved) {
    event.preventDefault();
    const knob = event.currentTarget;
    knob.focus();
    knob.setPointerCapture(event.pointerId);
    let last = [event.clientX, event.clientY];
    const scale = WHOLE / drawing.getBoundingClientRect().width;
    const tall = WHOLE / high;
    knob.onpointermove = (on) => {
      move(moved, (on.clientX - last[0]) * scale, (on.clientY - last[1]) * scale * tall);
      last = [on.clientX, on.clientY];
    };
    knob.onpointerup = () => (knob.onpointermove = null);
  }

  drawing.append(pictureTurned(url, turn, high), outside, shape, ...knobs);
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.tagName !== "BUTTON") (event.preventDefault(), finish());
    if (event.key.toLowerCase() === "s" && page.offer.length) set(turned(page.offer, turn));
  });
  place();
  document.body.append(dialog);
  dialog.showModal();
  knobs[0].focus();
}

/** The page's picture, turned as the page is. */
function pictureTurned(url, turn, high) {
  const isSideways = turn % 2 === 1;
  const [width, height] = isSideways ? [high, WHOLE] : [WHOLE, high];
  const moves = ["", `translate(${WHOLE} 0) rotate(90)`, `translate(${WHOLE} ${high}) rotate(180)`, `translate(0 ${high}) rotate(270)`];
  return svg("image", { href: url, width, height, transform: moves[turn], preserveAspectRatio: "none" });
}

const pairs = (corners) => [0, 1, 2, 3].map((n) => [corners[2 * n], corners[2 * n + 1]]);

function middle(points) {
  const sum = points.reduce(([a, b], [x, y]) => [a + x, b + y], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}

/** Return four corners as they lie after quarter turns clockwise, the upper left first again. */
function turned(corners, quarters) {
  let points = pairs(corners);
  for (let n = 0; n < quarters; n += 1) {
    points = points.map(([x, y]) => [WHOLE - y, x]);
    points = [points[3], points[0], points[1], points[2]];
  }
  return points.flat();
}
