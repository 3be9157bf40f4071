"""The office's day: legal days begin at midnight in China."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Shanghai")


def local_day(at: datetime) -> date:
    """Return the day of a moment in the office's zone."""
    return at.astimezone(ZONE).date()
