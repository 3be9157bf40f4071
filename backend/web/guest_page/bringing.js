// Asking the office as a guest, and bringing the papers over a line that breaks: from where it broke.

import { pick, t } from "./words.js";

const PROBLEM = { 0: "line", 429: "busy" };
const TRIES = 6; // in a row without a byte
const REST_MS = 1000;
let got = null;

/** Ask; an answer that is a no is thrown, with words for it. */
export async function ask(link, method, act, proof, { body, headers = {} } = {}) {
  const all = { "Invitation-Proof": proof, ...headers, ...(body ? { "Content-Type": body.type } : {}) };
  let answer;
  try {
    answer = await fetch(`/api/v1/invitations/${link.invitation}/${act}`, { method, headers: all, body });
  } catch {
    throw { words: t("line"), isLine: true };
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  const words = told.code?.startsWith("invitation.") || answer.status === 410
    ? pick({ zh: told.detail, en: told.detail_en }) : t(PROBLEM[answer.status] ?? "failed");
  throw { words, isOver: answer.status === 410 || answer.status === 404, status: answer.status };
}

/** Open the papers and bring all of them; `told` hears how many bytes are here, of how many. */
export async function bring(link, proof, told) {
  // What came before a line that stayed away is not brought again.
  if (got?.proof !== proof) got = { proof, parts: [], size: 0, whole: 0 };
  for (let tries = 0; !got.whole || got.size < got.whole; ) {
    const before = got.size;
    try {
      await readOn(link, told);
    } catch (problem) {
      // A body that breaks off is no answer of the office.
      if (problem.words && !(problem.isLine && got.size)) throw problem;
    }
    tries = got.size > before ? 0 : tries + 1;
    if (tries > TRIES) throw { words: t("line") };
    if (!got.whole || got.size < got.whole) await new Promise((go) => setTimeout(go, REST_MS));
  }
  const whole = new Uint8Array(await new Blob(got.parts).arrayBuffer());
  got = null;
  return whole;
}

async function readOn(link, told) {
  const answer = got.size
    ? await ask(link, "GET", "papers", got.proof, { headers: { Range: `bytes=${got.size}-` } })
    : await ask(link, "POST", "opening", got.proof);
  if (got.size && answer.status !== 206) throw { words: t("failed") };
  got.whole ||= Number(answer.headers.get("Content-Length"));
  const reader = answer.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    got.parts.push(part.value);
    told((got.size += part.value.length), got.whole);
  }
  got.whole ||= got.size;
}
