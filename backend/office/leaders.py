"""What leaders see of the work: the figures of any days, with those of the days before."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from backend.office.calendar import Calendar
from backend.office.complaint_ports import ComplaintFigures, count_complaints
from backend.office.figures import Figures, Span, count, month_of
from backend.office.ports import Clock, Work, Works
from registration.days import CHINA, local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The figures of some days beside those of as many before, and who is who in them."""

    now: Figures
    before: Figures
    staff: dict[str, str]
    """Names by staff number."""
    complaints: ComplaintFigures
    """Of the same days as `now`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaders:
    """Counts what was done; changes nothing and opens nothing that is sealed."""

    works: Works
    clock: Clock
    calendar: Calendar

    def this_day(self) -> date:
        """Return the office's day."""
        return local_day(self.clock.now())

    def month(self, day: date) -> Overview:
        """Return the figures of the month of a day, up to today where it is not over."""
        span = month_of(day)
        before = month_of(span.first - timedelta(days=1))
        return self.overview(Span(first=span.first, last=min(span.last, self.this_day())), before)

    def overview(self, span: Span, before: Span) -> Overview:
        """Return the figures of two spans of days."""
        now = self.clock.now()
        with self.works.reading() as work:
            return Overview(
                now=self._count(work, span, now),
                before=self._count(work, before, now),
                complaints=_complaints(work, span, now),
                staff={row.staff_id: row.name for row in work.staff.list()},
            )

    def _count(self, work: Work, span: Span, now: datetime) -> Figures:
        begin, end = _moment(span.first), _moment(span.last + timedelta(days=1))
        return count(
            work.courses.of(begin, end, now=now),
            work.courses.acts(begin, end),
            span,
            calendar=self.calendar,
            now=now,
        )


def _complaints(work: Work, span: Span, now: datetime) -> ComplaintFigures:
    begin, end = _moment(span.first), _moment(span.last + timedelta(days=1))
    return count_complaints(work.complaints.between(begin, end), begin, end, now=now)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)
