"""Certificates and signed texts with Python's standard library: what `verify.py` stands on.

Sources: RFC 5280 (certificates), RFC 7515 (JWS), GB/T 35276-2017 (SM2 in both).
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backend.evidence_kit.arithmetic import P256, P384, SM2, OpenError, ecdsa, require, rsa, sm2
else:
    from arithmetic import P256, P384, SM2, OpenError, ecdsa, require, rsa, sm2

# --- certificates (RFC 5280), as far as needed

Element = tuple[int, bytes, bytes]


def der(data: bytes) -> list[Element]:
    """Return the elements of DER bytes: tag, content, the whole."""
    return list(walk(data))


def walk(data: bytes) -> Iterator[Element]:
    """Yield the elements of DER bytes."""
    at = 0
    while at < len(data):
        length, start = data[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            length, start = int.from_bytes(data[start : start + count], "big"), start + count
        require(start + length <= len(data), "DER")
        yield data[at], data[start : start + length], data[at : start + length]
        at = start + length


def when(element: Element) -> datetime:
    """Read a DER time, UTC."""
    text = element[1].decode("ascii")
    text = ("20" if text[:2] < "50" else "19") + text if element[0] == 0x17 else text
    form = "%Y%m%d%H%M%S.%fZ" if "." in text else "%Y%m%d%H%M%SZ"
    return datetime.strptime(text, form).replace(tzinfo=UTC)


OIDS = {
    "2a8648ce3d040302": "sha256",
    "2a8648ce3d040303": "sha384",
    "2a8648ce3d040304": "sha512",
    "2a864886f70d01010b": "sha256",
    "2a864886f70d01010c": "sha384",
    "2a864886f70d01010d": "sha512",
    "2a811ccf55018375": "sm3",
}
"""The digest of each algorithm that signs: ECDSA, RSA, SM2."""
CURVES = {"2a8648ce3d030107": P256, "2b81040022": P384, "2a811ccf5501822d": SM2}
EC, RSA = "2a8648ce3d0201", "2a864886f70d010101"


class Signed:
    """A certificate or a revocation list: what was signed, and by what."""

    issuer: bytes

    def __init__(self, data: bytes) -> None:
        self.der = data
        body, algorithm, signature = der(der(data)[0][1])
        self.signed, self.fields = body[2], der(body[1])
        self.hash = OIDS.get(der(algorithm[1])[0][1].hex(), "")
        self.signature = signature[1][1:]

    def is_signed_by(self, issuer: "Certificate") -> bool:
        """Say whether the issuer's key signed it."""
        return self.issuer == issuer.subject and issuer.has_signed(
            self.signed, self.signature, self.hash
        )


class Certificate(Signed):
    """A certificate and its key: EC, RSA or Ed25519."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        f = self.fields
        self.serial, self.issuer, self.subject = f[1][1], f[3][1], f[5][1]
        self.start, self.end = map(when, der(f[4][1]))
        algorithm, key = der(f[6][1])
        names = [one[1].hex() for one in der(algorithm[1])]
        self.curve = CURVES.get(names[-1]) if names[0] == EC else None
        self.raw_key, self.numbers = key[1][1:], (0, 0)
        if self.curve is not None:
            half = self.curve.size
            require(self.raw_key[0] == 4 and len(self.raw_key) == 1 + 2 * half, "a point")
            x, y = self.raw_key[1 : 1 + half], self.raw_key[1 + half :]
            self.numbers = int.from_bytes(x, "big"), int.from_bytes(y, "big")
        elif names[0] == RSA:
            n, e = (int.from_bytes(one[1], "big") for one in der(der(self.raw_key)[0][1]))
            self.numbers = n, e
        self.is_rsa = names[0] == RSA
        self.extensions = f[-1][1]

    def is_for(self, role: str) -> bool:
        """Say whether it was issued for a role of the office or a counter."""
        return f"urn:mortgage-registration:{role}:".encode() in self.extensions

    def has_signed(self, data: bytes, signature: bytes, digest_name: str) -> bool:
        """Say whether this key signed data; signatures on curves as DER, two whole numbers."""
        is_national = self.curve is SM2
        if not digest_name or is_national != (digest_name == "sm3"):
            return False
        if self.is_rsa:
            digest = hashlib.new(digest_name, data).digest()
            return rsa(*self.numbers, signature, digest_name, digest)
        r, s = (int.from_bytes(n[1], "big", signed=True) for n in der(der(signature)[0][1]))
        return self.has_signed_numbers(data, r, s, digest_name)

    def has_signed_numbers(self, data: bytes, r: int, s: int, digest_name: str) -> bool:
        """Say whether its key signed data with r and s."""
        if self.curve is None:
            return False
        if self.curve is SM2:
            return digest_name == "sm3" and sm2(self.numbers, r, s, data)
        digest = hashlib.new(digest_name, data).digest()
        return ecdsa(self.curve, self.numbers, r, s, digest)


class RevocationList(Signed):
    """Numbers of certificates, each with the day from which it is revoked."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        rest = self.fields[1:] if self.fields[0][0] == 0x02 else self.fields
        self.issuer = rest[1][1]
        entries = [e for e in rest[3:] if e[0] == 0x30][:1]
        listed = [der(one[1]) for entry in entries for one in der(entry[1])]
        self.serials = {one[0][1]: when(one[1]) for one in listed}


class Trust:
    """The trust bundle, under one root."""

    def __init__(self, data: bytes) -> None:
        told = json.loads(data)
        decode = base64.b64decode
        self.roots = [Certificate(decode(one)) for one in told["roots"]]
        self.issuers = [Certificate(decode(one)) for one in told["intermediates"]]
        self.lists = [RevocationList(decode(one)) for one in told["crls"]]
        self.pinned = {
            role: [Certificate(decode(one)) for one in told["certificates"].get(role, [])]
            for role in ("log", "seal", "timestamp")
        }
        self.origin = told["links"].get("log", "").removeprefix("https://")
        self.known: dict[bytes, tuple[Certificate, Certificate]] = {}
        self.heads: set[str] = set()
        """Those whose signature held: many records share one."""
        self.read: dict[bytes, list[RevocationList]] = {}

    def digests(self) -> list[str]:
        """Return the SHA-256 of each root, to be compared with what the office publishes."""
        return [hashlib.sha256(root.der).hexdigest() for root in self.roots]

    def is_pinned(self, one: Certificate, role: str) -> bool:
        """Say whether the bundle names a certificate for a role."""
        return any(one.der == known.der for known in self.pinned[role])

    def knows(self, one: Certificate) -> bool:
        """Say whether the bundle holds a certificate."""
        groups = (self.roots, self.issuers, *self.pinned.values())
        return any(one.der == known.der for group in groups for known in group)

    def require_good(self, one: Certificate, role: str, at: datetime) -> None:
        """Check a certificate for a role at a moment: chain, time, revocation."""
        require(one.is_for(role), f"a certificate for {role}")
        issuer, root = self.path(one, role)
        for what, below in ((role, one), ("issuing", issuer)):
            in_force = below.start <= at <= below.end
            require(in_force, f"the {what} certificate was not in force on {at}")
        if not self.lists_of(issuer):
            raise OpenError(f"no revocation list about the {role} certificate")
        for what, below, above in ((role, one, issuer), ("issuing", issuer, root)):
            since = self.revoked_since(below, above)
            require(since is None or since > at, f"the {what} certificate was revoked")

    def path(self, one: Certificate, role: str) -> tuple[Certificate, Certificate]:
        """Return who issued a certificate, and that one's root."""
        if one.der not in self.known:
            paths = [(i, r) for i in self.issuers for r in self.roots if i.is_signed_by(r)]
            good = [path for path in paths if one.is_signed_by(path[0])]
            require(good, f"the {role} certificate leads to no root of the bundle")
            self.known[one.der] = good[0]
        return self.known[one.der]

    def lists_of(self, issuer: Certificate) -> list[RevocationList]:
        """Return an issuer's revocation lists that its key signed."""
        if issuer.der not in self.read:
            self.read[issuer.der] = [one for one in self.lists if one.is_signed_by(issuer)]
        return self.read[issuer.der]

    def revoked_since(self, one: Certificate, issuer: Certificate) -> datetime | None:
        """Return since when a certificate is revoked; None where it is not."""
        days = [x.serials[one.serial] for x in self.lists_of(issuer) if one.serial in x.serials]
        return min(days, default=None)


# --- signed texts (RFC 7515)

ALGORITHMS = {"ES256": (P256, "sha256"), "urn:oid:1.2.156.10197.1.501": (SM2, "sm3")}


def unbase64(text: str) -> bytes:
    """Read base64url without padding."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def moment(text: str) -> datetime:
    """Read an ISO 8601 time with zone."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def open_jws(text: str, kind: str) -> tuple[dict[str, Any], Certificate]:
    """Return the payload that the first certificate of x5c signed; nobody trusts that yet."""
    head, payload, signature = text.strip().split(".")
    header = json.loads(unbase64(head))
    require(header["typ"] == kind, f"a text of the kind {kind}")
    require(header["alg"] in ALGORITHMS, f"the algorithm of {kind}")
    curve, digest_name = ALGORITHMS[header["alg"]]
    one, raw = Certificate(base64.b64decode(header["x5c"][0])), unbase64(signature)
    require(one.curve is curve and len(raw) == 64, f"the signature of {kind}")
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    signed = f"{head}.{payload}".encode()
    require(one.has_signed_numbers(signed, r, s, digest_name), f"the signature of {kind}")
    return json.loads(unbase64(payload)), one


def open_statement(text: bytes, kind: str, trust: Trust) -> dict[str, Any]:
    """Return the claims of a statement that the office signed."""
    told, one = open_jws(text.decode("ascii"), kind)
    trust.require_good(one, "office", moment(told["at"]))
    return dict(told["claims"])


def kind_of(text: bytes) -> str:
    """Return the kind that a JWS says it is."""
    return str(json.loads(unbase64(text.decode("ascii").partition(".")[0]))["typ"])
