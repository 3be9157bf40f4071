"""TLS of the office's server: whom it shows itself as, whose certificates it takes."""

import ssl
from pathlib import Path
from typing import Final

from certs.errors import KeyFileDamagedError
from certs.keys import read_private

# Forward secrecy and authenticated encryption only; TLS 1.3 brings its own three suites.
_CIPHERS_12: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"


def server_context(
    *,
    certificate_chain: Path,
    key: Path,
    client_authority: Path | bytes,
) -> ssl.SSLContext:
    """Make the server's side of TLS 1.2 and 1.3, which asks for a client certificate.

    A visitor may come without one; whoever shows one must have it from `client_authority` (PEM
    certificates, a file or the bytes; an issuing certificate alone is enough) and must hold it for
    use as a TLS client. No session is ever resumed: a resumed one would skip the check of the
    certificate, so that a revoked terminal could stay.

    Never change a context that takes connections: each copies its keys without a lock, and one
    that is just being replaced is freed under the copier's hands (OpenSSL, SSL_CTX_new(3)). Make
    another one, and let new connections have that.

    Raises:
        KeyFileOpenError: other accounts may read the key.
        KeyFileDamagedError: a file is missing, or holds something else.
    """
    read_private(key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_OPTIONAL
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VERIFY_X509_STRICT
    context.options |= (
        ssl.OP_NO_TICKET
        | ssl.OP_NO_COMPRESSION
        | ssl.OP_NO_RENEGOTIATION
        | ssl.OP_CIPHER_SERVER_PREFERENCE
    )
    context.num_tickets = 0
    context.set_ciphers(_CIPHERS_12)
    _load_chain(context, certificate_chain, key)
    _load_authority(context, client_authority)
    return context


def _load_chain(context: ssl.SSLContext, certificate_chain: Path, key: Path) -> None:
    try:
        context.load_cert_chain(certificate_chain, key, password=_no_password)
    except (OSError, ValueError) as exc:
        raise KeyFileDamagedError("server certificate or key") from exc


def _load_authority(context: ssl.SSLContext, authority: Path | bytes) -> None:
    try:
        if isinstance(authority, bytes):
            context.load_verify_locations(cadata=authority.decode("ascii"))
        else:
            context.load_verify_locations(cafile=authority)
    except (OSError, ValueError) as exc:
        raise KeyFileDamagedError("authority of the clients") from exc
    if not context.get_ca_certs() and not context.cert_store_stats()["x509"]:
        raise KeyFileDamagedError("authority of the clients")


def _no_password() -> str:
    # Without this, OpenSSL would ask at the terminal and the server would hang at its start.
    return ""
