"""Keeping revocation lists fresh where a trust bundle is kept for long."""

from collections.abc import Iterable
from dataclasses import replace

from cryptography import x509

from certs.bundle import TrustBundle
from certs.trust import crl_number, is_from


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
