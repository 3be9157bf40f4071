// Keys and small comforts of the reviewers' pages. Every page works without this file.
"use strict";

const inField = (target) => target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

// J and K walk through rows or findings; Enter opens a row's link.
// What cannot go on stands over the queue for people to see; the keys go through the queue itself.
const stops = () => [...document.querySelectorAll("tbody tr:not(.group) th a[href], ol.findings > li")].filter((s) => !s.closest(".stuck"));

function walk(step) {
  const all = stops().filter((e) => e.offsetParent !== null);
  if (!all.length) return;
  const wanted = document.body.dataset.page === "case" ? all.filter((e) => e.matches("li")) : all;
  const at = wanted.findIndex((e) => e === document.activeElement || e.getAttribute("aria-current") === "true");
  const next = wanted[Math.max(0, Math.min(wanted.length - 1, at + step))] || wanted[0];
  wanted.forEach((e) => e.matches("li") && e.removeAttribute("aria-current"));
  if (next.matches("li")) next.setAttribute("aria-current", "true");
  const row = next.closest("tr");
  if (row) {
    document.querySelectorAll("tr[aria-selected]").forEach((r) => { r.removeAttribute("aria-selected"); if (r.dataset.state === "selected") delete r.dataset.state; });
    row.setAttribute("aria-selected", "true");
    if (!row.dataset.state) row.dataset.state = "selected";
  }
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function turnPage(step) {
  const pages = [...document.querySelectorAll(".strip a")];
  const at = pages.findIndex((a) => a.getAttribute("aria-current") === "page");
  const next = pages[at + step];
  if (next) next.click();
}

function mark() {
  const box = document.querySelector('.finding[aria-current="true"] input[name="item"]');
  if (box) box.click();
}

// Single letters can be switched off (WCAG 2.1.4); the choice stays on this computer.
const singleKeys = () => localStorage.getItem("single-keys") !== "off";
const keySwitch = document.getElementById("single-keys");
if (keySwitch) {
  keySwitch.checked = singleKeys();
  keySwitch.addEventListener("change", () => localStorage.setItem("single-keys", keySwitch.checked ? "on" : "off"));
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (document.querySelector("dialog[open]") && event.key !== "Escape") return;
  const named = document.querySelector(`[data-key="${CSS.escape(event.key.length === 1 ? event.key.toLowerCase() : event.key)}"]`);
  const isFunction = /^F\d+$/.test(event.key);
  if (!isFunction && (inField(event.target) || !singleKeys())) return;
  if (named) {
    event.preventDefault();
    if (named.matches("input, textarea, select")) named.focus(); else named.click();
    return;
  }
  const acts = { x: mark, j: () => walk(1), k: () => walk(-1), "[": () => turnPage(-1), "]": () => turnPage(1), "?": () => document.getElementById("keys")?.showModal() };
  const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act) { event.preventDefault(); act(); }
});

document.addEventListener("click", (event) => {
  // A button that is not ready yet leads to the reason.
  if (event.target.closest('[aria-disabled="true"]')) {
    event.preventDefault();
    document.querySelector('.finding[data-level="block"], .finding[data-level="correct"]')?.focus();
    return;
  }
  const opener = event.target.closest("[data-open]");
  // Behind an open dialog nobody can fill what is missing, so that is asked for first.
  if (opener && (!opener.form || opener.form.reportValidity())) document.getElementById(opener.dataset.open).showModal();
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog").close();
  if (event.target.closest("[data-print]")) window.print();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.submit();
});

// What was half written is kept in the tab until it is sent; a lost session loses no opinion.
const opinion = document.getElementById("op");
if (opinion) {
  const slot = "opinion:" + location.pathname;
  const kept = sessionStorage.getItem(slot);
  if (kept !== null) opinion.value = kept;
  opinion.addEventListener("input", () => sessionStorage.setItem(slot, opinion.value));
  opinion.form.addEventListener("submit", () => sessionStorage.removeItem(slot));
}

// A case stays in its reader's hands while he shows signs of life, and what he writes is kept at
// the office. No sign, no lease: a page that nobody looks at frees the case, and ends the session.
const BEAT_MS = 30000;
const form = document.querySelector("form[data-lease]");
if (form) {
  let isAlive = false;
  let timer = 0;
  const holding = document.getElementById("holding");
  const beat = async () => {
    timer = 0;
    isAlive = false;
    try {
      const answer = await fetch(form.dataset.lease, { method: "POST", body: new FormData(form), headers: { Accept: "application/problem+json, application/json" } });
      const told = await answer.json();
      if (answer.ok) holding.textContent = form.dataset.held.replace("{until}", told.held_until);
      else if (answer.status === 409) holding.textContent = form.dataset.lost;
      else if (answer.status === 401) holding.textContent = form.dataset.over;
      else holding.textContent = document.documentElement.lang === "en" ? told.detail_en : told.detail;
    } catch {
      holding.textContent = form.dataset.away;
      isAlive = true;
    }
  };
  const live = (soon) => {
    isAlive = true;
    if (!timer) timer = setTimeout(beat, soon);
  };
  for (const sign of ["keydown", "pointermove", "wheel", "click"]) document.addEventListener(sign, () => live(BEAT_MS), { passive: true });
  for (const change of ["input", "change"]) document.addEventListener(change, () => { clearTimeout(timer); timer = 0; live(2000); });
  setInterval(() => { if (isAlive && !timer) beat(); }, BEAT_MS);
}

// A box is drawn on the scan; what is drawn stands in the form's own fields, where keys reach it too.
const sheet = document.querySelector(".boxes[data-draw]");
const pinForm = document.getElementById("pin");
if (sheet && pinForm) {
  const drawing = sheet.querySelector(".drawing");
  const fields = ["left", "top", "width", "height"].map((side) => document.getElementById(`pin-${side}`));
  let start = null;
  const at = (event) => {
    const box = sheet.getBoundingClientRect();
    const part = (value, whole) => Math.max(0, Math.min(1000, Math.round((1000 * value) / whole)));
    return [part(event.clientX - box.left, box.width), part(event.clientY - box.top, box.height)];
  };
  const draw = () => ["x", "y", "width", "height"].forEach((name, i) => drawing.setAttribute(name, fields[i].value || 0));
  const fill = (a, b) => {
    const values = [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])];
    fields.forEach((field, i) => { field.value = values[i]; });
    draw();
  };
  sheet.addEventListener("pointerdown", (event) => { start = at(event); sheet.setPointerCapture(event.pointerId); });
  sheet.addEventListener("pointermove", (event) => { if (start) fill(start, at(event)); });
  sheet.addEventListener("pointerup", (event) => {
    const end = at(event);
    // A click is no box.
    if (Math.abs(start[0] - end[0]) < 8 || Math.abs(start[1] - end[1]) < 8) fields.forEach((field) => { field.value = ""; });
    else document.getElementById("pin-where").value = "";
    start = null;
    draw();
  });
  fields.forEach((field) => field.addEventListener("input", draw));
}

// Numbers that were opened are covered again after a minute; what is half written is kept.
const opened = document.querySelector("[data-cover]");
if (opened) setTimeout(() => location.replace(opened.dataset.cover), 60000);
