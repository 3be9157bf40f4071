"""A server on a real line, and peers that may say anything."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from backend.server import OfficeServer
from backend.web.problems import document
from certs.identity import Role
from certs.places import certificate_path, key_path
from certs.tls import server_context

THREADS = 4
OK = b"HTTP/1.1 200 OK"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def context_of(authority_folder: Path) -> ssl.SSLContext:
    """Make the context of the server's certificate of an authority."""
    return server_context(
        certificate_chain=certificate_path(authority_folder, Role.SERVER),
        key=key_path(authority_folder, Role.SERVER),
        client_authority=certificate_path(authority_folder, Role.ISSUING),
    )


@contextmanager
def serving(app: Any, authority_folder: Path, **options: Any) -> Iterator[OfficeServer]:
    """Serve a WSGI application over TLS from a thread of this process."""
    made = OfficeServer(
        app,
        address=("127.0.0.1", 0),
        context=context_of(authority_folder),
        certificate=certificate_path(authority_folder, Role.SERVER),
        key=key_path(authority_folder, Role.SERVER),
        threads=THREADS,
        tell=document,
        **options,
    )
    thread = threading.Thread(target=made.serve, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.stop()
        thread.join(10)


class Peer:
    """A stranger on the line; what he says need not be HTTP."""

    def __init__(
        self, server: OfficeServer, *, is_tls: bool = True, certificate: Path | None = None
    ) -> None:
        raw = socket.create_connection(("127.0.0.1", server.bind_addr[1]), timeout=15)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if certificate is not None:
            context.load_cert_chain(certificate)
        self.line = context.wrap_socket(raw) if is_tls else raw

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()

    def say(self, *words: bytes) -> None:
        for word in words:
            self.line.sendall(word)

    def hear(self) -> bytes:
        """Return everything until the line is closed or the announced body is whole."""
        heard = b""
        while part := self.line.recv(65536):
            heard += part
            head, _, body = heard.partition(b"\r\n\r\n")
            size = next((x for x in head.lower().split(b"\r\n") if b"content-length" in x), b":0")
            if b"\r\n\r\n" in heard and len(body) >= int(size.partition(b":")[2]):
                break
        return heard


def wait_for_seats(server: OfficeServer) -> None:
    """Wait until no stranger's request is going on: an answer is heard before its thread is back.

    Who asks again sooner may be told 503, as strangers take half the threads at the most.
    """
    taken = [server.strangers.acquire(timeout=20) for _ in range(THREADS // 2)]
    for _ in filter(None, taken):
        server.strangers.release()
    assert all(taken)


def ask(server: OfficeServer, *words: bytes) -> bytes:
    with Peer(server) as peer:
        peer.say(*words)
        return peer.hear()
