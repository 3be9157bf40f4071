"""What every store promises about rulings, the switch, examinations and samples."""

from datetime import timedelta

import pytest

from backend.errors import ConflictError
from backend.office.book_ports import RulingRow, Sample, Switch
from backend.office.ports import Works
from backend.office.rules import Policy
from tests.examined import make_kept
from tests.rows import AT, CASE_NO, make_case, open_case, register_case


def make_ruling(version: str, hours: int) -> RulingRow:
    return RulingRow(
        version=version,
        begins_at=AT + timedelta(hours=hours),
        adopted_at=AT,
        adopted_by="root",
        claims={"version": version},
        statement=f"statement of {version}",
    )


def test_the_ruling_that_began_last_is_in_force(works: Works) -> None:
    """One that begins later is not swallowed by one that is adopted before it begins."""
    with works() as work:
        for version, hours in (("1", 0), ("2", 5), ("3", 1), ("4", 1)):
            work.books.adopt(make_ruling(version, hours))
        work.commit()

    with works.reading() as work:
        found = [work.books.in_force(AT + timedelta(hours=h)) for h in (-1, 0, 1, 6)]
        history = work.books.history()
    assert [row.version if row else "" for row in found] == ["", "1", "4", "2"]
    assert [(row.seq, row.version) for row in history] == [(n, str(n)) for n in (1, 2, 3, 4)]


def test_a_version_is_adopted_once(works: Works) -> None:
    with works() as work:
        work.books.adopt(make_ruling("1", 0))
        with pytest.raises(ConflictError):
            work.books.adopt(make_ruling("1", 2))


def test_the_last_switch_counts(works: Works) -> None:
    with works() as work:
        assert work.books.last_switch() is None
        for is_stopped in (True, False):
            work.books.switch(Switch(is_stopped=is_stopped, by="wu", reason="为什么", at=AT))
        work.commit()

    with works.reading() as work:
        assert work.books.last_switch() == Switch(is_stopped=False, by="wu", reason="为什么", at=AT)
        assert [one.is_stopped for one in work.books.switches()] == [True, False]


def test_an_examination_comes_back_as_it_was(works: Works) -> None:
    register_case(works)
    kept = make_kept(CASE_NO, Policy(areas=("410202",), banks=()))
    with works() as work:
        work.examinations.add(kept)
        work.commit()

    with works.reading() as work:
        assert work.examinations.find(CASE_NO) == kept
        assert work.examinations.find_book(CASE_NO) == kept.book
        assert work.examinations.cases() == [(CASE_NO, 1)]
        assert work.examinations.cases(kept.at + timedelta(seconds=1)) == []


def test_a_case_that_was_answered_and_never_examined_is_missed(works: Works) -> None:
    """A case that was only received waits for its examination; it misses none."""
    register_case(works)
    open_case(works, 2)
    received_at = make_case(1).received_at

    with works() as work:
        assert work.examinations.missing() == (CASE_NO,)
        assert work.examinations.missing(received_at) == (CASE_NO,)
        assert work.examinations.missing(received_at + timedelta(seconds=1)) == ()
        work.examinations.add(make_kept(CASE_NO, Policy(areas=("410202",), banks=())))
        assert work.examinations.missing() == ()


def test_a_round_is_examined_once(works: Works) -> None:
    register_case(works)
    kept = make_kept(CASE_NO, Policy(areas=("410202",), banks=()))
    with works() as work:
        work.examinations.add(kept)
        with pytest.raises(ConflictError):
            work.examinations.add(kept)


def make_sample(**changes: object) -> Sample:
    facts = {"case_no": CASE_NO, "drawn_at": AT, "seed": "ab" * 32, "draw": 17, **changes}
    return Sample(**facts)  # type: ignore[arg-type]  # a table


def test_a_sample_waits_until_somebody_has_looked(works: Works) -> None:
    register_case(works)
    later = AT + timedelta(days=2)
    seen = make_sample(verdict="disagree", reviewer="li", reason="份额有误", decided_at=later)
    with works() as work:
        work.samples.add(make_sample())
        assert work.samples.list(later) == (make_sample(),)
        assert work.samples.count_disagreed(AT) == 0
        assert work.samples.tally(AT, AT).drawn == 0
        work.samples.judge(seen)
        work.commit()

    with works.reading() as work:
        assert work.samples.find(CASE_NO) == seen
        assert work.samples.list(later) == ()
        assert work.samples.list(AT) == (seen,)
        assert work.samples.count_disagreed(later) == 1
        tally = work.samples.tally(AT, later)
        assert (tally.drawn, tally.seen, tally.disagreed) == (1, 1, 1)
        assert work.samples.tally(later, later).drawn == 0
        assert work.samples.count_disagreed(later + timedelta(seconds=1)) == 0


def test_a_verdict_is_given_once_and_a_case_is_drawn_once(works: Works) -> None:
    register_case(works)
    seen = make_sample(verdict="agree", reviewer="li", decided_at=AT)
    with works() as work:
        work.samples.add(make_sample())
        with pytest.raises(ConflictError):
            work.samples.add(make_sample())
    with works() as work:
        work.samples.add(make_sample())
        work.samples.judge(seen)
        with pytest.raises(ConflictError):
            work.samples.judge(seen)
