"""What is late, what soon will be, and which package nobody has answered: for people and machines."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from backend.office.calendar import Calendar
from backend.office.case import Case
from backend.office.lately import Lately
from backend.office.ports import Clock, Works
from backend.office.rows import Waiting

FIRST_ANSWER: Final = timedelta(hours=2)
"""Open time in which every package has its first answer: silence counts as acceptance (art. 17)."""
SOON: Final = timedelta(minutes=15)
"""So long before a clock runs out it is told; and a package that nobody could open is answered."""
_KEPT: Final = timedelta(seconds=5)
_MOST: Final = 1000


def cut_off(received_at: datetime, calendar: Calendar) -> datetime:
    """Return by when a package must have its first answer."""
    return calendar.after(received_at, FIRST_ANSWER)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """How many things are late or soon will be."""

    at: datetime
    overdue: int
    """Cases in review of which a clock has run out."""
    soon: int
    """Cases in review of which a clock runs out within `SOON`."""
    unanswered: int
    """Packages without an answer, whose cut-off is over or within `SOON`; up to 1,000."""

    @property
    def is_ringing(self) -> bool:
        return bool(self.overdue or self.soon or self.unanswered)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmBell:
    """Looks at the clocks of everything that is open."""

    works: Works
    clock: Clock
    calendar: Calendar
    _kept: Lately[Alarm] = field(default_factory=lambda: Lately(_KEPT), repr=False)

    def look(self) -> Alarm:
        """Return what is late and what soon will be; some seconds old at the most."""
        return self._kept.ask(self.clock.now(), self._look)

    def list_late(self, limit: int = 200) -> tuple[Case, ...]:
        """Return the cases that are late or soon will be, those that are due first at the top."""
        waiting = Waiting(due_until=self.clock.now() + SOON)
        with self.works.reading() as work:
            return work.cases.search(waiting=waiting, limit=limit)[0]

    def _look(self, now: datetime) -> Alarm:
        with self.works.reading() as work:
            overdue, all_ = (
                work.cases.search(waiting=Waiting(due_until=until), limit=0)[1]
                for until in (now, now + SOON)
            )
            packages = work.past.unanswered(_MOST)
        late = sum(cut_off(at, self.calendar) <= now + SOON for _, at in packages)
        return Alarm(at=now, overdue=overdue, soon=all_ - overdue, unanswered=late)
