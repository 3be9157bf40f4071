"""The root's own revocation list: which issuing authorities it has taken back, for a year at a time.

The issuing authorities publish their lists each hour, with a key that is at hand. The root's key is
in a safe: it signs a list when the authority is founded, once a year, and when an issuing authority
has to be taken back. Strict validators ask for it about each issuing certificate.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs.authority import Authority
from certs.bundle import TrustBundle
from certs.errors import AuthorityError
from certs.identity import Role
from certs.keys import PrivateKey, public_key_of, write_public
from certs.places import pair
from certs.templates import sign_revocations
from certs.trust import crl_number, is_from

LIFETIME: Final = timedelta(days=397)
"""A year, and a month to fetch the key from the safe."""
NAME: Final = "crl.pem"

_BACKDATE: Final = timedelta(minutes=5)


def find_root(bundle: TrustBundle, key: PrivateKey) -> x509.Certificate:
    """Return the root of a bundle that a key belongs to.

    Raises:
        AuthorityError: it is that of none.
    """
    for root in bundle.roots:
        if public_key_of(root) == key.public_key():
            return root
    raise AuthorityError("the key is not that of this authority's root")


def find_root_list(
    bundle: TrustBundle, root: x509.Certificate
) -> x509.CertificateRevocationList | None:
    """Return the newest list that a root signed; None when it has none."""
    own = [one for one in bundle.crls if is_from(one, root)]
    return max(own, key=crl_number, default=None)


def publish_root_list(
    authority: Authority,
    root_key: PrivateKey,
    now: datetime,
    *,
    revoked: Sequence[x509.Certificate] = (),
) -> x509.CertificateRevocationList:
    """Sign the root's next list and put it into the trust bundle; whoever was on it stays on it.

    `revoked` are issuing certificates that the root takes back, all they issued with them.

    Raises:
        AuthorityError: the key is no root's of this authority, or did not issue what it takes back.
        TrustBundleError: trust.json is gone or damaged.
        KeyFileError: the disk refused.
    """
    made: list[x509.CertificateRevocationList] = []

    def with_list(bundle: TrustBundle) -> TrustBundle:
        root = find_root(bundle, root_key)
        made.append(_next_list(bundle, root, root_key, now, revoked))
        others = [one for one in bundle.crls if one.issuer != root.subject]
        return replace(bundle, crls=(*others, *made))

    authority.publish(with_list)
    # Beside the root's certificate as well, for whoever serves lists from plain files.
    place = pair(authority.folder / Role.ROOT.value)[1].parent / NAME
    write_public(place, made[0].public_bytes(Encoding.PEM))
    return made[0]


def _next_list(
    bundle: TrustBundle,
    root: x509.Certificate,
    key: PrivateKey,
    now: datetime,
    revoked: Sequence[x509.Certificate],
) -> x509.CertificateRevocationList:
    before = find_root_list(bundle, root)
    entries = {} if before is None else {one.serial_number: one for one in before}
    for one in revoked:
        if one.issuer != root.subject or one == root:
            raise AuthorityError("the root did not issue this certificate")
        entries.setdefault(one.serial_number, _entry(one, now))
    starts = now.replace(microsecond=0) - _BACKDATE
    if before is not None:
        starts = max(starts, before.last_update_utc + timedelta(seconds=1))
    return sign_revocations(
        list(entries.values()),
        number=1 if before is None else crl_number(before) + 1,
        this_update=starts,
        next_update=starts + LIFETIME,
        issuer=root,
        key=key,
    )


def _entry(certificate: x509.Certificate, at: datetime) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
    builder = builder.revocation_date(at.replace(microsecond=0))
    reason = x509.CRLReason(x509.ReasonFlags.ca_compromise)
    return builder.add_extension(reason, critical=False).build()
