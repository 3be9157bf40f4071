"""Signed statements: receipts, answers, configurations; what the office says over its name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography import x509

from certs.cover import format_time, parse_time
from certs.errors import (
    KeyUnsuitableError,
    StatementDamagedError,
    StatementForgedError,
    StatementKindError,
)
from certs.identity import Identity, Role
from certs.jws import (
    certificate_header,
    decode_claims,
    encode_claims,
    read_certificates,
    read_jws,
    sign_jws,
    verify_jws,
)
from certs.keys import fingerprint, thumbprint
from certs.ports import Signer
from certs.trust import TrustStore

LARGEST_STATEMENT: Final = 1024 * 1024
"""Characters."""

# Statements, version 1: the payload is {"at": time, "claims": {...}}. Members may be added to
# `claims` by each kind's own rules; the outer two never change.


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement whose signature and signer were found good."""

    kind: str
    at: datetime
    """When it was signed, by the signer's clock; UTC, whole seconds."""
    claims: Mapping[str, Any]
    signer: Identity
    certificate: x509.Certificate

    @property
    def signed_by(self) -> str:
        """Fingerprint of the signer's certificate: SHA-256, hexadecimal."""
        return fingerprint(self.certificate)


def sign_statement(kind: str, claims: Mapping[str, Any], signer: Signer, at: datetime) -> str:
    """Sign claims as a statement of one kind, e.g. `receipt/1`; ASCII, one line.

    Raises:
        StatementDamagedError: the claims are not JSON (floats are not), or are too long.
        KeyUnsuitableError: the signer's key is neither on P-256 nor on the SM2 curve.
    """
    header = {
        "kid": thumbprint(signer.certificate),
        "typ": kind,
        **certificate_header(signer),
    }
    payload = encode_claims({"at": format_time(at), "claims": dict(claims)})
    text = sign_jws(payload, header, signer)
    if len(text) > LARGEST_STATEMENT:
        raise StatementDamagedError("too long")
    return text


def check_statement(
    text: str, kind: str, trust: TrustStore, role: Role, at: datetime
) -> dict[str, Any]:
    """Give the claims of a genuine statement of this kind, signed in this role.

    `at` is the moment for which the signer's certificate is judged: now for news, the day of
    signing for evidence.

    Raises:
        StatementDamagedError: no statement at all.
        StatementKindError: a genuine statement of another kind.
        StatementForgedError: the signature does not hold.
        SignerNotTrustedError: signed by somebody else, or by a certificate that was revoked.
    """
    return dict(open_statement(text, kind, trust, role, at).claims)


def open_statement(text: str, kind: str, trust: TrustStore, role: Role, at: datetime) -> Statement:
    """Check a statement as `check_statement` does, and tell also who signed it and when."""
    unverified = read_jws(text, largest=LARGEST_STATEMENT)
    if unverified.header.get("typ") != kind:
        raise StatementKindError("another kind")
    certificates = read_certificates(unverified.header)
    certificate = certificates[0]
    header = {
        "kid": thumbprint(certificate),
        "typ": kind,
        "x5c": unverified.header["x5c"],
        "x5t#S256": thumbprint(certificate),
    }
    try:
        payload = verify_jws(text, certificate, header)
    except KeyUnsuitableError as exc:
        raise StatementForgedError("key") from exc
    identity = trust.require(certificate, certificates[1:], role, at)
    value = decode_claims(payload, largest=LARGEST_STATEMENT)
    if set(value) != {"at", "claims"} or not isinstance(value["claims"], dict):
        raise StatementDamagedError("members")
    return Statement(
        kind=kind,
        at=_moment(value["at"]),
        claims=value["claims"],
        signer=identity,
        certificate=certificate,
    )


def _moment(value: object) -> datetime:
    try:
        return parse_time(str(value))
    except ValueError as exc:
        raise StatementDamagedError("time") from exc
