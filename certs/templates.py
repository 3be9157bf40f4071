"""What certificates look like: built from our records alone, never from a request."""

import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from certs.errors import AuthorityError
from certs.identity import PROFILES, Identity, Profile, key_usage
from certs.keys import PrivateKey, PublicKey

_EARLY: Final = timedelta(minutes=5)
"""Certificates start a little early, for clocks that run behind."""

_HOST: Final = re.compile(
    r"\A(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
    r"(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\Z",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One certificate to be signed."""

    identity: Identity
    public_key: PublicKey
    serial: int
    starts: datetime
    ends: datetime
    """Cut to the end of the issuer's own certificate."""
    addresses: tuple[str, ...] = ()
    """Host names and IP addresses of a server."""


def sign_template(
    template: Template, issuer: x509.Certificate | None, key: PrivateKey
) -> x509.Certificate:
    """Sign a certificate; without an issuer it is a root that signs itself.

    Raises:
        AuthorityError: the dates leave no life, or an address is none.

    Source: RFC 5280 sections 4.1 and 4.2; identity by URI, section 4.2.1.6.
    """
    profile = PROFILES[template.identity.role]
    ends = template.ends if issuer is None else min(template.ends, issuer.not_valid_after_utc)
    if ends <= template.starts:
        raise AuthorityError("no lifetime left")
    builder = (
        x509.CertificateBuilder()
        .subject_name(template.identity.subject)
        .issuer_name(template.identity.subject if issuer is None else issuer.subject)
        .public_key(template.public_key)
        .serial_number(template.serial)
        .not_valid_before(template.starts.replace(microsecond=0) - _EARLY)
        .not_valid_after(ends.replace(microsecond=0))
    )
    for extension, critical in _extensions(template, profile, issuer):
        builder = builder.add_extension(extension, critical)
    is_strong = isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == "secp384r1"
    return builder.sign(key, hashes.SHA384() if is_strong else hashes.SHA256())


def _extensions(
    template: Template, profile: Profile, issuer: x509.Certificate | None
) -> list[tuple[x509.ExtensionType, bool]]:
    above = template.public_key if issuer is None else issuer.public_key()
    found: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(profile.is_authority, profile.path_length), True),
        (key_usage(profile.use), True),
        (x509.SubjectKeyIdentifier.from_public_key(template.public_key), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(above), False),  # type: ignore[arg-type]  # ours sign
        (x509.SubjectAlternativeName(_names(template)), False),
    ]
    if profile.purposes:
        found.append((x509.ExtendedKeyUsage(profile.purposes), profile.purpose_critical))
    return found


def _names(template: Template) -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(template.identity.uri)]
    names.extend(_address(text) for text in template.addresses)
    return names


def _address(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        if not _HOST.match(text):
            raise AuthorityError("not an address") from None
        return x509.DNSName(text)
