"""What inviting needs from the line: the office's mailbox between this counter and its guests."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

GONE: Final = "office.invitation-gone"
"""The office's code where an invitation has ended otherwise."""

Pictures = Callable[[bytes], tuple[bytes, ...]]
"""Draws every page of a PDF as a JPEG."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How many bytes of something are across, of how many."""

    bytes_here: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the office says that an invitation stands."""

    invitation: str
    state: str
    """"waiting", "answered", "taken", "recalled", "lapsed" or "locked"."""
    misses: int
    expires_at: datetime
    opened_at: datetime | None
    answered_at: datetime | None
    answer_sha256: str
    url: str
    attended_by: str = ""
    """The other counter that answered; empty for a guest."""


class InviteLink(Protocol):
    """The mailbox.

    Raises (every method): LinkError; OfficeRefusedError whose `problem` is `GONE`.
    """

    def leave_invitation(
        self, invitation: str, proof_sha256: str, sealed: bytes, told: Callable[[int], None]
    ) -> Standing:
        """Hand sealed papers in; the same name again changes nothing.

        The same bytes again go on where the line broke; `told` hears how many the office keeps.
        """

    def offer_invitation(self, invitation: str, hint: bytes) -> Standing:
        """Let other counters of the bank open it, and no guest; again is the same."""

    def invitations(self) -> tuple[Standing, ...]:
        """Return every invitation of this counter that is open or ended lately."""

    def fetch_answer(self, invitation: str) -> bytes:
        """Return a sealed answer, unchecked."""

    def take_answer(self, invitation: str) -> None:
        """Say that the answer is on this disk."""

    def recall_invitation(self, invitation: str, *, unless_answered: bool = False) -> None:
        """End an invitation; with `unless_answered`, an answered one is `GONE` and stays as it is."""
