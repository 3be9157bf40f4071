"""Parcels between counters: whoever is first has one, whatever keeps the rows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.errors import ConflictError, NotAllowedError, NotFoundError, ParcelGoneError
from backend.office.relay import LIVES, Relay
from backend.office.rows import TerminalRow
from backend.store.work import StoreWorks
from tests.clock import FrozenClock
from tests.fakes import MemoryWorks
from tests.memory.work import MemoryBlobs
from tests.rows import AT, make_terminal

NAME = "0123456789abcdef" * 2
SEALED = b"sealed to another counter"
ONE = make_terminal("KF-1", status="active")
TWO = make_terminal("KF-2", status="active")
ELSEWHERE = make_terminal("ZZ-1", status="active", branch="ZZ")
SHUT_OUT = make_terminal("KF-3", status="revoked")


class Shelf(MemoryBlobs):
    def drop(self, sha256: str) -> None:
        self.held.pop(sha256, None)


@pytest.fixture
def relay(works: StoreWorks | MemoryWorks) -> Relay:
    with works() as work:
        for row in (ONE, TWO, ELSEWHERE, SHUT_OUT):
            work.terminals.save(row)
        work.commit()
    return Relay(works=works, bytes_=Shelf(), clock=FrozenClock(AT))


def later(relay: Relay, by: timedelta) -> Relay:
    return replace(relay, clock=FrozenClock(AT + by))


def held(relay: Relay) -> int:
    assert isinstance(relay.bytes_, Shelf)
    return len(relay.bytes_.held)


def states(relay: Relay, terminal: TerminalRow) -> list[str]:
    return [row.state for row in relay.list(terminal)]


def test_a_parcel_waits_for_its_recipient(relay: Relay) -> None:
    relay.leave(NAME, SEALED, sender=ONE, to="KF-2")

    assert states(relay, ONE) == states(relay, TWO) == ["waiting"]
    assert relay.fetch(NAME, recipient=TWO) == SEALED
    assert states(relay, ELSEWHERE) == []


def test_who_takes_it_has_it_and_its_bytes_are_forgotten(relay: Relay) -> None:
    relay.leave(NAME, SEALED, sender=ONE, to="KF-2")

    assert relay.take(NAME, recipient=TWO).state == "taken"
    assert relay.take(NAME, recipient=TWO).state == "taken"

    with pytest.raises(ParcelGoneError) as caught:
        relay.recall(NAME, sender=ONE)
    assert caught.value.state == "taken"
    with pytest.raises(ParcelGoneError):
        relay.fetch(NAME, recipient=TWO)
    assert held(relay) == 0


def test_who_recalls_it_has_it_back(relay: Relay) -> None:
    relay.leave(NAME, SEALED, sender=ONE, to="KF-2")

    assert relay.recall(NAME, sender=ONE).state == "recalled"
    assert relay.recall(NAME, sender=ONE).state == "recalled"

    with pytest.raises(ParcelGoneError) as caught:
        relay.take(NAME, recipient=TWO)
    assert caught.value.state == "recalled"
    assert held(relay) == 0


def test_the_same_name_again_changes_nothing(relay: Relay) -> None:
    relay.leave(NAME, SEALED, sender=ONE, to="KF-2")
    relay.take(NAME, recipient=TWO)

    again = relay.leave(NAME, b"sealed anew", sender=ONE, to="KF-2")

    assert again.state == "taken"
    assert held(relay) == 0


def test_what_was_recalled_before_it_came_never_comes_in(relay: Relay) -> None:
    """The sender gave up on a line that was slow; its bytes may still be on their way."""
    relay.recall(NAME, sender=ONE)

    assert relay.leave(NAME, SEALED, sender=ONE, to="KF-2").state == "recalled"
    assert states(relay, TWO) == []


def test_what_nobody_took_in_time_is_its_senders(relay: Relay) -> None:
    relay.leave(NAME, SEALED, sender=ONE, to="KF-2")
    late = later(relay, LIVES)

    assert states(late, ONE) == ["recalled"]
    with pytest.raises(ParcelGoneError):
        late.take(NAME, recipient=TWO)
    assert late.recall(NAME, sender=ONE).state == "recalled"


@pytest.mark.parametrize("to", ["ZZ-1", "KF-3", "KF-1"], ids=["branch", "revoked", "itself"])
def test_only_another_counter_of_the_branch_can_be_sent_to(relay: Relay, to: str) -> None:
    with pytest.raises(NotAllowedError):
        relay.leave(NAME, SEALED, sender=ONE, to=to)
    assert held(relay) == 0


def test_nobody_else_learns_of_a_parcel(relay: Relay) -> None:
    relay.leave(NAME, SEALED, sender=ONE, to="KF-2")

    for act in (relay.fetch, relay.take):
        with pytest.raises(NotFoundError):
            act(NAME, recipient=ELSEWHERE)
    with pytest.raises(ConflictError):
        relay.recall(NAME, sender=TWO)


def test_counters_of_the_branch_are_named_with_their_keys(relay: Relay) -> None:
    for row in (ONE, TWO, ELSEWHERE, SHUT_OUT):
        relay.put_key(row, f"key of {row.terminal}")
    relay.put_key(TWO, "renewed")

    assert [(p.terminal, p.key) for p in relay.peers(ONE)] == [("KF-2", "renewed")]


def test_a_counter_cannot_fill_the_office(relay: Relay) -> None:
    for number in range(20):
        relay.leave(f"{number:032x}", SEALED, sender=ONE, to="KF-2")

    with pytest.raises(NotAllowedError):
        relay.leave(NAME, SEALED, sender=ONE, to="KF-2")


def test_what_is_long_over_is_forgotten(relay: Relay) -> None:
    relay.leave(NAME, b"nobody took it", sender=ONE, to="KF-2")

    later(relay, timedelta(days=401)).leave("f" * 32, SEALED, sender=ONE, to="KF-2")

    assert [row.parcel for row in relay.list(ONE)] == ["f" * 32]
    assert held(relay) == 1


def test_what_nobody_took_in_time_leaves_no_bytes_behind(relay: Relay) -> None:
    relay.leave(NAME, SEALED, sender=ONE, to="KF-2")

    assert states(later(relay, LIVES - timedelta(seconds=1)), TWO) == ["waiting"]
    assert held(relay) == 1
    assert states(later(relay, LIVES), TWO) == ["recalled"]
    assert held(relay) == 0
    assert later(relay, LIVES).recall(NAME, sender=ONE).state == "recalled"


def test_pages_of_counters_that_are_gone_go_with_the_next_parcel(relay: Relay) -> None:
    relay.leave(NAME, b"nobody asks again", sender=ONE, to="KF-2")

    later(relay, LIVES).leave("f" * 32, SEALED, sender=TWO, to="KF-1")

    assert held(relay) == 1


def test_what_ended_is_told_for_a_month_and_answered_for_a_year(relay: Relay) -> None:
    relay.leave(NAME, SEALED, sender=ONE, to="KF-2")
    relay.take(NAME, recipient=TWO)

    assert states(later(relay, timedelta(days=30)), ONE) == ["taken"]
    late = later(relay, timedelta(days=31))
    assert states(late, ONE) == []
    assert late.leave(NAME, SEALED, sender=ONE, to="KF-2").state == "taken"


def test_a_list_has_an_end_and_what_waits_stands_first(relay: Relay) -> None:
    relay.leave("a" * 32, SEALED, sender=ONE, to="KF-2")
    for number in range(4):
        later(relay, timedelta(hours=1)).leave(f"{number:032x}", SEALED, sender=TWO, to="KF-1")
        relay.take(f"{number:032x}", recipient=ONE)

    with relay.works.reading() as work:
        rows = work.parcels.of("KF-1", since=AT, most=3)

    assert [row.state for row in rows] == ["waiting", "taken", "taken"]
    assert rows[1].parcel == f"{0:032x}"


def test_of_a_parcel_recalled_while_it_came_nothing_stays(relay: Relay) -> None:
    class Overtaken(Shelf):
        def put(self, data: bytes) -> str:
            relay.recall(NAME, sender=ONE)
            return super().put(data)

    slow = replace(relay, bytes_=Overtaken())
    assert slow.leave(NAME, SEALED, sender=ONE, to="KF-2").state == "recalled"
    assert held(slow) == 0
