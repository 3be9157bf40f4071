"""Complaints: dictionaries and both databases keep one law."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from backend.errors import ConflictError, NotFoundError
from backend.office.complaint_ports import Complaint, count_complaints
from backend.office.ports import Works
from backend.store.work import StoreWorks
from tests.rows import AT

DAY = timedelta(days=1)
ONE = Complaint(
    complaint_no="T2026-00001",
    received_at=AT,
    channel="phone",
    branch="KF-LT",
    who="张示例 13900000000",
    text="等了三个小时",
    taken_by="qian",
    handler="sun",
    due_at=AT + 7 * DAY,
)


def test_numbers_count_up_within_the_year(works: Works) -> None:
    with works() as work:
        assert work.complaints.next_no(AT) == "T2026-00001"
        assert work.complaints.next_no(AT) == "T2026-00002"
        assert work.complaints.next_no(AT + 120 * DAY) == "T2027-00001"


def test_a_complaint_comes_back_whole_and_lists_tell_no_persons(works: Works) -> None:
    with works() as work:
        work.complaints.add(ONE)
        work.commit()
    with works.reading() as work:
        assert work.complaints.get(ONE.complaint_no) == ONE
        assert work.complaints.list(is_open=True) == (replace(ONE, who="", text=""),)
        assert work.complaints.list(is_open=False) == ()
        with pytest.raises(NotFoundError):
            work.complaints.get("T2026-00009")


def test_open_ones_are_listed_by_due_and_closed_ones_latest_first(works: Works) -> None:
    with works() as work:
        for number, days in ((1, 3), (2, 1), (3, 2), (4, 9)):
            complaint = replace(ONE, complaint_no=f"T2026-0000{number}", due_at=AT + days * DAY)
            work.complaints.add(complaint)
        for number in (3, 4):
            found = work.complaints.get(f"T2026-0000{number}")
            work.complaints.save(replace(found, outcome="partly", closed_at=AT + number * DAY))
        opened, closed = (work.complaints.list(is_open=is_open) for is_open in (True, False))
    assert [c.complaint_no[-1] for c in opened] == ["2", "1"]
    assert [c.complaint_no[-1] for c in closed] == ["4", "3"]


def test_who_read_an_older_one_loses_and_a_closed_one_stays(works: Works) -> None:
    with works() as work:
        work.complaints.add(ONE)
        changed = work.complaints.save(replace(ONE, handler="zhou"))
        with pytest.raises(ConflictError):
            work.complaints.save(replace(ONE, handler="zhao"))
        closed = work.complaints.save(replace(changed, closed_at=AT, answer="已道歉"))
        with pytest.raises(ConflictError):
            work.complaints.save(replace(closed, answer="另一个答复"))
        assert work.complaints.get(ONE.complaint_no).answer == "已道歉"


def test_the_database_itself_keeps_them(store: StoreWorks) -> None:
    """Whoever writes past our code changes no closed complaint, and takes none away."""
    with store() as work:
        work.complaints.add(ONE)
        work.commit()
    for statement, law in (
        ("UPDATE complaints SET due_at = received_at", ""),
        ("DELETE FROM complaints", "law_complaints_delete"),
        ("UPDATE complaints SET closed_at = due_at", ""),
        ("UPDATE complaints SET closed_at = NULL", "law_complaints_update"),
        ("UPDATE complaints SET outcome = 'unfounded'", "law_complaints_update"),
        ("DELETE FROM complaints", "law_complaints_delete"),
    ):
        with store.writer.connect() as connection, connection.begin():
            if not law:
                connection.execute(text(statement))
                continue
            with pytest.raises(ConflictError, match=f"^{law}$"):
                connection.execute(text(statement))


def test_the_figures_of_a_span(works: Works) -> None:
    end = AT + 30 * DAY
    with works() as work:
        for number, change in enumerate(
            (
                {},
                {"closed_at": AT + DAY, "outcome": "justified"},
                {"closed_at": AT + 8 * DAY, "outcome": "unfounded"},
                {"received_at": AT - 40 * DAY, "closed_at": AT + DAY, "outcome": "partly"},
                {"received_at": AT - 40 * DAY, "closed_at": AT - DAY, "outcome": "partly"},
                {"received_at": AT - 40 * DAY, "due_at": AT - 30 * DAY},
            ),
            1,
        ):
            work.complaints.add(replace(ONE, complaint_no=f"T2026-0000{number}", **change))  # type: ignore[arg-type]  # what is changed
        found = work.complaints.between(AT, end)
        assert [c.complaint_no[-1] for c in found] == ["1", "2", "3", "4", "6"]
        told = count_complaints(found, AT, end, now=AT + 2 * DAY)
    assert (told.received, told.closed, told.in_time, told.justified, told.late) == (3, 3, 2, 2, 1)


def test_nothing_that_was_said_lies_open(store: StoreWorks) -> None:
    with store() as work:
        work.complaints.add(ONE)
        work.commit()
    with store.reader.connect() as connection:
        row = connection.exec_driver_sql("SELECT * FROM complaints").one()
    assert "张示例" not in str(row)
    assert "等了三个小时".encode() not in bytes(row.sealed)
