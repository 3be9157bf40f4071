"""The sockets that keys and algorithms plug into."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from cryptography import x509

from certs.identity import SuiteName

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
        """Sign as the certificate's key demands.

        P-256: ECDSA with SHA-256, a DER Ecdsa-Sig-Value. RSA: PKCS#1 v1.5 with SHA-256. SM2: with
        SM3 and the default identifier, DER in the same form (GB/T 35276-2017, 7.3). Ed25519: the
        data itself (RFC 8032), 64 bytes.

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

    @property
    def name(self) -> SuiteName:
        """What settings call it."""

    @property
    def digest_name(self) -> str:
        """What members of covers and manifests call its digest."""

    @property
    def key_size(self) -> int:
        """Bytes of a content key."""

    def digest(self, data: bytes) -> bytes:
        """Hash once; 32 bytes."""

    def wrap(self, key: bytes, recipient: x509.Certificate, info: bytes) -> tuple[bytes, bytes]:
        """Wrap a content key for a recipient: the encapsulated key and the ciphertext.

        `info` is what the key is bound to. A suite whose wrapping takes none leaves it to the
        associated data of the chunks, which holds it in every suite.

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
