"""What reporting registrations to the superior authority needs of the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class MessageRow:
    """The message that tells of one event, as the office numbers it."""

    message_id: str
    """6 digits area, yyMMdd, 6 digits sequence."""
    made_at: datetime


class Messages(Protocol):
    """Which event of the register has which message, and which have gone out."""

    def give(self, unit_no: str, seq: int, *, area: str, at: datetime) -> MessageRow:
        """Return the message of an event; its number and time are the same for ever."""

    def unreported(self, limit: int) -> tuple[tuple[str, int], ...]:
        """Return unit and place of events of this office that are not reported, oldest first.

        What was brought along from an older register was reported by that.
        """

    def set_reported(self, unit_no: str, seq: int, *, at: datetime, fault: str = "") -> None:
        """Note that an event's message is ready, or what keeps it from being made."""

    def faults(self) -> Mapping[str, str]:
        """Return what keeps messages from being made, by their numbers."""

    def units(self) -> tuple[str, ...]:
        """Return every unit on the register, in order."""
