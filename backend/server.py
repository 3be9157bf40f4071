"""The HTTPS server: TLS with optional client certificates, no session resumption."""

import logging
import socket
import ssl
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Gateway_10, Server

logger = logging.getLogger(__name__)

PEER_CERTIFICATE = "mortgage_registration.peer_certificate"
"""WSGI key of the client certificate, DER; a request header can never have this name."""


class _Adapter(BuiltinSSLAdapter):
    """TLS whose handshake happens in the request's own thread, under the socket's time-out.

    cheroot shakes hands in the accepting thread; one silent peer would hold up all others.
    """

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, Any]]:
        """Wrap a fresh connection; the first read shakes hands."""
        wrapped = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return wrapped, {"wsgi.url_scheme": "https", "HTTPS": "on"}


class _Gateway(Gateway_10):
    """WSGI 1.0 plus the client certificate as TLS has proven it."""

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]  # cheroot says None
        """Return the WSGI environment."""
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]
        sock = self.req.conn.socket
        if isinstance(sock, ssl.SSLSocket):
            environ[PEER_CERTIFICATE] = sock.getpeercert(binary_form=True) or b""
        return environ


class OfficeServer(Server):
    """A cheroot server that speaks our TLS and logs the way the office logs."""

    def __init__(
        self,
        app: Callable[..., Any],
        *,
        address: tuple[str, int],
        context: ssl.SSLContext,
        certificate: Path,
        key: Path,
        threads: int,
    ) -> None:
        """Bind to the address; `serve()` then answers.

        Client certificates are checked against the terminals' authority by TLS. Whether the
        terminal is still welcome is asked of the store on every request, so that a revoked
        one is out at once, on an open connection too.
        """
        super().__init__(
            address,
            app,
            numthreads=threads,
            server_name="mortgage-backend",
            request_queue_size=256,
            timeout=30,
            shutdown_timeout=10,
        )
        self.gateway = _Gateway
        self.ssl_adapter = _Adapter(str(certificate), str(key))
        self.ssl_adapter.context = context
        self.max_request_header_size = 64 * 1024
        self.prepare()

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Log a fault with its trace; visitors who hang up or scan are for debugging only."""
        is_line = isinstance(sys.exc_info()[1], ssl.SSLError | ConnectionError | TimeoutError)
        is_fault = traceback and not is_line
        logger.log(level if is_fault else logging.DEBUG, msg, exc_info=is_fault)
