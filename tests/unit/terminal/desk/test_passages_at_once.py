"""Acts on one draft at once: whoever comes between, one of the two counters has it in the end."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from terminal.desk.passages import Passages
from terminal.failpoints import FailPointRaisedError
from tests.unit.terminal.desk.counter import DRAFT_ID
from tests.unit.terminal.desk.test_passages import OTHER, TAKER, Pair, dying_at, pair

__all__ = ["pair"]


class Between:
    """Runs an act on another thread in the middle of one; it may have to wait for its turn."""

    def __init__(self, act: Any) -> None:
        self.act = act
        self.threads: list[threading.Thread] = []

    def come(self) -> None:
        thread = threading.Thread(target=self.act, daemon=True)
        thread.start()
        # Not having to wait it is done at once; waiting, it goes on when the other has ended.
        thread.join(0.3)
        self.threads.append(thread)

    def end(self) -> None:
        for thread in self.threads:
            thread.join(20)
            assert not thread.is_alive()


class Meddled:
    """A box or a line: after each call of a method, the other comes between."""

    def __init__(self, real: Any, names: set[str], between: Between) -> None:
        self._real, self._names, self._between = real, names, between

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        if name not in self._names:
            return real

        def called(*args: Any, **named: Any) -> Any:
            result = real(*args, **named)
            self._between.come()
            return result

        return called


def meddled(room: Passages, *names: str) -> tuple[Passages, Between]:
    between = Between(room.settle)
    box, relay = (Meddled(real, set(names), between) for real in (room.box, room.relay))
    return replace(room, box=box, relay=relay), between


def require_one_holder(pair: Pair) -> None:
    pair.giver.settle()
    pair.taker.settle()
    pair.giver.settle()
    assert pair.holders() == ["taker"]
    draft = pair.taker.box.get_draft(DRAFT_ID)
    assert draft.blobs
    assert all(pair.taker.box.get_blob(DRAFT_ID, sha256) for sha256 in draft.blobs)


@pytest.mark.parametrize("moment", ["add_draft", "put_blob", "take_parcel", "fetch_parcel"])
def test_the_background_does_not_end_an_arrival_that_goes_on(pair: Pair, moment: str) -> None:
    pair.send()
    parcel = pair.parcel()
    room, between = meddled(pair.taker, moment)

    taken = room.accept(parcel, TAKER)
    between.end()

    assert taken.passage is None
    require_one_holder(pair)


def test_a_draft_that_came_back_is_not_taken_for_the_one_that_went(pair: Pair) -> None:
    """What was read before it went round must not decide over what lies there now."""
    pair.send()
    (went,) = pair.giver.away()
    pair.taker.accept(pair.parcel(), TAKER)
    pair.giver.settle()
    pair.taker.send(DRAFT_ID, to="KF-LT-01", note="")
    pair.meet()
    (back,) = pair.giver.seen.arriving
    pair.giver.accept(back.parcel, "T0007")

    pair.giver._follow(went, "taken")

    assert pair.holders() == ["giver"]


def test_pages_that_are_being_sent_are_not_sent_twice(pair: Pair) -> None:
    room, between = meddled(pair.giver, "leave_parcel")
    asked: list[bytes] = []

    def leave(data: bytes, told: Any) -> None:
        asked.append(data)
        between.come()

    pair.lines[0].on_leave = leave
    room.send(DRAFT_ID, to=OTHER, note="")
    room.settle()
    between.end()

    assert len(asked) == 1


def test_the_page_that_looks_sends_no_pages(pair: Pair) -> None:
    with pytest.raises(FailPointRaisedError):
        dying_at(pair.giver, "passage.away").send(DRAFT_ID, to=OTHER, note="")

    pair.giver.look()
    pair.taker.settle()
    assert pair.taker.seen.arriving == ()

    pair.giver.settle()
    pair.taker.settle()
    assert len(pair.taker.seen.arriving) == 1
