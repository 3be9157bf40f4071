"""The HTTPS server: TLS with optional client certificates, no session resumption."""

import logging
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from cheroot.server import HTTPRequest
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Gateway_10, Server

from backend.lobby import MOST, Lobby, PatientSocket, Visitor
from backend.waiting import SEAT, News, Seat, WaitingRoom

logger = logging.getLogger(__name__)

PEER_CERTIFICATE = "mortgage_registration.peer_certificate"
"""WSGI key of the client certificate, DER; a request header can never have this name."""

_TIMEOUT_S: Final = 30
_BODY_S: Final = 30.0
_SLOWEST: Final = 8 * 1024
"""Bytes a second on the average, after the first `_BODY_S`; a slower body is given up."""
_MOST_DISCARDED: Final = 72 * 1024 * 1024
"""What is read of a refused body so that its sender sees the answer; beyond it the line is cut."""
_PIECE: Final = 64 * 1024
_RETRY: Final = "Retry-After: 5\r\n"


class _Adapter(BuiltinSSLAdapter):
    """TLS whose handshake happens when the peer speaks.

    cheroot shakes hands in the accepting thread; one silent peer would hold up all others.
    """

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, Any]]:
        """Wrap a fresh connection; the first read shakes hands."""
        wrapped = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return wrapped, {"wsgi.url_scheme": "https", "HTTPS": "on"}


class _Gateway(Gateway_10):
    """WSGI 1.0 plus the client certificate as TLS has proven it, and a seat to wait on."""

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]  # cheroot says None
        """Return the WSGI environment."""
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]  # cheroot has no types
        environ[PEER_CERTIFICATE] = self.req.peer_certificate
        environ[SEAT] = self.req.seat
        return environ


class _Headers(dict[bytes, bytes]):
    """Request headers with at most one length: two readers could each believe another."""

    def __setitem__(self, name: bytes, value: bytes) -> None:
        if name == b"Content-Length" and name in self:
            raise ValueError("two lengths")
        super().__setitem__(name, value)


class _Request(HTTPRequest):
    """A request whose body may neither dawdle nor fill the memory, answered in one language."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.inheaders = _Headers()
        self.seat = Seat()

    def parse_request(self) -> None:
        """Read the head; one that has waited was read before."""
        if self.seat.until is None:
            super().parse_request()

    @property
    def peer_certificate(self) -> bytes:
        """The client certificate, DER; empty when there is none."""
        return self.conn.socket.getpeercert(binary_form=True) or b""

    def read_request_headers(self) -> bool:
        """Read the head; a length that is no plain number is refused, not guessed at."""
        if not super().read_request_headers():  # type: ignore[no-untyped-call]  # cheroot has no types
            return False
        if self.inheaders.get(b"Content-Length", b"0").isdigit():
            return True
        self.simple_response("400 Bad Request", "Content-Length")
        return False

    def respond(self) -> None:
        """Answer; those without a certificate never take every thread from the terminals."""
        seats = None if self.peer_certificate else self.server.strangers
        if seats is not None and not seats.acquire(blocking=False):
            self.simple_response("503 Service Unavailable")
            self.close_connection = True
            return
        self.seat.is_taken, self.outheaders = False, []
        try:
            self.conn.socket.give(_BODY_S + self._announced / _SLOWEST)
            super().respond()
        finally:
            if seats is not None:
                seats.release()
        if self.seat.is_taken:
            self.conn.held = self

    def ensure_headers_sent(self) -> None:
        """Send the head; whoever waits is sent nothing yet."""
        if not self.seat.is_taken:
            super().ensure_headers_sent()

    def write(self, chunk: bytes) -> None:
        """Send a part of the body; likewise."""
        if not self.seat.is_taken:
            super().write(chunk)

    @property
    def _announced(self) -> int:
        return int(self.inheaders.get(b"Content-Length", 0))

    def send_headers(self) -> None:
        """Discard what was not read of the body, in pieces, then begin the answer."""
        if self.chunked_read or not self._discard():
            # The rest of this body must not be taken for the next request.
            self.close_connection = True
        super().send_headers()

    def _discard(self) -> bool:
        """Say whether the body is read to its end."""
        rest = getattr(self.rfile, "remaining", 0)
        if rest > _MOST_DISCARDED:
            return False
        try:
            while rest and self.rfile.read(min(rest, _PIECE)):
                rest = self.rfile.remaining
        except OSError:
            return False
        return not rest

    def simple_response(self, status: str, msg: str = "") -> None:
        """Answer what never reached the application; `msg` is for the log alone."""
        self.close_connection = True
        code = int(status[:3])
        logger.debug("refused status=%s reason=%s", code, msg)
        body = self.server.tell(code) if code >= 400 else b""
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: application/problem+json\r\n"
            f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n"
            f"{_RETRY if code == 503 else ''}\r\n"
        )
        self.conn.wfile.write(head.encode("latin-1") + body)
        self.conn.socket.discard_what_is_there()


class _Visitor(Visitor):
    make_request = _Request


class OfficeServer(Server):
    """A cheroot server that speaks our TLS and logs the way the office logs."""

    ConnectionClass = _Visitor
    keep_alive_conn_limit = MOST
    max_request_header_size = 64 * 1024
    _connections: Any

    def __init__(
        self,
        app: Callable[..., Any],
        *,
        address: tuple[str, int],
        context: ssl.SSLContext,
        certificate: Path,
        key: Path,
        threads: int,
        tell: Callable[[int], bytes] = lambda status: b"",
        news: News = lambda after: {},
    ) -> None:
        """Bind to the address; `serve()` then answers.

        Client certificates are checked against the terminals' authority by TLS. Whether the
        terminal is still welcome is asked of the store on every request, so that a revoked
        one is out at once, on an open connection too. `tell` gives the problem document of a
        status, for requests that are refused before the application sees them. `news` is asked
        while somebody waits for an answer (see `backend.waiting`).
        """
        super().__init__(
            address,
            app,
            numthreads=threads,
            server_name="mortgage-backend",
            request_queue_size=256,
            timeout=_TIMEOUT_S,
            shutdown_timeout=10,
        )
        self.tell = tell
        self.strangers = threading.BoundedSemaphore(max(1, threads // 2))
        self.gateway = _Gateway
        self.ssl_adapter = _Adapter(str(certificate), str(key))
        self.show(context)
        self.prepare()
        self._connections.close()
        self._connections = Lobby(self)
        self.waiting = WaitingRoom(news, self.admit)

    def show(self, context: ssl.SSLContext) -> None:
        """Take new connections under a context; those that are there keep the one they came by."""
        context.sslsocket_class = PatientSocket
        self.ssl_adapter.context = context

    def stop(self) -> None:
        """Answer those who wait, then end after the present requests."""
        self.waiting.close()
        super().stop()

    @property
    def plain_answer(self) -> bytes:
        """What a peer is told that speaks plain HTTP."""
        body = self.tell(426)
        head = (
            "HTTP/1.1 426 Upgrade Required\r\nContent-Type: application/problem+json\r\n"
            f"Upgrade: TLS/1.2\r\nConnection: Upgrade, close\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode("ascii") + body

    def process_conn(self, conn: Visitor) -> None:
        """Take a connection that is new, or that has said something."""
        self._connections.look(conn)

    def admit(self, conn: Visitor) -> None:
        """Give a connection with a whole request head to a thread."""
        super().process_conn(conn)

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Log a fault with its trace; visitors who hang up or scan are for debugging only."""
        is_line = isinstance(sys.exc_info()[1], ssl.SSLError | ConnectionError | TimeoutError)
        is_fault = traceback and not is_line
        logger.log(level if is_fault else logging.DEBUG, msg, exc_info=is_fault)
