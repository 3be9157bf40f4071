"""The office's calendar: the State Council's notices from a library, and what the office knows better.

A file of the operator's says of whole years which days are off and which weekends are worked; it
stands in the place of the library's table of those years, so that a notice counts on the day that it
is out, and a city's own days off have a place.
"""

import re
import tomllib
from collections.abc import Sequence
from datetime import date, time
from pathlib import Path
from typing import Any, Final

from chinese_calendar import constants

from backend.errors import MisconfiguredError
from backend.office.calendar import BUSINESS_HOURS, Calendar, WorkingDays

_SATURDAY: Final = 5
_SPAN: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_LISTS: Final = {"holidays", "working"}


def load_calendar(file: Path | None = None, hours: Sequence[str] = ()) -> Calendar:
    """Return the office's calendar; years that nothing is known of are provisional.

    `file` is TOML with a table for each year: `holidays`, the days off, and `working`, the Saturdays
    and Sundays that are worked, as texts "2027-01-01". `hours` are spans of the day, "09:00-12:00".

    Raises:
        MisconfiguredError: a year, a day or a span makes no sense; the message names it.
    """
    off, worked = set(constants.holidays), set(constants.workdays)
    years = {day.year for day in constants.holidays}
    for year, table in _read(file).items():
        holidays, working = _days(year, table, "holidays"), _days(year, table, "working")
        if odd := [day for day in working if day.weekday() < _SATURDAY or day in holidays]:
            raise MisconfiguredError(f"calendar_file: {odd[0]} is no Saturday or Sunday worked")
        off = {day for day in off if day.year != year} | holidays
        worked = {day for day in worked if day.year != year} | working
        years.add(year)
    days = WorkingDays(
        holidays=frozenset(off), make_up_days=frozenset(worked), years=frozenset(years)
    )
    return Calendar(days=days, hours=_spans(hours))


def _read(file: Path | None) -> dict[int, dict[str, Any]]:
    if file is None:
        return {}
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except OSError as exc:
        raise MisconfiguredError(f"calendar_file: {file}: {exc.strerror}") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise MisconfiguredError(f"calendar_file: {file} is no TOML: {exc}") from exc
    for year, table in told.items():
        is_table = isinstance(table, dict) and set(table) <= _LISTS and table.get("holidays")
        if not (re.fullmatch("20[0-9]{2}", year, re.ASCII) and is_table):
            raise MisconfiguredError(f"calendar_file: {year} must be a year with its holidays")
    return {int(year): table for year, table in told.items()}


def _days(year: int, table: dict[str, Any], name: str) -> set[date]:
    found = set()
    for text in table.get(name, ()):
        try:
            day = date.fromisoformat(text)
        except (TypeError, ValueError) as exc:
            raise MisconfiguredError(f"calendar_file: {text} is no day") from exc
        if day.year != year:
            raise MisconfiguredError(f"calendar_file: {text} is not of {year}")
        found.add(day)
    return found


def _spans(hours: Sequence[str]) -> tuple[tuple[time, time], ...]:
    if not hours:
        return BUSINESS_HOURS
    spans: list[tuple[time, time]] = []
    for text in hours:
        if not _SPAN.fullmatch(text):
            raise MisconfiguredError(f"office_hours: {text} is no span such as 09:00-12:00")
        opening, closing = (time.fromisoformat(part) for part in text.split("-"))
        if opening >= closing or (spans and spans[-1][1] > opening):
            raise MisconfiguredError(f"office_hours: {text} does not follow in the day")
        spans.append((opening, closing))
    return tuple(spans)
