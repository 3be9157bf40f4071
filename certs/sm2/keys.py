"""Keys on the SM2 curve: made, stored, signing and verifying, encrypting and decrypting.

Source: GB/T 32918.1 to .5-2016 (GM/T 0003-2012), in English ISO/IEC 14888-3:2018 (signature);
GB/T 35276-2017 (GM/T 0009-2012) for the default identifier and the DER forms.
"""

import ctypes
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager
from ctypes import byref, c_size_t, c_void_p
from typing import ClassVar, Final, Self

from asn1crypto import core, pem
from cryptography.hazmat.primitives import hashes

from certs.errors import KeyUnsuitableError, ProviderError, SM2SignatureError
from certs.sm2.library import held, libcrypto, read_der, require, write_der

IDENTIFIER: Final = b"1234567812345678"
"""The signer's distinguishing identifier where nobody agreed on another: GB/T 35276-2017, 10.

OpenSSL takes an empty one unless it is told, and then nobody else's signatures hold."""

POINT_SIZE: Final = 65
_SPKI_PREFIX: Final = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
"""SubjectPublicKeyInfo of every SM2 key up to its point: id-ecPublicKey, 1.2.156.10197.1.301."""
_PRIVATE: Final = "PRIVATE KEY"


def sm3(data: bytes) -> bytes:
    """Hash with SM3; 32 bytes. Source: GB/T 32905-2016."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


class SM2Cipher(core.Sequence):  # type: ignore[misc]  # asn1crypto is not typed
    """What SM2 encryption gives, as DER. Source: GB/T 35276-2017, 7.2; GM/T 0009-2012, 7.2."""

    _fields: ClassVar = [
        ("x", core.Integer),
        ("y", core.Integer),
        ("hash", core.OctetString),
        ("ciphertext", core.OctetString),
    ]


class SM2PublicKey:
    """A public key on the SM2 curve."""

    def __init__(self, pointer: int) -> None:
        """Take over a key of libcrypto's; `load_public` is the way in."""
        self._pointer = pointer
        weakref.finalize(self, libcrypto().EVP_PKEY_free, pointer)
        self.spki = write_der(libcrypto().i2d_PUBKEY, pointer, "public key")
        """SubjectPublicKeyInfo, DER."""

    @property
    def point(self) -> bytes:
        """The point uncompressed: 04, x, y; 65 bytes."""
        return self.spki[len(_SPKI_PREFIX) :]

    def verify(self, signature: bytes, data: bytes) -> None:
        """Check a DER signature over data, with SM3 and the default identifier.

        Raises:
            SM2SignatureError: it does not hold.
        """
        library = libcrypto()
        with (
            held(require(library.EVP_MD_CTX_new(), "verify"), library.EVP_MD_CTX_free) as digest,
            _context(self._pointer, "verify") as context,
        ):
            _begin(library.EVP_DigestVerifyInit, digest, context, self._pointer)
            good = library.EVP_DigestVerify(digest, signature, len(signature), data, len(data))
        library.ERR_clear_error()
        if good != 1:
            raise SM2SignatureError("signature")

    def encrypt(self, plain: bytes) -> bytes:
        """Encrypt a few bytes; C1 || C3 || C2: 65 bytes, 32 bytes, and as many as there were.

        Source: GB/T 32918.4-2016, 6.1.
        """
        library = libcrypto()
        with _context(self._pointer, "encrypt") as context:
            require(library.EVP_PKEY_encrypt_init(context), "encrypt")
            der = _transform(library.EVP_PKEY_encrypt, context, plain, "encrypt")
        return cipher_to_raw(der)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SM2PublicKey) and self.spki == other.spki

    def __hash__(self) -> int:
        return hash(self.spki)


class SM2PrivateKey:
    """A private key on the SM2 curve, in libcrypto's memory."""

    def __init__(self, pointer: int) -> None:
        """Take over a key of libcrypto's; `generate` and `load` are the ways in."""
        self._pointer = pointer
        weakref.finalize(self, libcrypto().EVP_PKEY_free, pointer)

    @classmethod
    def generate(cls) -> Self:
        """Make a fresh key.

        Raises:
            ProviderError: libcrypto cannot.
        """
        library, key = libcrypto(), c_void_p()
        context = require(library.EVP_PKEY_CTX_new_from_name(None, b"SM2", None), "new key")
        with held(context, library.EVP_PKEY_CTX_free):
            require(library.EVP_PKEY_keygen_init(context), "new key")
            require(library.EVP_PKEY_generate(context, byref(key)), "new key")
        return cls(require(key.value, "new key"))

    @classmethod
    def load(cls, text: bytes) -> Self:
        """Read a key from PKCS#8 PEM.

        Raises:
            KeyUnsuitableError: it holds no private key on the SM2 curve.
            ProviderError: this machine cannot compute with it.
        """
        library = libcrypto()
        try:
            label, _, der = pem.unarmor(text)
            if label != _PRIVATE:
                raise KeyUnsuitableError("not an SM2 key")
            key = cls(pointer := read_der(library.d2i_AutoPrivateKey, der, "private key"))
        except (ValueError, TypeError, ProviderError) as exc:
            raise KeyUnsuitableError("not an SM2 key") from exc
        if library.EVP_PKEY_is_a(pointer, b"SM2") != 1:
            raise KeyUnsuitableError("not an SM2 key")
        with _context(pointer, "private key") as context:
            if library.EVP_PKEY_check(context) != 1:
                library.ERR_clear_error()
                raise KeyUnsuitableError("damaged SM2 key")
        return key

    def public_key(self) -> SM2PublicKey:
        """Give the public half."""
        return load_public(write_der(libcrypto().i2d_PUBKEY, self._pointer, "public key"))

    def private_pem(self) -> bytes:
        """Write the key as PKCS#8 PEM, not encrypted. Source: RFC 5958."""
        library = libcrypto()
        info = require(library.EVP_PKEY2PKCS8(self._pointer), "private key")
        with held(info, library.PKCS8_PRIV_KEY_INFO_free):
            der = write_der(library.i2d_PKCS8_PRIV_KEY_INFO, info, "private key")
        return bytes(pem.armor(_PRIVATE, der))

    def sign(self, data: bytes) -> bytes:
        """Sign data with SM3 and the default identifier: DER, two numbers.

        Source: GB/T 32918.2-2016, 6.1; GB/T 35276-2017, 7.3.
        """
        library = libcrypto()
        with (
            held(require(library.EVP_MD_CTX_new(), "sign"), library.EVP_MD_CTX_free) as digest,
            _context(self._pointer, "sign") as context,
        ):
            _begin(library.EVP_DigestSignInit, digest, context, self._pointer)
            return _transform(library.EVP_DigestSign, digest, data, "sign")

    def decrypt(self, raw: bytes) -> bytes:
        """Decrypt C1 || C3 || C2.

        Raises:
            ProviderError: encrypted to another key, or changed.

        Source: GB/T 32918.4-2016, 7.1.
        """
        library, der = libcrypto(), cipher_from_raw(raw)
        with _context(self._pointer, "decrypt") as context:
            require(library.EVP_PKEY_decrypt_init(context), "decrypt")
            return _transform(library.EVP_PKEY_decrypt, context, der, "decrypt")


def is_spki(spki: bytes) -> bool:
    """Say whether a SubjectPublicKeyInfo claims to be a key on this curve; nothing is computed."""
    return spki.startswith(_SPKI_PREFIX)


def load_public(spki: bytes) -> SM2PublicKey:
    """Read a public key from its SubjectPublicKeyInfo, spelled the one way that is allowed.

    Raises:
        KeyUnsuitableError: another kind of key, or no point of the curve.
        ProviderError: this machine cannot compute with it.
    """
    if not spki.startswith(_SPKI_PREFIX) or spki[len(_SPKI_PREFIX) :][:1] != b"\x04":
        raise KeyUnsuitableError("not an SM2 key")
    library = libcrypto()
    try:
        key = SM2PublicKey(read_der(library.d2i_PUBKEY, spki, "public key"))
    except ProviderError as exc:
        raise KeyUnsuitableError("not an SM2 key") from exc
    if key.spki != spki:
        raise KeyUnsuitableError("not an SM2 key")
    return key


def load_point(point: bytes) -> SM2PublicKey:
    """Read a public key from its uncompressed point. Raises: KeyUnsuitableError."""
    return load_public(_SPKI_PREFIX + point)


def cipher_to_raw(der: bytes) -> bytes:
    """Turn an SM2Cipher into C1 || C3 || C2."""
    parts = SM2Cipher.load(der, strict=True)
    x, y = (parts[name].native.to_bytes(32, "big") for name in ("x", "y"))
    return bytes(b"\x04" + x + y + parts["hash"].native + parts["ciphertext"].native)


def cipher_from_raw(raw: bytes) -> bytes:
    """Turn C1 || C3 || C2 into an SM2Cipher.

    Raises:
        ProviderError: too short, or no uncompressed point in front.
    """
    if len(raw) <= POINT_SIZE + 32 or raw[:1] != b"\x04":
        raise ProviderError("no SM2 ciphertext")
    parts = {
        "x": int.from_bytes(raw[1:33], "big"),
        "y": int.from_bytes(raw[33:65], "big"),
        "hash": raw[65:97],
        "ciphertext": raw[97:],
    }
    return bytes(SM2Cipher(parts).dump())


# --- inside


def _context(key: int, act: str) -> AbstractContextManager[int]:
    library = libcrypto()
    made = require(library.EVP_PKEY_CTX_new_from_pkey(None, key, None), act)
    return held(made, library.EVP_PKEY_CTX_free)


def _begin(start: Callable[..., int], digest: int, context: int, key: int) -> None:
    library = libcrypto()
    require(library.EVP_PKEY_CTX_set1_id(context, IDENTIFIER, len(IDENTIFIER)), "identifier")
    library.EVP_MD_CTX_set_pkey_ctx(digest, context)
    require(start(digest, None, library.EVP_sm3(), None, key), "digest")


def _transform(act: Callable[..., int], context: int, data: bytes, name: str) -> bytes:
    """Ask how much room is needed, then let libcrypto fill it."""
    size = c_size_t()
    require(act(context, None, byref(size), data, len(data)), name)
    buffer = ctypes.create_string_buffer(size.value)
    require(act(context, buffer, byref(size), data, len(data)), name)
    return buffer.raw[: size.value]
