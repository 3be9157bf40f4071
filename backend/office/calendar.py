"""Working days, office hours and due times, from a table that is given; pure."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from registration.days import CHINA, local_day, local_time
from registration.outcomes import Due

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5

STATUTORY_DAYS: Final = 30
"""不动产登记暂行条例 art. 20: working days from acceptance."""
PROVINCIAL_DAYS: Final = 1
"""河南省优化营商环境条例 art. 44: one working day from acceptance."""
_CHANNEL: Final = "channel"
CHANNEL_TIME: Final = timedelta(hours=1)
"""What this channel promises: one hour in which the office is open."""
BUSINESS_HOURS: Final = ((time(9), time(12)), (time(13, 30), time(17)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDays:
    """Which days are worked, as the State Council's yearly notices have it."""

    holidays: frozenset[date]
    """Days off; weekends may be among them or not."""
    make_up_days: frozenset[date]
    """Saturdays and Sundays that are worked (调休)."""
    years: frozenset[int]
    """The years whose notice is in the table."""

    def is_announced(self, day: date) -> bool:
        """Say whether the notice of a day's year is in the table."""
        return day.year in self.years

    def is_working(self, day: date) -> bool:
        """Say whether a day is worked; by the week alone where the notice is not out yet."""
        if day in self.make_up_days:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def after(self, day: date, count: int) -> tuple[date, bool]:
        """Return the last of `count` working days after a day, and whether that is provisional.

        The day of the event does not count.

        Source: 民法典 arts 201, 203.
        """
        is_provisional = not self.is_announced(day)
        while count > 0:
            day += _DAY
            is_provisional = is_provisional or not self.is_announced(day)
            count -= self.is_working(day)
        return day, is_provisional

    def between(self, day: date, last: date) -> int:
        """Return how many working days follow a day, up to the last."""
        days = ((day + n * _DAY) for n in range(1, (last - day).days + 1))
        return sum(self.is_working(one) for one in days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The office's working days with the hours in which it is open, Asia/Shanghai."""

    days: WorkingDays
    hours: tuple[tuple[time, time], ...] = field(default=BUSINESS_HOURS)
    """Opening and closing times of a working day, in order."""

    @property
    def sha256(self) -> str:
        """The digest of every day and hour that it knows: the same one gives the same deadlines."""
        days = self.days
        told = [
            *(day.isoformat() for day in sorted(days.holidays)),
            "worked",
            *(day.isoformat() for day in sorted(days.make_up_days)),
            "known",
            *(str(year) for year in sorted(days.years)),
            "hours",
            *(f"{begin:%H:%M:%S}-{end:%H:%M:%S}" for begin, end in self.hours),
        ]
        return hashlib.sha256("\n".join(told).encode("ascii")).hexdigest()

    def closing(self, day: date) -> datetime:
        """Return the close of business of a day.

        Source: 民法典 art. 203(2): with business hours, a period ends with them.
        """
        return datetime.combine(day, self.hours[-1][1], CHINA)

    def is_open(self, at: datetime) -> bool:
        """Say whether the office is open at a moment."""
        here = local_time(at)
        return any(begin <= here < end for begin, end in self._spans(here.date()))

    def after(self, at: datetime, open_time: timedelta) -> tuple[datetime, bool]:
        """Return when some open time after a moment has run out, and whether that is provisional.

        The clock stands while the office is closed.
        """
        here, left = local_time(at), open_time
        day, is_provisional = here.date(), False
        while True:
            is_provisional = is_provisional or not self.days.is_announced(day)
            for begin, end in self._spans(day):
                start = max(begin, here)
                if start + left <= end:
                    return start + left, is_provisional
                left -= max(end - start, timedelta(0))
            day += _DAY

    def open_time(self, begin: datetime, end: datetime) -> timedelta:
        """Return for how long the office was open between two moments."""
        here, until, total = local_time(begin), local_time(end), timedelta(0)
        day = here.date()
        while day <= until.date():
            for opening, closing in self._spans(day):
                total += max(min(closing, until) - max(opening, here), timedelta(0))
            day += _DAY
        return total

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if self.days.is_working(day):
            for begin, end in self.hours:
                yield datetime.combine(day, begin, CHINA), datetime.combine(day, end, CHINA)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of a case: by statute, province and channel."""

    calendar: Calendar

    def start(self, accepted_at: datetime) -> tuple[Due, ...]:
        """Return the clocks that run from acceptance, in UTC."""
        return (
            _due_in_days("statutory", accepted_at, self.calendar, STATUTORY_DAYS),
            _due_in_days("provincial", accepted_at, self.calendar, PROVINCIAL_DAYS),
            _due_in_time(_CHANNEL, accepted_at, self.calendar, CHANNEL_TIME),
        )

    def go_on(
        self, dues: tuple[Due, ...], paused_at: datetime, back_at: datetime
    ) -> tuple[Due, ...]:
        """Return clocks that stood for the applicants: what was left then is left now.

        One that had run out before it was stopped stays as it is.

        Source: 不动产登记操作规范（试行） 4.8.2: the time for supplements does not count.
        """
        return tuple(
            due if due.at <= paused_at else self._resumed(due, paused_at, back_at) for due in dues
        )

    def _resumed(self, due: Due, paused_at: datetime, back_at: datetime) -> Due:
        if due.name == _CHANNEL:
            left = self.calendar.open_time(paused_at, due.at)
            return _due_in_time(due.name, back_at, self.calendar, left)
        left_days = self.calendar.days.between(local_day(paused_at), local_day(due.at))
        return _due_in_days(due.name, back_at, self.calendar, left_days)


def correction_due(asked_at: datetime, calendar: Calendar, days: int) -> datetime:
    """Return by when a correction that is asked for must be here, UTC.

    It is the close of business of so many working days later, by the table as it is today: what
    was told in writing counts, also where a year's holidays are announced afterwards.
    """
    day, _ = calendar.days.after(local_day(asked_at), days)
    return _utc(calendar.closing(day))


def days_due(at: datetime, calendar: Calendar, days: int) -> tuple[datetime, bool]:
    """Return the close of business so many working days after a moment, and whether provisional."""
    day, is_provisional = calendar.days.after(local_day(at), days)
    return _utc(calendar.closing(day)), is_provisional


def _due_in_days(name: str, accepted_at: datetime, calendar: Calendar, count: int) -> Due:
    day, is_provisional = calendar.days.after(local_day(accepted_at), count)
    return Due(name=name, at=_utc(calendar.closing(day)), is_provisional=is_provisional)


def _due_in_time(name: str, accepted_at: datetime, calendar: Calendar, open_time: timedelta) -> Due:
    at, is_provisional = calendar.after(accepted_at, open_time)
    return Due(name=name, at=_utc(at), is_provisional=is_provisional)


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
