"""The signed code on a certificate's paper: COSE in an address that any camera opens.

It is so small that it goes, with its address, into a QR code of 2.5 cm, and it needs no network.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

import cbor2
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256

from certs.bundle import TrustBundle
from certs.errors import (
    KeyUnsuitableError,
    SignerNotTrustedError,
    SM2SignatureError,
    StatementDamagedError,
    StatementForgedError,
)
from certs.identity import Role
from certs.jws import SigningKey, require_signing_key
from certs.ports import Signer
from certs.sm2.keys import SM2PublicKey

# Version 1 of the code, told by the "/Q/" of its address. The COSE layout never changes; claims may
# be added under new numbers, none removed or given another meaning.
PATH: Final = "/Q/"
KEY_ID_SIZE: Final = 4
"""Bytes; they find the key, and the signature proves it."""
LARGEST_CLAIMS: Final = 255
_ES256: Final = -7
_SM2: Final = -65537
"""Of COSE's range for private use (RFC 9053, table 16): SM2 with SM3 has no number there."""
_HALF: Final = 32
_CODE: Final = re.compile(r"https?://[!-~]+?/Q/([1-9][0-9]{150,1000})", re.IGNORECASE)

NUMBER, RIGHT, OBLIGORS, REGISTERED_ON, AMOUNT, RANK, SPECIMEN = range(1, 8)
"""Claims; docs/formats.md section 12.2 says what each holds."""


def sign_code(claims: Mapping[int, Any], signer: Signer) -> bytes:
    """Sign claims as COSE_Sign1 in deterministic CBOR.

    Raises:
        StatementDamagedError: the claims are too long for a code, or shorter than any.
        KeyUnsuitableError: the signer's key is neither on P-256 nor on the SM2 curve.

    Source: RFC 9052 sections 4.2 and 4.4, RFC 8949 section 4.2.
    """
    payload = cbor2.dumps(dict(claims), canonical=True)
    if not 24 <= len(payload) <= LARGEST_CLAIMS:
        raise StatementDamagedError("claims")
    protected = _protected(signer.certificate)
    r, s = decode_dss_signature(signer.sign(_to_be_signed(protected, payload)))
    signature = r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")
    tagged = cbor2.CBORTag(18, [protected, {}, payload, signature])
    return cbor2.dumps(tagged, canonical=True)


def write_code(token: bytes, public_url: str) -> str:
    """Return the text of the QR code: the address with the token as one decimal number.

    A QR code holds capitals and figures in far less room than other characters; host names may be
    written in capitals (RFC 3986 section 3.2.2), paths may not.
    """
    parts = urlsplit(public_url)
    host = f"{parts.scheme}://{parts.netloc}".upper()
    return f"{host}{parts.path.rstrip('/')}{PATH}{int.from_bytes(token, 'big')}"


def read_code(text: str) -> bytes:
    """Take the token out of the text of a QR code; whose address it is says nothing.

    Raises:
        StatementDamagedError: no such code.
    """
    found = _CODE.fullmatch(text.strip())
    if found is None:
        raise StatementDamagedError("no code")
    number = int(found[1])
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def check_code(token: bytes, bundle: TrustBundle) -> tuple[dict[int, Any], x509.Certificate]:
    """Give the claims of a genuine token, and the QR certificate whose key signed it.

    Nothing of the claims is decoded before a signature holds. Whether that certificate is still
    good, and whether the right still stands, is for the caller to ask.

    Raises:
        StatementDamagedError: no token at all.
        StatementForgedError: a key of the bundle is named and did not sign this.
        SignerNotTrustedError: no QR key of the bundle is named.
    """
    if not token.startswith(b"\xd2\x84"):
        raise StatementDamagedError("no COSE_Sign1")
    named = list(_named(token, bundle))
    if not named:
        raise SignerNotTrustedError("unknown key")
    for certificate, protected, rest in named:
        payload = rest[2:-66]
        if rest != b"\x58" + bytes([len(payload) & 0xFF]) + payload + b"\x58\x40" + rest[-64:]:
            continue
        if _holds(require_signing_key(certificate), _to_be_signed(protected, payload), rest[-64:]):
            return _decode(payload), certificate
    raise StatementForgedError("signature")


def describe(claims: Mapping[int, Any]) -> dict[str, Any]:
    """Return the claims with words for numbers: what a person may compare with the paper.

    Raises:
        StatementDamagedError: an office signed what is no code of this version.
    """
    try:
        place, year, serial = claims[NUMBER]
        told = {
            "certificate_no": f"{place[0]}（{year}）{place[1:]}不动产证明第{serial:07d}号",
            "right": RIGHTS.get(claims[RIGHT], claims[RIGHT]),
            "obligors": [str(one) for one in claims[OBLIGORS] if isinstance(one, str)],
            "obligor_count": _count(claims[OBLIGORS]),
            "registered_on": _day(claims[REGISTERED_ON]),
        }
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as exc:
        raise StatementDamagedError("claims") from exc
    more = {"amount_fen": AMOUNT, "rank": RANK, "is_specimen": SPECIMEN}
    return told | {name: claims[key] for name, key in more.items() if key in claims}


RIGHTS: Final[Mapping[Any, str]] = {
    1: "抵押权",
    2: "预告登记（预购商品房抵押权）",
    3: "预告登记（预购商品房）",
}
"""证明权利或事项, by its number in a code; any other stands there as text."""


def _count(obligors: list[object]) -> int:
    last = obligors[-1]
    return last if isinstance(last, int) else len(obligors)


def _day(days: int) -> str:
    # Days since 1970-01-01, as RFC 8943 counts them.
    return date.fromordinal(date(1970, 1, 1).toordinal() + days).isoformat()


def _protected(certificate: x509.Certificate) -> bytes:
    key = require_signing_key(certificate)
    algorithm = _SM2 if isinstance(key, SM2PublicKey) else _ES256
    return cbor2.dumps({1: algorithm, 4: key_id(certificate)}, canonical=True)


def key_id(certificate: x509.Certificate) -> bytes:
    """Return what a code calls a certificate: the first bytes of its thumbprint."""
    return certificate.fingerprint(SHA256())[:KEY_ID_SIZE]


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)


def _named(token: bytes, bundle: TrustBundle) -> Iterator[tuple[x509.Certificate, bytes, bytes]]:
    """Yield each QR certificate that a token may name, its header, and what follows in the token."""
    for certificate in bundle.certificates(Role.QR):
        try:
            protected = _protected(certificate)
        except KeyUnsuitableError:
            continue
        head = b"\xd2\x84" + cbor2.dumps(protected) + b"\xa0"
        if token.startswith(head):
            yield certificate, protected, token[len(head) :]


def _holds(key: SigningKey, data: bytes, signature: bytes) -> bool:
    r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
    der = encode_dss_signature(r, s)
    try:
        if isinstance(key, SM2PublicKey):
            key.verify(der, data)
        else:
            key.verify(der, data, ec.ECDSA(SHA256()))
    except (InvalidSignature, SM2SignatureError):
        return False
    return True


def _decode(payload: bytes) -> dict[int, Any]:
    try:
        claims = cbor2.loads(payload)
    except (cbor2.CBORDecodeError, ValueError) as exc:
        raise StatementDamagedError("claims") from exc
    if not isinstance(claims, dict):
        raise StatementDamagedError("claims")
    return claims
