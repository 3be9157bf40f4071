"""Judging the seal on a document, of whichever kind: the office's, in force, not taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from asn1crypto import cms
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs.bundle import TrustBundle
from certs.documents import status as why
from certs.documents.status import DocumentReason, DocumentVerdict
from certs.documents.wrapping import WrappingError
from certs.identity import Identity, Role
from certs.trust import Reason, Status, TrustStore, Verdict

_REASONS: Final = {
    Reason.NOT_YET_VALID: why.SEAL_NOT_IN_FORCE,
    Reason.EXPIRED: why.SEAL_NOT_IN_FORCE,
    Reason.WRONG_ROLE: why.NOT_A_SEAL,
    Reason.WRONG_USAGE: why.NOT_A_SEAL,
    Reason.WEAK_KEY: why.NOT_A_SEAL,
    Reason.REVOKED: why.SEAL_REVOKED,
}


_AHEAD: Final = timedelta(minutes=10)
"""How far a time stamp may lie ahead of the clock of whoever checks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSeal:
    """What was found out about a seal."""

    fault: DocumentReason | None
    signer: Identity | None = None
    """Who sealed; only where the seal is the office's."""
    revoked_at: datetime | None = None


def judge_seal(
    certificate: asn1.Certificate, trust: TrustStore, signed_at: datetime, at: datetime
) -> JudgedSeal:
    """Judge the seal's certificate: in force when it was used, and not taken back until now."""
    pinned = find_pinned(certificate, trust.bundle.certificates(Role.SEAL))
    presented = x509.load_der_x509_certificate(certificate.dump())
    then = trust.check(presented, (), Role.SEAL, signed_at)
    # A list says nothing about a certificate that has run out, so it is asked about its last day.
    until = min(max(at, signed_at), presented.not_valid_after_utc)
    now = trust.check(presented, (), Role.SEAL, until)
    fault = _fault(then, now)
    if pinned is None and (fault is None or fault.verdict is not DocumentVerdict.INVALID):
        fault = why.FOREIGN_SEAL
    signer = now.identity if pinned is not None else None
    return JudgedSeal(fault=fault, signer=signer, revoked_at=now.revoked_at)


def judge_stamper(
    certificate: asn1.Certificate, trust: TrustStore, stamped_at: datetime, at: datetime
) -> DocumentReason | None:
    """Judge the authority behind a time stamp: it must stand in the bundle, one of ours or not."""
    pinned = find_pinned(certificate, trust.bundle.certificates(Role.TIMESTAMP))
    if (
        pinned is None
        or not pinned.not_valid_before_utc <= stamped_at <= pinned.not_valid_after_utc
    ):
        return why.TIMESTAMP_FOREIGN
    if at > pinned.not_valid_after_utc:
        return why.TIMESTAMP_AGED
    if stamped_at > at + _AHEAD:
        return why.TIMESTAMP_AHEAD
    found = trust.check(pinned, (), Role.TIMESTAMP, max(at, stamped_at))
    return why.TIMESTAMP_AGED if found.status is Status.REVOKED else None


def certificate_of(data: cms.SignedData, info: cms.SignerInfo) -> asn1.Certificate:
    """Return the certificate of a signer. Raises: WrappingError: it does not stand there."""
    wanted = info["sid"].chosen
    for choice in data["certificates"]:
        one = choice.chosen
        if choice.name == "certificate" and (
            one.issuer.dump(),
            one.serial_number,
        ) == (wanted["issuer"].dump(), wanted["serial_number"].native):
            return one
    raise WrappingError(why.FORGED)


def is_stamper_known(token: cms.SignedData, bundle: TrustBundle) -> bool:
    """Say whether those who hold a trust bundle will know whose time stamp this is."""
    try:
        certificate = certificate_of(token, token["signer_infos"][0])
    except WrappingError:
        return False
    return find_pinned(certificate, bundle.certificates(Role.TIMESTAMP)) is not None


def find_pinned(
    certificate: asn1.Certificate, known: Iterable[x509.Certificate]
) -> x509.Certificate | None:
    """Return the certificate that is this very one, if it is among the known."""
    der = certificate.dump()
    return next((one for one in known if one.public_bytes(Encoding.DER) == der), None)


def _fault(then: Verdict, now: Verdict) -> DocumentReason | None:
    for found in (then, now):
        if not found.ok and found.reason is not Reason.STATUS_UNKNOWN:
            return _REASONS.get(found.reason, why.FOREIGN_SEAL)
    return None if now.status is Status.GOOD else why.STATUS_UNKNOWN
