"""Authenticated chunks: a long text encrypted in pieces that cannot be cut, moved or dropped."""

from typing import Final

from certs.errors import PackageDamagedError
from certs.ports import Suite

CHUNK_SIZE: Final = 64 * 1024
TAG_SIZE: Final = 16


def encrypt_chunks(suite: Suite, key: bytes, data: bytes, aad: bytes) -> bytes:
    """Encrypt under a key that is used for nothing else.

    The nonce is an 11-byte counter and one byte that is 1 on the last chunk only.

    Source: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizar: Online Authenticated
    Encryption and its Nonce-Reuse Misuse-Resistance, CRYPTO 2015), as the age format uses it.
    """
    view = memoryview(data)
    starts = range(0, max(len(view), 1), CHUNK_SIZE)
    return b"".join(
        suite.encrypt(
            key,
            _nonce(number, is_last=start == starts[-1]),
            bytes(view[start : start + CHUNK_SIZE]),
            aad,
        )
        for number, start in enumerate(starts)
    )


def decrypt_chunks(suite: Suite, key: bytes, data: bytes, aad: bytes) -> bytes:
    """Decrypt what `encrypt_chunks` made, whole or not at all.

    Raises:
        PackageDamagedError: a chunk was changed, moved, dropped or added, or another key is meant.
    """
    view = memoryview(data)
    step = CHUNK_SIZE + TAG_SIZE
    starts = range(0, max(len(view), 1), step)
    found = []
    for number, start in enumerate(starts):
        chunk = bytes(view[start : start + step])
        # An empty chunk may only stand alone: otherwise the same text would have two forms.
        if len(chunk) < TAG_SIZE or (len(chunk) == TAG_SIZE and number > 0):
            raise PackageDamagedError("chunk")
        nonce = _nonce(number, is_last=start == starts[-1])
        found.append(suite.decrypt(key, nonce, chunk, aad))
    return b"".join(found)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if is_last else b"\x00")
