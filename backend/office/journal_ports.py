"""Where the office writes down what was done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from backend.office.rows import JournalRecord


class Journal(Protocol):
    """The append-only, hash-chained record of acts, written in the act's own transaction."""

    def append(
        self, *, actor: str, act: str, ref: str, body: bytes, at: datetime, is_kept: bool = False
    ) -> JournalRecord:
        """Write the next record, with the body's digest; kept, the body itself stays too, sealed."""

    def words(self, ref: str) -> Mapping[int, bytes]:
        """Return the bodies that were kept with the records about one thing, by their numbers.

        Raises:
            IntegrityError: one of them does not open: its key is destroyed, or it was changed.
        """

    def of(self, ref: str) -> tuple[JournalRecord, ...]: ...
