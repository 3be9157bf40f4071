"""Complaints as values, what became of them in numbers, and the shelf that they are kept on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """投诉: what somebody says went wrong, who looks into it, and what he was answered."""

    complaint_no: str
    """T and the year, a hyphen, five digits."""
    version: int = 0
    received_at: datetime
    channel: str
    """How it came: "phone", "visit", "letter", "hotline", "online" or "bank"."""
    case_no: str = ""
    """The case that it is about; empty where none is named."""
    branch: str = ""
    """The branch likewise, as the complainant named it."""
    who: str
    """Name and how to reach him; empty for somebody who names himself to nobody."""
    text: str
    taken_by: str
    handler: str
    """Staff id of who has to answer it."""
    due_at: datetime
    is_provisional: bool = False
    """Whether the due date rests on a year whose holidays are not announced."""
    answer: str = ""
    outcome: str = ""
    """"justified", "partly" or "unfounded"; empty while it is open."""
    closed_at: datetime | None = None
    closed_by: str = ""

    def is_late(self, now: datetime) -> bool:
        """Whether it was answered too late, or is not answered in time so far."""
        return (self.closed_at or now) > self.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintFigures:
    """Complaints of a span of days in numbers."""

    received: int = 0
    closed: int = 0
    """Answered in the span, whenever they came."""
    in_time: int = 0
    """Of those closed."""
    justified: int = 0
    """Of those closed, in whole or in part."""
    late: int = 0
    """Open still at the moment of counting, and over their time."""


def count_complaints(
    known: Iterable[Complaint], begin: datetime, end: datetime, *, now: datetime
) -> ComplaintFigures:
    """Return the figures from `begin` till before `end`; what is said in them is not looked at."""
    all_ = tuple(known)
    closed = [c for c in all_ if c.closed_at is not None and begin <= c.closed_at < end]
    return ComplaintFigures(
        received=sum(begin <= c.received_at < end for c in all_),
        closed=len(closed),
        in_time=sum(not c.is_late(now) for c in closed),
        justified=sum(c.outcome != "unfounded" for c in closed),
        late=sum(c.closed_at is None and c.is_late(now) for c in all_),
    )


class Complaints(Protocol):
    """The complaints; what names a person is encrypted at rest."""

    def next_no(self, at: datetime) -> str:
        """Return the next number of the year (Asia/Shanghai)."""

    def add(self, complaint: Complaint) -> None: ...

    def get(self, complaint_no: str) -> Complaint:
        """Raises: NotFoundError."""

    def save(self, complaint: Complaint) -> Complaint:
        """Write a changed complaint if it still has its version; return it with the next.

        Raises:
            ConflictError: it changed meanwhile, or is closed.
        """

    def list(self, *, is_open: bool, limit: int = 200) -> tuple[Complaint, ...]:
        """Return the open ones, soonest due first; or the closed ones, latest first.

        Texts and persons are left out of these.
        """

    def between(self, begin: datetime, end: datetime) -> tuple[Complaint, ...]:
        """Return those that came or were closed from `begin` till before `end`, and all open ones.

        Texts and persons are left out of these.
        """
