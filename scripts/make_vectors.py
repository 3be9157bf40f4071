"""Makes the test vectors of docs/formats.md, always the same bytes.

    python -m scripts.make_vectors [DIR]

Without DIR they go to tests/data/vectors. Keys, content key and ephemeral key are fixed and
public, so that anybody can follow every step; real packages take all of them fresh.
"""

import base64
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import cbor2
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKeyPair

from certs.bundle import to_json
from certs.canonical import encode
from certs.chunks import CHUNK_SIZE, TAG_SIZE, encrypt_chunks
from certs.codes import sign_code, write_code
from certs.cover import COVER_TYPE, MAGIC, VERSION, binding, format_time
from certs.envelope import MANIFEST_TYPE, Part
from certs.identity import SuiteName
from certs.jws import certificate_header, read_jws, sign_jws
from certs.keys import public_key_of, thumbprint
from certs.ports import Suite
from certs.signers.softkey import SoftKeySigner
from certs.sm2.keys import SM2PublicKey, cipher_from_raw
from certs.statements import sign_statement
from certs.suites import INTERNATIONAL, find_suite
from certs.tokens import sign_token
from registration.ink import InkPoint, Stroke, check_ink, ink_sha256
from registration.outcomes import AcceptanceReceipt
from registration.schema import decode_json, format_answer
from scripts.vector_keys import (
    AT,
    RULE,
    RULE_NATIONAL,
    SEQUENCE,
    TERMINAL,
    Ring,
    make_key,
    make_ring,
    number_of,
    scalar,
)
from scripts.vector_log import make_log, make_receipt
from scripts.vector_sm2 import wrap

ROOT: Final = Path(__file__).resolve().parent.parent
VECTORS: Final = ROOT / "tests/data/vectors"
APPLICATION: Final = VECTORS / "application.json"
"""Kept as it is: what was written in version 1 must stay readable when members are added."""
NOTE: Final = "Test vectors of docs/formats.md. Every key here is public: never trust one of them."

_LINE: Final = b"a made-up material of the test vectors\n"
_CONTENT_KEY: Final = hashlib.sha256(b"mortgage registration public content key/1").digest()

Files = dict[str, bytes]
JSONObject = dict[str, Any]


def make_vectors() -> Files:
    """Return every vector file by name."""
    ring = make_ring()
    parts = make_parts()
    package, steps = make_package(ring, parts)
    statement, journal = make_receipt(ring, package)
    return {
        "package.bin": package,
        "trust.json": to_json(ring.bundle),
        "keys.json": _pretty(describe_keys(ring)),
        "package.json": _pretty(steps),
        "receipt.json": _pretty({"note": NOTE, **_jws(statement)}),
        "answer.json": _pretty(make_answer(ring, package)),
        "journal.json": _pretty({"note": NOTE, "records": journal}),
        "log.json": _pretty({"note": NOTE, **make_log(ring, package)}),
        "token.json": _pretty(make_token(ring)),
        "code.json": _pretty(make_code(ring)),
        "ink.json": _pretty(make_ink()),
        **{f"national/{name}": data for name, data in make_national(parts).items()},
    }


def make_national(parts: Sequence[Part]) -> Files:
    """Return the same of the national suite, where it differs."""
    ring = make_ring(SuiteName.NATIONAL)
    package, steps = make_package(ring, parts)
    statement, _ = make_receipt(ring, package)
    return {
        "package.bin": package,
        "trust.json": to_json(ring.bundle),
        "keys.json": _pretty(describe_keys(ring)),
        "package.json": _pretty(steps),
        "receipt.json": _pretty({"note": NOTE, **_jws(statement)}),
        "token.json": _pretty(make_token(ring)),
        "code.json": _pretty(make_code(ring)),
    }


def make_parts() -> tuple[Part, ...]:
    """Return the parts: a list, an application that never changes, a short and a long material."""
    contents = [_LINE * 3, (_LINE * 4000)[:150_000]]
    names = [f"materials/{hashlib.sha256(data).hexdigest()}" for data in contents]
    listed = {"applications": ["applications/1.json"], "materials": names, "version": 1}
    return (
        Part("package.json", "application/json", encode(listed)),
        Part("applications/1.json", "application/json", APPLICATION.read_bytes()),
        *(Part(name, "text/plain", data) for name, data in zip(names, contents, strict=True)),
    )


def make_package(ring: Ring, parts: Sequence[Part]) -> tuple[bytes, JSONObject]:
    """Seal the parts step by step; return the package and every value on the way."""
    signer = ring.signer("package")
    suite = find_suite(signer.certificate)
    content_key = _CONTENT_KEY[: suite.key_size]
    route = {
        "office": decode_json(parts[1].data)["office"],
        "recipient": thumbprint(ring.holder("envelope").certificate),
        "sealed_at": format_time(AT),
        "sequence": SEQUENCE,
        "suite": suite.suite_id,
        "terminal": TERMINAL,
        "version": VERSION,
    }
    info = binding(route)
    enc, wrapped_key = (_wrap if suite.suite_id == INTERNATIONAL else _wrap_sm2)(ring, info)
    manifest = _manifest(signer, suite, route, parts)
    plain = b"".join(
        [len(manifest).to_bytes(4, "big"), manifest.encode(), *(part.data for part in parts)]
    )
    aad = suite.digest(info + enc + wrapped_key)
    body = encrypt_chunks(suite, content_key, plain, aad)
    claims = {
        **route,
        f"body_{suite.digest_name}": suite.digest(body).hex(),
        "body_size": len(body),
        "enc": enc.hex(),
        "parts": len(parts),
        "wrapped_key": wrapped_key.hex(),
    }
    cover = sign_jws(encode(claims), {"typ": COVER_TYPE, **certificate_header(signer)}, signer)
    prefix = MAGIC + suite.suite_id.to_bytes(2, "big") + len(cover).to_bytes(4, "big")
    package = prefix + cover.encode() + body
    return package, {
        "note": NOTE,
        "prefix": prefix.hex(),
        "cover": _jws(cover),
        "binding": info.decode().replace("\x00", "\\0"),
        **_describe_wrapping(ring, info, enc, wrapped_key),
        "content_key": content_key.hex(),
        "chunk_aad": aad.hex(),
        "chunks": _chunks(plain, body),
        "plain": _measure(plain),
        "manifest": _jws(manifest),
        "parts": [
            {"name": one.name, "media_type": one.media_type, **_measure(one.data)} for one in parts
        ],
        "body": _measure(body),
        "package": _measure(package),
    }


def _describe_wrapping(ring: Ring, info: bytes, enc: bytes, wrapped_key: bytes) -> JSONObject:
    common = {
        "ephemeral_private_key": f"{number_of('ephemeral', ring.suite):064x}",
        "recipient_private_key": f"{ring.holder('envelope').number:064x}",
    }
    if ring.suite is SuiteName.NATIONAL:
        cipher = cipher_from_raw(enc + wrapped_key)
        known = {"c1": enc.hex(), "c3_c2": wrapped_key.hex(), "SM2Cipher": cipher.hex()}
        return {"sm2": {**common, **known}}
    algorithms = {"kem_id": 0x0010, "kdf_id": 0x0001, "aead_id": 0x0002, "mode": 0}
    known = {"info": info.hex(), "aad": "", "enc": enc.hex(), "ciphertext": wrapped_key.hex()}
    return {"hpke": {**algorithms, **common, **known}}


def _wrap_sm2(ring: Ring, _info: bytes) -> tuple[bytes, bytes]:
    """Wrap the content key as GB/T 32918.4 says, with a number that is known beforehand."""
    public = public_key_of(ring.holder("envelope").certificate)
    assert isinstance(public, SM2PublicKey)
    return wrap(public, _CONTENT_KEY[:16], number_of("ephemeral", ring.suite))


def _wrap(ring: Ring, info: bytes) -> tuple[bytes, bytes]:
    """Wrap the content key as RFC 9180 says, with an ephemeral key that is known beforehand."""
    recipient = make_key("envelope").public_key()
    assert ring.suite is SuiteName.INTERNATIONAL
    suite = CipherSuite.new(KEMId.DHKEM_P256_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)
    raw = recipient.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    ephemeral = make_key("ephemeral")
    point = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    pair = KEMKeyPair(
        suite.kem.deserialize_private_key(scalar("ephemeral").to_bytes(32, "big")),
        suite.kem.deserialize_public_key(point),
    )
    enc, context = suite.create_sender_context(
        suite.kem.deserialize_public_key(raw), info=info, eks=pair
    )
    return enc, context.seal(_CONTENT_KEY)


def _manifest(
    signer: SoftKeySigner, suite: Suite, route: Mapping[str, Any], parts: Sequence[Part]
) -> str:
    listed = [
        {
            "media_type": one.media_type,
            "name": one.name,
            suite.digest_name: suite.digest(one.data).hex(),
            "size": len(one.data),
        }
        for one in parts
    ]
    header = {"typ": MANIFEST_TYPE, **certificate_header(signer)}
    return sign_jws(encode({**route, "parts": listed}), header, signer)


def _chunks(plain: bytes, body: bytes) -> list[JSONObject]:
    starts = range(0, len(plain), CHUNK_SIZE)
    found = []
    for number, start in enumerate(starts):
        sealed = body[number * (CHUNK_SIZE + TAG_SIZE) :][: CHUNK_SIZE + TAG_SIZE]
        last = "01" if start == starts[-1] else "00"
        found.append(
            {
                "nonce": number.to_bytes(11, "big").hex() + last,
                "plain": _measure(plain[start : start + CHUNK_SIZE]),
                "sealed": _measure(sealed),
                "tag": sealed[-TAG_SIZE:].hex(),
            }
        )
    return found


def make_answer(ring: Ring, package: bytes) -> JSONObject:
    """Return an acceptance of the application."""
    answer = AcceptanceReceipt(
        case_no="20260929-0000001",
        application_id="A-4102-0001-20260929-000001",
        package_sha256=hashlib.sha256(package).hexdigest(),
        accepted_at=AT,
        due=(),
    )
    kind, claims = format_answer(answer)
    return {"note": NOTE, **_jws(sign_statement(kind, claims, ring.signer("office"), AT))}


def make_token(ring: Ring) -> JSONObject:
    """Return a QR token."""
    claims = {"n": "豫（2026）开封市不动产证明第0000001号", "d": "2026-09-29"}
    return {"note": NOTE, **_jws(sign_token(claims, ring.signer("qr")))}


def make_code(ring: Ring) -> JSONObject:
    """Return the code of a paper: the claims in CBOR, the COSE_Sign1, the text of the QR code."""
    claims: dict[int, Any] = {
        1: ["豫开封市", 2026, 1],
        2: 1,
        3: ["张*", "李*"],
        4: 20725,
        5: 86_000_000,
        6: 1,
        7: True,
    }
    token = sign_code(claims, ring.signer("qr"))
    return {
        "note": NOTE,
        "claims": {str(name): value for name, value in claims.items()},
        "claims_cbor": cbor2.dumps(claims, canonical=True).hex(),
        "cose_sign1": token.hex(),
        "text": write_code(token, "https://registration.example"),
    }


def make_ink() -> JSONObject:
    """Return two strokes, the text that is hashed, and its digest."""
    strokes = tuple(
        Stroke(
            tuple(InkPoint(s * 400 + t * 40, 300 + t * 120, 500 + s * 200, 500) for t in range(8))
        )
        for s in range(2)
    )
    assert check_ink(strokes) is None
    points = [[[p.t_ms, p.x, p.y, p.pressure] for p in stroke.points] for stroke in strokes]
    text = "\n".join(" ".join(",".join(map(str, p)) for p in stroke) for stroke in points)
    return {"note": NOTE, "strokes": points, "text": text, "sha256": ink_sha256(strokes)}


def describe_keys(ring: Ring) -> JSONObject:
    """Return every test key as a number, with its certificate."""
    return {
        "note": NOTE,
        "rule": RULE if ring.suite is SuiteName.INTERNATIONAL else RULE_NATIONAL,
        "at": format_time(AT),
        "keys": {
            one.name: {
                "role": one.role.value,
                "curve": one.curve,
                "private_key": f"{one.number:x}",
                "certificate": base64.b64encode(
                    one.certificate.public_bytes(Encoding.DER)
                ).decode(),
                "thumbprint": thumbprint(one.certificate),
            }
            for one in ring.holders
        },
    }


def _jws(text: str) -> JSONObject:
    found = read_jws(text, largest=1024 * 1024)
    return {
        "text": text,
        "header": dict(found.header),
        "payload": json.loads(found.payload),
        "payload_sha256": hashlib.sha256(found.payload).hexdigest(),
    }


def _measure(data: bytes) -> JSONObject:
    return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def _pretty(value: JSONObject) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def main() -> None:
    """Write the vectors."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else VECTORS
    (folder / "national").mkdir(parents=True, exist_ok=True)
    for name, data in make_vectors().items():
        (folder / name).write_bytes(data)
        print(f"{folder / name}: {len(data)} bytes")


if __name__ == "__main__":
    main()
