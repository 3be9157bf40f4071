"""How long cases take now: measured on recent ones, and silent where too little is known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from backend.office.calendar import Calendar
from backend.office.lately import Lately
from backend.office.past import Run
from backend.office.ports import Clock, Works
from registration.outlook import AUTOMATIC, REVIEW, Estimate, Outlook

LEAST: Final = 8
"""Cases that it takes before anything is said."""
_MOST: Final = 100
"""Of each kind and path: the newest tell how it is now."""
_LOOKED_AT: Final = 1000
_RECENT: Final = timedelta(days=30)
_KEPT: Final = timedelta(seconds=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookDesk:
    """Says how long it will take, as far as anybody can tell."""

    works: Works
    clock: Clock
    calendar: Calendar
    _kept: Lately[Outlook] = field(default_factory=lambda: Lately(_KEPT), repr=False)

    def ask(self) -> Outlook:
        """Return what waits and how long it usually takes; some seconds old at the most."""
        return self._kept.ask(self.clock.now(), self._look)

    def _look(self, now: datetime) -> Outlook:
        with self.works.reading() as work:
            runs = work.past.runs(_LOOKED_AT)
            openings = work.past.openings(_MOST)
            unopened, in_review = work.past.unopened(), work.past.in_review()
        return Outlook(
            at=now.replace(microsecond=0),
            unopened=unopened,
            in_review=in_review,
            is_open=self.calendar.is_open(now),
            estimates=measure(runs, openings, now, self.calendar),
        )


def measure(
    runs: Iterable[Run],
    openings: Iterable[tuple[datetime, datetime]],
    now: datetime,
    calendar: Calendar,
) -> tuple[Estimate, ...]:
    """Return what recent cases took; nothing for what happened too seldom to tell."""
    recent = [run for run in runs if run.ended_at > now - _RECENT]
    opened = [end - begin for begin, end in openings if end > now - _RECENT]
    received = _measure("", "received", opened, now, calendar, is_office_time=False)
    return (*received, *_by_kind(recent, now, calendar))


def _by_kind(runs: Iterable[Run], now: datetime, calendar: Calendar) -> tuple[Estimate, ...]:
    groups: dict[tuple[str, bool], list[timedelta]] = {}
    for run in runs:
        # People work in office hours; the rule book does at night, too.
        took = (
            run.ended_at - run.accepted_at
            if run.is_automatic
            else calendar.open_time(run.accepted_at, run.ended_at)
        )
        groups.setdefault((run.kind, run.is_automatic), []).append(took)
    found: list[Estimate] = []
    for (kind, is_automatic), times in sorted(groups.items()):
        path = AUTOMATIC if is_automatic else REVIEW
        found += _measure(kind, path, times[:_MOST], now, calendar, is_office_time=not is_automatic)
    return tuple(found)


def _measure(
    kind: str,
    path: str,
    took: Sequence[timedelta],
    now: datetime,
    calendar: Calendar,
    *,
    is_office_time: bool,
) -> tuple[Estimate, ...]:
    if len(took) < LEAST:
        return ()
    half, most = (_percentile(took, percent) for percent in (50, 90))
    ends = [calendar.after(now, one)[0] if is_office_time else now + one for one in (half, most)]
    p50_at, p90_at = (end.astimezone(UTC).replace(microsecond=0) for end in ends)
    return (
        Estimate(
            kind=kind,
            path=path,
            p50_s=_seconds(half),
            p90_s=_seconds(most),
            sample=len(took),
            is_office_time=is_office_time,
            p50_at=p50_at,
            p90_at=p90_at,
        ),
    )


def _percentile(values: Sequence[timedelta], percent: int) -> timedelta:
    """Return the nearest-rank percentile; what took no time at all counts as nothing."""
    ordered = sorted(max(value, timedelta(0)) for value in values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _seconds(value: timedelta) -> int:
    """Return whole seconds, up: a promise is not rounded down."""
    return -(-value // timedelta(seconds=1))
