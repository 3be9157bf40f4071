"""What holds a cell, and that the keeper believes nothing of what one says."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import pytest

from quarantine.custody import Cell, Warden
from quarantine.errors import ForeignFileError, WardenGoneError
from quarantine.keeper import DEVELOPING, Keeper
from quarantine.messages import receive, send
from quarantine.values import Protection
from tests.factories import make_pdf
from tests.hostile import make_image
from tests.unit.quarantine.escapes import TRIES

ESCAPES: Final = "tests.unit.quarantine.escapes"


@pytest.fixture(scope="module")
def warden() -> Iterator[Warden]:
    made = Warden(ESCAPES)
    yield made
    made.end()


@pytest.fixture
def cell(warden: Warden) -> Iterator[Cell]:
    with warden.make_cell(20) as made:
        made.open(make_image())
        yield made


@pytest.fixture
def taken_over() -> Iterator[Keeper]:
    keeper = Keeper(ESCAPES, act_s=1)
    yield keeper
    keeper.close()


@pytest.mark.parametrize("what", TRIES)
def test_a_cell_gets_nowhere(cell: Cell, what: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        head, _ = cell.ask({"ask": "try", "what": what, "port": listening.getsockname()[1]})

    assert head["held"] in {"OSError", "PermissionError", "FileNotFoundError", "ValueError"}


def test_all_protections_hold_here(cell: Cell) -> None:
    """A kernel or a machine without them would make the tests beside this one say little."""
    assert cell.protection.landlock > 0
    assert cell.protection.seccomp


def test_what_eats_memory_is_refused(cell: Cell) -> None:
    with pytest.raises(ForeignFileError) as caught:
        cell.ask({"ask": "eat"})

    assert caught.value.reason == "size"


def test_what_never_ends_is_ended(taken_over: Keeper) -> None:
    begun = time.monotonic()
    with pytest.raises(ForeignFileError) as caught:
        taken_over.draw("k", make_image, 1, width=100)

    assert caught.value.reason == "timeout"
    assert time.monotonic() - begun < 10


def test_a_cell_that_lies_is_not_believed(taken_over: Keeper) -> None:
    with pytest.raises(ForeignFileError) as caught:
        taken_over.develop("k", make_image, 1)

    assert caught.value.reason == "damaged"


def test_a_file_goes_on_after_a_wrong_question() -> None:
    keeper = Keeper(DEVELOPING)
    loads: list[int] = []

    def load() -> bytes:
        loads.append(1)
        return make_pdf("x", pages=2)

    with pytest.raises(ForeignFileError):
        keeper.draw("k", load, 3, width=100)
    keeper.draw("k", load, 2, width=100)
    keeper.close()

    assert loads == [1]


def test_a_warden_that_was_ended_is_followed_by_another() -> None:
    keeper = Keeper(DEVELOPING)
    keeper.report("a", make_image)
    warden = keeper._warden
    assert warden is not None
    os.kill(warden.pid, signal.SIGKILL)

    assert keeper.report("b", make_image).pages == 1
    keeper.close()


def test_no_process_is_told_as_such() -> None:
    keeper = Keeper("quarantine.nothing")

    with pytest.raises(WardenGoneError):
        keeper.report("a", make_image)
    keeper.close()


def test_threads_share_a_keeper() -> None:
    keeper = Keeper(DEVELOPING)
    drawn: list[bytes] = []

    def draw(number: int) -> None:
        data = make_pdf(f"paper {number % 3}", pages=2)
        drawn.append(keeper.draw(f"k{number % 3}", lambda: data, 1 + number % 2, width=60))

    threads = [threading.Thread(target=draw, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keeper.close()

    assert len(drawn) == 12
    assert all(picture.startswith(b"\xff\xd8\xff") for picture in drawn)


def test_protection_is_told() -> None:
    keeper = Keeper(DEVELOPING)
    told = keeper.protection()
    keeper.close()

    assert isinstance(told, Protection)


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x00",
        b"\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x00\x00\x00\x02\x00\x00\x00\x00[]",
        b"\x00\x00\x00\x02\x00\x00\x00\x00{x",
        b"\x00\x00\x00\x02\x00\x00\x00\x09{}short",
    ],
    ids=["cut", "endless", "a list", "no JSON", "fewer bytes than said"],
)
def test_a_message_that_is_none_is_refused(sent: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(sent)
        theirs.shutdown(socket.SHUT_WR)
        with ours.makefile("rb") as line, pytest.raises(ForeignFileError):
            receive(line)


def test_a_message_comes_as_it_went() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as ear, theirs.makefile("wb") as mouth:
        send(mouth, {"ask": "draw", "cut": []}, b"bytes")
        with suppress(OSError):
            theirs.shutdown(socket.SHUT_WR)

        assert receive(ear) == ({"ask": "draw", "cut": []}, b"bytes")
        assert receive(ear) is None
