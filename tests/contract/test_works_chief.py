"""The head's decision in the database's own law, and the threads that stay as they were said."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from backend.errors import ConflictError, IllegalMoveError, NeedsOtherReviewerError
from backend.office.case import Case, Stage, move
from backend.office.ports import Works
from backend.office.rows import Remark
from backend.store.work import StoreWorks
from tests.rows import AT, CASE_NO, make_decision, open_case

SAID = Remark(case_no=CASE_NO, staff_id="qian", kind="hold", text="等回函𠮷", at=AT)


def _decided(works: Works, *verdicts: str, reason: str = "") -> Case:
    case = open_case(works)
    with works() as work:
        case = work.cases.save(move(case, Stage.ACCEPTED), was=case)
        case = work.cases.save(replace(move(case, Stage.IN_REVIEW), chief_reason=reason), was=case)
        for stage, verdict in zip(("first", "second", "chief"), verdicts, strict=False):
            person = f"P-{stage}"
            work.decisions.add(
                make_decision(stage=stage, verdict=verdict, reviewer=person, person=person)
            )
        work.commit()
    return case


def _approve(works: Works, case: Case) -> Case:
    with works() as work:
        saved = work.cases.save(move(case, Stage.APPROVED), was=case)
        work.commit()
    return saved


@pytest.mark.parametrize(
    ("verdicts", "reason"),
    [
        (("approve", "approve"), ""),
        (("approve", "refuse", "approve"), "opinions"),
        (("refuse", "refuse", "approve"), "asked"),
        (("approve", "approve", "approve"), "amount"),
    ],
)
def test_two_or_three_approve(works: Works, verdicts: tuple[str, ...], reason: str) -> None:
    case = _decided(works, *verdicts, reason=reason)

    assert _approve(works, case).stage is Stage.APPROVED


@pytest.mark.parametrize(
    ("verdicts", "reason"),
    [
        (("approve", "approve"), "amount"),
        (("approve", "refuse"), "opinions"),
        (("approve", "approve", "refuse"), "amount"),
        (("approve",), ""),
    ],
)
def test_nothing_less_is_an_approval(works: Works, verdicts: tuple[str, ...], reason: str) -> None:
    case = _decided(works, *verdicts, reason=reason)

    with pytest.raises(IllegalMoveError):
        _approve(works, case)


def test_the_head_comes_after_two(works: Works) -> None:
    _decided(works, "approve")

    with works() as work, pytest.raises(ConflictError, match="law_decisions_order"):
        work.decisions.add(make_decision(stage="chief", reviewer="x", person="P-x"))


def test_the_head_is_a_third_person(works: Works) -> None:
    _decided(works, "approve", "refuse")

    with works() as work, pytest.raises(NeedsOtherReviewerError):
        work.decisions.add(make_decision(stage="chief", reviewer="x", person="P-first"))


def test_a_thread_keeps_its_order(works: Works) -> None:
    open_case(works)
    with works() as work:
        work.remarks.add(SAID)
        work.remarks.add(replace(SAID, kind="resume", text="到了"))
        work.commit()
    with works.reading() as work:
        assert [r.text for r in work.remarks.of(CASE_NO)] == ["等回函𠮷", "到了"]


@pytest.mark.parametrize("statement", ["UPDATE remarks SET kind = 'x'", "DELETE FROM remarks"])
def test_what_was_said_stays(store: StoreWorks, statement: str) -> None:
    open_case(store)
    with store() as work:
        work.remarks.add(SAID)
        work.commit()
    with store.writer.connect() as connection:
        connection.begin()
        with pytest.raises(ConflictError, match="law_remarks"):
            connection.execute(text(statement))
