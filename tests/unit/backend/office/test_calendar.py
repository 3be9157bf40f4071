from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.calendars import load_calendar
from backend.office.calendar import Calendar, Clocks, WorkingDays
from registration.outcomes import Due

KAIFENG = ZoneInfo("Asia/Shanghai")
CALENDAR = load_calendar()
FRIDAY = date(2026, 11, 20)


def at(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=KAIFENG)


def due(accepted: datetime, name: str) -> Due:
    return next(d for d in Clocks(CALENDAR).start(accepted) if d.name == name)


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2025-12-31", 1, "2026-01-04"),
        ("2026-01-05", 30, "2026-02-14"),
    ],
)
def test_working_days_follow_the_notices(start: str, count: int, last: str) -> None:
    days = CALENDAR.days.after(date.fromisoformat(start), count)

    assert days == (date.fromisoformat(last), False)


def test_a_year_without_notice_is_counted_by_the_week_and_said_to_be_provisional() -> None:
    assert CALENDAR.days.after(date(2026, 11, 24), 30) == (date(2027, 1, 5), True)


def test_a_known_year_is_not_provisional() -> None:
    assert CALENDAR.days.after(date(2026, 11, 24), 27) == (date(2026, 12, 31), False)


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        (at("2026-09-29", "10:31:07"), at("2026-09-29", "11:31:07")),
        (at("2026-09-29", "16:40"), at("2026-09-30", "09:40")),
        (at("2026-09-29", "16:00"), at("2026-09-29", "17:00")),
        (at("2026-09-29", "11:30"), at("2026-09-29", "14:00")),
        (at("2026-09-29", "12:45"), at("2026-09-29", "14:30")),
        (at("2026-09-29", "07:00"), at("2026-09-29", "10:00")),
        (at("2026-09-30", "17:00"), at("2026-10-08", "10:00")),
        (at("2026-10-03", "10:00"), at("2026-10-08", "10:00")),
        (at("2026-10-10", "10:00"), at("2026-10-10", "11:00")),
    ],
    ids=[
        "in the morning",
        "over the night",
        "to the last minute",
        "over noon",
        "at noon",
        "before opening",
        "at closing before the holidays",
        "in the holidays",
        "on a make-up Saturday",
    ],
)
def test_the_channel_hour_runs_only_while_the_office_is_open(
    accepted: datetime, expected: datetime
) -> None:
    assert due(accepted, "channel").at == expected


def test_the_provincial_day_ends_with_business() -> None:
    assert due(at("2026-09-29", "10:31"), "provincial").at == at("2026-09-30", "17:00")


def test_the_day_of_acceptance_is_the_day_in_china() -> None:
    """23:30 UTC on the 28th is half past seven on the 29th in Kaifeng."""
    late = datetime.fromisoformat("2026-09-28T23:30:00+00:00")

    assert due(late, "provincial").at == at("2026-09-30", "17:00")


def test_the_statutory_clock_runs_thirty_working_days() -> None:
    clocks = due(at("2026-11-24", "09:00"), "statutory")

    assert (clocks.at, clocks.is_provisional) == (at("2027-01-05", "17:00"), True)


def test_the_three_clocks_are_told_in_utc() -> None:
    clocks = Clocks(CALENDAR).start(at("2026-09-29", "10:31"))

    assert [c.name for c in clocks] == ["statutory", "provincial", "channel"]
    assert {c.at.utcoffset() for c in clocks} == {timedelta(0)}


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [("08:59", False), ("09:00", True), ("12:00", False), ("13:30", True), ("17:00", False)],
)
def test_the_office_is_open_in_its_hours(clock: str, is_open: bool) -> None:
    assert CALENDAR.is_open(at("2026-09-29", clock)) is is_open


def test_hours_and_table_are_the_callers() -> None:
    table = WorkingDays(
        holidays=frozenset({FRIDAY}), make_up_days=frozenset(), years=frozenset({2026})
    )
    calendar = Calendar(days=table, hours=((time(8), time(9)),))

    told, is_provisional = calendar.after(at("2026-11-20", "08:30"), timedelta(minutes=90))

    assert (told, is_provisional) == (at("2026-11-24", "08:30"), False)


@pytest.mark.parametrize(
    ("name", "paused", "back", "expected"),
    [
        # Half an hour of the hour was left, and is left.
        (
            "channel",
            at("2026-09-29", "11:01"),
            at("2026-09-30", "09:00"),
            at("2026-09-30", "09:30"),
        ),
        (
            "channel",
            at("2026-09-29", "11:01"),
            at("2026-09-30", "11:50"),
            at("2026-09-30", "13:50"),
        ),
        (
            "provincial",
            at("2026-09-29", "11:01"),
            at("2026-10-09", "09:00"),
            at("2026-10-10", "17:00"),
        ),
        # Ten of thirty working days were gone.
        (
            "statutory",
            at("2026-10-19", "09:00"),
            at("2026-11-02", "09:00"),
            at("2026-11-30", "17:00"),
        ),
    ],
)
def test_what_was_left_when_the_clock_was_stopped_is_left_when_it_goes_on(
    name: str, paused: datetime, back: datetime, expected: datetime
) -> None:
    clocks = Clocks(CALENDAR)
    dues = clocks.start(at("2026-09-29", "10:31"))

    found = {d.name: d.at for d in clocks.go_on(dues, paused, back)}

    assert found[name] == expected


def test_a_clock_that_had_run_out_is_not_wound_up_again() -> None:
    clocks = Clocks(CALENDAR)
    dues = clocks.start(at("2026-09-29", "10:31"))

    late = clocks.go_on(dues, at("2026-09-29", "11:32"), at("2026-10-09", "09:00"))

    assert late[2] == dues[2]
    assert late[0] != dues[0]


def test_a_digest_tells_calendars_apart_by_a_single_day() -> None:
    """It stands in the journal with the deadlines that were computed by it."""
    days = load_calendar().days
    one = Calendar(days=days)
    other = Calendar(days=replace(days, holidays=days.holidays | {date(2026, 11, 30)}))
    assert one.sha256 == Calendar(days=days).sha256
    assert one.sha256 != other.sha256
    assert one.sha256 != Calendar(days=days, hours=((time(9), time(12)),)).sha256
