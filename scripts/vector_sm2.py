"""SM2 keys whose every number is fixed and public, for tests/data/vectors/national alone.

libcrypto takes its random numbers itself, so gmalg computes here: pure Python, and only here, for
keys that everybody knows.
"""

import hashlib
from typing import Final, Self

from asn1crypto import pem
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from gmalg import SM2

from certs.sm2.keys import IDENTIFIER, SM2PrivateKey, SM2PublicKey

_ORDER: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
# PKCS#8 (RFC 5958) around an ECPrivateKey (RFC 5915) that leaves its point to be computed.
_PRIVATE_HEAD: Final = bytes.fromhex(
    "3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420"
)


class FixedSM2Key(SM2PrivateKey):
    """A key that signs the same bytes with the same signature."""

    @classmethod
    def make(cls, number: int) -> Self:
        """Make the key of a number."""
        text = pem.armor("PRIVATE KEY", _PRIVATE_HEAD + number.to_bytes(32, "big"))
        key = cls.load(text)
        key.number = number
        return key

    number: int

    def sign(self, data: bytes) -> bytes:
        """Sign with the number that SHA-256 makes of the key and the data."""
        key = self.number.to_bytes(32, "big")
        chosen = int.from_bytes(hashlib.sha256(b"k" + key + data).digest(), "big") % _ORDER
        r, s = SM2(key, IDENTIFIER, self.public_key().point, rnd_fn=lambda _: chosen).sign(data)
        return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))


def wrap(recipient: SM2PublicKey, key: bytes, chosen: int) -> tuple[bytes, bytes]:
    """Encrypt a content key with a number that is known beforehand: C1, and C3 || C2."""
    raw = SM2(pk=recipient.point, rnd_fn=lambda _: chosen).encrypt(key)
    return raw[:65], raw[65:]
