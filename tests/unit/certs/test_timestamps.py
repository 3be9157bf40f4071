"""Time stamps: the office's own, checked by OpenSSL; an authority's over HTTP, good and bad."""

import asyncio
import hashlib
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, parser, tsp
from cryptography.hazmat.primitives.serialization import Encoding

from certs.errors import TimestampError
from certs.timestamps import HTTPTimestamper, LocalTimestamper, Timestamper
from tests.pki import NOW, PKI
from tests.sealed import make_timestamper

DIGEST = hashlib.sha256(b"paper").digest()
REPLY = "application/timestamp-reply"


@pytest.fixture
def local(pki: PKI) -> LocalTimestamper:
    return make_timestamper(pki)


def stamp(timestamper: Timestamper, digest: bytes = DIGEST) -> cms.ContentInfo:
    return asyncio.run(timestamper.async_timestamp(digest, "sha256"))


def info_of(token: cms.ContentInfo) -> tsp.TSTInfo:
    return token["content"]["encap_content_info"]["content"].parsed


def status_of(answer: bytes) -> tsp.PKIStatusInfo:
    """Read a refusal: an answer that holds nothing but its status."""
    return tsp.PKIStatusInfo.load(parser.parse(answer, strict=True)[4], strict=True)


Answer = Callable[[bytes], tuple[int, str, bytes]]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Serve one answer on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            status, kind, body = answer(query)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Keep the tests' output clean."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join(10)


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: (500, REPLY, b""),
        lambda _: (200, "text/html", b"<html>"),
        lambda _: (302, REPLY, b""),
        lambda _: (200, REPLY, b""),
        lambda _: (200, REPLY, b"\x30\x80"),
        lambda _: (200, REPLY, bytes(100_000)),
        lambda _: (200, REPLY, b"\x30\x05\x30\x03\x02\x01\x02"),
    ],
    ids=["fault", "html", "redirect", "empty", "junk", "huge", "refused"],
)
def test_a_bad_answer_is_refused(answer: Answer) -> None:
    with serving(answer) as url, pytest.raises(TimestampError):
        stamp(HTTPTimestamper(url))


def test_nobody_there_is_an_error_of_ours() -> None:
    with serving(lambda _: (200, REPLY, b"")) as url:
        pass
    with pytest.raises(TimestampError):
        stamp(HTTPTimestamper(url, timeout_s=2))


def test_an_answer_to_another_question_is_refused(local: LocalTimestamper) -> None:
    """The nonce tells a replayed token."""

    def answer(query: bytes) -> tuple[int, str, bytes]:
        request = tsp.TimeStampReq.load(query)
        request["nonce"] = 7
        return 200, REPLY, local.answer(request.dump(force=True))

    with serving(answer) as url, pytest.raises(TimestampError):
        stamp(HTTPTimestamper(url))


def test_a_token_over_something_else_is_refused(local: LocalTimestamper) -> None:
    def answer(query: bytes) -> tuple[int, str, bytes]:
        request = tsp.TimeStampReq.load(query)
        request["message_imprint"]["hashed_message"] = bytes(32)
        return 200, REPLY, local.answer(request.dump(force=True))

    with serving(answer) as url, pytest.raises(TimestampError):
        stamp(HTTPTimestamper(url))


def test_a_good_answer_is_taken(local: LocalTimestamper) -> None:
    with serving(lambda query: (200, REPLY, local.answer(query))) as url:
        info = info_of(stamp(HTTPTimestamper(url)))
    assert info["message_imprint"]["hashed_message"].native == DIGEST


@pytest.mark.parametrize(
    "query",
    [b"", b"\xff\xff", b"\x30\x80", bytes(100)],
    ids=["empty", "junk", "open", "zeros"],
)
def test_a_query_that_is_none_is_answered_with_a_refusal(
    local: LocalTimestamper, query: bytes
) -> None:
    status = status_of(local.answer(query))
    assert status["status"].native == "rejection"
    assert status["fail_info"].native == {"bad_data_format"}


@pytest.mark.parametrize(
    ("algorithm", "size", "fault"),
    [("sha1", 20, "bad_alg"), ("sha256", 20, "bad_data_format")],
)
def test_weak_and_crooked_digests_are_refused(
    local: LocalTimestamper, algorithm: str, size: int, fault: str
) -> None:
    asked: Any = local
    _, request = asked.request_cms(bytes(size), algorithm)
    status = status_of(local.answer(request.dump()))
    assert status["fail_info"].native == {fault}


def test_a_token_says_the_clocks_time(local: LocalTimestamper) -> None:
    assert info_of(stamp(local))["gen_time"].native == NOW


def test_no_number_is_given_twice(local: LocalTimestamper) -> None:
    numbers = {info_of(stamp(local))["serial_number"].native for _ in range(20)}
    assert len(numbers) == 20


def test_openssl_takes_the_answer(pki: PKI, local: LocalTimestamper, tmp_path: Path) -> None:
    names = ("paper", "query", "reply", "root.pem", "issuing.pem")
    paper, query, reply, root, issuing = (tmp_path / name for name in names)
    paper.write_bytes(b"paper")
    root.write_bytes(pki.authority.bundle.roots[0].public_bytes(Encoding.PEM))
    issuing.write_bytes(pki.authority.certificate.public_bytes(Encoding.PEM))
    subprocess.run(
        ["openssl", "ts", "-query", "-data", paper, "-sha256", "-cert", "-out", query],
        check=True,
        capture_output=True,
    )
    reply.write_bytes(local.answer(query.read_bytes()))
    run: list[str | Path] = ["openssl", "ts", "-verify", "-queryfile", query, "-in", reply]
    run += ["-CAfile", root, "-untrusted", issuing, "-attime", str(int(NOW.timestamp()))]
    found = subprocess.run(run, check=False, capture_output=True, text=True)
    assert "Verification: OK" in found.stdout + found.stderr
