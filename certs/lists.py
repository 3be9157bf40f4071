"""Keeping a trust bundle fresh where it is kept for long: newer lists, newer certificates."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from cryptography import x509

from certs.bundle import PINNED, TrustBundle
from certs.identity import Role
from certs.trust import TrustStore, crl_number, is_from

_MOST_NEW: Final = 32
"""Certificates of one role that one bundle may bring; nobody renews so often."""


def with_news(bundle: TrustBundle, published: TrustBundle, at: datetime) -> TrustBundle:
    """Return the bundle with what another one brings that its own roots vouch for.

    Issuing authorities that a known root signed; revocation lists that a known issuer signed and
    that are newer; certificates of the office that are good for their role at this moment. So
    whoever sends a bundle can bring in nobody whom the roots do not know, can take nothing away
    and can bring back no older list. New roots come with enrolment and renewal alone. The bundle
    itself comes back when nothing is new.
    """
    merged = with_newer_lists(_with_issuers(bundle, published, at), published.crls)
    store, pinned = TrustStore(merged), {}
    for role in PINNED:
        new = [
            one
            for one in _unknown(published.certificates(role), merged.certificates(role))
            if store.check(one, (), role, at).ok
        ]
        if new:
            found = (*new, *merged.certificates(role))
            pinned[role] = tuple(sorted(found, key=_starts, reverse=True))
    return replace(merged, pinned={**merged.pinned, **pinned}) if pinned else merged


def with_newer_lists(
    bundle: TrustBundle, crls: Iterable[x509.CertificateRevocationList]
) -> TrustBundle:
    """Return the bundle with those of the lists that its own issuers signed and that are newer.

    Nothing else is taken over: whoever sends lists cannot bring in a certificate, an older list
    or one of another issuer. The bundle itself comes back when nothing is newer.
    """
    issuers = (*bundle.roots, *bundle.intermediates)
    kept = {crl.issuer: crl for crl in bundle.crls}
    for crl in crls:
        held = kept.get(crl.issuer)
        is_newer = held is None or crl_number(crl) > crl_number(held)
        if is_newer and any(is_from(crl, issuer) for issuer in issuers):
            kept[crl.issuer] = crl
    if tuple(kept.values()) == bundle.crls:
        return bundle
    return replace(bundle, crls=tuple(kept.values()))


def find_list(bundle: TrustBundle, key_id: str) -> x509.CertificateRevocationList | None:
    """Return the newest list of the issuer whose key has this id, in hex; None when there is none."""
    own = [crl for crl in bundle.crls if _key_id(crl) == key_id]
    return max(own, key=crl_number, default=None)


def _key_id(crl: x509.CertificateRevocationList) -> str:
    found = crl.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    return (found.key_identifier or b"").hex()


def _with_issuers(bundle: TrustBundle, published: TrustBundle, at: datetime) -> TrustBundle:
    store = TrustStore(bundle)
    new = tuple(
        one
        for one in _unknown(published.intermediates, bundle.intermediates)
        if store.check(one, (), Role.ISSUING, at).ok
    )
    if not new:
        return bundle
    return replace(bundle, intermediates=(*new, *bundle.intermediates))


def _unknown(
    offered: Iterable[x509.Certificate], known: Iterable[x509.Certificate]
) -> list[x509.Certificate]:
    held = set(known)
    return [one for one in offered if one not in held][:_MOST_NEW]


def _starts(certificate: x509.Certificate) -> datetime:
    return certificate.not_valid_before_utc
