"""How soon counters that wait hear of a decision, and what it costs those who do not wait."""

import json
import random
import selectors
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPSConnection
from urllib.parse import urlsplit

from backend.office.answering import Answering
from backend.wall import KeptSigner
from certs.identity import Role
from registration.outcomes import NonAcceptance
from scripts.benching.figures import Figure, percentile
from scripts.benching.packages import Sender
from scripts.benching.site import Site

_WAIT_S = 25
_HEAD_END = b"\r\n\r\n"


@dataclass
class Waiter:
    """A counter on its own TLS line that asks, waits, and asks again from where it stands."""

    terminal: str
    line: ssl.SSLSocket
    cursor: int = 0
    heard: bytes = b""
    heard_at: float = 0.0

    def ask(self) -> None:
        """Ask for news from here on."""
        path = f"/api/v1/answers?after={self.cursor}&wait={_WAIT_S}"
        self.heard = b""
        self.line.sendall(f"GET {path} HTTP/1.1\r\nHost: office\r\n\r\n".encode())

    def hear(self) -> bool:
        """Take in what has come; say whether it was news. An empty answer is asked again."""
        self.heard += self.line.recv(65536)
        head, found, body = self.heard.partition(_HEAD_END)
        lines = head.lower().split(b"\r\n")
        size = next((int(x.split(b":")[1]) for x in lines if x.startswith(b"content-length")), 0)
        if not found or len(body) < size:
            return False
        told, self.heard_at = json.loads(body), time.monotonic()
        before, self.cursor = self.cursor, int(told["cursor"])
        self.ask()
        return self.cursor > before


@dataclass
class Crowd:
    """All who wait, watched by one selector."""

    waiters: Sequence[Waiter]
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def __post_init__(self) -> None:
        """Watch every line."""
        for waiter in self.waiters:
            self.selector.register(waiter.line, selectors.EVENT_READ, waiter)

    def until_heard(self, waiter: Waiter, timeout_s: float = 10.0) -> None:
        """Listen to all until one has heard news."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            for key, _ in self.selector.select(0.05):
                if key.data.hear() and key.data is waiter:
                    return
        raise TimeoutError(f"{waiter.terminal} heard nothing")


@contextmanager
def crowd(site: Site, senders: Sequence[Sender]) -> Iterator[Crowd]:
    """Let counters connect and begin to wait."""
    at = urlsplit(site.office.url)
    waiters = []
    for sender in senders:
        context = ssl.create_default_context(cafile=str(sender.joined.roots))
        client = sender.joined.client
        context.load_cert_chain(client.certificate, client.key)
        connection = HTTPSConnection(at.hostname or "", at.port, context=context, timeout=30)
        connection.connect()
        assert isinstance(connection.sock, ssl.SSLSocket)
        waiters.append(Waiter(sender.joined.terminal, connection.sock))
    try:
        for waiter in waiters:
            waiter.ask()
        yield Crowd(waiters)
    finally:
        for waiter in waiters:
            waiter.line.close()


def measure_waiting(site: Site, senders: Sequence[Sender], rounds: int) -> list[Figure]:
    """Decide for one counter after the other, while all wait, from another process than answers."""
    answering = Answering(KeptSigner(site.wall.signer(Role.OFFICE)))
    chance = random.Random(1)  # noqa: S311  # which counter is next is no secret
    waits_s, others_s = [], []
    with crowd(site, senders) as waiting:
        time.sleep(1.0)
        for _ in range(rounds):
            waiter = chance.choice(list(waiting.waiters))
            started = time.monotonic()
            site.office.get("/healthz")
            others_s.append(time.monotonic() - started)
            committed = _decide(site, answering, waiter.terminal)
            waiting.until_heard(waiter)
            waits_s.append(waiter.heard_at - committed)
    detail = {
        "waiting": len(senders),
        "threads": site.wall.settings.threads,
        "p99_ms": percentile(waits_s, 99) * 1000,
        "highest_ms": max(waits_s) * 1000,
        "another_request_p99_ms": percentile(others_s, 99) * 1000,
    }
    return [
        Figure(
            name=f"decision heard, {len(senders)} counters waiting, p50",
            unit="ms",
            value=percentile(waits_s, 50) * 1000,
            rounds=rounds,
            spread=(min(waits_s) * 1000, max(waits_s) * 1000),
            detail=detail,
        )
    ]


def _decide(site: Site, answering: Answering, terminal: str) -> float:
    """Commit an answer for a counter; return when."""
    now = site.wall.clock.now()
    answer = NonAcceptance(
        case_no="", application_id="", package_sha256="0" * 64, at=now, findings=()
    )
    with site.wall.works() as work:
        answering.give(work, terminal, answer, now)
        work.commit()
    return time.monotonic()
