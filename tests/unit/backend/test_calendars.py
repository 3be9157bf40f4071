"""The operator's calendar file and hours in the place of what the library knows."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from backend.calendars import load_calendar
from backend.errors import MisconfiguredError
from backend.office.calendar import BUSINESS_HOURS
from registration.days import CHINA

YEAR = """[2040]
holidays = ["2040-01-02", "2040-02-13"]
working = ["2040-01-07"]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "calendar.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_year_of_the_file_is_announced_and_counts_as_it_says(tmp_path: Path) -> None:
    days = load_calendar(write(tmp_path, YEAR)).days
    assert not load_calendar().days.is_announced(date(2040, 6, 1))
    assert days.after(date(2040, 1, 1), 5) == (date(2040, 1, 7), False)


def test_a_year_of_the_file_takes_the_place_of_the_librarys(tmp_path: Path) -> None:
    file = write(tmp_path, '[2026]\nholidays = ["2026-01-01"]\n')
    days = load_calendar(file).days
    assert days.is_working(date(2026, 10, 1))
    assert not days.is_working(date(2026, 10, 10))
    assert days.is_announced(date(2025, 10, 1))
    assert not days.is_working(date(2025, 10, 1))


def test_the_clocks_run_in_the_offices_own_hours() -> None:
    assert load_calendar().hours == BUSINESS_HOURS
    calendar = load_calendar(hours=("08:30-11:30", "14:00-17:30"))
    at = datetime(2026, 9, 29, 11, 0, tzinfo=CHINA)
    assert calendar.after(at, timedelta(hours=1))[0] == at.replace(hour=14, minute=30)
    assert calendar.closing(at.date()).time() == time(17, 30)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "year = 2040",
        "[40]\nholidays = ['2040-01-02']",
        "[2040]\nworking = ['2040-01-07']",
        "[2040]\nholidays = ['2040-02-30']",
        "[2040]\nholidays = ['2041-01-02']",
        "[2040]\nholidays = [1]",
        "[2040]\nholidays = ['2040-01-02']\nworking = ['2040-01-04']",
        "[2040]\nholidays = ['2040-01-07']\nworking = ['2040-01-07']",
        "[2040]\nholidays = ['2040-01-02']\nfree = []",
    ],
)
def test_a_file_that_makes_no_sense_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(MisconfiguredError, match="calendar_file"):
        load_calendar(write(tmp_path, text))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MisconfiguredError, match="calendar_file"):
        load_calendar(tmp_path / "nothing")


@pytest.mark.parametrize(
    "hours", [("9-12",), ("12:00-09:00",), ("09:00-12:00", "11:00-17:00"), ("25:00-26:00",)]
)
def test_hours_that_make_no_sense_are_refused(hours: tuple[str, ...]) -> None:
    with pytest.raises(MisconfiguredError, match="office_hours"):
        load_calendar(hours=hours)
