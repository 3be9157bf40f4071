"""The door to libcrypto: the very one that Python's ssl uses, found, checked and typed once."""

import _ssl
import ctypes
import ctypes.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import POINTER, c_char_p, c_int, c_int64, c_long, c_size_t, c_ulong, c_void_p
from functools import cache
from typing import Any, Final

from certs.errors import ProviderError

OLDEST: Final = 0x30000000
"""OpenSSL 3.0: earlier ones have no SM2 that can be asked for by name."""

_OUT: Final = POINTER(c_size_t)
_CURSOR: Final = POINTER(c_void_p)
_EVP: Final[dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "OpenSSL_version_num": (c_ulong, ()),
    "ERR_get_error": (c_ulong, ()),
    "ERR_clear_error": (None, ()),
    "ERR_error_string_n": (None, (c_ulong, c_char_p, c_size_t)),
    "EVP_sm3": (c_void_p, ()),
    "EVP_PKEY_CTX_new_from_name": (c_void_p, (c_void_p, c_char_p, c_char_p)),
    "EVP_PKEY_CTX_new_from_pkey": (c_void_p, (c_void_p, c_void_p, c_char_p)),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_set1_id": (c_int, (c_void_p, c_char_p, c_size_t)),
    "EVP_PKEY_keygen_init": (c_int, (c_void_p,)),
    "EVP_PKEY_generate": (c_int, (c_void_p, _CURSOR)),
    "EVP_PKEY_check": (c_int, (c_void_p,)),
    "EVP_PKEY_public_check": (c_int, (c_void_p,)),
    "EVP_PKEY_is_a": (c_int, (c_void_p, c_char_p)),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "EVP_PKEY_encrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_encrypt": (c_int, (c_void_p, c_char_p, _OUT, c_char_p, c_size_t)),
    "EVP_PKEY_decrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_decrypt": (c_int, (c_void_p, c_char_p, _OUT, c_char_p, c_size_t)),
    "EVP_MD_CTX_new": (c_void_p, ()),
    "EVP_MD_CTX_free": (None, (c_void_p,)),
    "EVP_MD_CTX_set_pkey_ctx": (None, (c_void_p, c_void_p)),
    "EVP_DigestSignInit": (c_int, (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)),
    "EVP_DigestSign": (c_int, (c_void_p, c_char_p, _OUT, c_char_p, c_size_t)),
    "EVP_DigestVerifyInit": (c_int, (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)),
    "EVP_DigestVerify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
    "EVP_PKEY2PKCS8": (c_void_p, (c_void_p,)),
    "PKCS8_PRIV_KEY_INFO_free": (None, (c_void_p,)),
    "i2d_PKCS8_PRIV_KEY_INFO": (c_int, (c_void_p, _CURSOR)),
    "i2d_PUBKEY": (c_int, (c_void_p, _CURSOR)),
    "d2i_PUBKEY": (c_void_p, (c_void_p, _CURSOR, c_long)),
    "d2i_AutoPrivateKey": (c_void_p, (c_void_p, _CURSOR, c_long)),
}
_X509: Final[dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "d2i_X509": (c_void_p, (c_void_p, _CURSOR, c_long)),
    "X509_free": (None, (c_void_p,)),
    "X509_set0_distinguishing_id": (None, (c_void_p, c_void_p)),
    "ASN1_OCTET_STRING_new": (c_void_p, ()),
    "ASN1_OCTET_STRING_set": (c_int, (c_void_p, c_char_p, c_int)),
    "ASN1_OCTET_STRING_free": (None, (c_void_p,)),
    "OPENSSL_sk_new_null": (c_void_p, ()),
    "OPENSSL_sk_push": (c_int, (c_void_p, c_void_p)),
    "OPENSSL_sk_free": (None, (c_void_p,)),
    "X509_STORE_new": (c_void_p, ()),
    "X509_STORE_add_cert": (c_int, (c_void_p, c_void_p)),
    "X509_STORE_free": (None, (c_void_p,)),
    "X509_STORE_CTX_new": (c_void_p, ()),
    "X509_STORE_CTX_init": (c_int, (c_void_p, c_void_p, c_void_p, c_void_p)),
    "X509_STORE_CTX_free": (None, (c_void_p,)),
    "X509_STORE_CTX_get0_param": (c_void_p, (c_void_p,)),
    "X509_STORE_CTX_get0_chain": (c_void_p, (c_void_p,)),
    "X509_STORE_CTX_get_error": (c_int, (c_void_p,)),
    "X509_VERIFY_PARAM_set_time": (None, (c_void_p, c_int64)),
    "X509_VERIFY_PARAM_set_flags": (c_int, (c_void_p, c_ulong)),
    "X509_VERIFY_PARAM_set_depth": (None, (c_void_p, c_int)),
    "X509_verify_cert": (c_int, (c_void_p,)),
    "OPENSSL_sk_num": (c_int, (c_void_p,)),
    "OPENSSL_sk_value": (c_void_p, (c_void_p, c_int)),
    "i2d_X509": (c_int, (c_void_p, _CURSOR)),
}


@cache
def libcrypto() -> ctypes.CDLL:
    """Open libcrypto, with every function typed that is used here.

    Raises:
        ProviderError: this machine has no OpenSSL of version 3 with SM2.
    """
    for found in _candidates():
        try:
            return _typed(found)
        except AttributeError:
            continue
    raise ProviderError("no OpenSSL 3 with SM2 on this machine")


def _candidates() -> Iterator[ctypes.CDLL]:
    # A handle to Python's own ssl finds the functions of whatever libcrypto that is linked with:
    # the one that the system keeps up to date, and no second copy beside it.
    for name in (_ssl.__file__, ctypes.util.find_library("crypto")):
        try:
            if name is not None:
                yield ctypes.CDLL(name)
        except OSError:
            continue


def _typed(library: ctypes.CDLL) -> ctypes.CDLL:
    for name, (result, arguments) in {**_EVP, **_X509}.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    if library.OpenSSL_version_num() < OLDEST or not _knows_sm2(library):
        raise AttributeError("SM2")
    return library


def _knows_sm2(library: ctypes.CDLL) -> bool:
    # Some distributions build OpenSSL without it.
    context = library.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
    library.EVP_PKEY_CTX_free(context)
    library.ERR_clear_error()
    return bool(context)


def require(result: int | None, act: str) -> int:
    """Give what a function returned if it is a success: a pointer, or a number above zero.

    Raises:
        ProviderError: it is none.
    """
    if result is None or result <= 0:
        raise ProviderError(f"{act}: {_reason()}")
    return result


def _reason() -> str:
    """Take the first error from this thread's queue, and empty it for whoever comes next."""
    library, text = libcrypto(), ctypes.create_string_buffer(256)
    library.ERR_error_string_n(library.ERR_get_error(), text, len(text))
    library.ERR_clear_error()
    return text.value.decode("ascii", "replace")


@contextmanager
def held(pointer: int, free: Callable[[int], object]) -> Iterator[int]:
    """Hold something of libcrypto's, and free it however the block ends."""
    try:
        yield pointer
    finally:
        free(pointer)


def read_der(reader: Callable[..., int | None], der: bytes, act: str) -> int:
    """Let libcrypto parse DER to the last byte; the caller frees what comes back.

    Raises:
        ProviderError: it is not what the reader reads.
    """
    buffer = ctypes.create_string_buffer(der, len(der))
    start = ctypes.addressof(buffer)
    cursor = c_void_p(start)
    pointer = require(reader(None, ctypes.byref(cursor), len(der)), act)
    if cursor.value != start + len(der):
        raise ProviderError(f"{act}: bytes behind it")
    return pointer


def write_der(writer: Callable[..., int], pointer: int, act: str) -> bytes:
    """Let libcrypto write something of its own as DER."""
    buffer = ctypes.create_string_buffer(require(writer(pointer, None), act))
    cursor = c_void_p(ctypes.addressof(buffer))
    require(writer(pointer, ctypes.byref(cursor)), act)
    return buffer.raw
