"""The office's server on a real line, against peers that dawdle, flood and stammer."""

import hashlib
import json
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from backend.lobby import AWAITED_BODY, PatientSocket
from backend.server import OfficeServer
from certs.authority import load_authority
from certs.identity import Role
from certs.keys import save_certificates, save_key
from tests.pki import make_authority, make_signer
from tests.unit.backend.peers import (
    GET,
    OK,
    THREADS,
    Peer,
    ask,
    context_of,
    serving,
    wait_for_seats,
)


class App:
    """Answers 200 with the digest of the body; `/refuse` answers 413 and reads nothing."""

    def __init__(self) -> None:
        self.going = threading.Event()
        self.held = threading.Semaphore(0)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        path, body = environ["PATH_INFO"], b""
        if path == "/wait":
            self.held.release()
            self.going.wait(20)
        elif path != "/refuse":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        told = hashlib.sha256(body).hexdigest().encode()
        status = "413 Content Too Large" if path == "/refuse" else "200 OK"
        start(status, [("Content-Length", str(len(told)))])
        return [told]


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture(scope="module")
def authority_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_authority(tmp_path_factory.mktemp("server") / "authority").folder


@pytest.fixture
def server(app: App, authority_folder: Path) -> Iterator[OfficeServer]:
    with serving(app, authority_folder) as made:
        yield made
        app.going.set()


def test_an_answer_on_a_kept_line_and_another(server: OfficeServer) -> None:
    with Peer(server) as peer:
        for _ in range(3):
            wait_for_seats(server)
            peer.say(GET)
            assert peer.hear().startswith(OK)


def test_a_request_that_comes_byte_by_byte(server: OfficeServer) -> None:
    body = b"x" * 40
    request = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n" + body

    heard = ask(server, *(request[i : i + 1] for i in range(len(request))))

    assert heard.endswith(hashlib.sha256(body).hexdigest().encode())


def test_a_renewed_certificate_is_shown_to_who_comes_and_takes_nothing_from_who_is_there(
    server: OfficeServer, tmp_path: Path
) -> None:
    """A context in use is never changed: connections copied its keys while they were replaced.

    That corrupted the memory of a server that was asked as it started, and killed it.
    """
    first = server.ssl_adapter.context
    renewed = make_authority(tmp_path / "authority").folder
    with Peer(server) as there:
        there.say(GET)
        assert there.hear().startswith(OK)
        server.show(context_of(renewed))
        wait_for_seats(server)
        there.say(GET)
        assert there.hear().startswith(OK)
        wait_for_seats(server)
        with Peer(server) as new:
            assert (shown(new) != shown(there), server.ssl_adapter.context is first) == (
                True,
                False,
            )
            new.say(GET)
            assert new.hear().startswith(OK)


def shown(peer: Peer) -> bytes | None:
    """Return the certificate that the server showed to a peer, DER."""
    assert isinstance(peer.line, ssl.SSLSocket)
    return peer.line.getpeercert(binary_form=True)


def test_two_requests_in_one_breath(server: OfficeServer) -> None:
    with Peer(server) as peer:
        peer.say(GET + GET)
        heard = peer.hear()
        heard += peer.hear() if heard.count(OK) < 2 else b""

    assert heard.count(OK) == 2


@pytest.mark.parametrize("size", [8_191, 8_192, 8_193, 20_000, 60_000])
def test_a_long_head_is_read_whole(server: OfficeServer, size: int) -> None:
    assert ask(server, GET[:-2] + b"X: " + b"a" * size + b"\r\n\r\n").startswith(OK)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param((b"",), id="silent"),
        pytest.param((b"\x16\x03\x01\x02\x00\x01",), id="half a hello"),
    ],
)
def test_peers_without_a_handshake_hold_no_thread(
    server: OfficeServer, words: tuple[bytes, ...]
) -> None:
    peers = [Peer(server, is_tls=False) for _ in range(3 * THREADS)]
    for peer in peers:
        peer.say(*words)

    assert ask(server, GET).startswith(OK)
    for peer in peers:
        peer.line.close()


def test_peers_with_half_a_head_hold_no_thread(server: OfficeServer) -> None:
    peers = [Peer(server) for _ in range(3 * THREADS)]
    for peer in peers:
        peer.say(GET[:-2])

    assert ask(server, GET).startswith(OK)
    for peer in peers:
        wait_for_seats(server)
        peer.say(b"\r\n")
        assert peer.hear().startswith(OK)
        peer.line.close()


@pytest.fixture(scope="module")
def certificate(authority_folder: Path) -> Path:
    """A terminal's certificate and key in one file."""
    signer = make_signer(load_authority(authority_folder), Role.TERMINAL, now=datetime.now(UTC))
    save_key(authority_folder / "keys" / "terminal.pem", signer.key)
    path = authority_folder / "terminal.pem"
    save_certificates(path, (signer.certificate, *signer.chain))
    path.write_bytes(path.read_bytes() + (authority_folder / "keys/terminal.pem").read_bytes())
    return path


def test_counters_whose_pieces_come_slowly_hold_no_thread(
    server: OfficeServer, certificate: Path
) -> None:
    """After an outage every branch sends at once, and reviewers must not stand in their queue."""
    body = b"x" * AWAITED_BODY
    head = f"PATCH / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    peers = [Peer(server, certificate=certificate) for _ in range(3 * THREADS)]
    for peer in peers:
        peer.say(head, body[:-1])

    assert ask(server, GET).startswith(OK)
    for peer in peers:
        peer.say(b"x")
        assert peer.hear().endswith(hashlib.sha256(body).hexdigest().encode())
        peer.line.close()


def test_who_asks_whether_to_go_on_is_told(server: OfficeServer, certificate: Path) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    with Peer(server, certificate=certificate) as peer:
        peer.say(head)
        assert peer.line.recv(100).startswith(b"HTTP/1.1 100")
        peer.say(b"hello")
        assert peer.hear().startswith(OK)


def test_strangers_take_half_the_threads_at_the_most(server: OfficeServer, app: App) -> None:
    peers = [Peer(server) for _ in range(THREADS // 2)]
    for peer in peers:
        peer.say(GET.replace(b"/ ", b"/wait "))
        assert app.held.acquire(timeout=10)

    heard = ask(server, GET)
    app.going.set()
    answers = [peer.hear() for peer in peers]
    for peer in peers:
        peer.line.close()

    assert heard.startswith(b"HTTP/1.1 503")
    assert b"Retry-After: 5" in heard
    assert all(answer.startswith(OK) for answer in answers)


def test_a_refused_body_does_not_hide_the_answer_nor_fill_the_memory(server: OfficeServer) -> None:
    piece, pieces = b"\0" * 1_000_000, 30
    head = f"POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: {len(piece) * pieces}\r\n\r\n"
    tracemalloc.start()
    heard = ask(server, head.encode(), *[piece] * pieces)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert heard.startswith(b"HTTP/1.1 413")
    assert most < 10_000_000


def test_of_a_boundless_body_nothing_is_read(server: OfficeServer) -> None:
    heard = ask(server, b"POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")

    assert heard.startswith(b"HTTP/1.1 413")
    assert b"Connection: close" in heard


def test_a_slow_body_is_given_up(server: OfficeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.server._BODY_S", 0.5)
    started = time.monotonic()

    heard = ask(server, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", b"1")

    assert heard.startswith(b"HTTP/1.1 408")
    assert time.monotonic() - started < 10


MALFORMED = {
    "no http": (b"GARBAGE\r\n\r\n", 400),
    "no colon": (b"GET / HTTP/1.1\r\nHost x\r\n\r\n", 400),
    "negative length": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}", 400),
    "signed length": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\n{}", 400),
    "python's length": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1_0\r\n\r\n{}", 400),
    "two lengths": (
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        400,
    ),
    "unknown coding": (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    "next century": (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505),
    "long address": (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    "long head": (GET[:-2] + b"X: " + b"a" * 70_000 + b"\r\n\r\n", 413),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_request_gets_a_problem_document(server: OfficeServer, name: str) -> None:
    words, status = MALFORMED[name]

    head, _, body = ask(server, words).partition(b"\r\n\r\n")

    told = json.loads(body)
    assert head.startswith(f"HTTP/1.1 {status}".encode())
    assert b"application/problem+json" in head
    assert told["code"] == f"http.{status}"
    assert told["title"] != told["title_en"]
    assert "fault" not in told["title_en"]


def test_a_chunked_body_is_never_taken_for_the_next_request(server: OfficeServer) -> None:
    head = b"POST /refuse HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"

    assert b"Connection: close" in ask(server, head + b"1c\r\n" + GET + b"\r\n0\r\n\r\n")


def test_plain_http_is_told_to_use_tls(server: OfficeServer) -> None:
    with Peer(server, is_tls=False) as peer:
        peer.say(GET)
        head, _, body = peer.hear().partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 426")
    assert json.loads(body)["title_en"] == "This port speaks only HTTPS"


def test_noise_closes_the_line(server: OfficeServer) -> None:
    with Peer(server, is_tls=False) as peer:
        peer.say(bytes(range(256)) * 8)
        try:
            heard = peer.hear()
        except ConnectionError:
            heard = b""

    assert not heard.startswith(b"HTTP")
    assert ask(server, GET).startswith(OK)


def test_beyond_the_most_the_line_silent_longest_makes_room(
    server: OfficeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.lobby.MOST", 2)
    first, *others = [Peer(server) for _ in range(4)]

    assert first.line.recv(1) == b""
    assert ask(server, GET).startswith(OK)
    for peer in (first, *others):
        peer.line.close()


def test_a_deadline_ends_a_read_however_steadily_bytes_come() -> None:
    ours, theirs = socket.socketpair()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.sslsocket_class = PatientSocket
    line = context.wrap_socket(ours, do_handshake_on_connect=False)
    assert isinstance(line, PatientSocket)
    line.give(-1.0)

    with theirs, line, pytest.raises(TimeoutError):
        line.recv_into(bytearray(1))
