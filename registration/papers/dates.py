"""Days and times as the papers write them, in the one time zone of the country."""

from datetime import date, datetime

from registration.days import local_time


def format_day(day: date) -> str:
    """Return 2026年09月29日."""
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"


def format_time(at: datetime) -> str:
    """Return 2026年09月29日 10:31:07."""
    local = local_time(at)
    return f"{format_day(local.date())} {local:%H:%M:%S}"


def format_period(start: date | None, end: date | None) -> str:
    """Return 2026-09-28 起 2046-09-28 止; an end that is not given is left open."""
    begin = f"{start.isoformat()} 起" if start else ""
    finish = f"{end.isoformat()} 止" if end else ""
    return " ".join(part for part in (begin, finish) if part)
