"""Invitations to sign elsewhere: opened by proof alone, answered once, whatever keeps the rows."""

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from backend.errors import (
    ConflictError,
    InvitationGoneError,
    NotAllowedError,
    NotFoundError,
    StoreBusyError,
    WrongProofError,
)
from backend.office.inviting import KEEPS, LIVES, MISSES, Inviting
from backend.office.rows import TerminalRow
from backend.store.work import StoreWorks
from tests.clock import FrozenClock
from tests.fakes import MemoryWorks
from tests.memory.work import MemoryBlobs
from tests.rows import AT, make_terminal

NAME = "0123456789abcdef" * 2
OTHER = "f" * 32
PAPERS, ANSWER = b"sealed papers", b"sealed answer"
PROOF, WRONG = b"p" * 32, b"w" * 32
ONE = make_terminal("KF-1", status="active")
TWO = make_terminal("KF-2", status="active")


class Shelf(MemoryBlobs):
    def drop(self, sha256: str) -> None:
        self.held.pop(sha256, None)


@dataclass
class Busy:
    """A store that can be read and takes no writer."""

    works: Any

    def __call__(self) -> Any:
        raise StoreBusyError("locked")

    def reading(self) -> Any:
        return self.works.reading()


@pytest.fixture
def room(works: StoreWorks | MemoryWorks) -> Inviting:
    with works() as work:
        for row in (ONE, TWO):
            work.terminals.save(row)
        work.commit()
    return Inviting(
        works=works, bytes_=Shelf(), clock=FrozenClock(AT), public_url="https://office.example"
    )


def leave(room: Inviting, name: str = NAME) -> str:
    digest = hashlib.sha256(PROOF).hexdigest()
    return room.leave(name, PAPERS, proof_sha256=digest, terminal=ONE).state


def later(room: Inviting, by: timedelta) -> Inviting:
    return replace(room, clock=FrozenClock(AT + by))


def held(room: Inviting) -> int:
    assert isinstance(room.bytes_, Shelf)
    return len(room.bytes_.held)


def gone(act: Callable[[], object]) -> str:
    with pytest.raises(InvitationGoneError) as caught:
        act()
    return caught.value.state


def test_who_shows_the_proof_opens_answers_once_and_is_heard(room: Inviting) -> None:
    leave(room)
    assert room.open(NAME, PROOF) == room.open(NAME, PROOF) == PAPERS

    assert later(room, timedelta(minutes=9)).answer(NAME, PROOF, ANSWER).state == "answered"
    (row,) = room.list(ONE)
    assert (row.opened_at, row.answered_at) == (AT, AT + timedelta(minutes=9))
    assert room.fetch(NAME, terminal=ONE) == ANSWER
    assert room.take(NAME, terminal=ONE).state == room.take(NAME, terminal=ONE).state == "taken"
    assert held(room) == 0


def test_a_used_link_is_used(room: Inviting) -> None:
    leave(room)
    room.open(NAME, PROOF)
    room.answer(NAME, PROOF, ANSWER)

    assert gone(lambda: room.open(NAME, PROOF)) == "answered"
    assert gone(lambda: room.answer(NAME, PROOF, b"another")) == "answered"
    # The line broke before he heard of it: the same answer came, and is not told as a fault.
    assert room.answer(NAME, PROOF, ANSWER).state == "answered"
    room.take(NAME, terminal=ONE)
    assert room.answer(NAME, PROOF, ANSWER).state == "taken"
    assert gone(lambda: room.answer(NAME, WRONG, ANSWER)) == "taken"


def test_guesses_are_counted_and_lock(room: Inviting) -> None:
    leave(room)
    for left in range(MISSES - 1, 0, -1):
        with pytest.raises(WrongProofError) as caught:
            room.open(NAME, WRONG)
        assert caught.value.left == left

    assert gone(lambda: room.open(NAME, WRONG)) == "locked"
    assert gone(lambda: room.open(NAME, PROOF)) == "locked"
    (row,) = room.list(ONE)
    assert (row.state, row.misses, held(room)) == ("locked", MISSES, 0)


def test_guesses_at_the_same_moment_are_all_counted(room: Inviting) -> None:
    leave(room)
    start = threading.Barrier(8)

    def guess(_: int) -> type[Exception] | None:
        start.wait(timeout=30)
        try:
            room.open(NAME, WRONG)
        except (WrongProofError, InvitationGoneError) as exc:
            return type(exc)
        return None

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(guess, range(8)))
    assert told.count(WrongProofError) == MISSES - 1
    assert told.count(InvitationGoneError) == 8 - (MISSES - 1)
    assert room.list(ONE)[0].misses == MISSES


def test_of_two_answers_at_the_same_moment_one_is_taken(room: Inviting) -> None:
    leave(room)
    room.open(NAME, PROOF)
    start = threading.Barrier(2)

    def send(data: bytes) -> bool:
        start.wait(timeout=30)
        try:
            room.answer(NAME, PROOF, data)
        except InvitationGoneError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        took = list(pool.map(send, (b"one", b"two")))
    assert sorted(took) == [False, True]
    assert room.fetch(NAME, terminal=ONE) == (b"one", b"two")[took.index(True)]
    assert held(room) == 2, "the papers, and one answer"


def test_an_answer_needs_the_proof_and_an_opening(room: Inviting) -> None:
    leave(room)
    with pytest.raises(ConflictError):
        room.answer(NAME, PROOF, ANSWER)
    room.open(NAME, PROOF)
    with pytest.raises(WrongProofError):
        room.answer(NAME, WRONG, ANSWER)
    assert room.list(ONE)[0].state == "waiting"


def test_who_invited_can_take_it_back_until_the_answer_is_with_him(room: Inviting) -> None:
    leave(room)
    room.open(NAME, PROOF)
    room.answer(NAME, PROOF, ANSWER)

    assert room.recall(NAME, terminal=ONE).state == "recalled"
    assert gone(lambda: room.fetch(NAME, terminal=ONE)) == "recalled"
    assert gone(lambda: room.answer(NAME, PROOF, ANSWER)) == "recalled"
    assert held(room) == 0


def test_what_was_recalled_before_it_came_never_comes_in(room: Inviting) -> None:
    room.recall(NAME, terminal=ONE)

    assert leave(room) == "recalled"
    assert gone(lambda: room.open(NAME, PROOF)) == "recalled"


def test_nothing_waits_for_ever(room: Inviting) -> None:
    leave(room)
    late = later(room, LIVES)
    assert gone(lambda: late.open(NAME, PROOF)) == "lapsed"
    assert [row.state for row in late.list(ONE)] == ["lapsed"]
    assert held(room) == 0

    leave(room, "f" * 32)
    room.open("f" * 32, PROOF)
    room.answer("f" * 32, PROOF, ANSWER)
    assert later(room, KEEPS - timedelta(seconds=1)).fetch("f" * 32, terminal=ONE) == ANSWER
    assert gone(lambda: later(room, KEEPS).take("f" * 32, terminal=ONE)) == "lapsed"


def test_the_same_name_again_changes_nothing(room: Inviting) -> None:
    leave(room)
    room.leave(NAME, b"other", proof_sha256="0" * 64, terminal=ONE)
    assert room.open(NAME, PROOF) == PAPERS


def test_nobody_else_learns_of_it(room: Inviting) -> None:
    leave(room)
    assert room.list(TWO) == ()
    with pytest.raises(NotFoundError):
        room.fetch(NAME, terminal=TWO)
    with pytest.raises(ConflictError):
        room.recall(NAME, terminal=TWO)
    with pytest.raises(NotFoundError):
        room.open("f" * 32, PROOF)


def test_a_counter_cannot_fill_the_office(room: Inviting) -> None:
    for number in range(50):
        leave(room, f"{number:032x}")
    with pytest.raises(NotAllowedError):
        leave(room)
    assert later(room, LIVES).open is not None
    assert later(room, LIVES).list(ONE)[0].state == "lapsed"


def test_the_journal_says_what_became_of_it(room: Inviting) -> None:
    leave(room)
    room.open(NAME, PROOF)
    with pytest.raises(WrongProofError):
        room.open(NAME, WRONG)
    room.answer(NAME, PROOF, ANSWER)
    room.take(NAME, terminal=ONE)

    with room.works.reading() as work:
        told = [(e.actor.split(":")[0], e.act) for e in work.journal.of(NAME)]
    assert told == [
        ("terminal", "invitation left"),
        ("guest", "invitation opened"),
        ("guest", "invitation missed"),
        ("guest", "invitation answered"),
        ("terminal", "invitation taken"),
    ]


def test_what_one_guest_sends_takes_nothing_from_another(room: Inviting) -> None:
    leave(room)
    room.open(NAME, PROOF)
    room.answer(NAME, PROOF, ANSWER)
    for name in (OTHER, "e" * 32):
        room.leave(name, b"other", proof_sha256=hashlib.sha256(WRONG).hexdigest(), terminal=ONE)
    room.open(OTHER, WRONG)

    for data in (PAPERS, ANSWER):
        with pytest.raises(WrongProofError):
            room.answer(OTHER, PROOF, data)
    room.answer(OTHER, WRONG, ANSWER)
    room.recall(OTHER, terminal=ONE)

    assert room.open("e" * 32, WRONG) == b"other"
    assert room.fetch(NAME, terminal=ONE) == ANSWER
    assert room.bytes_.get(hashlib.sha256(PAPERS).hexdigest()) == PAPERS


def test_a_store_that_is_away_forgets_nothing(room: Inviting) -> None:
    """Of two equal answers at once one may fail on the store while the other is taken in."""
    leave(room)
    room.open(NAME, PROOF)
    with pytest.raises(StoreBusyError):
        replace(room, works=Busy(room.works)).answer(NAME, PROOF, ANSWER)
    assert held(room) == 2


def test_of_papers_that_were_recalled_while_they_came_nothing_stays(room: Inviting) -> None:
    class Overtaken(Shelf):
        def put(self, data: bytes) -> str:
            room.recall(NAME, terminal=ONE)
            return super().put(data)

    slow = replace(room, bytes_=Overtaken())
    assert leave(slow) == "recalled"
    assert held(slow) == 0


def test_the_journal_knows_what_lapsed_and_what_never_came(room: Inviting) -> None:
    room.recall(NAME, terminal=ONE)
    leave(room, OTHER)
    late = later(room, LIVES)
    late.list(ONE)
    late.list(ONE)

    with room.works.reading() as work:
        told = [(e.actor, e.act) for name in (NAME, OTHER) for e in work.journal.of(name)]
    assert told == [
        ("terminal:KF-1", "invitation recalled"),
        ("terminal:KF-1", "invitation left"),
        ("system", "invitation lapsed"),
    ]


def offered(room: Inviting) -> None:
    """Leave an invitation for other counters of the bank."""
    leave(room)
    room.offer(NAME, "aGludA==", terminal=ONE)


def test_which_counter_answered_is_kept(room: Inviting) -> None:
    offered(room)
    room.open(NAME, PROOF, TWO)
    room.answer(NAME, PROOF, ANSWER, TWO)

    (row,) = room.list(ONE)
    assert (row.state, row.hint, row.attended_by) == ("answered", "aGludA==", TWO.terminal)


def test_two_counters_answer_at_once_and_one_holds(room: Inviting) -> None:
    three = make_terminal("KF-3", status="active")
    with room.works() as work:
        work.terminals.save(three)
        work.commit()
    offered(room)
    room.open(NAME, PROOF, TWO)

    def answer(counter: TerminalRow) -> str:
        try:
            return room.answer(NAME, PROOF, counter.terminal.encode(), counter).attended_by
        except InvitationGoneError:
            return ""

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(answer, (TWO, three)))

    (row,) = room.list(ONE)
    assert sorted(told) == ["", row.attended_by]
    assert room.fetch(NAME, terminal=ONE) == row.attended_by.encode()
