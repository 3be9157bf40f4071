"""Passwords at rest: argon2id, and the words that everybody tries."""

import base64
import secrets
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

COMMON: Final = frozenset(
    {
        "000000000000",
        "111111111111",
        "123123123123",
        "123456123456",
        "123456789012",
        "1234567890123",
        "1q2w3e4r5t6y",
        "abc123456789",
        "administrator",
        "administrator1",
        "iloveyou1234",
        "password1234",
        "password12345",
        "password123456",
        "passw0rd1234",
        "q1w2e3r4t5y6",
        "qwer12345678",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiop[]",
        "woaini123456",
        "woaini5201314",
        "zxcvbnm12345",
    }
)
"""Lower case, of the shortest length that is taken and above."""


class ArgonHasher:
    """argon2id by RFC 9106's second recommendation: 64 MiB, three passes, four lanes."""

    def __init__(self, *, memory_kib: int = 65_536, passes: int = 3) -> None:
        self._hasher = PasswordHasher(
            time_cost=passes, memory_cost=memory_kib, parallelism=4, type=Type.ID
        )
        # What an unknown name is checked against, so that it takes as long as a known one: random
        # bytes in the place of salt and hash, which no password gives.
        salt, digest = (_base64(secrets.token_bytes(size)) for size in (16, 32))
        self._nobody = f"$argon2id$v=19$m={memory_kib},t={passes},p=4${salt}${digest}"

    def hash(self, password: str) -> str:
        """Return a salted, slow hash."""
        return self._hasher.hash(password)

    def is_same(self, password_hash: str, password: str) -> bool:
        """Say whether the hash is of the password."""
        try:
            return self._hasher.verify(password_hash or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False


def _base64(data: bytes) -> str:
    return base64.b64encode(data).rstrip(b"=").decode("ascii")
