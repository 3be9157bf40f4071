// Speaks to the counter: every call carries the token of this window.

import { noteContact } from "./contact.js";
import { idleS } from "./hands.js";

const TOKEN = "token";
const lockListeners = new Set();
/** Whose window this is; the counter takes nothing from it while somebody else works. */
let teller = "";

export const belongTo = (staffNo) => (teller = staffNo);

/** Be told when the counter answers that it is locked. */
export function watchLocked(listener) {
  lockListeners.add(listener);
}

/** What the counter said when it could not do what was asked. */
export class Problem extends Error {
  constructor(status, told) {
    super(told.code);
    this.status = status;
    Object.assign(this, told);
  }
}

/** Exchange the one-time code of the address for the token; false when this window has none. */
export async function enter() {
  const code = location.hash.slice(1);
  if (code && !code.startsWith("/")) {
    history.replaceState(null, "", "/");
    const answer = await post("/ui/api/launch", { code }).catch(() => null);
    if (answer) sessionStorage.setItem(TOKEN, answer.token);
  }
  return Boolean(sessionStorage.getItem(TOKEN));
}

export const get = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);
export const put = (path, body) => call("PUT", path, body);
export const remove = (path) => call("DELETE", path);

/** What may be done to a reader: it is often named after its port, and a port's path has slashes. */
export const readerPath = (name, act) =>
  `/ui/api/readers/${String(name).split("/").map(encodeURIComponent).join("/")}/${act}`;

/** Send a file's bytes; its name goes in a header, since addresses are logged. */
export function sendFile(path, file, more = {}) {
  return call("POST", path, file, {
    ...more,
    "Content-Type": "application/octet-stream",
    "X-File-Name": encodeURIComponent(file.name).slice(0, 600),
  });
}

/** Send a last word that goes out even while the window closes; nobody waits for an answer. */
export function farewell(path) {
  const headers = { "Content-Type": "application/json", ...ours() };
  fetch(path, { method: "POST", body: "{}", headers, keepalive: true }).catch(() => {});
}

/** Fetch bytes as an address that an image or a download may use; with the PDF's page count. */
export async function fetchBlob(path, method = "GET", body = undefined) {
  const kind = body === undefined ? {} : { "Content-Type": "application/json" };
  const answer = await ask(method, path, body === undefined ? undefined : JSON.stringify(body), kind);
  if (!answer.ok) throw await problemOf(answer);
  const blob = await answer.blob();
  return { url: URL.createObjectURL(blob), pages: Number(answer.headers.get("X-Page-Count")) || 1 };
}

async function call(method, path, body, headers = { "Content-Type": "application/json" }) {
  const isFile = body instanceof Blob;
  const data = body === undefined || isFile ? body : JSON.stringify(body);
  const answer = await ask(method, path, data, body === undefined ? {} : headers);
  if (!answer.ok) throw await problemOf(answer);
  return answer.status === 204 ? null : answer.json();
}

const ours = () => ({
  "X-UI-Token": sessionStorage.getItem(TOKEN) || "",
  ...(teller && { "X-Teller": encodeURIComponent(teller) }),
});

async function ask(method, path, body, headers) {
  try {
    const answer = await fetch(path, {
      method,
      body,
      headers: { ...headers, ...ours(), "X-Idle-S": String(idleS()) },
    });
    noteContact(true);
    return answer;
  } catch {
    noteContact(false);
    throw new Problem(0, {
      code: "page.counter-gone",
      title: { zh: "柜台程序没有应答", en: "The counter program does not answer" },
      remedy: {
        zh: "已保存的都在；程序恢复后这个窗口接着办，不要关闭",
        en: "What was saved is safe; this window goes on when the program is back, keep it open",
      },
    });
  }
}

async function problemOf(answer) {
  const told = await answer.json().catch(() => ({ code: `page.http-${answer.status}` }));
  if (told.code === "terminal.locked") lockListeners.forEach((listener) => listener());
  return new Problem(answer.status, told);
}
