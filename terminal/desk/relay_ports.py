"""What the desk needs of the relay at the office, which carries drafts between counters."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

WAITING = "waiting"
TAKEN = "taken"
RECALLED = "recalled"
GONE = "office.parcel-gone"
"""The office's problem code for a parcel that another counter has, or has again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One parcel as the office knows it."""

    parcel: str
    sender: str
    recipient: str
    state: str
    """"waiting", "taken" or "recalled"."""
    size: int
    left_at: str
    """RFC 3339."""


class RelayLink(Protocol):
    """The line to the relay.

    Raises (every method): LinkError, as `terminal.desk.ports.OfficeLink`.
    """

    def put_relay_key(self, statement: str) -> None:
        """Tell the office which key parcels to this counter are sealed to."""

    def relay_counters(self) -> tuple[tuple[str, str], ...]:
        """Return name and key statement, unchecked, of the branch's other counters."""

    def parcels(self) -> tuple[Parcel, ...]:
        """Return what this counter sent and what it may take."""

    def leave_parcel(self, parcel: str, to: str, data: bytes, told: Callable[[int], None]) -> str:
        """Hand a parcel in; return its state. The same name again changes nothing.

        The same bytes again go on where the line broke; `told` hears how many the office keeps.
        """

    def fetch_parcel(self, parcel: str, told: Callable[[int], None]) -> bytes:
        """Return a parcel's bytes, unchecked; `told` hears how many are here."""

    def take_parcel(self, parcel: str) -> None:
        """Say that the parcel is on this disk: from now on it is ours alone."""

    def recall_parcel(self, parcel: str) -> None:
        """Make a parcel ours again, whether it has come to the office or not."""
