"""Keys in closed files: held in memory once, used many times."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding

from certs.errors import KeyUnsuitableError, RecipientUnknownError, SignerSpecError
from certs.keys import PrivateKey, load_certificates, load_key, public_key_of, thumbprint
from certs.sm2.keys import SM2PrivateKey
from certs.suites import international, national

EnvelopeKey = ec.EllipticCurvePrivateKey | SM2PrivateKey
"""A key that content keys are encrypted to."""


@dataclass(frozen=True, slots=True)
class SoftKeySigner:
    """A `certs.ports.Signer` whose key lies in memory."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    key: PrivateKey = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """Sign as the key demands: SM2 and ECDSA as DER, RSA as PKCS#1 v1.5; Ed25519, 64 bytes."""
        if isinstance(self.key, ed25519.Ed25519PrivateKey | SM2PrivateKey):
            return self.key.sign(data)
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(data, ec.ECDSA(hashes.SHA256()))
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())


@dataclass(frozen=True, slots=True)
class SoftKeyOpener:
    """A `certs.ports.KeyOpener` whose keys lie in memory."""

    keys: Mapping[str, EnvelopeKey] = field(repr=False)
    """By thumbprint of the recipient certificate."""

    @property
    def key_ids(self) -> frozenset[str]:
        """Thumbprints of the recipient certificates whose keys are held."""
        return frozenset(self.keys)

    def open(self, key_id: str, enc: bytes, ciphertext: bytes, info: bytes) -> bytes:
        """Recover a package's content key.

        Raises:
            RecipientUnknownError: this key is not held here.
            PackageDamagedError: the wrapped key, or what it is bound to, was changed.
        """
        key = self.keys.get(key_id)
        if key is None:
            raise RecipientUnknownError("no such key")
        if isinstance(key, SM2PrivateKey):
            return national.unwrap(key, enc, ciphertext)
        return international.unwrap(key, enc, ciphertext, info)


def load_softkey(key_path: Path, certificate_path: Path) -> SoftKeySigner:
    """Read a key and its certificates, leaf first.

    Raises:
        KeyFileError: one of the files cannot be used.
        SignerSpecError: the certificate belongs to another key.
    """
    certificates = load_certificates(certificate_path)
    key = load_key(key_path)
    if key.public_key() != public_key_of(certificates[0]):
        raise SignerSpecError("certificate and key do not belong together")
    return SoftKeySigner(certificates[0], certificates[1:], key)


def open_softkeys(signers: tuple[SoftKeySigner, ...]) -> SoftKeyOpener:
    """Hold recipient keys, the present one and those that packages may still be sealed to.

    Raises:
        KeyUnsuitableError: a key that nothing can be encrypted to.
    """
    keys: dict[str, EnvelopeKey] = {}
    for signer in signers:
        if not isinstance(signer.key, ec.EllipticCurvePrivateKey | SM2PrivateKey):
            raise KeyUnsuitableError("recipient key is neither P-256 nor SM2")
        keys[thumbprint(signer.certificate)] = signer.key
    return SoftKeyOpener(keys)
