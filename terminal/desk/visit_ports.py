"""What hosting visits needs from line and disk."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from terminal.desk.hosted import Hosted

TRIES: Final = 5
"""So many wrong cards lock an invitation at the office."""
WRONG: Final = "invitation.wrong"
"""The office's code where voucher and card do not belong together."""
OVER: Final = "invitation."
"""How its codes begin where an invitation has ended; the state follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitStanding:
    """How the office says that an invitation to another counter stands."""

    state: str
    misses: int
    expires_at: datetime
    hint: bytes
    """Sealed: who is expected."""


class VisitLink(Protocol):
    """The mailbox, from the side of the counter to which somebody comes.

    Raises (every method): LinkError; OfficeRefusedError: 404 where there is nothing for us.
    """

    def find_visit(self, invitation: str) -> VisitStanding:
        """Say how it stands; opens nothing."""

    def open_visit(self, invitation: str, proof: bytes) -> bytes:
        """Return the sealed papers."""

    def answer_visit(self, invitation: str, proof: bytes, sealed: bytes) -> None:
        """Hand the sealed answer in; the same bytes again are the same answer."""


class VisitShelf(Protocol):
    """Keeps visits on this disk, encrypted. Raises (every method): BoxError."""

    def save_visit(self, hosted: Hosted) -> None:
        """Keep a visit, or what has become of it."""

    def get_visit(self, invitation: str) -> Hosted:
        """Return one. Raises: NotFoundError."""

    def visits(self) -> tuple[Hosted, ...]:
        """Return every one, the latest first."""

    def drop_visit(self, invitation: str) -> None:
        """Forget one; again is harmless."""
