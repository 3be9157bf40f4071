"""Transactions, packages and decisions: dictionaries and both databases keep one law."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from backend.errors import (
    ConflictError,
    IllegalMoveError,
    NeedsOtherReviewerError,
    NotFoundError,
    NotReadyError,
    SequenceConflictError,
)
from backend.office.case import Stage, move
from backend.office.ports import Works
from tests.rows import (
    AT,
    CASE_NO,
    TERMINAL,
    approve_case,
    digest,
    make_automatic,
    make_case,
    make_decision,
    make_package,
    make_staff,
    open_case,
    receive,
    register_case,
)


class _BrokenError(Exception):
    """Something went wrong in the middle of a transaction."""


# --- transactions ----------------------------------------------------------------------------


def test_without_commit_nothing_is_kept(works: Works) -> None:
    with works() as work:
        receive(work)
        work.cases.add(make_case(), b"{}")
        work.tasks.add("open", "x", at=AT)
        work.staff.save(make_staff())
    with works.reading() as work:
        assert work.packages.find(digest("package 1")) is None
        assert work.journal.of("p1") == ()
        assert work.cases.search() == ((), 0)
        assert work.staff.list() == ()
    with works() as work:
        assert work.tasks.take(kinds=["open"], at=AT, lease=timedelta(minutes=1)) is None


def test_an_error_in_the_middle_leaves_nothing(works: Works) -> None:
    with suppress(_BrokenError), works() as work:
        receive(work)
        raise _BrokenError
    with works() as work:
        assert work.packages.find(digest("package 1")) is None
        assert work.journal.append(actor="a", act="b", ref="c", body=b"", at=AT).seq == 1


def test_what_follows_a_commit_needs_its_own(works: Works) -> None:
    with works() as work:
        work.staff.save(make_staff("wang"))
        work.commit()
        assert work.staff.find("wang") is not None
        work.staff.save(make_staff("li"))
    with works.reading() as work:
        assert [row.staff_id for row in work.staff.list()] == ["wang"]


def test_a_reader_sees_one_moment(works: Works) -> None:
    open_case(works)
    with works.reading() as reader:
        before = reader.cases.get(CASE_NO)
        with works() as work:
            work.cases.save(move(before, Stage.ACCEPTED), was=before)
            work.commit()
        assert reader.cases.get(CASE_NO) == before
    with works.reading() as reader:
        assert reader.cases.get(CASE_NO).stage is Stage.ACCEPTED


def test_a_reader_waits_for_no_writer(works: Works) -> None:
    with works() as work:
        work.staff.save(make_staff())
        with works.reading() as reader:
            assert reader.staff.list() == ()


def test_a_reader_cannot_write(works: Works) -> None:
    open_case(works)
    with works() as work:
        work.tasks.add("open", "x", at=AT)
        task = work.tasks.take(kinds=["open"], at=AT, lease=timedelta(0))
        work.commit()
    assert task is not None
    with works.reading() as reader, pytest.raises(NotReadyError):
        reader.staff.save(make_staff())
    with works.reading() as reader, pytest.raises(NotReadyError):
        reader.cases.next_case_no(AT)
    with works.reading() as reader, pytest.raises(NotReadyError):
        reader.tasks.done(task.task_id)


def test_a_refused_write_spoils_only_itself(works: Works) -> None:
    open_case(works)
    with works() as work:
        work.staff.save(make_staff())
        with pytest.raises(ConflictError):
            work.cases.add(make_case(), b"{}")
        work.staff.save(make_staff("li"))
        work.commit()
    with works.reading() as work:
        assert len(work.staff.list()) == 2


# --- packages --------------------------------------------------------------------------------


def test_a_package_is_found_by_digest_and_by_sequence(works: Works) -> None:
    with works() as work:
        row = receive(work, 7)
        work.commit()
    with works.reading() as work:
        assert work.packages.find(row.sha256) == row
        assert work.packages.find_by_sequence(TERMINAL, 7) == row
        assert work.packages.find_by_sequence("another", 7) is None
        assert work.packages.find_by_receipt(row.receipt.receipt_no) == row
        assert work.packages.find_by_receipt("R0") is None
        assert work.packages.find_by_sequence(TERMINAL, 8) is None


def test_one_digest_is_kept_once(works: Works) -> None:
    with works() as work:
        row = receive(work)
        again = replace(
            row, sequence=2, receipt=replace(row.receipt, receipt_no="R-other", sequence=2)
        )
        with pytest.raises(ConflictError) as caught:
            work.packages.add(again)
    assert not isinstance(caught.value, SequenceConflictError)


def test_one_sequence_names_one_package(works: Works) -> None:
    with works() as work:
        receive(work)
        record = work.journal.append(actor="t", act="received", ref="p2", body=b"", at=AT)
        with pytest.raises(SequenceConflictError):
            work.packages.add(make_package(record, 1, sha256=digest("another")))


def test_a_receipt_needs_its_journal_record(works: Works) -> None:
    with works() as work:
        record = work.journal.append(actor="t", act="received", ref="p1", body=b"", at=AT)
        with pytest.raises(ConflictError):
            work.packages.add(make_package(replace(record, seq=99)))


def test_a_package_keeps_its_case(works: Works) -> None:
    with works() as work:
        row = receive(work)
        work.packages.set_case(row.sha256, CASE_NO)
        work.packages.set_case(row.sha256, CASE_NO)
        with pytest.raises(ConflictError):
            work.packages.set_case(row.sha256, "20260929-0000002")
        with pytest.raises(NotFoundError):
            work.packages.set_case(digest("unknown"), CASE_NO)
        assert work.packages.find(row.sha256) == replace(row, case_no=CASE_NO)


def test_a_case_has_its_packages_in_the_order_in_which_they_came(works: Works) -> None:
    with works() as work:
        for sequence, ref in ((1, "first"), (2, "another case's"), (3, "a correction")):
            record = work.journal.append(actor="t", act="received", ref=ref, body=b"", at=AT)
            work.packages.add(make_package(record, sequence, sha256=digest(ref)))
        for ref in ("a correction", "first"):
            work.packages.set_case(digest(ref), CASE_NO)
        work.packages.set_case(digest("another case's"), "20260929-0000002")

        found = [row.sha256 for row in work.packages.of_case(CASE_NO)]

    assert found == [digest("first"), digest("a correction")]


# --- decisions -------------------------------------------------------------------------------


def test_decisions_come_back_in_their_order(works: Works) -> None:
    open_case(works)
    first = make_decision()
    second = make_decision(
        stage="second", reviewer="li", person="P-LI", at=AT + timedelta(minutes=5)
    )
    with works() as work:
        work.decisions.add(first)
        work.decisions.add(second)
        work.commit()
    with works.reading() as work:
        assert work.decisions.of(CASE_NO) == (first, second)
        assert work.decisions.of("20260929-0000009") == ()


def test_a_stage_is_decided_once(works: Works) -> None:
    open_case(works)
    with works() as work:
        work.decisions.add(make_decision())
        with pytest.raises(ConflictError):
            work.decisions.add(make_decision(reviewer="li", person="P-LI", verdict="refuse"))


def test_one_person_never_decides_twice_even_with_two_accounts(works: Works) -> None:
    open_case(works)
    with works() as work:
        work.decisions.add(make_decision())
        with pytest.raises(NeedsOtherReviewerError):
            work.decisions.add(make_decision(stage="second", reviewer="wang-2"))
        work.decisions.add(make_decision(round=2))


def test_the_second_decision_waits_for_the_first(works: Works) -> None:
    open_case(works)
    with works() as work, pytest.raises(ConflictError):
        work.decisions.add(make_decision(stage="second"))


def test_a_decision_needs_its_case(works: Works) -> None:
    with works() as work, pytest.raises(ConflictError):
        work.decisions.add(make_decision())


@pytest.mark.parametrize(
    ("verdicts", "is_enough"),
    [
        ((), False),
        (("first", "approve"), False),
        (("first", "approve", "second", "refuse"), False),
        (("first", "refuse", "second", "approve"), False),
        (("automatic", "correct"), False),
        (("first", "approve", "second", "approve"), True),
        (("automatic", "approve"), True),
    ],
    ids=str,
)
def test_approval_needs_four_eyes_or_the_rule_book(
    works: Works, verdicts: tuple[str, ...], is_enough: bool
) -> None:
    case = open_case(works)
    with works() as work:
        for stage, verdict in zip(verdicts[::2], verdicts[1::2], strict=True):
            work.decisions.add(make_decision(stage=stage, verdict=verdict, person=f"P-{stage}"))
        for to in (Stage.ACCEPTED, Stage.IN_REVIEW):
            case = work.cases.save(move(case, to), was=case)
        if is_enough:
            assert work.cases.save(move(case, Stage.APPROVED), was=case).stage is Stage.APPROVED
        else:
            with pytest.raises(IllegalMoveError):
                work.cases.save(move(case, Stage.APPROVED), was=case)


def test_decisions_of_another_round_do_not_approve(works: Works) -> None:
    case = open_case(works)
    with works() as work:
        work.decisions.add(make_automatic(round=2))
        for to in (Stage.ACCEPTED, Stage.IN_REVIEW):
            case = work.cases.save(move(case, to), was=case)
        with pytest.raises(IllegalMoveError):
            work.cases.save(move(case, Stage.APPROVED), was=case)


def test_the_way_to_the_register_is_open(works: Works) -> None:
    approve_case(works, 2)
    assert register_case(works, 3).rank == 1
