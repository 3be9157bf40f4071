"""The public key in a certificate, also where its curve is written out number by number.

Passport authorities write their curves out (ICAO Doc 9303-12, 4.4), which the cryptography
library takes for the NIST curves alone. The Brainpool ones are known again by their order, and
then replaced by the library's own curve: whatever else the certificate writes is not used, so a
curve that only looks like a known one verifies nothing.
"""

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding

_BRAINPOOL = (ec.BrainpoolP256R1(), ec.BrainpoolP384R1(), ec.BrainpoolP512R1())


def load_public_key(cert: x509.Certificate) -> CertificatePublicKeyTypes:
    """Return the key that a certificate is for.

    Raises:
        UnsupportedAlgorithm: its kind or its curve is not known here.
        ValueError: it is damaged, or its point does not lie on the curve.
    """
    try:
        return cert.public_key()
    except UnsupportedAlgorithm:
        pass
    try:
        key = asn1_x509.Certificate.load(cert.public_bytes(Encoding.DER)).public_key
        return _load_written_out(key)
    except (TypeError, KeyError, AttributeError) as exc:
        # asn1crypto tells of damage in these ways, too.
        raise ValueError("damaged key") from exc


def _load_written_out(key: asn1_x509.PublicKeyInfo) -> ec.EllipticCurvePublicKey:
    if key.algorithm != "ec" or key["algorithm"]["parameters"].name != "specified":
        raise UnsupportedAlgorithm("key")
    order = key["algorithm"]["parameters"].chosen["order"].native
    for curve in _BRAINPOOL:
        if curve.group_order == order:
            point: bytes = key["public_key"].native
            return ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
    raise UnsupportedAlgorithm("curve")
