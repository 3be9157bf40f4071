// Security keys (WebAuthn): a form that needs a key asks for one when it is sent, and goes on with
// its answer. Forms that only work with a key show themselves where the browser has keys at all;
// elsewhere the page says why there are none.
"use strict";

const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const textOf = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
// Keys are bound to names; an office that is opened by its number has none.
const hasKeys = Boolean(window.PublicKeyCredential) && !/^[\d.]+$|:/.test(location.hostname);

function readOptions(options) {
  const asked = { ...options, challenge: bytesOf(options.challenge) };
  const ids = (list) => list.map((one) => ({ ...one, id: bytesOf(one.id) }));
  if (asked.user) asked.user = { ...asked.user, id: bytesOf(asked.user.id) };
  if (asked.excludeCredentials) asked.excludeCredentials = ids(asked.excludeCredentials);
  if (asked.allowCredentials) asked.allowCredentials = ids(asked.allowCredentials);
  return asked;
}

function writeAnswer(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = textOf(credential.response[name]);
  }
  return { id: credential.id, rawId: textOf(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
}

async function askKey(form) {
  const body = new FormData();
  body.append("csrf", form.elements.csrf.value);
  const answer = await fetch(form.dataset.ask, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  const publicKey = readOptions((await answer.json()).publicKey);
  const credentials = navigator.credentials;
  return writeAnswer(await (publicKey.user ? credentials.create({ publicKey }) : credentials.get({ publicKey })));
}

if (!hasKeys) document.querySelectorAll("[data-no-keys]").forEach((words) => { words.hidden = false; });
for (const form of document.querySelectorAll("form[data-ask]")) {
  if (!hasKeys) continue;
  if (form.hidden) {
    form.hidden = false;
    form.querySelector("[autofocus]")?.focus();
  }
  form.querySelectorAll("[data-with-key]").forEach((part) => { part.hidden = false; });
  let isAsking = false;
  form.addEventListener("submit", async (event) => {
    const code = form.elements.code;
    if (form.elements.answer.value || (code && code.value.trim())) return;
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    const told = form.querySelector("[data-failed]");
    told.textContent = "";
    try {
      form.elements.answer.value = JSON.stringify(await askKey(form));
      form.requestSubmit(event.submitter);
    } catch {
      document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
      told.textContent = told.dataset.failed;
    }
    isAsking = false;
  });
}
