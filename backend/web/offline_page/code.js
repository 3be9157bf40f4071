// Judging the code of a certificate by keys and status lists that are kept: no network, no page.
// Formats: docs/formats.md sections 2, 9, 12.
"use strict";

var Code = (function () {
  var DAY = 86400000, BLOCK = 1048576;
  var RIGHTS = { 1: "抵押权", 2: "预告登记（预购商品房抵押权）", 3: "预告登记（预购商品房）" };
  var MARKS = { 1: ["REVOKED", "issued-in-error"], 2: ["INDETERMINATE", "suspended"],
    12: ["REVOKED", "cancelled"], 13: ["REVOKED", "replaced"] };

  function No(verdict, reason) { this.verdict = verdict; this.reason = reason; }

  function base64(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (c) { return c.charCodeAt(0); });
  }

  async function digest(bytes) {
    return DER.hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  }

  // --- keys

  // Reads the trust bundle; nothing of it is believed but its roots.
  function readTrust(text) {
    var told = JSON.parse(text);
    if (told.version !== "trust/1") { throw new Error("version"); }
    function all(list) { return (list || []).map(function (one) { return DER.certificate(base64(one)); }); }
    return { organisation: String(told.organisation), roots: all(told.roots), issuers: all(told.intermediates),
      qr: all(told.certificates.qr), office: all(told.certificates.office), links: told.links || {},
      lists: (told.crls || []).map(function (one) { return DER.revocationList(base64(one)); }) };
  }

  async function rootNames(trust) {
    return Promise.all(trust.roots.map(function (root) { return digest(root.der); }));
  }

  async function find(list, isRight) {
    for (var i = 0; i < list.length; i += 1) { if (await isRight(list[i])) { return list[i]; } }
    return null;
  }

  async function listsOf(issuer, trust) {
    var found = [];
    for (var i = 0; i < trust.lists.length; i += 1) {
      if (await DER.isSigned(trust.lists[i], issuer)) { found.push(trust.lists[i]); }
    }
    return found;
  }

  // Says why a certificate is not good for its role at a moment; empty when it is.
  async function doubt(cert, role, at, now, trust) {
    if (cert.names.indexOf("urn:mortgage-registration:" + role + ":") < 0) { return "token-foreign"; }
    var issuer = await find(trust.issuers, function (one) { return DER.isSigned(cert, one); });
    var root = issuer && await find(trust.roots, function (one) { return DER.isSigned(issuer, one); });
    if (!root) { return "token-foreign"; }
    var lists = await listsOf(issuer, trust);
    function isTaken(found, serial) { return found.some(function (list) { return list.serials[serial] <= now; }); }
    // An issuer that its root took back takes what it signed down with it.
    if (isTaken(lists, cert.serial) || isTaken(await listsOf(root, trust), issuer.serial)) { return "token-key-revoked"; }
    if (!lists.some(function (list) { return list.until >= now; })) { return "keys-stale"; }
    return cert.from <= at && at <= cert.until && issuer.from <= at && at <= issuer.until ? "" : "token-key-aged";
  }

  // --- the token

  function readToken(text) {
    var found = /^https?:\/\/[!-~]+?\/Q\/([1-9][0-9]{150,1000})$/i.exec(text.trim());
    if (!found) {
      var isLink = /^https?:\/\//i.test(text.trim());
      throw isLink ? new No("INDETERMINATE", "address") : new No("INVALID", "not-a-certificate");
    }
    var hex = BigInt(found[1]).toString(16);
    if (hex.length % 2) { hex = "0" + hex; }
    return Uint8Array.from(hex.match(/../g), function (pair) { return parseInt(pair, 16); });
  }

  // Takes the token apart by its one layout; nothing is decoded that nobody signed.
  function takeApart(token) {
    var h = DER.hex(token), isSM2 = h.slice(0, 20) === "d2844da2013a00010000";
    if (!isSM2 && h.slice(0, 16) !== "d28449a201260444") { throw new No("INVALID", "not-a-certificate"); }
    var head = isSM2 ? 16 : 12, kid = token.subarray(head - 4, head), size = token[head + 2];
    var claims = token.subarray(head + 3, head + 3 + size), rest = token.subarray(head + 3 + size);
    if (token[head] !== 0xa0 || token[head + 1] !== 0x58 || rest.length !== 66 || rest[0] !== 0x58 || rest[1] !== 0x40) {
      throw new No("INVALID", "token-forged");
    }
    return { isSM2: isSM2, kid: DER.hex(kid), head: token.subarray(2, head), claims: claims, signature: rest.subarray(2) };
  }

  // ["Signature1", protected, h'', claims] in CBOR (RFC 9052 section 4.4).
  function toBeSigned(parts) {
    var words = [0x84, 0x6a].concat(Array.from("Signature1", function (c) { return c.charCodeAt(0); }));
    return Uint8Array.from(words.concat(Array.from(parts.head), [0x40, 0x58, parts.claims.length], Array.from(parts.claims)));
  }

  // CBOR as the claims use it: numbers, texts, arrays, maps, true (RFC 8949).
  function decode(bytes) {
    var at = 0;
    function item() {
      var first = bytes[at], kind = first >> 5, n = first & 31;
      at += 1;
      if (first === 0xf5) { return true; }
      if (n > 23) {
        var size = { 24: 1, 25: 2, 26: 4, 27: 8 }[n];
        if (!size) { throw new Error("cbor"); }
        n = 0;
        for (var i = 0; i < size; i += 1, at += 1) { n = n * 256 + bytes[at]; }
      }
      if (kind === 0) { return n; }
      if (kind === 3) { at += n; return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(at - n, at)); }
      if (kind === 4) { return Array.from({ length: n }, item); }
      if (kind === 5) { return Object.fromEntries(Array.from({ length: n }, function () { return [item(), item()]; })); }
      throw new Error("cbor");
    }
    return item();
  }

  function describe(c) {
    var number = c[1], place = Array.from(number[0]), names = c[3].filter(function (n) { return typeof n === "string"; });
    var count = c[3][c[3].length - 1];
    return {
      certificate_no: place[0] + "（" + number[1] + "）" + place.slice(1).join("") + "不动产证明第" + ("0000000" + number[2]).slice(-7) + "号",
      right: RIGHTS[c[2]] || String(c[2]),
      obligors: names.join("、") + (typeof count === "number" ? "等" + count : ""),
      amount: c[5] === undefined ? "" : (Math.floor(c[5] / 100)).toLocaleString("en") + "." + ("0" + c[5] % 100).slice(-2),
      rank: c[6] === undefined ? "" : String(c[6]),
      registered_on: new Date(c[4] * DAY).toISOString().slice(0, 10),
      is_specimen: c[7] === true, year: number[1], serial: number[2],
    };
  }

  async function checkToken(text, trust, now) {
    var parts = takeApart(readToken(text)), named = [];
    for (var i = 0; i < trust.qr.length; i += 1) {
      if ((await digest(trust.qr[i].der)).slice(0, 8) === parts.kid) { named.push(trust.qr[i]); }
    }
    // The key may be newer than what is kept, however fresh that is: only an update can tell.
    if (!named.length) { throw new No("INDETERMINATE", "token-key-unknown"); }
    if (parts.isSM2) { throw new No("INDETERMINATE", "suite-unsupported"); }
    var signer = await find(named, async function (one) {
      return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, await DER.key(one), parts.signature, toBeSigned(parts));
    });
    if (!signer) { throw new No("INVALID", "token-forged"); }
    var facts = describe(decode(parts.claims)), at = now;
    // A mortgage outlives the key: past its end the day of registration counts, in China.
    if (now > signer.until) { at = Math.min(now, Date.parse(facts.registered_on + "T15:59:59Z")); }
    var why = await doubt(signer, "qr", at, now, trust);
    if (why === "token-key-revoked") { throw new No("REVOKED", why); }
    if (why) { throw new No(why === "token-foreign" ? "INVALID" : "INDETERMINATE", why); }
    return facts;
  }

  // --- the status list

  async function inflate(bytes) {
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  // Opens a kept list; its signature is checked anew each time.
  async function openList(text, trust, now) {
    var parts = text.trim().split("."), json = function (part) { return JSON.parse(new TextDecoder().decode(base64(part))); };
    var header = json(parts[0]), claims = json(parts[1]), cert = DER.certificate(base64(header.x5c[0]));
    if (header.typ !== "statuslist+jwt" || header.alg !== "ES256") { throw new Error("kind"); }
    var isGood = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, await DER.key(cert),
      base64(parts[2]), new TextEncoder().encode(parts[0] + "." + parts[1]));
    if (!isGood || await doubt(cert, "office", claims.iat * 1000, now, trust)) { throw new Error("list"); }
    // By index: the number of the certificate in the place of one that was replaced.
    var named = claims.successors ? JSON.parse(new TextDecoder().decode(await inflate(base64(claims.successors)))) : {};
    return { sub: claims.sub, successors: named, at: claims.iat * 1000, until: claims.exp * 1000, bits: claims.status_list.bits,
      statuses: await inflate(base64(claims.status_list.lst)) };
  }

  function status(list, index) {
    var each = 8 / list.bits;
    if (index >= list.statuses.length * each) { return undefined; }
    return list.statuses[Math.floor(index / each)] >> (index % each) * list.bits & (1 << list.bits) - 1;
  }

  async function standing(facts, kept, trust, now) {
    var place = facts.year + "/" + Math.floor(facts.serial / BLOCK), text = kept[place], list;
    if (!text) { return { verdict: "INDETERMINATE", reason: "list-missing" }; }
    if (typeof DecompressionStream === "undefined") { return { verdict: "INDETERMINATE", reason: "list-unreadable" }; }
    try { list = await openList(text, trust, now); } catch (e) { return { verdict: "INDETERMINATE", reason: "list-unreadable" }; }
    var told = { listedAt: list.at }, mark = status(list, facts.serial % BLOCK);
    function answer(verdict, reason) { told.verdict = verdict; told.reason = reason; return told; }
    if (!String(list.sub).endsWith("/" + place)) { return answer("INDETERMINATE", "list-unreadable"); }
    // What ended has ended, however old the list is.
    if (mark === 13) { told.successor = list.successors[facts.serial % BLOCK] || ""; }
    if (MARKS[mark] && MARKS[mark][0] === "REVOKED") { return answer.apply(null, MARKS[mark]); }
    if (list.at > now + 300000) { return answer("INDETERMINATE", "clock"); }
    if (now >= list.until) { return answer("INDETERMINATE", "list-stale"); }
    if (MARKS[mark]) { return answer.apply(null, MARKS[mark]); }
    return mark === 0 ? answer("VALID", "stands") : answer("INDETERMINATE", "list-unlisted");
  }

  // Says one of four verdicts and why: {verdict, reason, facts, listedAt, successor}.
  async function judge(text, kept, now) {
    if (!kept.trust) { return { verdict: "INDETERMINATE", reason: "keys-missing" }; }
    try {
      var trust = readTrust(kept.trust), facts = await checkToken(text, trust, now);
      return Object.assign({ facts: facts }, await standing(facts, kept.lists, trust, now));
    } catch (no) {
      if (no instanceof No) { return { verdict: no.verdict, reason: no.reason }; }
      return { verdict: "INDETERMINATE", reason: "unreadable" };
    }
  }

  return { judge: judge, readTrust: readTrust, rootNames: rootNames, openList: openList, BLOCK: BLOCK };
}());
