"""The course of one case as its leaders look at it: when it came, waited, went back and ended."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from backend.office.calendar import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """One time that a case went back to its branch for correction."""

    at: datetime
    answered_at: datetime | None
    """When the correction came; None while it is awaited."""
    rules: tuple[str, ...]
    """What was to be corrected, by the rules' numbers; each once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One decision of a person, as the figures need it."""

    staff_id: str
    stage: str
    verdict: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What became of one case, and when; no person is in it."""

    case_no: str
    kind: str
    bank: str
    branch: str
    teller: str
    """Staff number at the counter; empty where it is not known."""
    is_automatic: bool
    received_at: datetime
    accepted_at: datetime | None
    registered_at: datetime | None
    ended: str
    """"registered", "refused", "not_accepted", "withdrawn", or empty while it is open."""
    statutory_due: datetime | None
    returns: tuple[Return, ...] = field(default=())

    @property
    def rounds(self) -> int:
        """Return how often the branch had to send it."""
        return 1 + sum(one.answered_at is not None for one in self.returns)

    def took(self, calendar: Calendar) -> timedelta | None:
        """Return the open time from acceptance to the entry; waiting for the branch not counted.

        What the rule book decides alone counts as it is, since it works at night too.
        """
        if self.accepted_at is None or self.registered_at is None:
            return None
        if self.is_automatic and not self.returns:
            return self.registered_at - self.accepted_at
        whole = calendar.open_time(self.accepted_at, self.registered_at)
        return max(whole - self._paused_open(calendar), timedelta(0))

    def is_overdue(self, now: datetime) -> bool:
        """Say whether it took longer than the law has it, or does so far.

        The period stands still while the branch is asked, and goes on with what was left.

        Source: 不动产登记暂行条例 art. 20.
        """
        if self.statutory_due is None or self.ended not in {"", "registered", "refused"}:
            return False
        asked_at = next((one.at for one in self.returns if one.answered_at is None), now)
        return (self.registered_at or asked_at) > self.statutory_due

    def _paused_open(self, calendar: Calendar) -> timedelta:
        assert self.registered_at is not None
        pauses = self._pauses(self.registered_at)
        return sum((calendar.open_time(begin, end) for begin, end in pauses), timedelta(0))

    def _pauses(self, until: datetime) -> list[tuple[datetime, datetime]]:
        """Return when the clock stood: after acceptance, from a request to its correction."""
        accepted_at = self.accepted_at
        if accepted_at is None:
            return []
        spans = [(one.at, one.answered_at or until) for one in self.returns]
        return [(begin, end) for begin, end in spans if begin >= accepted_at]


class Courses(Protocol):
    """The courses of cases; read only."""

    def of(self, begin: datetime, end: datetime, *, now: datetime) -> tuple[Course, ...]:
        """Return the cases received or entered from `begin` till before `end`, and those late now."""

    def acts(self, begin: datetime, end: datetime) -> tuple[Act, ...]:
        """Return what people decided from `begin` till before `end`, oldest first."""
