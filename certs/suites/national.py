"""Suite 2: SM3, SM4-GCM and SM2 encryption of the content key."""

from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from certs.errors import KeyUnsuitableError, PackageDamagedError, ProviderError
from certs.identity import SuiteName
from certs.keys import public_key_of
from certs.sm2.keys import POINT_SIZE, SM2PrivateKey, SM2PublicKey, sm3

KEY_SIZE = 16
_TAG_SIZE = 16
_WRAPPED_SIZE = 32 + KEY_SIZE


@dataclass(frozen=True, slots=True)
class NationalSuite:
    """The algorithms of the Cryptography Law's commercial products.

    The content key is what SM2 encrypts, alone, as GB/T 35276 and the devices of GM/T 0018 do it;
    what it is bound to stands in the chunks' associated data.

    Source: GB/T 32905-2016 (SM3), GB/T 32907-2016 (SM4), RFC 8998 section 3.3 (SM4-GCM),
    GB/T 32918.4-2016 (encryption).
    """

    suite_id: int = 2
    name: SuiteName = SuiteName.NATIONAL
    digest_name: str = "sm3"
    key_size: int = KEY_SIZE

    def digest(self, data: bytes) -> bytes:
        """Hash with SM3."""
        return sm3(data)

    def wrap(self, key: bytes, recipient: x509.Certificate, info: bytes) -> tuple[bytes, bytes]:
        """Wrap a content key: C1 is the encapsulated key, C3 || C2 the ciphertext.

        Raises:
            KeyUnsuitableError: the recipient's key is not on the SM2 curve.
        """
        public = public_key_of(recipient)
        if not isinstance(public, SM2PublicKey):
            raise KeyUnsuitableError("recipient key is not SM2")
        raw = public.encrypt(key)
        return raw[:POINT_SIZE], raw[POINT_SIZE:]

    def encrypt(self, key: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
        """Encrypt one chunk with SM4-GCM."""
        encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(aad)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, key: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
        """Decrypt one chunk.

        Raises:
            PackageDamagedError: the tag does not fit.
        """
        body, tag = data[:-_TAG_SIZE], data[-_TAG_SIZE:]
        try:
            decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
            decryptor.authenticate_additional_data(aad)
            return decryptor.update(body) + decryptor.finalize()
        except (InvalidTag, ValueError) as exc:
            raise PackageDamagedError("chunk") from exc


def unwrap(private_key: SM2PrivateKey, enc: bytes, ciphertext: bytes) -> bytes:
    """Recover a content key that `NationalSuite.wrap` wrapped.

    Raises:
        PackageDamagedError: the wrapped key was changed.
    """
    if len(enc) != POINT_SIZE or len(ciphertext) != _WRAPPED_SIZE:
        raise PackageDamagedError("wrapped key")
    try:
        return private_key.decrypt(enc + ciphertext)
    except ProviderError as exc:
        raise PackageDamagedError("wrapped key") from exc
