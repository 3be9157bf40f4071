"""Stand-ins for the outer wall of the office; each passes the contract suite of the real thing."""

from datetime import datetime, timedelta

from tests.memory.work import MemoryBlobs, MemoryWork, MemoryWorks

__all__ = ["FrozenClock", "MemoryBlobs", "MemoryWork", "MemoryWorks"]


class FrozenClock:
    """A clock that stands until it is told to move."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> datetime:
        """Move the clock on and return the new time."""
        self.at += by
        return self.at
