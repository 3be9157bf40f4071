"""Signatures in plain numbers: ECDSA, SM2 with SM3, RSA, Ed25519. What `signatures.py` stands on.

Arithmetic on public data, where nothing can leak; nothing here signs. Sources: FIPS 186-5 section
6.4.2 (ECDSA), GB/T 32918.2-2016 section 7 and 32918.5-2017 (SM2), GB/T 32905-2016 (SM3), RFC 8017
section 8.2.2 (RSA), RFC 8032 section 5.1.7 (Ed25519).
"""

import hashlib
from typing import NamedTuple


class FalseError(Exception):
    """Something does not hold."""


class OpenError(Exception):
    """Something cannot be checked here."""


def require(holds: object, what: str) -> None:
    """Go on when it holds; raise FalseError with what does not otherwise."""
    if not holds:
        raise FalseError(what)


class Curve(NamedTuple):
    """y² = x³ - 3x + b, which all four of ours are."""

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
SM2 = Curve(
    2**256 - 2**224 - 2**96 + 2**64 - 1,
    0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93,
    0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
    (
        0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
        0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
    ),
    32,
)
"""GB/T 32918.5-2017, section 4."""
Triple = tuple[int, int, int]
"""A point as X, Y, Z: x = X / Z², y = Y / Z³; Z = 0 is the point at infinity."""


def double(c: Curve, point: Triple) -> Triple:
    """Return a point twice."""
    x, y, z = point
    m, s = 3 * (x - z * z) * (x + z * z), 4 * x * y * y
    found = (m * m - 2 * s) % c.p
    return found, (m * (s - found) - 8 * y**4) % c.p, 2 * y * z % c.p


def add(c: Curve, point: Triple, other: tuple[int, int]) -> Triple:
    """Return a point and another one, which is not itself."""
    x, y, z = point
    if z == 0:
        return (*other, 1)
    u, r = (other[0] * z * z - x) % c.p, (other[1] * z * z * z - y) % c.p
    if u == 0:
        return double(c, point) if r == 0 else (1, 1, 0)
    cubed, v = u * u * u, x * u * u
    found = (r * r - cubed - 2 * v) % c.p
    return found, (r * (v - found) - y * cubed) % c.p, u * z % c.p


def sum_x(c: Curve, k: int, j: int, point: tuple[int, int]) -> int | None:
    """Return x of k times the generator plus j times a point; None at infinity."""
    found = (1, 1, 0)
    for bit in range(max(k.bit_length(), j.bit_length()) - 1, -1, -1):
        found = double(c, found)
        found = add(c, found, c.g) if k >> bit & 1 else found
        found = add(c, found, point) if j >> bit & 1 else found
    return found[0] * pow(found[2], -2, c.p) % c.p if found[2] else None


def is_on(c: Curve, point: tuple[int, int]) -> bool:
    """Say whether a point lies on the curve."""
    x, y = point
    return 0 <= x < c.p and 0 <= y < c.p and (y * y - x**3 + 3 * x - c.b) % c.p == 0


def ecdsa(c: Curve, key: tuple[int, int], r: int, s: int, digest: bytes) -> bool:
    """Say whether r and s sign a digest (FIPS 186-5, 6.4.2)."""
    if not (0 < r < c.n and 0 < s < c.n and is_on(c, key)):
        return False
    number = int.from_bytes(digest[: c.size], "big")
    w = pow(s, -1, c.n)
    x = sum_x(c, number * w % c.n, r * w % c.n, key)
    return x is not None and x % c.n == r


# --- SM2 with SM3: hashlib has SM3 where its OpenSSL has it, and is a thousand times as fast

IDENTIFIER = b"1234567812345678"
"""Where nobody agreed on another. Source: GB/T 35276-2017, section 10."""
WORD = 2**32 - 1
IV = (
    *(0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600),
    *(0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E),
)


def sm2(key: tuple[int, int], r: int, s: int, data: bytes) -> bool:
    """Say whether r and s sign data (GB/T 32918.2), with the identity that everybody uses."""
    c = SM2
    t = (r + s) % c.n
    if not (0 < r < c.n and 0 < s < c.n and t and is_on(c, key)):
        return False
    known = (c.p - 3, c.b, *c.g, *key)
    who = len(IDENTIFIER * 8).to_bytes(2, "big") + IDENTIFIER
    who += b"".join(number.to_bytes(32, "big") for number in known)
    e = int.from_bytes(sm3(sm3(who) + data), "big")
    x = sum_x(c, s, t, key)
    return x is not None and (e + x) % c.n == r


def sm3(data: bytes) -> bytes:
    """Return the SM3 digest, by the system's library where it has one."""
    if "sm3" in hashlib.algorithms_available:
        return hashlib.new("sm3", data).digest()
    return plain_sm3(data)


def plain_sm3(data: bytes) -> bytes:
    """Return the SM3 digest (GB/T 32905)."""
    padded = data + b"\x80" + bytes((55 - len(data)) % 64) + (8 * len(data)).to_bytes(8, "big")
    state: tuple[int, ...] = IV
    for start in range(0, len(padded), 64):
        state = sm3_block(state, padded[start : start + 64])
    return b"".join(word.to_bytes(4, "big") for word in state)


def turn(word: int, by: int) -> int:
    """Return a word of 32 bits turned left."""
    by %= 32
    return (word << by | word >> 32 - by) & WORD


def sm3_block(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    """Return the state after one block of 64 bytes."""
    w = [int.from_bytes(block[i : i + 4], "big") for i in range(0, 64, 4)]
    for j in range(16, 68):
        x = w[j - 16] ^ w[j - 9] ^ turn(w[j - 3], 15)
        w.append(x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w[j - 13], 7) ^ w[j - 6])
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        ss1 = turn(turn(a, 12) + e + turn(0x79CC4519 if j < 16 else 0x7A879D8A, j) & WORD, 7)
        ff = a ^ b ^ c if j < 16 else a & b | a & c | b & c
        gg = e ^ f ^ g if j < 16 else e & f | ~e & g
        tt1 = ff + d + (ss1 ^ turn(a, 12)) + (w[j] ^ w[j + 4]) & WORD
        tt2 = gg + h + ss1 + w[j] & WORD
        a, b, c, d = tt1, a, turn(b, 9), c
        e, f, g, h = tt2 ^ turn(tt2, 9) ^ turn(tt2, 17), e, turn(f, 19), g
    return tuple(x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h), strict=True))


# --- RSA, PKCS #1 v1.5

DIGEST_INFO = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
"""DER of everything before the digest. Source: RFC 8017, section 9.2, note 1."""


def rsa(modulus: int, exponent: int, signature: bytes, name: str, digest: bytes) -> bool:
    """Compare the whole padding: whoever parses it instead takes forgeries."""
    size, number = (modulus.bit_length() + 7) // 8, int.from_bytes(signature, "big")
    end = b"\x00" + DIGEST_INFO[name] + digest
    wanted = b"\x00\x01" + b"\xff" * (size - len(end) - 2) + end
    is_strong = modulus.bit_length() >= 2048 and exponent >= 65537
    if not is_strong or len(signature) != size or number >= modulus:
        return False
    return pow(number, exponent, modulus).to_bytes(size, "big") == wanted


# --- Ed25519

Q = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, Q) % Q


def edwards_add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    """Return the sum of two points of edwards25519."""
    k = D * a[0] * b[0] * a[1] * b[1]
    inverse = pow(1 - k * k, -1, Q)
    x = (a[0] * b[1] + b[0] * a[1]) * (1 - k) * inverse % Q
    return x, (a[1] * b[1] + a[0] * b[0]) * (1 + k) * inverse % Q


def edwards_times(k: int, point: tuple[int, int]) -> tuple[int, int]:
    """Return a point k times."""
    found = (0, 1)
    for bit in f"{k:b}":
        found = edwards_add(found, found)
        found = edwards_add(found, point) if bit == "1" else found
    return found


def edwards_point(data: bytes) -> tuple[int, int]:
    """Read a point (RFC 8032, 5.1.3)."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, Q) % Q
    x = pow(square, (Q + 3) // 8, Q)
    x = x if (x * x - square) % Q == 0 else x * pow(2, (Q - 1) // 4, Q) % Q
    require(y < Q and (x * x - square) % Q == 0, "an Ed25519 point")
    return (Q - x if x % 2 != sign else x), y


def ed25519(key: bytes, signature: bytes, data: bytes) -> bool:
    """Say whether an Ed25519 signature is of data (RFC 8032, 5.1.7)."""
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + data).digest(), "little") % L
    base = edwards_point((4 * pow(5, -1, Q) % Q).to_bytes(32, "little"))
    right = edwards_add(edwards_point(signature[:32]), edwards_times(h, edwards_point(key)))
    return len(signature) == 64 and s < L and edwards_times(s, base) == right
