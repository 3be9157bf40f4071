"""Validation material: certificates, lists and responses that prove a file's seal and stamps.

What the office's own authorities publish is in the trust bundle; what a foreign time-stamp
authority's issuers publish is fetched from where its certificates say.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asn1crypto import cms, crl, ocsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import ValidationError
from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend

from certs.bundle import TrustBundle
from certs.documents.seals import certificate_of
from certs.documents.vouching import is_issued
from certs.documents.wrapping import Wrapping
from certs.errors import MaterialError
from certs.keys import international
from certs.timestamps import to_asn1
from certs.trust import is_from

_LONGEST_CHAIN: Final = 8


@dataclass(frozen=True, slots=True)
class Material:
    """What goes into a file's document security store (DSS)."""

    certificates: tuple[asn1.Certificate, ...]
    lists: tuple[crl.CertificateList, ...]
    responses: tuple[ocsp.OCSPResponse, ...]


async def gather(
    wrapping: Wrapping, bundle: TrustBundle, at: datetime, *, timeout_s: float
) -> Material:
    """Gather what proves the seal and every stamp of a file, judged at a moment.

    Raises:
        MaterialError: a list of the office itself is missing, or one of a stamp's issuers cannot
            be fetched, is out of date, or speaks against the stamp.
    """
    tokens = [layer.token for layer in wrapping.layers]
    tokens += [wrapping.token] if wrapping.token is not None else []
    parts = [wrapping.signed_data, *tokens]
    found = _Found()
    for place, part in enumerate(parts):
        leaf = _signer(part)
        chain = _chain(leaf, (*bundle.intermediates, *bundle.roots))
        if _is_own(chain, bundle):
            found.add_own(chain, bundle)
        elif place == 0:
            raise MaterialError("the seal's issuer is not in the trust bundle")
        else:
            await found.fetch(chain, at, timeout_s)
    return found.material()


class _Found:
    def __init__(self) -> None:
        self._certificates: dict[bytes, asn1.Certificate] = {}
        self._lists: dict[bytes, crl.CertificateList] = {}
        self._responses: dict[bytes, ocsp.OCSPResponse] = {}

    def add_own(self, chain: list[x509.Certificate], bundle: TrustBundle) -> None:
        """Take the path within the office's own authority, and its lists as published."""
        for one in chain:
            self._certificates[one.public_bytes(Encoding.DER)] = to_asn1(one)
        issuer = chain[1] if len(chain) > 1 else chain[0]
        lists = [one for one in bundle.crls if any(is_from(one, above) for above in chain[1:])]
        if not any(is_from(one, issuer) for one in lists):
            raise MaterialError("the office's own revocation list is not in the trust bundle")
        for published in lists:
            der = published.public_bytes(Encoding.DER)
            self._lists[der] = crl.CertificateList.load(der)

    async def fetch(self, chain: list[x509.Certificate], at: datetime, timeout_s: float) -> None:
        """Let pyHanko's validator find and judge what a foreign authority's issuers publish."""
        leaf, *above = [to_asn1(one) for one in chain]
        context = ValidationContext(
            trust_roots=[above[-1] if above else leaf],
            other_certs=above,
            moment=at,
            allow_fetching=True,
            fetcher_backend=RequestsFetcherBackend(per_request_timeout=timeout_s),
            # Required wherever a certificate says where its status is to be had.
            revocation_mode="hard-fail",
        )
        validator = CertificateValidator(leaf, validation_context=context)
        try:
            path = await validator.async_validate_usage(set(), {"time_stamping"})  # type: ignore[no-untyped-call]  # pyHanko is typed in part
        except (ValidationError, OSError, ValueError) as exc:
            raise MaterialError("time-stamp authority's certificate") from exc
        self._certificates |= {one.dump(): one for one in path}
        self._lists |= {one.dump(): one for one in context.crls}
        self._responses |= {one.dump(): one for one in context.ocsps}

    def material(self) -> Material:
        return Material(
            tuple(self._certificates.values()),
            tuple(self._lists.values()),
            tuple(self._responses.values()),
        )


def _signer(data: cms.SignedData) -> x509.Certificate:
    leaf = certificate_of(data, data["signer_infos"][0])
    return x509.load_der_x509_certificate(leaf.dump())


def _chain(leaf: x509.Certificate, known: Iterable[x509.Certificate]) -> list[x509.Certificate]:
    """Put a certificate and its issuers in a row, as far as they are known."""
    chain, others = [leaf], international(known)
    while len(chain) < _LONGEST_CHAIN and chain[-1].issuer != chain[-1].subject:
        above = next((one for one in others if is_issued(chain[-1], one)), None)
        if above is None:
            break
        chain.append(above)
    return chain


def _is_own(chain: list[x509.Certificate], bundle: TrustBundle) -> bool:
    return chain[-1] in bundle.roots
