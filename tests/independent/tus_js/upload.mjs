// Uploads a file with tus-js-client as it comes from npm; prints what it did and the upload's address.
//
//   node upload.mjs FOLDER NOTES URL FILE SHA256 PIECE CERTIFICATE KEY ROOT [--stop-at BYTES]
//
// FOLDER holds node_modules; NOTES is where the client remembers what it began.

import { createReadStream, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Agent } from "node:https";
import { resolve } from "node:path";

const [folder, notes, endpoint, file, digest, piece, certificate, key, root, flag, bytes] = process.argv.slice(2);
const tus = createRequire(resolve(folder, "package.json"))("tus-js-client");
const stopAt = flag === "--stop-at" ? Number(bytes) : Infinity;
const agent = new Agent({ cert: readFileSync(certificate), key: readFileSync(key), ca: readFileSync(root) });
let resumedAt = null;

const upload = new tus.Upload(createReadStream(file), {
  endpoint,
  chunkSize: Number(piece),
  metadata: { filename: "材料.bin", sha256: digest },
  retryDelays: [0, 100, 300, 1000],
  httpStack: new tus.DefaultHttpStack({ agent }),
  urlStorage: new tus.FileUrlStorage(notes),
  onAfterResponse(request, response) {
    if (request.getMethod() === "HEAD" && resumedAt === null) resumedAt = Number(response.getHeader("Upload-Offset"));
  },
  onChunkComplete(size, accepted) {
    if (accepted < stopAt) return;
    upload.abort().then(() => end(`stopped ${accepted}`));
  },
  onError(error) {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => end(`${resumedAt === null ? "sent" : `resumed ${resumedAt}`} ${upload.url}`),
});

function end(words) {
  console.log(words);
  process.exit(0);
}

const before = await upload.findPreviousUploads();
if (before.length) upload.resumeFromPreviousUpload(before[0]);
upload.start();
