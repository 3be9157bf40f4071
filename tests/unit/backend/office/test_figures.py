from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from backend.calendars import load_calendar
from backend.office.courses import Act, Course, Return
from backend.office.figures import Figures, Span, count, month_of, percentile
from registration.days import CHINA

CALENDAR = load_calendar()
SEPTEMBER = Span(first=date(2026, 9, 1), last=date(2026, 9, 30))
NOW = datetime(2026, 9, 30, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(clock: str, day: int = 29) -> datetime:
    hour, minute = clock.split(":")
    return datetime(2026, 9, day, int(hour), int(minute), tzinfo=CHINA)


def make(number: int = 1, minutes: int = 30, **changes: object) -> Course:
    accepted = at("10:00")
    course = Course(
        case_no=f"20260929-{number:07d}",
        kind="mortgage.first_registration",
        bank="B",
        branch="龙亭支行",
        teller="T01",
        is_automatic=False,
        received_at=accepted,
        accepted_at=accepted,
        registered_at=accepted + minutes * MINUTE,
        ended="registered",
        statutory_due=accepted + timedelta(days=42),
    )
    return replace(course, **changes)  # type: ignore[arg-type]  # what a test changes


def figures(*courses: Course, acts: tuple[Act, ...] = (), now: datetime = NOW) -> Figures:
    return count(courses, acts, SEPTEMBER, calendar=CALENDAR, now=now)


def test_half_and_nine_tenths_are_of_what_was_entered() -> None:
    found = figures(*(make(n, minutes=n * 10) for n in range(1, 11)))
    assert (found.times.p50, found.times.p90, found.times.longest) == (
        50 * MINUTE,
        90 * MINUTE,
        100 * MINUTE,
    )
    assert found.times.in_time == 6
    assert found.times.histogram == (0, 1, 1, 1, 1, 1, 1, 1, 1, 2)


def test_the_hours_in_which_nobody_works_do_not_count() -> None:
    over_noon = make(accepted_at=at("11:50"), registered_at=at("13:40"))
    over_night = make(accepted_at=at("16:50", 28), registered_at=at("09:05"))
    assert over_noon.took(CALENDAR) == 20 * MINUTE
    assert over_night.took(CALENDAR) == 15 * MINUTE


def test_the_rule_book_is_measured_as_it_works_at_night_too() -> None:
    at_night = make(
        is_automatic=True, accepted_at=at("22:00"), registered_at=at("22:00") + timedelta(seconds=2)
    )
    assert at_night.took(CALENDAR) == timedelta(seconds=2)


def test_waiting_for_the_branch_after_acceptance_does_not_count() -> None:
    asked = Return(at=at("10:20"), answered_at=at("11:20"), rules=("R27",))
    assert make(minutes=90, returns=(asked,)).took(CALENDAR) == 30 * MINUTE
    before = Return(at=at("09:20"), answered_at=at("10:00"), rules=("R27",))
    assert make(minutes=30, returns=(before,)).took(CALENDAR) == 30 * MINUTE


def test_the_statutory_period_stands_while_the_branch_is_asked() -> None:
    due = at("17:00", 10)
    late = make(registered_at=None, ended="", statutory_due=due)
    asked = Return(at=at("10:00", 2), answered_at=None, rules=("R27",))
    assert late.is_overdue(NOW)
    assert not replace(late, returns=(asked,)).is_overdue(NOW)
    answered = replace(asked, answered_at=at("11:00", 9))
    assert replace(late, returns=(answered,)).is_overdue(NOW)
    assert make(registered_at=at("17:30", 10), statutory_due=due).is_overdue(NOW)


def test_what_is_open_after_its_period_is_overdue_and_what_was_turned_away_is_not() -> None:
    waiting = make(registered_at=None, ended="", statutory_due=at("17:00", 20))
    assert figures(waiting).overdue == 1
    assert figures(replace(waiting, ended="withdrawn")).overdue == 0
    assert figures(waiting, now=at("16:00", 20)).overdue == 0


def test_returns_are_counted_by_rule_branch_and_teller() -> None:
    asked = Return(at=at("10:20"), answered_at=at("11:20"), rules=("R27", "R33"))
    again = Return(at=at("11:30"), answered_at=None, rules=("R33",))
    found = figures(
        make(1, returns=(asked, again)), make(2), make(3, branch="鼓楼支行", teller="T09")
    )
    assert found.reasons == (("R33", 2), ("R27", 1))
    assert [(g.name, g.received, g.returned) for g in found.branches] == [
        ("龙亭支行", 2, 1),
        ("鼓楼支行", 1, 0),
    ]
    assert [g.name for g in found.tellers] == ["龙亭支行 T01", "鼓楼支行 T09"]
    assert found.branches[0].share == 0.5
    assert found.first_right == 2
    assert found.rounds == pytest.approx(4 / 3)


def test_work_is_counted_by_person_and_stage() -> None:
    acts = (
        Act(staff_id="qian", stage="first", verdict="approve", at=at("10:00")),
        Act(staff_id="qian", stage="first", verdict="correct", at=at("10:10")),
        Act(staff_id="sun", stage="second", verdict="approve", at=at("10:20")),
        Act(staff_id="sun", stage="second", verdict="approve", at=datetime(2026, 8, 1, tzinfo=UTC)),
    )
    found = figures(acts=acts)
    assert [(w.staff_id, w.first, w.second, w.sent_back) for w in found.workload] == [
        ("qian", 2, 0, 1),
        ("sun", 0, 1, 0),
    ]


def test_the_last_day_is_told_by_the_hour() -> None:
    last = make(received_at=at("10:05", 30), registered_at=at("11:00", 30))
    assert figures(last, make()).hours == ((10, 1, 0), (11, 0, 1))


def test_cases_of_other_months_are_not_counted() -> None:
    august = make(
        received_at=datetime(2026, 8, 31, 15, 59, tzinfo=UTC), registered_at=None, ended=""
    )
    found = figures(august)
    assert found.is_empty
    assert found.times.p50 is None
    assert found.rounds == 0
    first_minute = make(received_at=datetime(2026, 8, 31, 16, tzinfo=UTC))
    assert figures(first_minute).received == 1


def test_a_month_has_its_own_days() -> None:
    assert month_of(date(2026, 2, 14)) == Span(first=date(2026, 2, 1), last=date(2026, 2, 28))
    assert month_of(date(2026, 12, 31)).last == date(2026, 12, 31)
    assert figures().working_days == 22


def test_a_percentile_of_few_is_one_of_them() -> None:
    assert percentile([], 90) is None
    assert percentile([MINUTE], 90) == MINUTE
    assert percentile([MINUTE, 2 * MINUTE], 50) == MINUTE
