"""Signing events: a key that lives for one signature, vouched for by the counter's own.

What a hand wrote is bound to paper, person and moment by a fresh key that signs those facts once and
is then forgotten; the counter's package key signs the certificate of that key, the facts and the
proof together. The text travels with the ink and is checked for as long as the ink is kept.
"""

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs.errors import CertsError, EventRefusedError
from certs.identity import EVENT_PURPOSE, MALFORMED, Role, Use, key_usage
from certs.jws import encode_claims, sign_jws, verify_jws
from certs.keys import generate_key, suite_of_certificate, thumbprint
from certs.ports import Signer
from certs.selfsigned import certify_self
from certs.signers.softkey import SoftKeySigner
from certs.statements import Statement, open_statement, sign_statement
from certs.trust import TrustStore

# `signing-event/1`: a statement whose claims are exactly `certificate`, `facts` and `proof`. None is
# ever added, removed or re-meant; the facts are the ink's own affair (registration.ink).
KIND: Final = "signing-event/1"
PROOF_TYPE: Final = "mrk-signing-proof+jws"
LIFETIME: Final = timedelta(minutes=10)
"""How long an event key could be used, were it kept."""
_EXTENSIONS: Final[list[tuple[x509.ExtensionType, bool]]] = [
    (x509.BasicConstraints(ca=False, path_length=None), True),
    (key_usage(Use.SIGN | Use.COMMIT), True),
    (x509.ExtendedKeyUsage([EVENT_PURPOSE]), True),
]
_MEMBERS: Final = {"certificate", "facts", "proof"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningEvent:
    """An attestation that was found good."""

    at: datetime
    """When the counter vouched for it, by its own clock; UTC, whole seconds."""
    terminal: str
    branch: str
    """As its certificate names it."""
    certificate: x509.Certificate
    """Of the event key: self-signed, good for minutes."""


def attest_event(facts: Mapping[str, Any], signer: Signer, at: datetime) -> str:
    """Bind facts with a fresh key of the signer's suite; ASCII, one line. The key is not kept.

    Raises:
        StatementDamagedError: the facts are not JSON.
        KeyUnsuitableError: the signer's key signs no statements.
        CertsError: the device that holds the signer's key refused.
    """
    event = _event_signer(signer, at.replace(microsecond=0))
    certificate = event.certificate.public_bytes(Encoding.DER)
    proof = sign_jws(encode_claims(facts), _header(event.certificate), event)
    claims = {
        "certificate": base64.b64encode(certificate).decode("ascii"),
        "facts": dict(facts),
        "proof": proof,
    }
    return sign_statement(KIND, claims, signer, at)


def check_event(
    text: str, facts: Mapping[str, Any], *, terminal: str, trust: TrustStore, at: datetime
) -> SigningEvent:
    """Require that a counter bound exactly these facts at about this moment.

    `at` is when the ink says it ended: the counter's certificate is judged for that day.

    Raises:
        EventRefusedError: `reason` says what does not hold.
    """
    try:
        said = open_statement(text, KIND, trust, Role.PACKAGE, at)
        certificate = _require_event(said, facts, terminal, at)
        proven = verify_jws(str(said.claims["proof"]), certificate, _header(certificate))
    except EventRefusedError:
        raise
    except CertsError as exc:
        raise EventRefusedError("forged") from exc
    if proven != encode_claims(facts):
        raise EventRefusedError("other facts")
    return SigningEvent(
        at=said.at, terminal=terminal, branch=said.signer.unit, certificate=certificate
    )


def _require_event(
    said: Statement, facts: Mapping[str, Any], terminal: str, at: datetime
) -> x509.Certificate:
    """Return the event's certificate, once the statement says what it must."""
    if set(said.claims) != _MEMBERS:
        raise EventRefusedError("members")
    if said.signer.name != terminal:
        raise EventRefusedError("another counter")
    if said.claims["facts"] != dict(facts):
        raise EventRefusedError("other facts")
    if abs(said.at - at) > LIFETIME:
        raise EventRefusedError("another time")
    return _read_certificate(said.claims["certificate"], said.at)


def stamped_bytes(text: str) -> bytes:
    """Return what a time stamp over an attestation stands on."""
    return text.encode("ascii")


def _header(certificate: x509.Certificate) -> dict[str, Any]:
    return {"typ": PROOF_TYPE, "x5t#S256": thumbprint(certificate)}


def _event_signer(signer: Signer, at: datetime) -> SoftKeySigner:
    key = generate_key(Role.PACKAGE, suite_of_certificate(signer.certificate))
    common = f"signing event {secrets.token_hex(8)}"
    certificate = certify_self(key, common, starts=at, ends=at + LIFETIME, extensions=_EXTENSIONS)
    return SoftKeySigner(certificate, (), key)


def _read_certificate(text: object, at: datetime) -> x509.Certificate:
    """Return the event certificate of a genuine attestation; it must have been short-lived."""
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(str(text), validate=True))
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (binascii.Error, x509.ExtensionNotFound, *MALFORMED) as exc:
        raise EventRefusedError("certificate") from exc
    starts, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not starts <= at <= ends or ends - starts > LIFETIME or list(purposes) != [EVENT_PURPOSE]:
        raise EventRefusedError("certificate")
    return certificate
