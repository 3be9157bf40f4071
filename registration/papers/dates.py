"""Days and times as the papers write them, in the one time zone of the country."""

from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
"""No summer time since 1991."""


def local_day(at: datetime) -> date:
    """Return the day in China of an aware time."""
    return at.astimezone(CHINA).date()


def format_day(day: date) -> str:
    """Return 2026年09月29日."""
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"


def format_time(at: datetime) -> str:
    """Return 2026年09月29日 10:31:07."""
    local = at.astimezone(CHINA)
    return f"{format_day(local.date())} {local:%H:%M:%S}"


def format_period(start: date | None, end: date | None) -> str:
    """Return 2026-09-28 起 2046-09-28 止; an end that is not given is left open."""
    begin = f"{start.isoformat()} 起" if start else ""
    finish = f"{end.isoformat()} 止" if end else ""
    return " ".join(part for part in (begin, finish) if part)
