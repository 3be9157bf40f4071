"""Cases in reviewers' hands: never in two at once, free again after a crash, nothing written lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from backend.errors import ConflictError, NotAllowedError
from backend.office.case import LEASE, NEVER, Case, Stage, hold, move
from backend.office.leases import Leases
from backend.office.ports import Works
from backend.office.rows import Draft, Waiting
from tests.clock import FrozenClock
from tests.rows import AT, CASE_NO, make_staff, open_case

QIAN = make_staff("qian", person="P-1", roles=("first_reviewer",))
SUN = make_staff("sun", person="P-2", roles=("first_reviewer",))
DRAFT = Draft(
    case_no=CASE_NO,
    staff_id="qian",
    review_round=1,
    opinion="写了一半𠮷",
    marks=("0", "2"),
    at=AT,
)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(AT)


@pytest.fixture
def leases(works: Works, clock: FrozenClock) -> Leases:
    _review(works)
    return Leases(works=works, clock=clock)


def _review(works: Works, number: int = 1) -> Case:
    case = open_case(works, number)
    with works() as work:
        case = work.cases.save(move(case, Stage.ACCEPTED), was=case)
        case = work.cases.save(move(case, Stage.IN_REVIEW), was=case)
        work.commit()
    return case


def _race(acts: list[Callable[[], object]]) -> list[bool]:
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> bool:
        start.wait(timeout=10)
        try:
            act()
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_two_reviewers_one_gets_the_case_every_time(
    leases: Leases, works: Works, pytestconfig: pytest.Config
) -> None:
    """Two press the same key at the same moment; `--races 1000` lets them do it that often."""
    for _ in range(pytestconfig.getoption("--races")):
        won = _race([lambda who=who: leases.take(CASE_NO, staff=who) for who in (QIAN, SUN)])  # type: ignore[misc]  # one function for each
        assert sorted(won) == [False, True]
        winner = QIAN if won[0] else SUN
        with works.reading() as work:
            assert work.cases.get(CASE_NO).holder == winner.staff_id
        leases.release(CASE_NO, staff=winner)


def test_a_lease_that_nobody_renews_ends(leases: Leases, clock: FrozenClock) -> None:
    leases.take(CASE_NO, staff=QIAN)
    clock.advance(seconds=LEASE.total_seconds() - 1)
    with pytest.raises(ConflictError):
        leases.take(CASE_NO, staff=SUN)

    clock.advance(seconds=1)

    assert leases.take(CASE_NO, staff=SUN).holder == "sun"


def test_a_sign_of_life_renews_it(leases: Leases, clock: FrozenClock) -> None:
    leases.take(CASE_NO, staff=QIAN)
    clock.advance(minutes=9)
    leases.keep(DRAFT, staff=QIAN)
    clock.advance(minutes=9)

    with pytest.raises(ConflictError):
        leases.take(CASE_NO, staff=SUN)


def test_whose_lease_is_over_goes_on_unless_another_came(
    leases: Leases, clock: FrozenClock
) -> None:
    leases.take(CASE_NO, staff=QIAN)
    clock.advance(hours=3)

    assert leases.keep(DRAFT, staff=QIAN).is_held(clock.now())


def test_what_was_written_stays_when_another_took_over(leases: Leases, clock: FrozenClock) -> None:
    leases.take(CASE_NO, staff=QIAN)
    clock.advance(hours=1)
    taken = leases.take(CASE_NO, staff=SUN)

    with pytest.raises(ConflictError):
        leases.keep(DRAFT, staff=QIAN)

    assert leases.find_draft(taken, staff=QIAN) == DRAFT
    assert leases.find_draft(taken, staff=SUN) is None


def test_a_draft_of_another_round_is_not_shown(leases: Leases) -> None:
    case = leases.take(CASE_NO, staff=QIAN)
    leases.keep(DRAFT, staff=QIAN)

    assert leases.find_draft(replace(case, review_round=2), staff=QIAN) is None


def test_a_takeover_is_told_and_renewals_are_not(
    leases: Leases, works: Works, clock: FrozenClock
) -> None:
    leases.take(CASE_NO, staff=QIAN)
    leases.keep(DRAFT, staff=QIAN)
    clock.advance(hours=1)
    leases.take(CASE_NO, staff=SUN)

    with works.reading() as work:
        told = [(r.actor, r.act) for r in work.journal.of(CASE_NO)]
    assert told[-2:] == [("staff:qian", "taken"), ("staff:sun", "taken over")]


def test_who_does_not_decide_this_stage_takes_nothing(leases: Leases) -> None:
    with pytest.raises(NotAllowedError):
        leases.take(CASE_NO, staff=make_staff("zhou", roles=("second_reviewer",)))


def test_the_queue_offers_what_nobody_works_on(works: Works) -> None:
    _, mine, lapsed, second, aside = (_review(works, n) for n in (1, 2, 3, 4, 5))
    with works() as work:
        work.cases.save(hold(mine, "qian", AT), was=mine)
        work.cases.save(hold(lapsed, "sun", AT - LEASE), was=lapsed)
        work.cases.save(replace(second, awaiting="second"), was=second)
        work.cases.save(replace(aside, is_on_hold=True), was=aside)
        work.commit()

        def numbers(waiting: Waiting) -> list[str]:
            return [case.case_no[-1] for case in work.cases.search(waiting=waiting)[0]]

        assert numbers(Waiting(free_at=AT, awaiting="first", is_on_hold=False)) == ["1", "3"]
        assert numbers(Waiting(awaiting="second")) == ["4"]
        assert numbers(Waiting(is_on_hold=True)) == ["5"]
        assert numbers(Waiting(due_until=AT)) == []
        assert len(numbers(Waiting(due_until=NEVER))) == 5
        assert work.cases.search(waiting=Waiting(), limit=0) == ((), 5)
        tally = work.cases.tally(AT)
    assert (dict(tally.free), tally.on_hold) == ({"first": 2, "second": 1, "chief": 0}, 1)
    assert tally.open == 5


def test_a_draft_is_replaced_and_dropped(leases: Leases, works: Works) -> None:
    with works() as work:
        work.drafts.save(DRAFT)
        work.drafts.save(replace(DRAFT, opinion="", marks=(), at=AT + timedelta(minutes=1)))
        work.commit()
        found = work.drafts.find(CASE_NO, "qian")
        assert found is not None
        assert (found.opinion, found.marks) == ("", ())
        work.drafts.drop(CASE_NO, "qian")
        work.drafts.drop(CASE_NO, "qian")
        assert work.drafts.find(CASE_NO, "qian") is None
