"""Whom to believe: a certificate, its chain, its role and its revocation, judged at one moment."""

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

from certs.bundle import TrustBundle
from certs.errors import (
    IdentityError,
    KeyUnsuitableError,
    ProviderError,
    SignerNotTrustedError,
    SM2SignatureError,
)
from certs.identity import (
    MALFORMED,
    SUITE_BY_FORMAT,
    Identity,
    Profile,
    Role,
    SuiteName,
    key_usage,
    read_identity,
)
from certs.keys import fingerprint, public_key_of, require_kind, suite_of_certificate
from certs.sm2.keys import SM2PublicKey
from certs.sm2.paths import find_path
from certs.sm2.structures import check_list

_MOST_INTERMEDIATES: Final = 8


class Reason(enum.StrEnum):
    """Why a certificate is taken or not; stable, for programs and for looking up wording."""

    OK = "ok"
    MALFORMED = "malformed"
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"
    WRONG_ROLE = "wrong-role"
    WRONG_USAGE = "wrong-usage"
    WEAK_KEY = "weak-key"
    CLOSED_SUITE = "closed-suite"
    """Its algorithms are not, or no longer, taken here, or this machine cannot compute them."""
    UNTRUSTED = "untrusted"
    REVOKED = "revoked"
    STATUS_UNKNOWN = "status-unknown"


class Status(enum.Enum):
    """What the revocation list says."""

    GOOD = "good"
    REVOKED = "revoked"
    STALE = "stale"
    """The newest list we have is past its date: the certificate was good when it was made."""
    UNKNOWN = "unknown"
    """No list of this issuer is here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer about one certificate."""

    ok: bool
    reason: Reason
    status: Status = Status.UNKNOWN
    identity: Identity | None = None
    """Set only when `ok`."""
    revoked_at: datetime | None = None


class TrustStore:
    """Judges certificates by one trust bundle."""

    def __init__(
        self,
        bundle: TrustBundle,
        *,
        require_status: bool = False,
        suites: Collection[SuiteName] = tuple(SuiteName),
    ) -> None:
        """Judge by this bundle.

        With `require_status`, a certificate whose revocation list is missing or past its date is
        not taken; without, the verdict reports it and leaves it to the caller. Who signs or
        receives packages, statements or tokens is taken in `suites` alone, so that nobody falls
        back to another one.
        """
        self.bundle = bundle
        self._require_status = require_status
        self._suites = frozenset(suites)

    def check(
        self,
        certificate: x509.Certificate,
        intermediates: Sequence[x509.Certificate],
        role: Role,
        at: datetime,
    ) -> Verdict:
        """Say whether a certificate was good for a role at a moment (aware, UTC)."""
        try:
            reason = self._own_fault(certificate, role, at)
            if reason is not None:
                return Verdict(ok=False, reason=reason)
            identity = read_identity(certificate)
        except (IdentityError, *MALFORMED):
            return Verdict(ok=False, reason=Reason.MALFORMED)
        chain = self._chain(certificate, intermediates, at)
        if chain is None:
            return Verdict(ok=False, reason=Reason.UNTRUSTED)
        return self._with_status(identity, chain, at)

    def require(
        self,
        certificate: x509.Certificate,
        intermediates: Sequence[x509.Certificate],
        role: Role,
        at: datetime,
    ) -> Identity:
        """Give the identity behind a certificate that is good.

        Raises:
            SignerNotTrustedError: it is not; `reason` holds the verdict's reason.
        """
        verdict = self.check(certificate, intermediates, role, at)
        if not verdict.ok or verdict.identity is None:
            raise SignerNotTrustedError(verdict.reason.value)
        return verdict.identity

    def _own_fault(self, certificate: x509.Certificate, role: Role, at: datetime) -> Reason | None:
        """Find what the certificate itself says against its use in this role."""
        if at < certificate.not_valid_before_utc:
            return Reason.NOT_YET_VALID
        if at > certificate.not_valid_after_utc:
            return Reason.EXPIRED
        if read_identity(certificate).role is not role:
            return Reason.WRONG_ROLE
        try:
            suite = suite_of_certificate(certificate)
            if role not in SUITE_BY_FORMAT and suite not in self._suites:
                return Reason.CLOSED_SUITE
            profile = require_kind(public_key_of(certificate), role)
        except KeyUnsuitableError:
            return Reason.WEAK_KEY
        except ProviderError:
            return Reason.CLOSED_SUITE
        return None if _usage_fits(certificate, profile) else Reason.WRONG_USAGE

    def _chain(
        self, leaf: x509.Certificate, intermediates: Sequence[x509.Certificate], at: datetime
    ) -> list[x509.Certificate] | None:
        """Build and check the path to a root; None when there is none."""
        suite = suite_of_certificate(leaf)
        roots = _of_suite(self.bundle.roots, suite)
        known = _of_suite((*self.bundle.intermediates, *intermediates), suite)
        if not roots or len(intermediates) > _MOST_INTERMEDIATES:
            return None
        if suite is SuiteName.NATIONAL:
            return find_path(leaf, known, roots, at)
        verifier = (
            PolicyBuilder()
            .time(at)
            .store(Store(roots))
            .max_chain_depth(1)
            .extension_policies(
                ca_policy=ExtensionPolicy.webpki_defaults_ca(),
                # The leaf's extensions are compared with its profile in _own_fault.
                ee_policy=ExtensionPolicy.permit_all(),
            )
            .build_client_verifier()
        )
        try:
            return verifier.verify(leaf, known).chain
        except (VerificationError, ValueError):
            return None

    def _with_status(
        self, identity: Identity, chain: list[x509.Certificate], at: datetime
    ) -> Verdict:
        # Only the leaf's status is asked for; an issuer without a list of its own stands by the
        # bundle's word, but one that its root has revoked takes the leaf down with it.
        found = [
            _status(below, above, self.bundle.crls, at) for below, above in pairwise(chain)
        ] or [(Status.UNKNOWN, None)]
        revoked = [one for one in found if one[0] is Status.REVOKED]
        status, revoked_at = (revoked or found)[0]
        if status is Status.REVOKED:
            return Verdict(ok=False, reason=Reason.REVOKED, status=status, revoked_at=revoked_at)
        if self._require_status and status is not Status.GOOD:
            return Verdict(ok=False, reason=Reason.STATUS_UNKNOWN, status=status)
        return Verdict(ok=True, reason=Reason.OK, status=status, identity=identity)


def _usage_fits(certificate: x509.Certificate, profile: Profile) -> bool:
    try:
        extensions = certificate.extensions
        basic = extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
        if profile.purpose is None:
            purposes: list[x509.ObjectIdentifier] = []
        else:
            purposes = list(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        return False
    return (
        basic.ca == profile.is_authority
        and usage == key_usage(profile.use)
        and purposes == profile.purposes
    )


def _status(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    crls: Sequence[x509.CertificateRevocationList],
    at: datetime,
) -> tuple[Status, datetime | None]:
    """Ask the freshest list that the issuer signed."""
    own = [crl for crl in crls if is_from(crl, issuer)]
    if not own:
        return Status.UNKNOWN, None
    # A later list knows everything that an earlier one knew, so it decides about the past too.
    newest = max(own, key=crl_number)
    entry = newest.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if entry is not None and entry.revocation_date_utc <= at:
        return Status.REVOKED, entry.revocation_date_utc
    if newest.next_update_utc is None or newest.next_update_utc < at:
        return Status.STALE, None
    return Status.GOOD, None


def _of_suite(certificates: Sequence[x509.Certificate], suite: SuiteName) -> list[x509.Certificate]:
    """Leave out what could not stand on a path of this suite, and what stands twice."""
    found = {}
    for one in certificates:
        try:
            if suite_of_certificate(one) is suite:
                found[fingerprint(one)] = one
        except KeyUnsuitableError:
            continue
    return list(found.values())


def is_from(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    """Say whether an issuer signed a revocation list."""
    try:
        if crl.issuer != issuer.subject:
            return False
        key = public_key_of(issuer)
        if not isinstance(key, SM2PublicKey):
            return crl.is_signature_valid(key)
        check_list(crl, key)
    except (InvalidSignature, KeyUnsuitableError, ProviderError, SM2SignatureError, *MALFORMED):
        return False
    return True


def crl_number(crl: x509.CertificateRevocationList) -> int:
    """Read the number that orders the lists of one issuer; -1 when there is none.

    Source: RFC 5280 section 5.2.3.
    """
    try:
        return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except (x509.ExtensionNotFound, ValueError):
        return -1
