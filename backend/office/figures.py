"""What leaders and the superior authority ask of a month: figures from the courses of cases; pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from backend.office.calendar import CHANNEL_TIME, Calendar
from backend.office.courses import Act, Course
from registration.days import local_day, local_time

STEP: Final = timedelta(minutes=10)
STEPS: Final = 10
"""Columns of the histogram; the last takes everything longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days of the office, first and last included."""

    first: date
    last: date

    def holds(self, at: datetime | None) -> bool:
        """Say whether a moment falls on one of the days, Asia/Shanghai."""
        return at is not None and self.first <= local_day(at) <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Cases of one branch, bank, teller or kind."""

    name: str
    received: int
    returned: int
    """Cases that went back at least once."""

    @property
    def share(self) -> float:
        """Return which part went back, 0 to 1."""
        return self.returned / self.received if self.received else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What one member of staff decided."""

    staff_id: str
    first: int
    second: int
    sent_back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Open time from acceptance to entry; None where nothing was entered."""

    p50: timedelta | None
    p90: timedelta | None
    longest: timedelta | None
    in_time: int
    """Entered within the channel's hour."""
    histogram: tuple[int, ...]
    """Entered cases by ten minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of a span of days.

    `received` and what follows from it is about cases that came in the span; `registered` and the
    times are about cases that were entered in it.
    """

    span: Span
    working_days: int
    received: int
    registered: int
    refused: int
    not_accepted: int
    withdrawn: int
    times: Times
    automatic: int
    """Entered with no person's decision."""
    first_right: int
    """Received and never sent back."""
    rounds: float
    """How often a case was sent by its branch, on average; 0 where none came."""
    overdue: int
    """Over the statutory period: entered too late in the span, or open still."""
    reasons: tuple[tuple[str, int], ...]
    """(rule, how often it was a reason to send back), most frequent first."""
    branches: tuple[Group, ...]
    """Highest share of returns first."""
    tellers: tuple[Group, ...]
    kinds: tuple[Group, ...]
    workload: tuple[Workload, ...]
    hours: tuple[tuple[int, int, int], ...]
    """(hour, received, entered) of the span's last day, Asia/Shanghai."""

    @property
    def is_empty(self) -> bool:
        """Say whether nothing came and nothing was entered."""
        return not self.received and not self.registered


def count(
    known: Sequence[Course], acts: Iterable[Act], span: Span, *, calendar: Calendar, now: datetime
) -> Figures:
    """Return the figures of a span of days; `now` decides what is overdue and still open."""
    came = tuple(c for c in known if span.holds(c.received_at))
    entered = tuple(c for c in known if span.holds(c.registered_at))
    return Figures(
        span=span,
        working_days=_working_days(span, calendar),
        received=len(came),
        registered=len(entered),
        refused=_ended(came, "refused"),
        not_accepted=_ended(came, "not_accepted"),
        withdrawn=_ended(came, "withdrawn"),
        times=measure(t for c in entered if (t := c.took(calendar)) is not None),
        automatic=sum(c.is_automatic for c in entered),
        first_right=sum(not c.returns for c in came),
        rounds=sum(c.rounds for c in came) / len(came) if came else 0.0,
        overdue=sum(c.is_overdue(now) and (not c.ended or c in entered) for c in known),
        reasons=_reasons(known, span),
        branches=_groups(came, lambda c: c.branch),
        tellers=_groups(came, lambda c: f"{c.branch} {c.teller}" if c.teller else ""),
        kinds=_groups(came, lambda c: c.kind),
        workload=_workload(act for act in acts if span.holds(act.at)),
        hours=_hours(known, span.last),
    )


def measure(took: Iterable[timedelta]) -> Times:
    """Return what so many open times have in common."""
    times = sorted(took)
    columns = Counter(min(t // STEP, STEPS - 1) for t in times)
    return Times(
        p50=percentile(times, 50),
        p90=percentile(times, 90),
        longest=times[-1] if times else None,
        in_time=sum(t <= CHANNEL_TIME for t in times),
        histogram=tuple(columns[n] for n in range(STEPS)),
    )


def percentile(values: Sequence[timedelta], percent: int) -> timedelta | None:
    """Return the nearest-rank percentile of sorted values; None of none."""
    return values[max(0, -(-len(values) * percent // 100) - 1)] if values else None


def month_of(day: date) -> Span:
    """Return the month of a day, whole."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Span(first=first, last=following - timedelta(days=1))


def _working_days(span: Span, calendar: Calendar) -> int:
    days = (span.last - span.first).days + 1
    return sum(calendar.days.is_working(span.first + timedelta(days=n)) for n in range(days))


def _ended(courses: Sequence[Course], how: str) -> int:
    return sum(c.ended == how for c in courses)


def _reasons(courses: Sequence[Course], span: Span) -> tuple[tuple[str, int], ...]:
    found = Counter(
        rule for c in courses for one in c.returns if span.holds(one.at) for rule in one.rules
    )
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _groups(courses: Sequence[Course], name_of: Callable[[Course], str]) -> tuple[Group, ...]:
    received = Counter(name for c in courses if (name := name_of(c)))
    returned = Counter(name for c in courses if c.returns and (name := name_of(c)))
    groups = [Group(name=n, received=received[n], returned=returned[n]) for n in received]
    return tuple(sorted(groups, key=lambda g: (-g.share, -g.received, g.name)))


def _workload(acts: Iterable[Act]) -> tuple[Workload, ...]:
    found: dict[str, Counter[str]] = {}
    returned: Counter[str] = Counter()
    for act in acts:
        found.setdefault(act.staff_id, Counter())[act.stage] += 1
        returned[act.staff_id] += act.verdict == "correct"
    loads = [
        Workload(
            staff_id=who,
            first=stages["first"],
            second=stages.total() - stages["first"],
            sent_back=returned[who],
        )
        for who, stages in found.items()
    ]
    return tuple(sorted(loads, key=lambda w: (-(w.first + w.second), w.staff_id)))


def _hours(courses: Sequence[Course], day: date) -> tuple[tuple[int, int, int], ...]:
    came = Counter(_hour(c.received_at, day) for c in courses)
    entered = Counter(_hour(c.registered_at, day) for c in courses)
    hours = sorted(hour for hour in set(came) | set(entered) if hour is not None)
    return tuple((hour, came[hour], entered[hour]) for hour in hours)


def _hour(at: datetime | None, day: date) -> int | None:
    return local_time(at).hour if at is not None and local_day(at) == day else None
