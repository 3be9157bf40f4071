"""The sockets that keys and algorithms plug into."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from cryptography import x509

Clock = Callable[[], datetime]
"""Gives the present time, aware, UTC."""


class Signer(Protocol):
    """A private key that signs, wherever it lives, and the certificate that belongs to it."""

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate of this key."""

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The issuing certificates, nearest first, without the root; may be empty."""

    def sign(self, data: bytes) -> bytes:
        """Sign with SHA-256: ECDSA as a DER Ecdsa-Sig-Value, RSA as PKCS#1 v1.5.

        Ed25519 keys sign the data itself (RFC 8032), 64 bytes.

        Raises:
            CertsError: the device that holds the key refused or is gone.
        """


class KeyOpener(Protocol):
    """The private keys that packages are encrypted to; they never leave it."""

    @property
    def key_ids(self) -> frozenset[str]:
        """Thumbprints of the recipient certificates whose keys are held."""

    def open(self, key_id: str, enc: bytes, ciphertext: bytes, info: bytes) -> bytes:
        """Recover a package's content key.

        Raises:
            RecipientUnknownError: this key is not held here.
            PackageDamagedError: the wrapped key, or what it is bound to, was changed.
        """


class Suite(Protocol):
    """A set of algorithms that stands or falls together."""

    @property
    def suite_id(self) -> int:
        """The number on the wire; never given to another set."""

    def digest(self, data: bytes) -> bytes:
        """Hash once; 32 bytes."""

    def wrap(self, key: bytes, recipient: x509.Certificate, info: bytes) -> tuple[bytes, bytes]:
        """Wrap a content key for a recipient: the encapsulated key and the ciphertext.

        Raises:
            KeyUnsuitableError: the recipient's key is not one of this suite.
        """

    def encrypt(self, key: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
        """Encrypt one chunk; the result is 16 bytes longer. The nonce has 12 bytes."""

    def decrypt(self, key: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
        """Decrypt one chunk.

        Raises:
            PackageDamagedError: the chunk is not the one that was encrypted.
        """
