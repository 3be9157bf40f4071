"""Estimates are measured, and silent where too little is known."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.calendars import load_calendar
from backend.office.outlook import LEAST, measure
from backend.office.past import Run
from registration.outlook import Estimate

MORNING = datetime(2026, 9, 29, 2, 0, tzinfo=UTC)
"""Tuesday, 10:00 in Kaifeng; the office is open until 12 and from 13:30 to 17."""
FIRST, OTHER = "mortgage.first_registration", "mortgage.cancellation"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CALENDAR = load_calendar()


def runs(*took: timedelta, kind: str = FIRST, is_automatic: bool = True) -> list[Run]:
    """Return cases that ended now, each of which took so long."""
    return [
        Run(kind=kind, is_automatic=is_automatic, accepted_at=MORNING - one, ended_at=MORNING)
        for one in took
    ]


def estimate(*cases: Run, now: datetime = MORNING) -> tuple[Estimate, ...]:
    return measure(cases, (), now, CALENDAR)


def test_half_and_nine_of_ten_are_told() -> None:
    (told,) = estimate(*runs(*(timedelta(seconds=n) for n in range(1, 101))))

    assert (told.p50_s, told.p90_s, told.sample) == (50, 90, 100)
    assert (told.kind, told.path, told.is_office_time) == (FIRST, "automatic", False)
    assert told.p90_at == MORNING + timedelta(seconds=90)


def test_of_few_cases_nothing_is_said() -> None:
    assert estimate(*runs(*[MINUTE] * (LEAST - 1))) == ()
    assert len(estimate(*runs(*[MINUTE] * LEAST))) == 1


def test_each_kind_and_each_path_by_itself() -> None:
    told = estimate(
        *runs(*[MINUTE] * LEAST),
        *runs(*[MINUTE] * LEAST, is_automatic=False),
        *runs(*[MINUTE] * LEAST, kind=OTHER),
    )

    assert [(e.kind, e.path) for e in told] == [
        (OTHER, "automatic"),
        (FIRST, "review"),
        (FIRST, "automatic"),
    ]


def test_what_was_long_ago_tells_nothing_of_today() -> None:
    assert estimate(*runs(*[MINUTE] * LEAST), now=MORNING + 31 * DAY) == ()


def test_only_the_newest_count() -> None:
    told = estimate(*runs(*[MINUTE] * 100, *[HOUR] * 900))

    assert told[0].p90_s == 60


def test_people_are_measured_by_the_hours_they_work() -> None:
    """Accepted on Monday at 16:50 and entered on Tuesday at 10:00: 70 minutes of work."""
    (told,) = estimate(*runs(*[17 * HOUR + 10 * MINUTE] * LEAST, is_automatic=False))

    assert (told.p50_s, told.is_office_time) == (70 * 60, True)
    assert told.p50_at == MORNING + 70 * MINUTE


def test_what_people_do_waits_for_the_morning() -> None:
    """70 minutes of work, asked at 16:50: it is done at 10:00 of the next day."""
    evening = MORNING + 6 * HOUR + 50 * MINUTE
    cases = runs(*[17 * HOUR + 10 * MINUTE] * LEAST, is_automatic=False)

    (told,) = estimate(*cases, now=evening)

    assert told.p50_at == MORNING + DAY


def test_how_long_it_takes_to_look_into_a_package() -> None:
    openings = [(MORNING - 3 * MINUTE, MORNING)] * LEAST

    (told,) = measure((), openings, MORNING, CALENDAR)

    assert (told.kind, told.path, told.p50_s) == ("", "received", 180)


@pytest.mark.parametrize(
    ("begin", "end", "minutes"),
    [
        ("2026-09-29T09:00", "2026-09-29T10:00", 60),
        ("2026-09-29T11:50", "2026-09-29T13:40", 20),
        ("2026-09-29T18:00", "2026-09-30T08:00", 0),
        ("2026-09-30T16:00", "2026-10-08T09:30", 90),
        ("2026-09-29T10:00", "2026-09-29T10:00", 0),
    ],
)
def test_open_time_between_two_moments(begin: str, end: str, minutes: int) -> None:
    moments = (datetime.fromisoformat(f"{text}:00+08:00") for text in (begin, end))

    assert CALENDAR.open_time(*moments) == minutes * MINUTE
