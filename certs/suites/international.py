"""Suite 1: SHA-256, AES-256-GCM and HPKE with DHKEM(P-256, HKDF-SHA256)."""

import hashlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from certs.errors import KeyUnsuitableError, PackageDamagedError
from certs.identity import SuiteName
from certs.keys import public_key_of

ENC_SIZE = 65
"""An uncompressed P-256 point. Source: RFC 9180 section 7.1, Nenc of KEM 0x0010."""

_HPKE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class InternationalSuite:
    """The algorithms that every current library speaks.

    Source: RFC 9180 (KEM 0x0010, KDF 0x0001, AEAD 0x0002), NIST SP 800-38D, FIPS 180-4.
    """

    suite_id: int = 1
    name: SuiteName = SuiteName.INTERNATIONAL
    digest_name: str = "sha256"
    key_size: int = 32

    def digest(self, data: bytes) -> bytes:
        """Hash with SHA-256."""
        return hashlib.sha256(data).digest()

    def wrap(self, key: bytes, recipient: x509.Certificate, info: bytes) -> tuple[bytes, bytes]:
        """Wrap a content key with HPKE in base mode.

        Raises:
            KeyUnsuitableError: the recipient's key is not on P-256.
        """
        public = public_key_of(recipient)
        if not isinstance(public, ec.EllipticCurvePublicKey) or public.curve.name != "secp256r1":
            raise KeyUnsuitableError("recipient key is not P-256")
        sealed = _HPKE.encrypt(key, public, info)
        return sealed[:ENC_SIZE], sealed[ENC_SIZE:]

    def encrypt(self, key: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
        """Encrypt one chunk with AES-256-GCM."""
        return AESGCM(key).encrypt(nonce, data, aad)

    def decrypt(self, key: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
        """Decrypt one chunk.

        Raises:
            PackageDamagedError: the tag does not fit.
        """
        try:
            return AESGCM(key).decrypt(nonce, data, aad)
        except InvalidTag as exc:
            raise PackageDamagedError("chunk") from exc


def unwrap(
    private_key: ec.EllipticCurvePrivateKey, enc: bytes, ciphertext: bytes, info: bytes
) -> bytes:
    """Recover a content key that `InternationalSuite.wrap` wrapped.

    Raises:
        PackageDamagedError: the wrapped key or its binding was changed.
    """
    # The library takes both in one piece; without this, other cuts of it would open as well.
    if len(enc) != ENC_SIZE:
        raise PackageDamagedError("encapsulated key")
    try:
        return _HPKE.decrypt(enc + ciphertext, private_key, info)
    except (InvalidTag, ValueError) as exc:
        raise PackageDamagedError("wrapped key") from exc
