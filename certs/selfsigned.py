"""Certificates that vouch for nobody: the form in which a key of one purpose is told to others."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from certs.keys import PrivateKey
from certs.sm2.keys import SM2PrivateKey
from certs.sm2.structures import CertificateFacts, sign_certificate

Extensions = Sequence[tuple[x509.ExtensionType, bool]]


def certify_self(
    key: PrivateKey, common: str, *, starts: datetime, ends: datetime, extensions: Extensions
) -> x509.Certificate:
    """Return a certificate that the key signs for itself; P-256 or SM2."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    serial = (1 << 128) | secrets.randbits(128)
    if isinstance(key, SM2PrivateKey):
        facts = CertificateFacts(
            serial=serial,
            subject=name,
            issuer=name,
            starts=starts,
            ends=ends,
            spki=key.public_key().spki,
            extensions=list(extensions),
        )
        return sign_certificate(facts, key.sign)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(serial)
    builder = builder.not_valid_before(starts).not_valid_after(ends)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(key, hashes.SHA256())
