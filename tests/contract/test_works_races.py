"""Two at the same time: exactly one wins, on every store."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from backend.errors import ConflictError, NeedsOtherReviewerError, TokenUsedError
from backend.office.case import Case, Stage, move
from backend.office.events import Act, as_entry, bring_in_title, end, enter, replay
from backend.office.ports import Works
from backend.office.register import EncumbranceKind, MortgageEntry
from tests.factories import UNIT_NO
from tests.rows import (
    AT,
    CASE_NO,
    TERMINAL,
    approve_case,
    make_case,
    make_certificate,
    make_decision,
    make_entry,
    make_terminal,
    make_title,
    open_case,
    receive,
    register_case,
)

_ROUNDS = 50


def _race(*acts: Callable[[], None]) -> list[bool]:
    """Start all acts at the same moment; say for each whether it won."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], None]) -> bool:
        start.wait(timeout=10)
        try:
            act()
        except (ConflictError, NeedsOtherReviewerError):
            return False
        return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_two_writers_of_one_case_one_wins_every_time(works: Works) -> None:
    case = open_case(works)

    def save(was: Case, holder: str) -> None:
        with works() as work:
            work.cases.save(replace(was, holder=holder), was=was)
            work.commit()

    for number in range(_ROUNDS):
        won = _race(partial(save, case, "wang"), partial(save, case, "li"))
        assert sorted(won) == [False, True]
        with works.reading() as work:
            case = work.cases.get(CASE_NO)
        assert case.version == number + 1
        assert case.holder == ("wang" if won[0] else "li")


def test_of_two_decisions_on_one_stage_one_wins(works: Works) -> None:
    def decide(case_no: str, person: str) -> None:
        with works() as work:
            work.decisions.add(make_decision(case_no, reviewer=person, person=person))
            work.commit()

    for number in range(1, 11):
        case_no = open_case(works, number).case_no
        won = _race(partial(decide, case_no, "P-1"), partial(decide, case_no, "P-2"))
        assert sorted(won) == [False, True]
        with works.reading() as work:
            assert len(work.decisions.of(case_no)) == 1


def test_two_clicks_of_one_reviewer_count_once(works: Works) -> None:
    open_case(works)

    def decide() -> None:
        with works() as work:
            work.decisions.add(make_decision())
            work.commit()

    assert sorted(_race(decide, decide)) == [False, True]


def test_two_mortgages_at_once_get_two_ranks(works: Works) -> None:
    with works() as work:
        work.register.write(bring_in_title(make_title()))
        work.commit()
    cases = [approve_case(works, number) for number in range(1, 9)]

    def register(case_no: str) -> None:
        with works() as work:
            rank = work.register.next_rank(UNIT_NO)
            work.register.write(enter(make_entry(case_no, rank=rank)))
            work.commit()

    assert all(_race(*(partial(register, case.case_no) for case in cases)))
    with works.reading() as work:
        page = work.register.extract(UNIT_NO, AT)
    assert sorted(e.rank or 0 for e in page.encumbrances) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_one_rank_is_given_once(works: Works) -> None:
    with works() as work:
        work.register.write(bring_in_title(make_title()))
        work.commit()
    cases = [approve_case(works, number) for number in (1, 2)]

    def register(case_no: str) -> None:
        with works() as work:
            work.register.write(enter(make_entry(case_no, rank=1)))
            work.commit()

    won = _race(*(partial(register, case.case_no) for case in cases))
    assert sorted(won) == [False, True]


def test_whatever_happens_at_once_on_a_unit_leaves_one_story(works: Works) -> None:
    """Mortgages are entered, changed and discharged together; no rank and no place is given twice."""
    entries = [register_case(works, number, rank=number) for number in (1, 2, 3)]
    cases = [approve_case(works, number).case_no for number in range(4, 13)]

    def enter_new(case_no: str) -> None:
        with works() as work:
            rank = work.register.next_rank(UNIT_NO)
            work.register.write(enter(make_entry(case_no, rank=rank)))
            work.commit()

    def change(case_no: str, entry: MortgageEntry) -> None:
        with works() as work:
            changed = replace(entry, case_no=case_no, amount_fen=1)
            work.register.write(enter(changed, act=Act.CHANGED))
            work.commit()

    def discharge(case_no: str, entry: MortgageEntry) -> None:
        with works() as work:
            event = end(as_entry(entry), UNIT_NO, act=Act.DISCHARGED, at=AT)
            work.register.write(replace(event, case_no=case_no))
            work.commit()

    acts = [partial(enter_new, case_no) for case_no in cases[:3]]
    acts += [partial(change, no, e) for no, e in zip(cases[3:6], entries, strict=True)]
    acts += [partial(discharge, no, e) for no, e in zip(cases[6:], entries, strict=True)]
    _race(*acts)

    with works.reading() as work:
        page, history = work.register.extract(UNIT_NO, AT), work.register.history(UNIT_NO)
    ranks = [e.rank for e in page.find_current(EncumbranceKind.MORTGAGE)]
    assert len(ranks) == len(set(ranks)) == 3
    assert [event.seq for event in history] == list(range(1, len(history) + 1))
    assert replay(UNIT_NO, history, read_at=AT) == replace(page, open_cases=())


def test_an_entry_gets_one_certificate(works: Works) -> None:
    register_case(works)

    def prepare(serial: int) -> None:
        with works() as work:
            work.certificates.prepare(make_certificate(serial=serial))
            work.commit()

    assert sorted(_race(partial(prepare, 1), partial(prepare, 2))) == [False, True]


def test_a_one_time_code_lets_one_in(works: Works) -> None:
    row = make_terminal()
    with works() as work:
        work.terminals.save(row)
        work.commit()

    def enrol() -> None:
        with works() as work:
            work.terminals.use_token(row.token_sha256, AT)
            work.commit()

    assert sorted(_race(enrol, enrol, enrol, enrol)) == [False, False, False, True]
    with works() as work, pytest.raises(TokenUsedError):
        work.terminals.use_token(row.token_sha256, AT)


def test_the_same_package_twice_at_once_is_kept_once(works: Works) -> None:
    def upload() -> None:
        with works() as work:
            receive(work)
            work.commit()

    assert sorted(_race(upload, upload, upload)) == [False, False, True]
    with works.reading() as work:
        assert work.packages.find_by_sequence(TERMINAL, 1) is not None
        assert len(work.journal.of("p1")) == 1


def test_numbers_acceptances_and_the_journal_have_no_gap_under_load(works: Works) -> None:
    def accept() -> None:
        with works() as work:
            case_no = work.cases.next_case_no(AT)
            case = make_case(int(case_no[-7:]), case_no=case_no)
            work.cases.add(case, b"{}")
            at = work.cases.next_acceptance(case.unit_no, AT)
            work.cases.save(replace(move(case, Stage.ACCEPTED), accepted_at=at), was=case)
            work.journal.append(actor="auto", act="accepted", ref="load", body=b"", at=AT)
            work.commit()

    assert all(_race(*[accept] * 8))
    with works.reading() as work:
        cases, total = work.cases.search()
        records = work.journal.of("load")
    assert total == 8
    assert sorted(c.case_no[-1] for c in cases) == list("12345678")
    assert len({c.accepted_at for c in cases}) == 8
    assert [r.seq for r in records] == list(range(1, 9))


def test_a_task_goes_to_one_worker(works: Works) -> None:
    with works() as work:
        for number in range(4):
            work.tasks.add("open", f"p{number}", at=AT)
        work.commit()
    taken = []

    def take() -> None:
        with works() as work:
            task = work.tasks.take(kinds=["open"], at=AT, lease=timedelta(minutes=1))
            work.commit()
        if task is not None:
            taken.append(task.ref)

    _race(*[take] * 6)
    assert sorted(taken) == ["p0", "p1", "p2", "p3"]
