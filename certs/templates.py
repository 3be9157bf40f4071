"""What certificates and lists look like: built from our records alone, never from a request."""

import ipaddress
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from certs.errors import AuthorityError
from certs.identity import Identity, key_usage
from certs.keys import PrivateKey, PublicKey, public_key_of, require_profile, suite_of
from certs.sm2.keys import SM2PrivateKey, SM2PublicKey, sm3
from certs.sm2.structures import CertificateFacts, ListFacts, sign_certificate, sign_list

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
    lists_url: str = ""
    """Where the lists of this authority are served, without a final slash; empty for nowhere."""


def authority_template(
    identity: Identity, key: PrivateKey, now: datetime, *, lists_url: str = ""
) -> Template:
    """Return what the certificate of a root or an issuing authority will say."""
    return Template(
        identity=identity,
        public_key=key.public_key(),
        # 128 random bits below a leading one keep the number positive and of constant length.
        serial=(1 << 128) | secrets.randbits(128),
        starts=now,
        ends=now + require_profile(identity.role, suite_of(key)).lifetime,
        lists_url=lists_url,
    )


def sign_template(
    template: Template, issuer: x509.Certificate | None, key: PrivateKey
) -> x509.Certificate:
    """Sign a certificate; without an issuer it is a root that signs itself.

    Raises:
        AuthorityError: the dates leave no life, or an address is none.
        KeyUnsuitableError: the suite of the key has no such role.

    Source: RFC 5280 sections 4.1 and 4.2; identity by URI, section 4.2.1.6.
    """
    ends = template.ends if issuer is None else min(template.ends, issuer.not_valid_after_utc)
    if ends <= template.starts:
        raise AuthorityError("no lifetime left")
    if isinstance(key, SM2PrivateKey) or isinstance(template.public_key, SM2PublicKey):
        return _sign_national(template, issuer, key, ends)
    builder = (
        x509.CertificateBuilder()
        .subject_name(template.identity.subject)
        .issuer_name(template.identity.subject if issuer is None else issuer.subject)
        .public_key(template.public_key)
        .serial_number(template.serial)
        .not_valid_before(template.starts.replace(microsecond=0) - _EARLY)
        .not_valid_after(ends.replace(microsecond=0))
    )
    for extension, critical in _extensions(template, issuer):
        builder = builder.add_extension(extension, critical)
    is_strong = isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == "secp384r1"
    return builder.sign(key, hashes.SHA384() if is_strong else hashes.SHA256())


def _sign_national(
    template: Template, issuer: x509.Certificate | None, key: PrivateKey, ends: datetime
) -> x509.Certificate:
    if not isinstance(key, SM2PrivateKey) or not isinstance(template.public_key, SM2PublicKey):
        # A chain is as strong as its weakest link, and of one suite from end to end.
        raise AuthorityError("keys of two suites in one chain")
    facts = CertificateFacts(
        serial=template.serial,
        subject=template.identity.subject,
        issuer=template.identity.subject if issuer is None else issuer.subject,
        starts=template.starts - _EARLY,
        ends=ends,
        spki=template.public_key.spki,
        extensions=_extensions(template, issuer),
    )
    return sign_certificate(facts, key.sign)


def sign_revocations(
    revoked: Sequence[x509.RevokedCertificate],
    *,
    number: int,
    this_update: datetime,
    next_update: datetime,
    issuer: x509.Certificate,
    key: PrivateKey,
) -> x509.CertificateRevocationList:
    """Sign a revocation list. Source: RFC 5280 section 5."""
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.CRLNumber(number), False),
        (_authority_key_id(public_key_of(issuer)), False),
    ]
    if isinstance(key, SM2PrivateKey):
        facts = ListFacts(
            issuer=issuer.subject,
            this_update=this_update,
            next_update=next_update,
            revoked=revoked,
            extensions=extensions,
        )
        return sign_list(facts, key.sign)
    builder = x509.CertificateRevocationListBuilder(revoked_certificates=list(revoked))
    builder = builder.issuer_name(issuer.subject).last_update(this_update).next_update(next_update)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(key, hashes.SHA384())


def _extensions(
    template: Template, issuer: x509.Certificate | None
) -> list[tuple[x509.ExtensionType, bool]]:
    profile = require_profile(template.identity.role, suite_of(template.public_key))
    above = template.public_key if issuer is None else public_key_of(issuer)
    found: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(profile.is_authority, profile.path_length), True),
        (key_usage(profile.use), True),
        (_key_id(template.public_key), False),
        (_authority_key_id(above), False),
        (x509.SubjectAlternativeName(_names(template)), False),
    ]
    if profile.purposes:
        found.append((x509.ExtendedKeyUsage(profile.purposes), profile.purpose_critical))
    if template.lists_url and issuer is not None:
        found.append((_list_place(template.lists_url, above), False))
    return found


def _list_place(lists_url: str, issuer: PublicKey) -> x509.CRLDistributionPoints:
    """Say where the issuer's list is. Source: RFC 5280, 4.2.1.13."""
    place = x509.UniformResourceIdentifier(f"{lists_url}/{_key_id(issuer).digest.hex()}.crl")
    return x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)])


def _key_id(key: PublicKey) -> x509.SubjectKeyIdentifier:
    """Name a key by a digest: SHA-1 after RFC 5280, 4.2.1.2, or the first 160 bits of SM3."""
    if isinstance(key, SM2PublicKey):
        return x509.SubjectKeyIdentifier(sm3(key.point)[:20])
    return x509.SubjectKeyIdentifier.from_public_key(key)


def _authority_key_id(key: PublicKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier(_key_id(key).digest, None, None)


def _names(template: Template) -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(template.identity.uri)]
    names.extend(read_address(text) for text in template.addresses)
    return names


def read_address(text: str) -> x509.GeneralName:
    """Read a host name or an IP address as it stands in a certificate. Raises: AuthorityError."""
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        if not _HOST.match(text):
            raise AuthorityError(f"{text!r} is no host name and no address") from None
        return x509.DNSName(text)


def names_host(certificate: x509.Certificate, host: str) -> bool:
    """Say whether a server's certificate is good for a host name or address."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return read_address(host.lower()) in list(names)
    except (x509.ExtensionNotFound, AuthorityError):
        return False
