"""Opens and makes sealed packages by docs/formats.md alone, with other people's libraries.

JWS by jwcrypto, HPKE by pyhpke, AES-GCM by PyCryptodome, certificates by the openssl command,
canonical JSON by the standard library. Nothing of the project itself is imported here.
"""

import base64
import hashlib
import json
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from Crypto.Cipher import AES
from jwcrypto.jwk import JWK  # type: ignore[import-untyped]  # has no types
from jwcrypto.jws import JWS  # type: ignore[import-untyped]  # has no types
from pyhpke import AEADId, CipherSuite, KDFId, KEMId

CHUNK: Final = 64 * 1024
TAG: Final = 16
ROUTE: Final = ("office", "recipient", "sealed_at", "sequence", "suite", "terminal", "version")
HPKE: Final = CipherSuite.new(KEMId.DHKEM_P256_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)

JSONObject = dict[str, Any]


class NotGenuineError(Exception):
    """Something is not as docs/formats.md says."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A JWS whose signature held."""

    header: JSONObject
    payload: JSONObject


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPackage:
    """What was inside."""

    cover: JSONObject
    manifest: JSONObject
    parts: Mapping[str, bytes]
    certificates: tuple[bytes, ...]
    """DER, the signer's first; whether to trust them is asked of openssl."""


def require(holds: bool, what: str) -> None:
    if not holds:
        raise NotGenuineError(what)


def canonical(value: Any) -> bytes:
    """RFC 8785 for what the formats use: text, whole numbers, true, false, null, lists, objects.

    The standard library sorts by code point; RFC 8785 sorts by UTF-16, so keys are put in order
    beforehand.
    """
    text = json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8")


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return {key: _ordered(value[key]) for key in keys}
    return [_ordered(item) for item in value] if isinstance(value, list) else value


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unbase64url(text: str) -> bytes:
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    require(base64url(data) == text, "base64url")
    return data


def thumbprint(der: bytes) -> str:
    return base64url(hashlib.sha256(der).digest())


def read_canonical(data: bytes) -> JSONObject:
    value = json.loads(data)
    require(isinstance(value, dict) and canonical(value) == data, "not canonical JSON")
    return dict(value)


def public_key(der: bytes) -> JWK:
    pem = run_openssl("x509", "-inform", "DER", "-noout", "-pubkey", stdin=der)
    return JWK.from_pem(pem)


def check_jws(text: str, kind: str, der: bytes) -> Signed:
    """Check a compact JWS against a certificate's key."""
    header = read_canonical(unbase64url(text.split(".", maxsplit=1)[0]))
    require(header.get("alg") == "ES256" and header.get("typ") == kind, "header")
    jws = JWS()
    jws.allowed_algs = ["ES256"]
    try:
        jws.deserialize(text, public_key(der))
    except Exception as exc:
        raise NotGenuineError("signature") from exc
    return Signed(header, read_canonical(jws.payload))


def certificates_of(text: str) -> tuple[bytes, ...]:
    """Take x5c out of a JWS that nobody has checked yet; x5t#S256 must name the first."""
    header = read_canonical(unbase64url(text.split(".", maxsplit=1)[0]))
    found = tuple(base64.b64decode(one, validate=True) for one in header["x5c"])
    require(header["x5t#S256"] == thumbprint(found[0]), "x5t#S256")
    return found


def check_statement(text: str, kind: str) -> Signed:
    """Check a statement against the certificate that it carries."""
    certificates = certificates_of(text)
    signed = check_jws(text, kind, certificates[0])
    require(set(signed.header) == {"alg", "kid", "typ", "x5c", "x5t#S256"}, "header members")
    require(signed.header["kid"] == thumbprint(certificates[0]), "kid")
    require(set(signed.payload) == {"at", "claims"}, "payload members")
    return signed


def binding(route: Mapping[str, Any]) -> bytes:
    return b"MRK1 content key\x00" + canonical({name: route[name] for name in ROUTE})


def open_package(data: bytes, private_keys: Mapping[str, bytes]) -> OpenedPackage:
    """Open a package with the private number of the recipient's thumbprint."""
    require(data[:4] == b"MRK1" and data[4:6] == b"\x00\x01", "prefix")
    size = int.from_bytes(data[6:10], "big")
    text, body = data[10 : 10 + size].decode("ascii"), data[10 + size :]
    certificates = certificates_of(text)
    cover = check_jws(text, "mrk-cover+jws", certificates[0]).payload
    require((cover["version"], cover["suite"]) == (1, 1), "version")
    require(cover["body_size"] == len(body), "body size")
    require(cover["body_sha256"] == hashlib.sha256(body).hexdigest(), "body digest")
    enc, wrapped = bytes.fromhex(cover["enc"]), bytes.fromhex(cover["wrapped_key"])
    info = binding(cover)
    key = unwrap(private_keys[cover["recipient"]], enc, wrapped, info)
    plain = decrypt(key, body, hashlib.sha256(info + enc + wrapped).digest())
    length = int.from_bytes(plain[:4], "big")
    manifest_text = plain[4 : 4 + length].decode("ascii")
    require(certificates_of(manifest_text) == certificates, "another signer inside")
    manifest = check_jws(manifest_text, "mrk-manifest+jws", certificates[0]).payload
    require(all(manifest[name] == cover[name] for name in ROUTE), "inside and outside differ")
    require(len(manifest["parts"]) == cover["parts"], "number of parts")
    return OpenedPackage(
        cover=cover,
        manifest=manifest,
        parts=cut(plain[4 + length :], manifest["parts"]),
        certificates=certificates,
    )


def unwrap(private_key: bytes, enc: bytes, wrapped: bytes, info: bytes) -> bytes:
    context = HPKE.create_recipient_context(
        enc, HPKE.kem.deserialize_private_key(private_key), info=info
    )
    return bytes(context.open(wrapped))


def decrypt(key: bytes, body: bytes, aad: bytes) -> bytes:
    step = CHUNK + TAG
    pieces = [body[start : start + step] for start in range(0, len(body), step)]
    plain = []
    for number, piece in enumerate(pieces):
        last = b"\x01" if number == len(pieces) - 1 else b"\x00"
        cipher = AES.new(key, AES.MODE_GCM, nonce=number.to_bytes(11, "big") + last)
        cipher.update(aad)
        plain.append(cipher.decrypt_and_verify(piece[:-TAG], piece[-TAG:]))
    return b"".join(plain)


def cut(rest: bytes, listed: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    for one in listed:
        data, rest = rest[: one["size"]], rest[one["size"] :]
        require(hashlib.sha256(data).hexdigest() == one["sha256"], "digest of a part")
        require(one["name"] not in parts, "a name twice")
        parts[one["name"]] = data
    require(not rest, "bytes that belong to no part")
    return parts


# --- the other way round


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A counter of somebody else's making."""

    key: bytes
    """PEM."""
    certificates: tuple[bytes, ...]
    """DER, its own first."""

    def sign(self, kind: str, payload: Mapping[str, Any]) -> str:
        header = {
            "alg": "ES256",
            "typ": kind,
            "x5c": [base64.b64encode(one).decode() for one in self.certificates],
            "x5t#S256": thumbprint(self.certificates[0]),
        }
        jws = JWS(canonical(payload))
        jws.add_signature(JWK.from_pem(self.key), protected=canonical(header).decode())
        return str(jws.serialize(compact=True))


def make_package(
    sender: Sender,
    recipient: bytes,
    parts: Sequence[tuple[str, str, bytes]],
    *,
    random: Callable[[int], bytes],
    route: Mapping[str, Any],
    lies: Mapping[str, Any] | None = None,
    behind: bytes = b"",
) -> bytes:
    """Seal (name, media type, bytes) to a certificate; `route` has office, terminal, and so on.

    `lies` take the place of what the manifest should say, `behind` follows the parts.
    """
    route = {**route, "recipient": thumbprint(recipient), "suite": 1, "version": 1}
    info, key = binding(route), random(32)
    enc, context = HPKE.create_sender_context(_hpke_key(recipient), info=info)
    wrapped = context.seal(key)
    listed = [
        {"media_type": kind, "name": name, "sha256": _sha256(data), "size": len(data)}
        for name, kind, data in parts
    ]
    claims = {**route, "parts": listed, **(lies or {})}
    manifest = sender.sign("mrk-manifest+jws", claims).encode()
    plain = len(manifest).to_bytes(4, "big") + manifest
    plain += b"".join(data for *_, data in parts) + behind
    body = encrypt(key, plain, hashlib.sha256(info + enc + wrapped).digest())
    cover = sender.sign(
        "mrk-cover+jws",
        {
            **route,
            "body_sha256": _sha256(body),
            "body_size": len(body),
            "enc": enc.hex(),
            "parts": len(parts),
            "wrapped_key": wrapped.hex(),
        },
    ).encode()
    return b"MRK1\x00\x01" + len(cover).to_bytes(4, "big") + cover + body


def encrypt(key: bytes, plain: bytes, aad: bytes) -> bytes:
    pieces = [plain[start : start + CHUNK] for start in range(0, len(plain), CHUNK)]
    sealed: list[bytes] = []
    for number, piece in enumerate(pieces):
        last = b"\x01" if number == len(pieces) - 1 else b"\x00"
        cipher = AES.new(key, AES.MODE_GCM, nonce=number.to_bytes(11, "big") + last)
        cipher.update(aad)
        sealed += cipher.encrypt_and_digest(piece)
    return b"".join(sealed)


def _hpke_key(certificate: bytes) -> Any:
    jwk = json.loads(public_key(certificate).export_public())
    return HPKE.kem.deserialize_public_key(b"\x04" + unbase64url(jwk["x"]) + unbase64url(jwk["y"]))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# --- certificates


def run_openssl(*arguments: str, stdin: bytes = b"") -> bytes:
    ran = subprocess.run(
        ["openssl", *arguments], input=stdin, capture_output=True, check=False, timeout=30
    )
    if ran.returncode != 0:
        raise NotGenuineError((ran.stdout + ran.stderr).decode("utf-8", "replace"))
    return ran.stdout


def check_chain(
    certificates: Sequence[bytes], bundle: Mapping[str, Any], at: str, *, with_crl: bool = True
) -> str:
    """Let openssl build the chain to the bundle's root and ask its revocation lists."""
    moment = datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ders = [base64.b64decode(one) for one in bundle["roots"]]
        _write_pems(folder / "roots.pem", ders, "CERTIFICATE")
        crls = [base64.b64decode(one) for one in bundle["crls"]]
        _write_pems(folder / "crls.pem", crls, "X509 CRL")
        _write_pems(folder / "issuers.pem", certificates[1:], "CERTIFICATE")
        _write_pems(folder / "leaf.pem", certificates[:1], "CERTIFICATE")
        crl = ["-crl_check", "-CRLfile", str(folder / "crls.pem")] if with_crl else []
        return run_openssl(
            "verify",
            *("-x509_strict", "-attime", str(int(moment.timestamp())), *crl),
            *("-no-CApath", "-no-CAstore", "-CAfile", str(folder / "roots.pem")),
            *("-untrusted", str(folder / "issuers.pem"), str(folder / "leaf.pem")),
        ).decode()


def _write_pems(path: Path, ders: Sequence[bytes], label: str) -> None:
    text = "".join(
        f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n"
        for der in ders
    )
    path.write_text(text)
