"""The country's one clock: the law's days begin at midnight in China."""

from datetime import date, datetime, timedelta, timezone
from typing import Final

CHINA: Final = timezone(timedelta(hours=8), "CST")
"""UTC+8 everywhere in the country, without summer time since 1991."""


def local_time(at: datetime) -> datetime:
    """Return an aware time as the clocks in China show it."""
    return at.astimezone(CHINA)


def local_day(at: datetime) -> date:
    """Return the day in China of an aware time."""
    return local_time(at).date()
