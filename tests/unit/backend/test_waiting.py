"""Those who wait for news hold no thread, and hear of it at once."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.errors import StoreBusyError
from backend.server import OfficeServer
from backend.waiting import SEAT
from tests.pki import make_authority
from tests.unit.backend.peers import GET, OK, THREADS, Peer, ask, serving, wait_for_seats


class Mailbox:
    """An application with news for those who ask by name: `GET /NAME` waits, as long as it says."""

    def __init__(self) -> None:
        self.news: dict[str, int] = {}
        self.asked: list[str] = []
        self.wait_s = 20.0
        self.fault: Exception | None = None
        self.before_waiting: Callable[[], None] = lambda: None

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        name = environ["PATH_INFO"].strip("/")
        self.asked.append(name)
        found = self.news.get(name, 0)
        if name and not found:
            self.before_waiting()
            if environ[SEAT].take(name, 0, self.wait_s):
                start("200 OK", [("Content-Length", "5"), ("X-Never", "sent")])
                return [b"never"]
        told = str(found).encode()
        start("200 OK", [("Content-Length", str(len(told)))])
        return [told]

    def newest(self, after: int) -> dict[str, int]:
        if self.fault:
            raise self.fault
        return {who: cursor for who, cursor in self.news.items() if cursor > after}


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


@pytest.fixture(scope="module")
def authority_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_authority(tmp_path_factory.mktemp("waiting") / "authority").folder


@pytest.fixture
def server(box: Mailbox, authority_folder: Path) -> Iterator[OfficeServer]:
    with serving(box, authority_folder, news=box.newest) as made:
        yield made


def wait_for(name: str) -> bytes:
    return GET.replace(b"/ ", f"/{name} ".encode(), 1)


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_news_end_the_waiting_of_whom_they_are_for(server: OfficeServer, box: Mailbox) -> None:
    with Peer(server) as first, Peer(server) as second:
        first.say(wait_for("first"))
        second.say(wait_for("second"))
        until(lambda: len(server.waiting) == 2)
        box.news["second"] = 7

        assert second.hear().endswith(b"7")
        assert len(server.waiting) == 1


def test_what_was_answered_before_waiting_is_never_sent(server: OfficeServer, box: Mailbox) -> None:
    with Peer(server) as peer:
        peer.say(wait_for("me"))
        until(lambda: len(server.waiting) == 1)
        box.news["me"] = 3

        heard = peer.hear()

    assert heard.startswith(OK)
    assert b"X-Never" not in heard
    assert heard.count(b"Content-Length") == 1


def test_the_line_can_be_used_again(server: OfficeServer, box: Mailbox) -> None:
    with Peer(server) as peer:
        for cursor in (1, 2, 3):
            box.news.clear()
            wait_for_seats(server)
            peer.say(wait_for(f"me{cursor}"))
            until(lambda: len(server.waiting) == 1)
            box.news[f"me{cursor}"] = cursor
            assert peer.hear().endswith(str(cursor).encode())


def test_when_time_is_over_nothing_new_is_told(server: OfficeServer, box: Mailbox) -> None:
    box.wait_s = 0.3
    started = time.monotonic()

    heard = ask(server, wait_for("me"))

    assert heard.endswith(b"0")
    assert 0.3 <= time.monotonic() - started < 5


def test_many_who_wait_hold_no_thread(server: OfficeServer, box: Mailbox) -> None:
    peers = [Peer(server) for _ in range(10 * THREADS)]
    for number, peer in enumerate(peers):
        peer.say(wait_for(f"n{number}"))
        # One after the other: strangers may not take every thread.
        wait_for_seats(server)
        until(lambda: len(server.waiting) > number)  # noqa: B023  # called at once

    assert ask(server, GET).startswith(OK)
    for number, peer in enumerate(peers):
        box.news[f"n{number}"] = number + 1
        assert peer.hear().endswith(str(number + 1).encode())
        peer.line.close()


def test_news_that_come_just_before_are_not_missed(server: OfficeServer, box: Mailbox) -> None:
    """They came after the application looked, and were seen before the seat was taken."""
    with Peer(server) as other:
        other.say(wait_for("other"))
        until(lambda: len(server.waiting) == 1)

        def bring() -> None:
            box.news["me"] = 5
            box.before_waiting = lambda: None
            until(lambda: server.waiting._newest.get("me") == 5)

        box.before_waiting = bring
        started = time.monotonic()
        assert ask(server, wait_for("me")).endswith(b"5")
        assert time.monotonic() - started < 5


def test_who_asks_again_ends_his_own_waiting(server: OfficeServer, box: Mailbox) -> None:
    """A line that died leaves nobody behind: each counter has one place."""
    with Peer(server) as first, Peer(server) as second:
        first.say(wait_for("me"))
        until(lambda: len(server.waiting) == 1)
        wait_for_seats(server)
        second.say(wait_for("me"))

        assert first.hear().endswith(b"0")
        assert len(server.waiting) == 1


def test_a_store_that_is_busy_ends_no_waiting(server: OfficeServer, box: Mailbox) -> None:
    box.fault = StoreBusyError("locked")
    with Peer(server) as peer:
        peer.say(wait_for("me"))
        until(lambda: len(server.waiting) == 1)
        time.sleep(0.1)
        box.news["me"], box.fault = 4, None

        assert peer.hear().endswith(b"4")


def test_who_waits_is_answered_when_the_server_ends(box: Mailbox, authority_folder: Path) -> None:
    with serving(box, authority_folder, news=box.newest) as server, Peer(server) as peer:
        peer.say(wait_for("me"))
        until(lambda: len(server.waiting) == 1)
        threading.Thread(target=server.stop).start()

        assert peer.hear().endswith(b"0")
