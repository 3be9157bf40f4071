"""The seal on the PDF (PAdES) and its time stamps, with Python's standard library alone.

Sources: ISO 32000-1 section 12.8.1 (ByteRange), RFC 5652 (CMS), RFC 5035 (signing certificate), RFC
3161 (time stamps), ETSI EN 319 142-1 (PAdES). What other sealed layers could show is not looked at
here: the office's own statement and the public log hold the whole file by its digest.
"""

import hashlib
import re
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from backend.evidence_kit.arithmetic import OpenError, require
    from backend.evidence_kit.signatures import OIDS, Certificate, Element, Trust, der, walk, when
else:
    from arithmetic import OpenError, require
    from signatures import OIDS, Certificate, Element, Trust, der, walk, when

RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,8})\s+(\d{1,8})\s+(\d{1,8})\s*\]")
DIGESTS = {
    "608648016503040201": "sha256",
    "608648016503040202": "sha384",
    "608648016503040203": "sha512",
}
SIGNED_DATA, DATA = "2a864886f70d010702", "2a864886f70d010701"
TST_INFO, TOKEN = "2a864886f70d0109100104", "2a864886f70d010910020e"
CONTENT_TYPE, DIGEST = "2a864886f70d010903", "2a864886f70d010904"
SIGNING_CERTIFICATE = "2a864886f70d010910022f"


class Mark(NamedTuple):
    """A signature in the file: where it ends what it signs, what it signs, and itself."""

    end: int
    signed: bytes
    contents: bytes


def marks(pdf: bytes) -> list[Mark]:
    """Return seal and time stamps in turn; each covers all up to its end but its own digits."""
    found = [tuple(map(int, match.groups())) for match in RANGE.finditer(pdf)]
    require(pdf.startswith(b"%PDF-") and found, "a sealed PDF")
    require(pdf.count(b"/ByteRange") == len(found), "a signature over less than the whole file")
    ends = [start + size for _, start, size in found]
    require(ends == sorted(set(ends)) and ends[-1] == len(pdf), "bytes that nothing signs")
    told = []
    for gap, rest, size in found:
        digits = re.fullmatch(rb"<((?:[0-9A-F]{2})+)>", pdf[gap:rest])
        require(digits, "something beside the signature in its room")
        contents = bytes.fromhex(digits[1].decode()) if digits else b""
        first = next(walk(contents))[2]
        require(not contents[len(first) :].strip(b"\0"), "something behind the signature")
        told.append(Mark(rest + size, pdf[:gap] + pdf[rest : rest + size], first))
    return told


class CMS:
    """Signed data by one signer (RFC 5652, section 5)."""

    def __init__(self, data: bytes) -> None:
        kind, body = der(der(data)[0][1])
        require(kind[1].hex() == SIGNED_DATA, "signed data")
        fields = der(der(body[1])[0][1])
        self.kind, *content = der(fields[2][1])
        self.content = der(content[0][1])[0][1] if content else None
        brought = [one[1] for one in fields if one[0] == 0xA0]
        self.certificates = [Certificate(one[2]) for part in brought for one in der(part)]
        (signer,) = der(fields[-1][1])
        parts = [one for one in der(signer[1]) if one[0] not in (0xA0, 0xA1)]
        self.sid, self.digest, self.algorithm, self.signature = (one[1] for one in parts[1:])
        more = {one[0]: one for one in der(signer[1])}
        self.signed, self.unsigned = (self.attributes(more.get(tag)) for tag in (0xA0, 0xA1))
        # What is signed are the attributes as a SET, which they are not where they stand.
        self.covered = b"\x31" + more[0xA0][2][1:]

    @staticmethod
    def attributes(part: Element | None) -> dict[str, bytes]:
        """Return the values of signed attributes by their identifier."""
        pairs = [der(one[1]) for one in der(part[1])] if part else []
        found = {kind[1].hex(): values[1] for kind, values in pairs}
        require(len(found) == len(pairs), "an attribute that stands twice")
        return found

    def signer(self, content: bytes, kind: str, trust: Trust) -> Certificate:
        """Return the certificate whose key signed content; nobody trusts it for that yet."""
        name = DIGESTS.get(der(self.digest)[0][1].hex(), "")
        require(name and self.kind[1].hex() == kind, "the kind of signature")
        known = all(map(trust.knows, self.certificates))
        require(known, "a certificate beside it that is none of the trust bundle")
        issuer, serial = der(self.sid)
        named = [c for c in self.certificates if (c.issuer, c.serial) == (issuer[1], serial[1])]
        require(named, "the signer's certificate")
        require(der(self.signed[CONTENT_TYPE])[0][1].hex() == kind, "the kind that was signed")
        digest = hashlib.new(name, content).digest()
        require(der(self.signed[DIGEST])[0][1] == digest, "changed after it was signed")
        if SIGNING_CERTIFICATE in self.signed or kind == DATA:
            require(self.is_named(named[0]), "another certificate than the one that was signed")
        algorithm = OIDS.get(der(self.algorithm)[0][1].hex(), name)
        require(named[0].has_signed(self.covered, self.signature, algorithm), "the signature")
        return named[0]

    def is_named(self, one: Certificate) -> bool:
        """Say whether the signature names this certificate by its digest (RFC 5035, section 3)."""
        first = der(der(der(der(self.signed[SIGNING_CERTIFICATE])[0][1])[0][1])[0][1])
        name = DIGESTS.get(der(first[0][1])[0][1].hex(), "") if first[0][0] == 0x30 else "sha256"
        digest = next(part[1] for part in first if part[0] == 0x04)
        return bool(name) and digest == hashlib.new(name, one.der).digest()


def stamped(token: bytes, data: bytes, trust: Trust) -> datetime:
    """Return the time at which an authority of the trust bundle stamped data (RFC 3161)."""
    cms = CMS(token)
    require(cms.content is not None, "a time stamp")
    content = cms.content or b""
    one = cms.signer(content, TST_INFO, trust)
    info = der(der(content)[0][1])
    algorithm, imprint = der(info[2][1])
    name = DIGESTS.get(der(algorithm[1])[0][1].hex(), "")
    require(name and imprint[1] == hashlib.new(name, data).digest(), "a stamp over something else")
    at = when(next(part for part in info if part[0] == 0x18))
    require(trust.is_pinned(one, "timestamp"), "a time-stamp authority of the trust bundle")
    if one.is_for("timestamp"):
        trust.require_good(one, "timestamp", at)
    require(one.start <= at <= one.end, "a time-stamp authority in force")
    return at


def check_seal(files: dict[str, bytes], trust: Trust) -> str:
    """Check the seal of `certificate.pdf` and every time stamp on it."""
    if "certificate.pdf" not in files:
        return "no certificate in this case"
    first, *layers = marks(files["certificate.pdf"])
    seal = CMS(first.contents)
    require(seal.content is None and len(seal.unsigned) <= 1, "a seal that stands apart")
    one = seal.signer(first.signed, DATA, trust)
    require(trust.is_pinned(one, "seal"), "a seal of the trust bundle")
    tokens = [(seal.unsigned[TOKEN], seal.signature)] if seal.unsigned else []
    tokens += [(layer.contents, layer.signed) for layer in layers]
    times = [stamped(token, data, trust) for token, data in tokens]
    if not times:
        raise OpenError("the seal holds, and no time stamp says when it was set")
    trust.require_good(one, "seal", times[0])
    # A key that was taken back may have sealed at any time: what it sealed no longer proves itself.
    is_revoked = trust.revoked_since(one, trust.path(one, "seal")[0]) is not None
    require(not is_revoked, "the seal's certificate was revoked since")
    told = f"sealed on {times[0]}, {len(times)} time stamps, the newest of {times[-1]}"
    return f"{told}; behind it {len(layers)} layers of proofs, held by the office's digest"
