"""Encryption of what the office keeps: one key-encryption key, one data key for each case."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from certs.errors import AtRestError, KeyFileDamagedError
from certs.keys import read_private, write_private

# Stored form, version 1: 1 byte 0x01 || 12 bytes random nonce || AES-256-GCM ciphertext and tag.
# Associated data: "mrk-at-rest/1", a zero byte, then the context. Version 1 never changes; another
# algorithm gets another first byte. With random nonces one key may seal 2^32 values
# (NIST SP 800-38D, 8.3); a data key belongs to one case, so it stays far below.
_VERSION: Final = b"\x01"
_LABEL: Final = b"mrk-at-rest/1\x00"
_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Vault:
    """A key that opens what it sealed, and nothing that was moved or changed meanwhile."""

    key: bytes = field(repr=False)
    """32 bytes."""

    def __post_init__(self) -> None:
        if len(self.key) != _KEY_BYTES:
            raise KeyFileDamagedError("a key at rest has 32 bytes")

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """Encrypt; `context` names where the value belongs and is needed again to open it."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return (
            _VERSION + nonce + AESGCM(self.key).encrypt(nonce, plaintext, _LABEL + context.encode())
        )

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt what `seal` gave for the same context.

        Raises:
            AtRestError: another key, another context, or the bytes were changed.
        """
        if sealed[:1] != _VERSION or len(sealed) < 1 + _NONCE_BYTES:
            raise AtRestError("not a sealed value")
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return AESGCM(self.key).decrypt(nonce, body, _LABEL + context.encode())
        except InvalidTag as exc:
            raise AtRestError("does not open") from exc

    def make_child(self, context: str) -> tuple[Self, bytes]:
        """Return a vault with a fresh data key, and that key wrapped under this one.

        Whoever destroys the wrapped key destroys everything that the child sealed.
        """
        key = secrets.token_bytes(_KEY_BYTES)
        return type(self)(key), self.seal(key, "key:" + context)

    def open_child(self, wrapped: bytes, context: str) -> Self:
        """Return the vault of a data key that `make_child` wrapped.

        Raises:
            AtRestError: the wrapped key is another context's, or was changed.
        """
        return type(self)(self.open(wrapped, "key:" + context))


def create_vault(path: Path) -> Vault:
    """Make a new key file (0600, 64 hexadecimal digits) and return its vault.

    Raises:
        KeyFileExistsError: something lies there already.
        KeyFileError: the disk refused.
    """
    key = secrets.token_bytes(_KEY_BYTES)
    write_private(path, key.hex().encode("ascii") + b"\n")
    return Vault(key)


def load_vault(path: Path) -> Vault:
    """Read a key file that only its owner may read.

    Raises:
        KeyFileOpenError: others may read or write it.
        KeyFileDamagedError: it is missing or is no key.
    """
    text = read_private(path)
    try:
        key = bytes.fromhex(text.decode("ascii"))
    except ValueError as exc:
        raise KeyFileDamagedError(f"{path} holds no key") from exc
    return Vault(key)
