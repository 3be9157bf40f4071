"""The way from a certificate signed with SM2 to a root: judged by OpenSSL, as `openssl verify` does.

`cryptography` judges every other chain; it cannot read an SM2 key. Only the path is judged here:
validity, names, signatures, basic constraints, key usage and critical extensions of everybody on
it (RFC 5280, 6). Role, key and extensions of the certificate itself are `certs.trust`'s.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs.errors import ProviderError
from certs.sm2.keys import IDENTIFIER
from certs.sm2.library import held, libcrypto, read_der, require, write_der

# X509_V_FLAG_CHECK_SS_SIGNATURE | X509_V_FLAG_X509_STRICT, of openssl/x509_vfy.h
_FLAGS: Final = 0x4000 | 0x20
_DEEPEST: Final = 1
"""Authorities between a certificate and its root."""


def find_path(
    leaf: x509.Certificate,
    intermediates: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
) -> list[x509.Certificate] | None:
    """Return the certificates from the leaf to a root, good at a moment; None if there is no way.

    Raises:
        ProviderError: this machine cannot compute with SM2.
    """
    library = libcrypto()
    with ExitStack() as stack:
        try:
            first = stack.enter_context(_read(leaf))
            others = [stack.enter_context(_read(one)) for one in intermediates]
            anchors = [stack.enter_context(_read(one)) for one in roots]
        except ProviderError:
            # What `cryptography` reads and OpenSSL does not is nothing to be trusted.
            return None
        store = stack.enter_context(_store(anchors))
        untrusted = stack.enter_context(_stack(others))
        context = require(library.X509_STORE_CTX_new(), "path")
        stack.enter_context(held(context, library.X509_STORE_CTX_free))
        require(library.X509_STORE_CTX_init(context, store, first, untrusted), "path")
        parameters = require(library.X509_STORE_CTX_get0_param(context), "path")
        library.X509_VERIFY_PARAM_set_time(parameters, int(at.timestamp()))
        library.X509_VERIFY_PARAM_set_depth(parameters, _DEEPEST)
        require(library.X509_VERIFY_PARAM_set_flags(parameters, _FLAGS), "path")
        is_good = library.X509_verify_cert(context) == 1
        library.ERR_clear_error()
        return _chain(context) if is_good else None


@contextmanager
def _read(certificate: x509.Certificate) -> Iterator[int]:
    """Give a certificate to OpenSSL, and tell it whose identifier its signature was made with."""
    library = libcrypto()
    pointer = read_der(library.d2i_X509, certificate.public_bytes(Encoding.DER), "certificate")
    with held(pointer, library.X509_free):
        identifier = require(library.ASN1_OCTET_STRING_new(), "identifier")
        require(
            library.ASN1_OCTET_STRING_set(identifier, IDENTIFIER, len(IDENTIFIER)), "identifier"
        )
        # The certificate owns it from here on.
        library.X509_set0_distinguishing_id(pointer, identifier)
        yield pointer


@contextmanager
def _store(anchors: Sequence[int]) -> Iterator[int]:
    library = libcrypto()
    with held(require(library.X509_STORE_new(), "store"), library.X509_STORE_free) as store:
        for anchor in anchors:
            require(library.X509_STORE_add_cert(store, anchor), "store")
        yield store


@contextmanager
def _stack(pointers: Sequence[int]) -> Iterator[int]:
    library = libcrypto()
    with held(require(library.OPENSSL_sk_new_null(), "stack"), library.OPENSSL_sk_free) as stack:
        for pointer in pointers:
            require(library.OPENSSL_sk_push(stack, pointer), "stack")
        yield stack


def _chain(context: int) -> list[x509.Certificate]:
    library = libcrypto()
    found = library.X509_STORE_CTX_get0_chain(context)
    return [
        x509.load_der_x509_certificate(
            write_der(library.i2d_X509, library.OPENSSL_sk_value(found, number), "chain")
        )
        for number in range(library.OPENSSL_sk_num(found))
    ]
