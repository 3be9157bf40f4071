"""Signed JSON: JWS compact serialisation with ES256 or SM2, as the key demands, and nothing else."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry, deserialize_compact

from certs.canonical import decode_object, encode
from certs.errors import (
    JSONRefusedError,
    KeyUnsuitableError,
    SM2SignatureError,
    StatementDamagedError,
    StatementForgedError,
)
from certs.identity import MALFORMED
from certs.keys import public_key_of, thumbprint
from certs.ports import Signer
from certs.sm2.keys import SM2PublicKey

ES256: Final = "ES256"
SM2: Final = "urn:oid:1.2.156.10197.1.501"
"""SM2 with SM3 has no registered name, so it goes by its object identifier as a URN.

Source: RFC 7515 section 4.1.1 (a name that cannot collide), RFC 3061, GM/T 0006-2012.
"""
SigningKey = ec.EllipticCurvePublicKey | SM2PublicKey
_HALF: Final = 32
_MOST_CERTIFICATES: Final = 4


class _Registry(JWSRegistry):
    """The library's checks with one algorithm and with room for certificates in the header."""

    max_header_length = 16 * 1024
    max_payload_length = 1024 * 1024
    max_signature_length = 128

    def __init__(self) -> None:
        super().__init__(algorithms=[ES256])


@dataclass(frozen=True, slots=True, kw_only=True)
class Unverified:
    """The parts of a JWS as they stand; nobody has vouched for them yet."""

    header: Mapping[str, Any]
    payload: bytes


def sign_jws(payload: bytes, header: Mapping[str, Any], signer: Signer) -> str:
    """Sign bytes; `alg` is added to the header, which is written in canonical form.

    Raises:
        KeyUnsuitableError: the signer's key is neither on P-256 nor on the SM2 curve.
    """
    key = require_signing_key(signer.certificate)
    protected = encode({**header, "alg": algorithm_of(key)})
    signing_input = f"{_base64(protected)}.{_base64(payload)}"
    # The key may live in a card or a server, so the library cannot do this half; RFC 7518
    # section 3.4 wants the two numbers side by side instead of the DER that keys give.
    r, s = decode_dss_signature(signer.sign(signing_input.encode("ascii")))
    signature = r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")
    return f"{signing_input}.{_base64(signature)}"


def read_jws(text: str, *, largest: int) -> Unverified:
    """Take a JWS apart without believing it; the header must be canonical JSON.

    Raises:
        StatementDamagedError: not a compact JWS, or longer than `largest` characters.
    """
    if len(text) > largest or not text.isascii():
        raise StatementDamagedError("too long or not ASCII")
    segments = text.split(".")
    if len(segments) != 3:
        raise StatementDamagedError("not three segments")
    header, payload, _ = (_unbase64(segment) for segment in segments)
    try:
        return Unverified(
            header=decode_object(header, largest=_Registry.max_header_length), payload=payload
        )
    except JSONRefusedError as exc:
        raise StatementDamagedError("header") from exc


def verify_jws(text: str, certificate: x509.Certificate, header: Mapping[str, Any]) -> bytes:
    """Give the payload if this certificate's key signed it under exactly this header.

    The algorithm comes from the key, never from the header: P-256 keys sign ES256, SM2 keys SM2
    with SM3. `header` is what the caller expects, without `alg`; a member more or less is a forgery.

    Raises:
        StatementDamagedError: not a compact JWS.
        StatementForgedError: another header, algorithm or key.
    """
    found = read_jws(text, largest=2 * _Registry.max_payload_length)
    key = require_signing_key(certificate)
    if dict(found.header) != {**header, "alg": algorithm_of(key)}:
        raise StatementForgedError("header")
    if isinstance(key, SM2PublicKey):
        return _verify_sm2(text, key, found.payload)
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    try:
        return deserialize_compact(text, ECKey.import_key(pem), registry=_Registry()).payload
    except (JoseError, ValueError) as exc:
        raise StatementForgedError("signature") from exc


def _verify_sm2(text: str, key: SM2PublicKey, payload: bytes) -> bytes:
    """Verify what the library does not know; everything else about the text is checked by now."""
    signing_input, _, segment = text.rpartition(".")
    signature = _unbase64(segment)
    if len(signature) != 2 * _HALF:
        raise StatementForgedError("signature")
    r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
    try:
        key.verify(encode_dss_signature(r, s), signing_input.encode("ascii"))
    except SM2SignatureError as exc:
        raise StatementForgedError("signature") from exc
    return payload


def require_signing_key(certificate: x509.Certificate) -> SigningKey:
    """Give the certificate's key if it may sign JSON.

    Raises:
        KeyUnsuitableError: it is of another kind, or no key at all.
    """
    key = public_key_of(certificate)
    if isinstance(key, SM2PublicKey):
        return key
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise KeyUnsuitableError("neither P-256 nor SM2")
    return key


def algorithm_of(key: SigningKey) -> str:
    """Give the value of `alg` that a key signs with."""
    return SM2 if isinstance(key, SM2PublicKey) else ES256


def certificate_header(signer: Signer) -> dict[str, Any]:
    """Name the signer in a header: x5t#S256, and x5c with the certificates themselves.

    Source: RFC 7515 sections 4.1.6 and 4.1.8.
    """
    certificates = (signer.certificate, *signer.chain)
    return {
        "x5c": [
            base64.b64encode(one.public_bytes(Encoding.DER)).decode("ascii") for one in certificates
        ],
        "x5t#S256": thumbprint(signer.certificate),
    }


def read_certificates(header: Mapping[str, Any]) -> tuple[x509.Certificate, ...]:
    """Take the certificates out of a header, the signer's first; none of them is trusted yet.

    Raises:
        StatementDamagedError: missing, too many, damaged, or x5t#S256 is another's.
    """
    texts = header.get("x5c")
    if not isinstance(texts, list) or not 1 <= len(texts) <= _MOST_CERTIFICATES:
        raise StatementDamagedError("x5c")
    try:
        certificates = tuple(
            x509.load_der_x509_certificate(base64.b64decode(text, validate=True)) for text in texts
        )
        first = thumbprint(certificates[0])
    except MALFORMED as exc:
        raise StatementDamagedError("x5c") from exc
    if header.get("x5t#S256") != first:
        raise StatementDamagedError("x5t#S256")
    return certificates


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _unbase64(segment: str) -> bytes:
    try:
        data = base64.b64decode(segment + "=" * (-len(segment) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as exc:
        raise StatementDamagedError("base64url") from exc
    # One spelling only, so that nobody can change a text without changing its meaning.
    if _base64(data) != segment:
        raise StatementDamagedError("base64url")
    return data


def encode_claims(claims: Mapping[str, Any]) -> bytes:
    """Write claims as canonical JSON.

    Raises:
        StatementDamagedError: something in them is not JSON.
    """
    try:
        return encode(dict(claims))
    except JSONRefusedError as exc:
        raise StatementDamagedError("claims") from exc


def decode_claims(payload: bytes, *, largest: int) -> dict[str, Any]:
    """Read verified claims.

    Raises:
        StatementDamagedError: not one canonical JSON object of at most `largest` bytes.
    """
    try:
        return decode_object(payload, largest=largest)
    except JSONRefusedError as exc:
        raise StatementDamagedError("claims") from exc
