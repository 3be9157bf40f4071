// What opens the papers and seals the ink: link, code and document number together, never one alone.
// The formats are described in docs/formats.md, section 15.3; certs/invitations.py speaks them too.

const text = new TextEncoder();
const ITERATIONS = 600_000;
const NONCE = 12;

/** Read a link's fragment; null where it is none. */
export function readLink(hash) {
  const found = /^#([0-9a-f]{32})\.([A-Za-z0-9_-]{43})$/.exec(hash);
  return found ? { invitation: found[1], key: fromBase64(found[2]) } : null;
}

/** Write what was typed as everybody writes it: no blanks, no full width, capitals. */
export const plain = (typed) => typed.normalize("NFKC").replace(/[\s\u00b7-]/g, "").toUpperCase();

/** Make what only this link, code and number make: the proof for the office and a key each way. */
export async function derive({ invitation, key }, code, number) {
  const password = await crypto.subtle.importKey("raw", text.encode(`${code}\n${number}`), "PBKDF2", false, ["deriveBits"]);
  const salt = text.encode(`remote-signing/1 ${invitation}`);
  const stretched = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ITERATIONS }, password, 256);
  const both = new Uint8Array([...key, ...new Uint8Array(stretched)]);
  const root = await crypto.subtle.importKey("raw", both, "HKDF", false, ["deriveBits"]);
  const part = (name) =>
    crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info: text.encode(name) }, root, 256);
  const aes = async (name, use) => crypto.subtle.importKey("raw", await part(name), "AES-GCM", false, [use]);
  return {
    proof: hex(await part("proof")),
    papers: await aes("papers", "decrypt"),
    answer: await aes("answer", "encrypt"),
  };
}

/** Open the sealed papers. */
export async function open(keys, invitation, data) {
  const opened = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: data.subarray(0, NONCE), additionalData: text.encode(`papers ${invitation}`) },
    keys.papers, data.subarray(NONCE));
  return JSON.parse(new TextDecoder().decode(opened));
}

/** Seal the answer. */
export async function seal(keys, invitation, answer) {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: text.encode(`answer ${invitation}`) },
    keys.answer, text.encode(JSON.stringify(answer)));
  return new Blob([iv, sealed], { type: "application/octet-stream" });
}

/** Return the SHA-256 of bytes. */
export const sha256 = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));

/** Return the bytes of base64, of either alphabet. */
export function fromBase64(coded) {
  return Uint8Array.from(atob(coded.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
}

const hex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join("");
