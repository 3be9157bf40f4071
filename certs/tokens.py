"""The signed claims behind a certificate's QR code: short, and checked without a network."""

from collections.abc import Mapping
from typing import Any, Final

from cryptography import x509

from certs.bundle import TrustBundle
from certs.errors import SignerNotTrustedError, StatementDamagedError, StatementKindError
from certs.identity import Role
from certs.jws import decode_claims, encode_claims, read_jws, sign_jws, verify_jws
from certs.keys import thumbprint
from certs.ports import Signer

TOKEN_TYPE: Final = "mrk-qr"  # noqa: S105 - a media type, no secret
LARGEST_TOKEN: Final = 1200
"""Characters; about what a QR code of version 25 with medium correction holds."""

_KEY_ID_SIZE: Final = 8


def sign_token(claims: Mapping[str, Any], signer: Signer) -> str:
    """Sign claims as a token: URL-safe ASCII without padding.

    Raises:
        StatementDamagedError: the claims are not JSON, or too long for a QR code.
        KeyUnsuitableError: the signer's key is neither on P-256 nor on the SM2 curve.
    """
    header = {"kid": short_key_id(signer.certificate), "typ": TOKEN_TYPE}
    text = sign_jws(encode_claims(claims), header, signer)
    if len(text) > LARGEST_TOKEN:
        raise StatementDamagedError("too long")
    return text


def check_token(text: str, bundle: TrustBundle) -> dict[str, Any]:
    """Give the claims of a genuine token, signed by one of the bundle's QR keys.

    It proves that the office issued something, not that it still stands: for that ask the
    register.

    Raises:
        StatementDamagedError: no token at all.
        StatementKindError: a signed text of another kind.
        StatementForgedError: the signature does not hold.
        SignerNotTrustedError: no QR key of the bundle has this name.
    """
    signer = find_signer(text, bundle)
    expected = {"kid": short_key_id(signer), "typ": TOKEN_TYPE}
    return decode_claims(verify_jws(text, signer, expected), largest=LARGEST_TOKEN)


def find_signer(text: str, bundle: TrustBundle) -> x509.Certificate:
    """Give the QR certificate of the bundle that a token names; it may not have signed it.

    Raises:
        StatementDamagedError: no token at all.
        StatementKindError: a signed text of another kind.
        SignerNotTrustedError: no QR key of the bundle has this name.
    """
    header = read_jws(text, largest=LARGEST_TOKEN).header
    if header.get("typ") != TOKEN_TYPE:
        raise StatementKindError("another kind")
    # Eight characters only find the key; the signature proves it.
    named = [one for one in bundle.certificates(Role.QR) if short_key_id(one) == header.get("kid")]
    if not named:
        raise SignerNotTrustedError("unknown key")
    return named[0]


def short_key_id(certificate: x509.Certificate) -> str:
    """Give the first eight characters of the certificate's thumbprint."""
    return thumbprint(certificate)[:_KEY_ID_SIZE]
