"""Stand-ins for the outer wall of the office; each passes the contract suite of the real thing."""

from datetime import datetime, timedelta

from backend.office.checks import IdentityCheck
from tests.memory.work import MemoryBlobs, MemoryWork, MemoryWorks

__all__ = ["FakeSharing", "FrozenClock", "MemoryBlobs", "MemoryWork", "MemoryWorks"]


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


class FakeSharing:
    """An identity service that says what it is told; "000" for everybody else."""

    def __init__(self, codes: dict[str, str] | None = None) -> None:
        self.codes = codes or {}
        self.asked: list[str] = []
        """The case numbers that asked, in order."""

    def check_identity(
        self, *, name: str, number: str, case_no: str, at: datetime
    ) -> IdentityCheck:
        self.asked.append(case_no)
        return IdentityCheck(
            request_no=f"{at:%Y%m%d}410200{len(self.asked):06d}",
            code=self.codes.get(number, "000"),
            at=at,
            is_simulated=True,
        )
