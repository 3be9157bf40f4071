// Certificates and revocation lists (RFC 5280), read as far as a check of signatures needs them.
"use strict";

var DER = (function () {
  function fail(what) { throw new Error("der: " + what); }

  // One element: its tag, the whole of it, and its content.
  function element(bytes, at, end) {
    if (at + 2 > end) { fail("cut off"); }
    var tag = bytes[at], length = bytes[at + 1], start = at + 2;
    if (length > 0x80) {
      var count = length & 0x7f;
      if (count > 4 || start + count > end) { fail("length"); }
      length = 0;
      for (var i = 0; i < count; i += 1) { length = length * 256 + bytes[start + i]; }
      start += count;
    } else if (length === 0x80) { fail("length"); }
    if (start + length > end) { fail("cut off"); }
    return { tag: tag, raw: bytes.subarray(at, start + length), content: bytes.subarray(start, start + length) };
  }

  function children(bytes) {
    var found = [], at = 0;
    while (at < bytes.length) {
      var one = element(bytes, at, bytes.length);
      found.push(one);
      at += one.raw.length;
    }
    return found;
  }

  function hex(bytes) {
    return Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
  }

  function text(bytes) {
    return Array.prototype.map.call(bytes, function (b) { return String.fromCharCode(b); }).join("");
  }

  // UTCTime and GeneralizedTime, always in UTC.
  function time(one) {
    var said = text(one.content), full = one.tag === 0x17 ? (Number(said.slice(0, 2)) < 50 ? "20" : "19") + said : said;
    var p = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full);
    if (!p) { fail("time"); }
    return Date.UTC(+p[1], +p[2] - 1, +p[3], +p[4], +p[5], +p[6]);
  }

  var ALGORITHMS = { "2a8648ce3d040302": "SHA-256", "2a8648ce3d040303": "SHA-384" };
  var CURVES = { "2a8648ce3d030107": ["P-256", 32], "2b81040022": ["P-384", 48] };

  function signedPart(bytes) {
    var parts = children(element(bytes, 0, bytes.length).content);
    return {
      signed: parts[0].raw,
      fields: children(parts[0].content),
      hash: ALGORITHMS[hex(children(parts[1].content)[0].content)] || "",
      signature: parts[2].content.subarray(1),
    };
  }

  function certificate(bytes) {
    var part = signedPart(bytes), f = part.fields, validity = children(f[4].content);
    var curve = children(children(f[6].content)[0].content)[1];
    return {
      der: bytes, signed: part.signed, hash: part.hash, signature: part.signature,
      serial: hex(f[1].content), issuer: hex(f[3].raw), subject: hex(f[5].raw),
      from: time(validity[0]), until: time(validity[1]),
      spki: f[6].raw, curve: CURVES[curve ? hex(curve.content) : ""] || null,
      names: text(f[f.length - 1].content),
    };
  }

  function revocationList(bytes) {
    var part = signedPart(bytes), f = part.fields, at = f[0].tag === 0x02 ? 1 : 0;
    var list = { signed: part.signed, hash: part.hash, signature: part.signature,
      issuer: hex(f[at + 1].raw), from: time(f[at + 2]), until: time(f[at + 3]), serials: {} };
    if (f[at + 4] && f[at + 4].tag === 0x30) {
      children(f[at + 4].content).forEach(function (entry) {
        var told = children(entry.content);
        list.serials[hex(told[0].content)] = time(told[1]);
      });
    }
    return list;
  }

  // The two numbers of an ECDSA signature side by side, as WebCrypto wants them.
  function sideBySide(signature, size) {
    var out = new Uint8Array(2 * size);
    children(element(signature, 0, signature.length).content).forEach(function (number, i) {
      var bytes = number.content;
      while (bytes.length > size && bytes[0] === 0) { bytes = bytes.subarray(1); }
      if (bytes.length > size) { fail("number"); }
      out.set(bytes, (i + 1) * size - bytes.length);
    });
    return out;
  }

  function key(cert) {
    return crypto.subtle.importKey("spki", cert.spki, { name: "ECDSA", namedCurve: cert.curve[0] }, false, ["verify"]);
  }

  // Says whether the key of `issuer` signed a certificate or list.
  async function isSigned(thing, issuer) {
    if (!issuer.curve || !thing.hash || thing.issuer !== issuer.subject) { return false; }
    var raw = sideBySide(thing.signature, issuer.curve[1]);
    return crypto.subtle.verify({ name: "ECDSA", hash: thing.hash }, await key(issuer), raw, thing.signed);
  }

  return { certificate: certificate, revocationList: revocationList, isSigned: isSigned, key: key, hex: hex };
}());
