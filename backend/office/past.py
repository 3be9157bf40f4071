"""How long things took, and what waits: as the store tells it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How long one case took, from acceptance to its entry."""

    kind: str
    is_automatic: bool
    accepted_at: datetime
    ended_at: datetime


class Past(Protocol):
    """How long things took, and what waits; read only."""

    def runs(self, limit: int) -> tuple[Run, ...]:
        """Return the cases that were entered last, newest first."""

    def openings(self, limit: int) -> tuple[tuple[datetime, datetime], ...]:
        """Return when the cases accepted last were received and accepted, newest first."""

    def unopened(self) -> int:
        """Count the packages that nobody has looked at yet."""

    def unanswered(self, limit: int) -> tuple[tuple[str, datetime], ...]:
        """Return digest and time of receipt of packages that have no answer yet, oldest first."""

    def in_review(self) -> int:
        """Count the cases that wait for people."""
