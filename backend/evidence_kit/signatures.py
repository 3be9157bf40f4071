"""Signatures, certificates and signed texts in plain Python: what `verify.py` stands on.

Arithmetic on public data, where nothing can leak; nothing here signs. Sources: FIPS 186-5 section
6.4.2 (ECDSA), RFC 8032 section 5.1.7 (Ed25519), RFC 5280 (certificates), RFC 7515 (JWS).
"""

import base64
import hashlib
import json
from datetime import UTC, datetime
from typing import Any, NamedTuple


class FalseError(Exception):
    """Something does not hold."""


class OpenError(Exception):
    """Something cannot be checked here."""


def require(holds: object, what: str) -> None:
    if not holds:
        raise FalseError(what)


# --- signatures: ECDSA (FIPS 186-5, section 6.4.2) and Ed25519 (RFC 8032, section 5.1.7)


class Curve(NamedTuple):
    p: int
    b: int
    n: int
    g: tuple[int, int]
    size: int


P256 = Curve(
    2**256 - 2**224 + 2**192 + 2**96 - 1,
    0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    (
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    32,
)
P384 = Curve(
    2**384 - 2**128 - 2**96 + 2**32 - 1,
    0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    (
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
    48,
)
Point = tuple[int, int] | None


def add(c: Curve, a: Point, b: Point) -> Point:
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % c.p == 0:
        return None
    top, low = (3 * a[0] * a[0] - 3, 2 * a[1]) if a == b else (b[1] - a[1], b[0] - a[0])
    slope = top * pow(low, -1, c.p) % c.p
    x = (slope * slope - a[0] - b[0]) % c.p
    return x, (slope * (a[0] - x) - a[1]) % c.p


def times(c: Curve, k: int, point: Point) -> Point:
    found: Point = None
    for bit in f"{k:b}":
        found = add(c, found, found)
        found = add(c, found, point) if bit == "1" else found
    return found


def ecdsa(c: Curve, key: tuple[int, int], r: int, s: int, digest: bytes) -> bool:
    on_curve = (key[1] ** 2 - key[0] ** 3 + 3 * key[0] - c.b) % c.p == 0
    if not (0 < r < c.n and 0 < s < c.n and on_curve):
        return False
    number = int.from_bytes(digest[: c.size], "big")
    w = pow(s, -1, c.n)
    point = add(c, times(c, number * w % c.n, c.g), times(c, r * w % c.n, key))
    return point is not None and point[0] % c.n == r


Q = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, Q) % Q


def edwards_add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    k = D * a[0] * b[0] * a[1] * b[1]
    x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + k, -1, Q) % Q
    return x, (a[1] * b[1] + a[0] * b[0]) * pow(1 - k, -1, Q) % Q


def edwards_times(k: int, point: tuple[int, int]) -> tuple[int, int]:
    found = (0, 1)
    for bit in f"{k:b}":
        found = edwards_add(found, found)
        found = edwards_add(found, point) if bit == "1" else found
    return found


def edwards_point(data: bytes) -> tuple[int, int]:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, Q) % Q
    x = pow(square, (Q + 3) // 8, Q)
    x = x if (x * x - square) % Q == 0 else x * pow(2, (Q - 1) // 4, Q) % Q
    require(y < Q and (x * x - square) % Q == 0, "an Ed25519 point")
    return (Q - x if x % 2 != sign else x), y


def ed25519(key: bytes, signature: bytes, data: bytes) -> bool:
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + data).digest(), "little") % L
    base = edwards_point((4 * pow(5, -1, Q) % Q).to_bytes(32, "little"))
    right = edwards_add(edwards_point(signature[:32]), edwards_times(h, edwards_point(key)))
    return len(signature) == 64 and s < L and edwards_times(s, base) == right


# --- certificates (RFC 5280), as far as needed


def der(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """Return the elements of DER bytes: tag, content, the whole."""
    found, at = [], 0
    while at < len(data):
        length, start = data[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            length, start = int.from_bytes(data[start : start + count], "big"), start + count
        require(start + length <= len(data), "DER")
        found.append((data[at], data[start : start + length], data[at : start + length]))
        at = start + length
    return found


def when(element: tuple[int, bytes, bytes]) -> datetime:
    text = element[1].decode("ascii")
    text = ("20" if text[:2] < "50" else "19") + text if element[0] == 0x17 else text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


OIDS = {"2a8648ce3d040302": "sha256", "2a8648ce3d040303": "sha384"}
CURVES = {"2a8648ce3d030107": P256, "2b81040022": P384}


class Signed:
    """A certificate or a revocation list: what was signed, and by what."""

    def __init__(self, data: bytes) -> None:
        self.der = data
        body, algorithm, signature = der(der(data)[0][1])
        self.signed, self.fields = body[2], der(body[1])
        self.hash = OIDS.get(der(algorithm[1])[0][1].hex(), "")
        self.signature = signature[1][1:]

    def is_signed_by(self, issuer: "Certificate") -> bool:
        if not self.hash or issuer.curve is None or self.issuer != issuer.subject:
            return False
        r, s = (int.from_bytes(n[1], "big") for n in der(der(self.signature)[0][1]))
        digest = hashlib.new(self.hash, self.signed).digest()
        return ecdsa(issuer.curve, issuer.point, r, s, digest)

    issuer: bytes


class Certificate(Signed):
    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        f = self.fields
        self.serial, self.issuer, self.subject = f[1][1], f[3][1], f[5][1]
        self.start, self.end = map(when, der(f[4][1]))
        algorithm, key = der(f[6][1])
        names = [one[1].hex() for one in der(algorithm[1])]
        self.curve = CURVES.get(names[-1]) if names[0] == "2a8648ce3d0201" else None
        self.raw_key = key[1][1:]
        half = len(self.raw_key) // 2
        x, y = self.raw_key[1 : 1 + half], self.raw_key[1 + half :]
        self.point = int.from_bytes(x, "big"), int.from_bytes(y, "big")
        self.extensions = f[-1][1]

    def is_for(self, role: str) -> bool:
        return f"urn:mortgage-registration:{role}:".encode() in self.extensions


class RevocationList(Signed):
    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        rest = self.fields[1:] if self.fields[0][0] == 0x02 else self.fields
        self.issuer = rest[1][1]
        entries = [e for e in rest[4:] if e[0] == 0x30][:1]
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
        self.logs = [Certificate(decode(one)) for one in told["certificates"].get("log", [])]
        self.origin = told["links"].get("log", "").removeprefix("https://")
        self.known: dict[bytes, Certificate] = {}
        self.heads: set[str] = set()
        """Those whose signature held: many records share one."""

    def digests(self) -> list[str]:
        return [hashlib.sha256(root.der).hexdigest() for root in self.roots]

    def require_good(self, one: Certificate, role: str, at: datetime) -> None:
        """Check a certificate for a role at a moment: chain, time, revocation."""
        require(one.is_for(role), f"a certificate for {role}")
        if one.hash == "":
            raise OpenError("a certificate of the SM2 suite")
        if one.der not in self.known:
            issuers = [i for i in self.issuers if one.is_signed_by(i)]
            good = [i for i in issuers if any(i.is_signed_by(root) for root in self.roots)]
            require(good, f"the {role} certificate leads to no root of the bundle")
            self.known[one.der] = good[0]
        issuer = self.known[one.der]
        require(one.start <= at <= one.end, f"the {role} certificate was not in force on {at}")
        for listed in self.lists:
            if listed.issuer == issuer.subject and one.serial in listed.serials:
                require(listed.serials[one.serial] > at, f"the {role} certificate was revoked")


# --- signed texts (RFC 7515)


def unbase64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def open_jws(text: str, kind: str) -> tuple[dict[str, Any], Certificate]:
    """Return the payload that the first certificate of x5c signed; nobody trusts that yet."""
    head, payload, signature = text.strip().split(".")
    header = json.loads(unbase64(head))
    require(header["typ"] == kind, f"a text of the kind {kind}")
    if header["alg"] != "ES256":
        raise OpenError(f"{kind} is signed with SM2")
    one, raw = Certificate(base64.b64decode(header["x5c"][0])), unbase64(signature)
    require(one.curve is P256 and len(raw) == 64, f"the signature of {kind}")
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    digest = hashlib.sha256(f"{head}.{payload}".encode()).digest()
    require(ecdsa(P256, one.point, r, s, digest), f"the signature of {kind}")
    return json.loads(unbase64(payload)), one


def open_statement(text: bytes, kind: str, trust: Trust) -> dict[str, Any]:
    """Return the claims of a statement that the office signed."""
    told, one = open_jws(text.decode("ascii"), kind)
    trust.require_good(one, "office", moment(told["at"]))
    return dict(told["claims"])


def kind_of(text: bytes) -> str:
    return str(json.loads(unbase64(text.decode("ascii").partition(".")[0]))["typ"])
