// The camera: pages are photographed one after another, and each is judged at once.

import { h, icon, kbd, svg } from "./dom.js";
import { addFiles, at, cut, openRemarks, thePage, work } from "./pagework.js";
import { store, watch } from "./store.js";
import { pick, t } from "./words.js";

const WIDEST = { width: { ideal: 4096 }, height: { ideal: 3072 } };
const QUALITY = 0.92;
const SLOW_MS = 3000;
/** What a browser says when a camera cannot be used, as far as it has its own remedy. */
const TROUBLES = ["NotAllowedError", "NotFoundError", "NotReadableError"];
const CHOSEN = "camera";
const STRAIGHT = "camera-straight";

/** Open the camera for a material; resolves when the teller has finished. */
export function photograph(code, title, { replaces = "" } = {}) {
  return new Promise((resolve) => new Camera(code, title, replaces, resolve).open());
}

class Camera {
  constructor(code, title, replaces, resolve) {
    Object.assign(this, { code, title, replaces, resolve, count: 0, isBusy: false });
  }

  async open() {
    this.video = h("video", { class: "camera-view", autoplay: true, playsinline: true, "aria-label": t("camera.view") });
    this.video.muted = true;
    this.said = h("p", { role: "status", id: "camera-said" }, t("camera.starting"));
    this.devices = h("select", { id: "camera-device", onchange: () => this.start(this.devices.value) });
    this.straight = h("input", { type: "checkbox", id: "camera-straight", checked: localStorage.getItem(STRAIGHT) === "yes" });
    this.straight.addEventListener("change", () => localStorage.setItem(STRAIGHT, this.straight.checked ? "yes" : "no"));
    this.shutter = h("button", { class: "btn btn-primary btn-big", type: "button", id: "shutter", onclick: () => this.shoot() }, icon("camera"), t("camera.shoot"), " ", kbd("Space"));
    this.again = h("button", { class: "btn", type: "button", id: "again", disabled: true, onclick: () => this.shootAgain() }, t("camera.again"), " ", kbd("R"));
    this.dialog = h(
      "dialog",
      { class: "dialog-wide", "aria-labelledby": "camera-title", onclose: () => this.close() },
      h("header", {}, h("h2", { id: "camera-title" }, t("camera.title", { code: this.code, title: this.title }))),
      h("div", { class: "body camera-body" }, h("div", { class: "camera-frame" }, this.video, frame()), h("div", { class: "stack-s" },
        h("div", { class: "field" }, h("label", { for: "camera-device" }, t("camera.device")), this.devices),
        h("label", { class: "choice" }, this.straight, t("camera.straight")),
        this.said)),
      h("footer", {}, this.again, h("button", { class: "btn", type: "button", id: "camera-done", onclick: () => this.dialog.close() }, t("camera.done"), " ", kbd("Esc")), this.shutter),
    );
    this.dialog.addEventListener("keydown", (event) => this.press(event));
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.shutter.focus();
    this.unwatch = watch(() => this.judge());
    await this.start(localStorage.getItem(CHOSEN) ?? "");
  }

  async start(deviceId) {
    this.stop();
    const wanted = deviceId ? { ...WIDEST, deviceId: { exact: deviceId } } : WIDEST;
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
    } catch (error) {
      if (deviceId && error.name === "OverconstrainedError") return this.start("");
      this.said.textContent = t(`camera.trouble.${TROUBLES.includes(error.name) ? error.name : "other"}`);
      this.shutter.disabled = true;
      return null;
    }
    // Whoever has closed the dialog meanwhile is not filmed.
    if (!this.dialog.isConnected) return this.stop();
    this.shutter.disabled = false;
    this.video.srcObject = this.stream;
    const [track] = this.stream.getVideoTracks();
    const { deviceId: used, width, height } = track.getSettings();
    localStorage.setItem(CHOSEN, used ?? "");
    this.said.textContent = t("camera.ready", { width, height });
    await this.listDevices(used);
    return null;
  }

  async listDevices(used) {
    const all = await navigator.mediaDevices.enumerateDevices();
    this.devices.replaceChildren(
      ...all.filter((one) => one.kind === "videoinput").map((one, n) =>
        h("option", { value: one.deviceId, selected: one.deviceId === used }, one.label || t("camera.number", { n: n + 1 }))));
  }

  press(event) {
    const key = event.key.toLowerCase();
    if (event.target.tagName === "SELECT") return;
    if (key === " " && event.target.tagName !== "BUTTON" && event.target.tagName !== "INPUT") (event.preventDefault(), this.shoot());
    if (key === "r" && !this.again.disabled) this.shootAgain();
  }

  shootAgain() {
    return this.shoot(this.last);
  }

  async shoot(replaces = this.replaces) {
    if (this.isBusy || !this.stream) return;
    this.isBusy = true;
    this.said.textContent = t("camera.taking");
    const data = await still(this.stream, this.video);
    const file = new File([data], t("camera.name", { n: this.count + 1 }), { type: "image/jpeg" });
    await addFiles([file], this.code, { capture: "camera", replaces });
    this.isBusy = false;
    if (work.problem) return void (this.said.textContent = pick(work.problem.title));
    this.replaces = "";
    this.count += replaces ? 0 : 1;
    this.last = at.page;
    this.judge();
  }

  /** Say what the last page is like, as soon as it is ready. */
  judge() {
    const page = store.draft.pages.find((one) => one.page_id === this.last);
    if (!page || this.isBusy) return;
    this.again.disabled = false;
    if (page.is_waiting) return void (this.said.textContent = t("camera.looking", { n: this.count }));
    if (this.straight.checked && page.offer.length && this.straightened !== page.page_id) {
      this.straightened = page.page_id;
      cut(page, page.offer);
      return;
    }
    const wrong = openRemarks(page);
    this.said.replaceChildren(
      ...(wrong.length
        ? [t("camera.page", { n: this.count }), ...wrong.map((r) =>
            h("span", { class: "state", "data-level": "correct" }, icon("warn"), `${pick(r)}：${pick({ zh: r.do_zh, en: r.do_en })}`))]
        : [h("span", { class: "state", "data-level": "pass" }, icon("check"), t("camera.good", { n: this.count })),
           page.offer.length ? ` ${t("camera.offer")}` : ""]),
    );
  }

  stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  close() {
    this.unwatch();
    this.stop();
    this.dialog.remove();
    this.resolve(thePage());
  }
}

/** Return a still picture, as large as the camera gives it. */
async function still(stream, video) {
  const [track] = stream.getVideoTracks();
  if ("ImageCapture" in window) {
    // Some cameras never answer; then the picture of the moment is taken.
    const taken = new ImageCapture(track).takePhoto().catch(() => null);
    const late = new Promise((resolve) => setTimeout(resolve, SLOW_MS, null));
    const photo = await Promise.race([taken, late]);
    if (photo?.type === "image/jpeg" || photo?.type === "image/png") return photo;
  }
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  canvas.getContext("2d").drawImage(video, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

/** The outline of a sheet, to lay the paper into. */
function frame() {
  return svg(
    "svg",
    { class: "camera-guide", viewBox: "0 0 1000 1000", "aria-hidden": "true" },
    svg("rect", { x: 170, y: 35, width: 660, height: 930, rx: 6 }),
  );
}
