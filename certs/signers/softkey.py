"""Keys in closed files: held in memory once, used many times."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding

from certs.errors import KeyUnsuitableError, RecipientUnknownError, SignerSpecError
from certs.keys import PrivateKey, load_certificates, load_key, thumbprint
from certs.suites.international import unwrap


@dataclass(frozen=True, slots=True)
class SoftKeySigner:
    """A `certs.ports.Signer` whose key lies in memory."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    key: PrivateKey = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """Sign with SHA-256: ECDSA as DER, RSA as PKCS#1 v1.5; or with Ed25519, 64 bytes."""
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(data, ec.ECDSA(hashes.SHA256()))
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return self.key.sign(data)
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())


@dataclass(frozen=True, slots=True)
class SoftKeyOpener:
    """A `certs.ports.KeyOpener` whose keys lie in memory."""

    keys: Mapping[str, ec.EllipticCurvePrivateKey] = field(repr=False)
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
        return unwrap(key, enc, ciphertext, info)


def load_softkey(key_path: Path, certificate_path: Path) -> SoftKeySigner:
    """Read a key and its certificates, leaf first.

    Raises:
        KeyFileError: one of the files cannot be used.
        SignerSpecError: the certificate belongs to another key.
    """
    certificates = load_certificates(certificate_path)
    key = load_key(key_path)
    if key.public_key() != certificates[0].public_key():
        raise SignerSpecError("certificate and key do not belong together")
    return SoftKeySigner(certificates[0], certificates[1:], key)


def open_softkeys(signers: tuple[SoftKeySigner, ...]) -> SoftKeyOpener:
    """Hold recipient keys, the present one and those that packages may still be sealed to.

    Raises:
        KeyUnsuitableError: a key that nothing can be encrypted to.
    """
    keys: dict[str, ec.EllipticCurvePrivateKey] = {}
    for signer in signers:
        if not isinstance(signer.key, ec.EllipticCurvePrivateKey):
            raise KeyUnsuitableError("recipient key is not P-256")
        keys[thumbprint(signer.certificate)] = signer.key
    return SoftKeyOpener(keys)
