"""Opens and makes packages of suite 2 by docs/formats.md alone: GmSSL's library and openssl.

SM2, SM3 and SM4-GCM by gmssl_pyx (the C library GmSSL, which shares no code with OpenSSL), chains
by the openssl command. Nothing of the project itself is imported here.
"""

import base64
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from asn1crypto import core, crl, x509
from gmssl_pyx import (
    InvalidValueError,
    sm2_decrypt,
    sm2_encrypt,
    sm2_sign,
    sm2_verify,
    sm3_hash,
    sm4_gcm_decrypt,
    sm4_gcm_encrypt,
)

from tests.independent.opener import (
    CHUNK,
    ROUTE,
    TAG,
    JSONObject,
    NotGenuineError,
    OpenedPackage,
    Signed,
    base64url,
    binding,
    canonical,
    certificates_of,
    read_canonical,
    require,
    run_openssl,
    thumbprint,
    unbase64url,
)

ALGORITHM: Final = "urn:oid:1.2.156.10197.1.501"


class Numbers(core.SequenceOf):  # type: ignore[misc]  # asn1crypto is not typed
    """A signature as DER has it."""

    _child_spec = core.Integer


class Cipher(core.Sequence):  # type: ignore[misc]  # as above
    """SM2Cipher of GB/T 35276."""

    _fields = [  # noqa: RUF012  # as asn1crypto wants it
        ("x", core.Integer),
        ("y", core.Integer),
        ("hash", core.OctetString),
        ("text", core.OctetString),
    ]


def sm3(data: bytes) -> bytes:
    return bytes(sm3_hash(data))


def public_point(der: bytes) -> bytes:
    """Cut the 64 bytes of a key out of its certificate."""
    info = x509.Certificate.load(der)["tbs_certificate"]["subject_public_key_info"]
    require(info["algorithm"]["parameters"].chosen.dotted == "1.2.156.10197.1.301", "curve")
    point = info["public_key"].native
    require(len(point) == 65 and point[0] == 4, "point")
    return bytes(point[1:])


def is_signed(point: bytes, data: bytes, signature: bytes) -> bool:
    """Say whether the 64 bytes r || s are a key's signature over data."""
    halves = [int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")]
    return bool(sm2_verify(point, data, Numbers(halves).dump()))


def check_jws(text: str, kind: str, der: bytes) -> Signed:
    """Check a compact JWS against a certificate's key."""
    signing_input, _, segment = text.rpartition(".")
    head, _, payload = signing_input.partition(".")
    header, raw = read_canonical(unbase64url(head)), unbase64url(segment)
    require(header.get("alg") == ALGORITHM and header.get("typ") == kind, "header")
    require(len(raw) == 64, "signature")
    require(is_signed(public_point(der), signing_input.encode(), raw), "signature")
    return Signed(header, read_canonical(unbase64url(payload)))


def open_package(data: bytes, private_keys: Mapping[str, bytes]) -> OpenedPackage:
    """Open a package with the private number of the recipient's thumbprint."""
    require(data[:4] == b"MRK1" and data[4:6] == b"\x00\x02", "prefix")
    size = int.from_bytes(data[6:10], "big")
    text, body = data[10 : 10 + size].decode("ascii"), data[10 + size :]
    certificates = certificates_of(text)
    cover = check_jws(text, "mrk-cover+jws", certificates[0]).payload
    require((cover["version"], cover["suite"]) == (1, 2), "version")
    require(cover["body_size"] == len(body), "body size")
    require(cover["body_sm3"] == sm3(body).hex(), "body digest")
    enc, wrapped = bytes.fromhex(cover["enc"]), bytes.fromhex(cover["wrapped_key"])
    key = unwrap(private_keys[cover["recipient"]], enc, wrapped)
    plain = decrypt(key, body, sm3(binding(cover) + enc + wrapped))
    length = int.from_bytes(plain[:4], "big")
    manifest_text = plain[4 : 4 + length].decode("ascii")
    require(certificates_of(manifest_text) == certificates, "another signer inside")
    manifest = check_jws(manifest_text, "mrk-manifest+jws", certificates[0]).payload
    require(all(manifest[name] == cover[name] for name in ROUTE), "inside and outside differ")
    require(len(manifest["parts"]) == cover["parts"], "number of parts")
    parts = cut(plain[4 + length :], manifest["parts"])
    return OpenedPackage(cover=cover, manifest=manifest, parts=parts, certificates=certificates)


def unwrap(private_key: bytes, enc: bytes, wrapped: bytes) -> bytes:
    require((len(enc), len(wrapped)) == (65, 48), "wrapped key")
    parts = {
        "x": int.from_bytes(enc[1:33], "big"),
        "y": int.from_bytes(enc[33:], "big"),
        "hash": wrapped[:32],
        "text": wrapped[32:],
    }
    return bytes(sm2_decrypt(private_key, Cipher(parts).dump()))


def decrypt(key: bytes, body: bytes, aad: bytes) -> bytes:
    step = CHUNK + TAG
    pieces = [body[start : start + step] for start in range(0, len(body), step)]
    plain = []
    for number, piece in enumerate(pieces):
        last = b"\x01" if number == len(pieces) - 1 else b"\x00"
        nonce = number.to_bytes(11, "big") + last
        try:
            plain.append(sm4_gcm_decrypt(key, nonce, aad, piece[:-TAG], piece[-TAG:]))
        except InvalidValueError as exc:
            raise NotGenuineError("chunk") from exc
    return b"".join(plain)


def cut(rest: bytes, listed: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    for one in listed:
        data, rest = rest[: one["size"]], rest[one["size"] :]
        require(sm3(data).hex() == one["sm3"], "digest of a part")
        parts[one["name"]] = data
    require(not rest, "bytes that belong to no part")
    return parts


# --- the other way round


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A counter of somebody else's making."""

    key: bytes
    """The private number, 32 bytes."""
    certificates: tuple[bytes, ...]
    """DER, its own first."""

    def sign(self, kind: str, payload: Mapping[str, Any]) -> str:
        header = {
            "alg": ALGORITHM,
            "typ": kind,
            "x5c": [base64.b64encode(one).decode() for one in self.certificates],
            "x5t#S256": thumbprint(self.certificates[0]),
        }
        start = f"{base64url(canonical(header))}.{base64url(canonical(payload))}"
        point = public_point(self.certificates[0])
        numbers = Numbers.load(sm2_sign(self.key, point, start.encode())).native
        return f"{start}.{base64url(b''.join(one.to_bytes(32, 'big') for one in numbers))}"


def make_package(
    sender: Sender,
    recipient: bytes,
    parts: Sequence[tuple[str, str, bytes]],
    *,
    random: Callable[[int], bytes],
    route: Mapping[str, Any],
) -> bytes:
    """Seal (name, media type, bytes) to a certificate; `route` has office, terminal, and so on."""
    route = {**route, "recipient": thumbprint(recipient), "suite": 2, "version": 1}
    key = random(16)
    cipher = Cipher.load(sm2_encrypt(public_point(recipient), key)).native
    enc = b"\x04" + cipher["x"].to_bytes(32, "big") + cipher["y"].to_bytes(32, "big")
    wrapped = cipher["hash"] + cipher["text"]
    listed = [
        {"media_type": kind, "name": name, "size": len(data), "sm3": sm3(data).hex()}
        for name, kind, data in parts
    ]
    manifest = sender.sign("mrk-manifest+jws", {**route, "parts": listed}).encode()
    plain = len(manifest).to_bytes(4, "big") + manifest + b"".join(data for *_, data in parts)
    body = encrypt(key, plain, sm3(binding(route) + enc + wrapped))
    claims: JSONObject = {
        **route,
        "body_sm3": sm3(body).hex(),
        "body_size": len(body),
        "enc": enc.hex(),
        "parts": len(parts),
        "wrapped_key": wrapped.hex(),
    }
    cover = sender.sign("mrk-cover+jws", claims).encode()
    return b"MRK1\x00\x02" + len(cover).to_bytes(4, "big") + cover + body


def encrypt(key: bytes, plain: bytes, aad: bytes) -> bytes:
    pieces = [plain[start : start + CHUNK] for start in range(0, len(plain), CHUNK)]
    sealed: list[bytes] = []
    for number, piece in enumerate(pieces):
        last = b"\x01" if number == len(pieces) - 1 else b"\x00"
        sealed += sm4_gcm_encrypt(key, number.to_bytes(11, "big") + last, aad, piece)
    return b"".join(sealed)


# --- certificates


def check_chain(certificates: Sequence[bytes], bundle: Mapping[str, Any], at: str) -> None:
    """Let openssl judge each link up to the root; it takes the identifier for one at a time."""
    moment = datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    roots = [base64.b64decode(one) for one in bundle["roots"]]
    chain = [*certificates, *roots]
    with tempfile.TemporaryDirectory() as name:
        paths = [Path(name) / f"{number}.pem" for number in range(len(chain))]
        for path, der in zip(paths, chain, strict=True):
            path.write_bytes(run_openssl("x509", "-inform", "DER", stdin=der))
        for below, above in pairwise(paths):
            run_openssl(
                *("verify", "-x509_strict", "-attime", str(int(moment.timestamp()))),
                *("-vfyopt", "distid:1234567812345678", "-partial_chain"),
                *("-no-CApath", "-no-CAstore", "-trusted", str(above), str(below)),
            )


def is_on_list(der: bytes, bundle: Mapping[str, Any], issuer: bytes) -> bool:
    """Say whether the issuer's list holds a certificate; GmSSL checks the list's signature."""
    number = x509.Certificate.load(der).serial_number
    for text in bundle["crls"]:
        found = crl.CertificateList.load(base64.b64decode(text))
        body, signature = found["tbs_cert_list"], found["signature"].native
        require(bool(sm2_verify(public_point(issuer), body.dump(), signature)), "list")
        listed = [one["user_certificate"].native for one in body["revoked_certificates"]]
        if number in listed:
            return True
    return False
