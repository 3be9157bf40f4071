"""The worker's round: what fails is tried on, and is told to people when it fails again and again."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from backend.errors import NotReadyError, StoreBusyError
from backend.office.rounds import Rounds, find_stuck
from registration.errors import PaperOverflowError
from tests.fakes import FrozenClock, MemoryWorks
from tests.rows import AT, CASE_NO


def make_rounds(act: Callable[[str], None]) -> Rounds:
    """Return a worker with one task of a case."""
    works = MemoryWorks()
    with works() as work:
        work.tasks.add("issue", CASE_NO, at=AT)
        work.commit()
    return Rounds(works=works, clock=FrozenClock(AT), acts={"issue": act})


def failing(error: Exception) -> Callable[[str], None]:
    def act(_ref: str) -> None:
        raise error

    return act


def come_round(rounds: Rounds, times: int) -> None:
    assert isinstance(rounds.clock, FrozenClock)
    for _ in range(times):
        assert rounds.step()
        rounds.clock.advance(timedelta(minutes=11))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PaperOverflowError("other_items"), "registration.paper-overflow: other_items"),
        (StoreBusyError("locked"), "office.store-busy: locked"),
        (KeyError("张示例"), "KeyError"),
    ],
    ids=["a paper", "the store", "a mistake of ours"],
)
def test_what_fails_again_and_again_is_told(error: Exception, reason: str) -> None:
    """Errors that are not ours may hold anything, so only their kind is kept."""
    rounds = make_rounds(failing(error))

    come_round(rounds, 2)
    assert find_stuck(rounds.works) == ()
    come_round(rounds, 1)

    (stuck,) = find_stuck(rounds.works)
    assert (stuck.case_no, stuck.tries, stuck.since, stuck.reason) == (CASE_NO, 3, AT, reason)


def test_a_case_that_waits_for_an_earlier_one_is_nobodys_trouble() -> None:
    rounds = make_rounds(failing(NotReadyError("waits for case 20260928-0000001")))

    come_round(rounds, 5)

    assert find_stuck(rounds.works) == ()


def test_what_comes_to_its_end_at_last_is_not_stuck_any_more() -> None:
    left = [3]

    def act(_ref: str) -> None:
        if left[0]:
            left[0] -= 1
            raise PaperOverflowError("location")

    rounds = make_rounds(act)
    come_round(rounds, 3)
    assert find_stuck(rounds.works)

    come_round(rounds, 1)

    assert find_stuck(rounds.works) == ()
    assert not rounds.step()
