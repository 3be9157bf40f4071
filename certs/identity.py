"""Who a certificate is for: role, organisation, unit and name, and what each role may do."""

import enum
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from certs.errors import IdentityError

MALFORMED: Final = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
"""What the library raises on certificates and lists that somebody made up, at loading or later."""


class Role(enum.Enum):
    """What a key is for; every key has one purpose only."""

    ROOT = "root"
    ISSUING = "issuing"
    SERVER = "server"
    TERMINAL = "terminal"
    """A counter as a client of mutual TLS."""
    PACKAGE = "package"
    """A counter as the signer of packages."""
    ENVELOPE = "envelope"
    """The office as the recipient of packages (HPKE, or SM2 encryption)."""
    OFFICE = "office"
    """Signs receipts, answers and configurations."""
    SEAL = "seal"
    TIMESTAMP = "timestamp"
    LOG = "log"
    """Signs the heads of the public log, and nothing else."""
    QR = "qr"


class SuiteName(enum.StrEnum):
    """A set of algorithms that stands or falls together, as settings name it."""

    INTERNATIONAL = "international"
    NATIONAL = "national"
    """SM2, SM3 and SM4."""


class KeyKind(enum.Enum):
    """The algorithm and size of a key."""

    P256 = "P-256"
    P384 = "P-384"
    RSA3072 = "RSA-3072"
    ED25519 = "Ed25519"
    SM2 = "SM2"


class Use(enum.Flag):
    """The key usage bits that our profiles set. Source: RFC 5280 section 4.2.1.3."""

    SIGN = enum.auto()
    COMMIT = enum.auto()
    AGREE = enum.auto()
    ENCIPHER = enum.auto()
    CERTIFY = enum.auto()


def key_usage(use: Use) -> x509.KeyUsage:
    """Write a use as the extension that a certificate carries."""
    return x509.KeyUsage(
        digital_signature=Use.SIGN in use,
        content_commitment=Use.COMMIT in use,
        key_encipherment=Use.ENCIPHER in use,
        data_encipherment=False,
        key_agreement=Use.AGREE in use,
        key_cert_sign=Use.CERTIFY in use,
        crl_sign=Use.CERTIFY in use,
        encipher_only=False,
        decipher_only=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a certificate of one role looks like; requests cannot change any of it."""

    key_kind: KeyKind
    use: Use
    purpose: x509.ObjectIdentifier | None
    """The one extended key usage; None for authorities, which may issue for any."""
    purpose_critical: bool = False
    further_purpose: x509.ObjectIdentifier | None = None
    """A second extended key usage, for programs that do not know the first."""
    lifetime: timedelta
    path_length: int | None = None
    """How many authorities may follow; None for certificates that are no authority."""

    @property
    def is_authority(self) -> bool:
        """Say whether certificates may be issued with it."""
        return self.path_length is not None

    @property
    def purposes(self) -> list[x509.ObjectIdentifier]:
        """The extended key usages in the order they are written."""
        return [one for one in (self.purpose, self.further_purpose) if one is not None]


# Purposes of our own, below an arc that needs no registration authority (ITU-T X.667, UUID
# c5260d4b-a93b-4b43-b2d4-b2380264af84). A certificate without any extended key usage would pass
# as a TLS client certificate, so every leaf carries one of its own. The arc must never change.
_ARC: Final = "2.25.262055492116064435162943748850969784196"
_PACKAGE: Final = x509.ObjectIdentifier(f"{_ARC}.1")
_ENVELOPE: Final = x509.ObjectIdentifier(f"{_ARC}.2")
_OFFICE: Final = x509.ObjectIdentifier(f"{_ARC}.3")
_LOG: Final = x509.ObjectIdentifier(f"{_ARC}.4")
_QR: Final = x509.ObjectIdentifier(f"{_ARC}.5")
# .6 is the policy of our own time stamps (certs.timestamps).
EVENT_PURPOSE: Final = x509.ObjectIdentifier(f"{_ARC}.7")
"""The extended key usage of keys that live for one signature (certs.events)."""
RELAY_PURPOSE: Final = x509.ObjectIdentifier(f"{_ARC}.8")
"""The extended key usage of keys that parcels between counters are sealed to (certs.relays)."""
_DOCUMENT_SIGNING: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336


def _days(count: int) -> timedelta:
    return timedelta(days=count)


PROFILES: Final[dict[Role, Profile]] = {
    Role.ROOT: Profile(
        key_kind=KeyKind.P384, use=Use.CERTIFY, purpose=None, lifetime=_days(3652), path_length=1
    ),
    Role.ISSUING: Profile(
        key_kind=KeyKind.P384, use=Use.CERTIFY, purpose=None, lifetime=_days(1826), path_length=0
    ),
    Role.SERVER: Profile(
        key_kind=KeyKind.P256,
        use=Use.SIGN,
        purpose=ExtendedKeyUsageOID.SERVER_AUTH,
        lifetime=_days(365),
    ),
    # Three days survive a weekend; a counter renews after two thirds.
    Role.TERMINAL: Profile(
        key_kind=KeyKind.P256,
        use=Use.SIGN,
        purpose=ExtendedKeyUsageOID.CLIENT_AUTH,
        lifetime=timedelta(hours=72),
    ),
    Role.PACKAGE: Profile(
        key_kind=KeyKind.P256, use=Use.SIGN, purpose=_PACKAGE, lifetime=_days(365)
    ),
    Role.ENVELOPE: Profile(
        key_kind=KeyKind.P256, use=Use.AGREE, purpose=_ENVELOPE, lifetime=_days(365)
    ),
    Role.OFFICE: Profile(key_kind=KeyKind.P256, use=Use.SIGN, purpose=_OFFICE, lifetime=_days(731)),
    # RSA: an ECDSA signature lifts the file to PDF 2.0, which PDF/A-2 forbids (ISO 19005-2, 6.1.2).
    Role.SEAL: Profile(
        key_kind=KeyKind.RSA3072,
        use=Use.SIGN | Use.COMMIT,
        purpose=_DOCUMENT_SIGNING,
        # NSS, and poppler's pdfsig with it, knows signers of mail only, not of documents.
        further_purpose=ExtendedKeyUsageOID.EMAIL_PROTECTION,
        lifetime=_days(1096),
    ),
    Role.TIMESTAMP: Profile(
        key_kind=KeyKind.P256,
        use=Use.SIGN | Use.COMMIT,
        purpose=ExtendedKeyUsageOID.TIME_STAMPING,
        purpose_critical=True,  # RFC 3161 section 2.3
        lifetime=_days(1826),
    ),
    # Ed25519: what signed notes and those who watch logs understand (C2SP signed-note, tlog-tiles).
    Role.LOG: Profile(key_kind=KeyKind.ED25519, use=Use.SIGN, purpose=_LOG, lifetime=_days(731)),
    Role.QR: Profile(key_kind=KeyKind.P256, use=Use.SIGN, purpose=_QR, lifetime=_days(731)),
}

SUITE_BY_FORMAT: Final = frozenset(
    {Role.SERVER, Role.TERMINAL, Role.SEAL, Role.TIMESTAMP, Role.LOG}
)
"""Roles whose algorithms TLS, PDF, OFD and the log's notes decide, and no office."""

# TLS with SM2 (TLCP, RFC 8998) is not in Python's ssl: servers and counters keep P-256 for the line.
# The log's checkpoints are notes of a published format, which Ed25519 signs.
_NATIONAL: Final[dict[Role, Profile]] = {
    role: replace(
        profile,
        key_kind=KeyKind.SM2,
        # SM2 encrypts to a key where HPKE agrees on one.
        use=Use.ENCIPHER if role is Role.ENVELOPE else profile.use,
    )
    for role, profile in PROFILES.items()
    if role not in {Role.SERVER, Role.TERMINAL, Role.LOG}
}


def find_profile(role: Role, suite: SuiteName) -> Profile | None:
    """Return what certificates of a role look like in a suite; None where it has none."""
    return (PROFILES if suite is SuiteName.INTERNATIONAL else _NATIONAL).get(role)


_NAME: Final = re.compile(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z", re.ASCII)
_URN: Final = "urn:mortgage-registration:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody or something that holds a key."""

    role: Role
    organisation: str
    """1 to 64 characters, in any script."""
    unit: str = ""
    """Branch or department, up to 64 characters; empty when there is none."""
    name: str
    """1 to 64 ASCII letters, digits, dots, underscores and hyphens; unique within the role."""

    def __post_init__(self) -> None:
        if not _NAME.match(self.name):
            raise IdentityError("name")
        if not self.organisation or not _is_plain(self.organisation):
            raise IdentityError("organisation")
        if not _is_plain(self.unit):
            raise IdentityError("unit")

    @property
    def uri(self) -> str:
        """The name by which this identity is recognised, as in the certificate's SAN."""
        return identity_uri(self.role, self.name)

    @property
    def subject(self) -> x509.Name:
        """The distinguished name, for people to read; nothing is ever decided by it."""
        attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, self.organisation)]
        if self.unit:
            attributes.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, self.unit))
        attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, self.name))
        return x509.Name(attributes)


def identity_uri(role: Role, name: str) -> str:
    """Return the name by which a holder is recognised in a role."""
    return f"{_URN}{role.value}:{name}"


def _is_plain(text: str) -> bool:
    # 64 is the upper bound of X.520; control characters would garble every listing.
    return len(text) <= 64 and text == text.strip() and text.isprintable()


def read_identity(certificate: x509.Certificate) -> Identity:
    """Read who a certificate is for, from its one URI of ours.

    Raises:
        IdentityError: it carries no such URI or several, or its subject contradicts it.
    """
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        uris = names.get_values_for_type(x509.UniformResourceIdentifier)
        subject = certificate.subject
        ours = [uri for uri in uris if uri.startswith(_URN)]
    except (x509.ExtensionNotFound, *MALFORMED) as exc:
        raise IdentityError("no identity in certificate") from exc
    if len(ours) != 1:
        raise IdentityError("no single identity in certificate")
    role, _, name = ours[0].removeprefix(_URN).partition(":")
    if role not in {known.value for known in Role}:
        raise IdentityError("role")
    if _one(subject, NameOID.COMMON_NAME) != name:
        raise IdentityError("subject and URI differ")
    return Identity(
        role=Role(role),
        organisation=_one(subject, NameOID.ORGANIZATION_NAME),
        unit=_one(subject, NameOID.ORGANIZATIONAL_UNIT_NAME),
        name=name,
    )


def _one(subject: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = subject.get_attributes_for_oid(oid)
    if len(found) > 1:
        raise IdentityError("a subject attribute twice")
    return str(found[0].value) if found else ""
