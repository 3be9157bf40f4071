"""Asking for corrections, and what follows when none comes; told to its face, on memory alone."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.calendars import load_calendar
from backend.errors import NotReadyError
from backend.failpoints import load_failpoints
from backend.office.answering import Answering
from backend.office.calendar import Calendar, Clocks, WorkingDays, correction_due
from backend.office.case import Case, Stage, move
from backend.office.correcting import Correcting, Lapsing
from registration.findings import Finding, Level
from tests.fakes import FrozenClock, MemoryWorks
from tests.rows import AT, open_case, receive

DAYS = 10
DUE = datetime(2026, 10, 19, 9, tzinfo=UTC)
"""Ten working days later, at the close of business in China; the first week of October is off."""
ITEM = Finding(
    rule="R22", level=Level.CORRECT, zh="大写不符", en="Words differ", basis="", pointer=""
)


class ToldSigner:
    """Remembers what was signed."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []

    def sign(self, kind: str, claims: dict[str, object], at: datetime) -> str:
        self.told.append((kind, claims))
        return "statement"


class Room:
    """One case that was asked for corrections."""

    def __init__(self, *, is_accepted: bool) -> None:
        self.works, self.clock, self.signer = MemoryWorks(), FrozenClock(AT), ToldSigner()
        answering = Answering(self.signer)
        self.correcting = Correcting(answering=answering, calendar=load_calendar(), days=DAYS)
        self.lapsing = Lapsing(
            works=self.works,
            answering=answering,
            clock=self.clock,
            clocks=Clocks(load_calendar()),
            fail_point=load_failpoints(""),
        )
        case = open_case(self.works, accepted_at=AT if is_accepted else None, findings=(ITEM,))
        self.case_no = case.case_no
        self.ask(case)

    def ask(self, case: Case) -> None:
        with self.works() as work:
            self.correcting.ask(work, case, (ITEM,), AT, was=case)
            work.commit()

    @property
    def case(self) -> Case:
        with self.works.reading() as work:
            return work.cases.get(self.case_no)

    def lapse(self, review_round: int = 1) -> None:
        self.lapsing.lapse(f"{self.case_no}/{review_round}")


@pytest.mark.parametrize("is_accepted", [True, False])
def test_the_branch_is_told_by_when_and_whether_it_keeps_its_rank(is_accepted: bool) -> None:
    room = Room(is_accepted=is_accepted)

    ((kind, claims),) = room.signer.told
    assert kind == "correction/1"
    assert claims["due_at"] == "2026-10-19T09:00:00Z"
    assert ("accepted_at" in claims) is is_accepted
    assert room.case.correction_due == DUE
    assert room.case.paused_at == (AT if is_accepted else None)
    with room.works() as work:
        (task,) = [work.tasks.take(kinds=["lapse"], at=DUE, lease=timedelta(minutes=1))]
        assert task is not None
        assert task.ref == f"{room.case_no}/1"
        assert work.tasks.take(kinds=["lapse"], at=DUE, lease=timedelta(minutes=1)) is None


def test_the_journal_keeps_by_which_calendar_the_time_was_counted() -> None:
    """A notice of days off that comes later explains no earlier deadline."""
    room = Room(is_accepted=True)
    room.clock.at = DUE
    room.lapse()

    calendar = load_calendar().sha256
    with room.works.reading() as work:
        kept = work.journal.words(room.case_no)
        told = {
            r.act: json.loads(kept[r.seq]) for r in work.journal.of(room.case_no) if r.seq in kept
        }
    assert told["correction asked for"] == {
        "calendar": calendar,
        "days": DAYS,
        "due": "2026-10-19T09:00:00+00:00",
    }
    assert told["correction overdue"]["calendar"] == calendar
    assert told["correction overdue"]["due"] == {d.name: d.at.isoformat() for d in room.case.due}


def test_nothing_lapses_before_its_time() -> None:
    room = Room(is_accepted=False)
    room.clock.at = DUE - timedelta(seconds=1)

    with pytest.raises(NotReadyError):
        room.lapse()
    assert room.case.stage is Stage.CORRECTION_REQUIRED


def test_before_acceptance_it_ends_as_a_non_acceptance_that_tells_all() -> None:
    room = Room(is_accepted=False)
    room.clock.at = DUE

    room.lapse()
    room.lapse()

    assert room.case.stage is Stage.NOT_ACCEPTED
    kind, claims = room.signer.told[-1]
    assert (kind, len(room.signer.told)) == ("non-acceptance/1", 2)
    assert [f["rule"] for f in claims["findings"]] == ["SUPPLEMENT", "R22"]
    assert "2026-10-19 17:00" in claims["findings"][0]["zh"]


def test_after_acceptance_people_have_it_and_nobody_may_approve() -> None:
    room = Room(is_accepted=True)
    room.clock.at = DUE

    room.lapse()
    room.lapse()

    case = room.case
    assert (case.stage, case.round, case.review_round) == (Stage.IN_REVIEW, 1, 2)
    assert case.is_overdue
    assert case.paused_at is None
    assert case.due[0].at > DUE, "the hour that stood goes on when people have it again"
    assert (case.findings[0].rule, case.findings[0].level) == ("SUPPLEMENT", Level.BLOCK)
    assert len(room.signer.told) == 1


def test_a_package_that_came_in_time_is_opened_first() -> None:
    room = Room(is_accepted=False)
    room.clock.at = DUE + timedelta(days=1)
    with room.works() as work:
        row = receive(work, 2, received_at=DUE)
        work.tasks.add("open", row.sha256, at=DUE)
        work.commit()

    with pytest.raises(NotReadyError, match="opened"):
        room.lapse()


@pytest.mark.parametrize("seconds", [1, 86_400])
def test_one_that_came_too_late_holds_nothing_up(seconds: int) -> None:
    room = Room(is_accepted=False)
    room.clock.at = DUE + timedelta(days=2)
    with room.works() as work:
        row = receive(work, 2, received_at=DUE + timedelta(seconds=seconds))
        work.tasks.add("open", row.sha256, at=DUE)
        work.commit()

    room.lapse()

    assert room.case.stage is Stage.NOT_ACCEPTED


def test_what_was_answered_does_not_lapse() -> None:
    room = Room(is_accepted=True)
    with room.works() as work:
        case = room.case
        work.cases.save(move(case, Stage.RECEIVED), was=case)
        work.commit()
    room.clock.at = DUE

    room.lapse()

    assert room.case.stage is Stage.RECEIVED


def test_an_older_request_does_not_end_a_newer_one() -> None:
    room = Room(is_accepted=True)
    room.clock.at = DUE
    room.lapse()
    room.ask(room.case)

    room.lapse(1)

    assert (room.case.stage, room.case.review_round) == (Stage.CORRECTION_REQUIRED, 2)


def test_the_time_ends_with_business_after_so_many_working_days() -> None:
    """民法典 art. 203: the last day ends with business hours; the day of asking does not count."""
    days = WorkingDays(
        holidays=frozenset({datetime(2026, 10, day).date() for day in range(1, 8)}),
        make_up_days=frozenset({datetime(2026, 10, 10).date()}),
        years=frozenset({2026}),
    )

    due = correction_due(AT, Calendar(days=days), 3)

    # 30 September, 8 and 9 October; the holidays lie between.
    assert due == datetime(2026, 10, 9, 9, tzinfo=UTC)
