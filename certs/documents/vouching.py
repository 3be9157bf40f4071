"""What a trust bundle vouches for: certificates it knows, and lists and responses they signed."""

from collections.abc import Iterable
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from certs.bundle import TrustBundle
from certs.identity import MALFORMED
from certs.keys import international
from certs.trust import is_from

_UNFIT: Final = (InvalidSignature, *MALFORMED)


class Vouched:
    """What may stand beside a seal or a stamp."""

    def __init__(self, bundle: TrustBundle) -> None:
        """Take a trust bundle's word."""
        groups = (bundle.roots, bundle.intermediates, *bundle.pinned.values())
        self._good = tuple({one for group in groups for one in international(group)})
        self._known = frozenset(one.public_bytes(Encoding.DER) for group in groups for one in group)

    def has_all(self, certificates: Iterable[bytes]) -> bool:
        """Say whether each of these, in DER, is one that the bundle knows, to the last bit.

        A certificate that nothing signs beside it could be changed: its issuer's signature is not
        asked for when it only stands there.
        """
        return self._known.issuperset(certificates)

    def takes_list(self, der: bytes) -> bool:
        """Say whether a good certificate signed this revocation list."""
        try:
            found = x509.load_der_x509_crl(der)
        except MALFORMED:
            return False
        return any(is_from(found, issuer) for issuer in self._good)

    def takes_response(self, der: bytes) -> bool:
        """Say whether a good certificate, or one that it named for this, signed an OCSP response."""
        try:
            found = ocsp.load_der_ocsp_response(der)
            named = [
                one
                for one in found.certificates
                if any(is_issued(one, issuer) for issuer in self._good)
            ]
            return len(named) == len(found.certificates) and any(
                _has_signed(found, one) for one in (*named, *self._good)
            )
        except MALFORMED:
            return False


def is_issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Say whether one certificate was signed by another's key."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except _UNFIT:
        return False
    return True


def _has_signed(response: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    key, algorithm = signer.public_key(), response.signature_hash_algorithm
    if algorithm is None:
        return False
    signed = response.signature, response.tbs_response_bytes
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(*signed, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(*signed, ec.ECDSA(algorithm))
        else:
            return False
    except _UNFIT:
        return False
    return True
