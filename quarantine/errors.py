"""Everything that can go wrong with a file from outside.

QuarantineError
├── ForeignFileError             the file is not taken, or a page of it cannot be drawn
└── WardenGoneError              no process can be started that would open the file
"""

from typing import ClassVar


class QuarantineError(Exception):
    """A file from outside could not be looked at."""

    code: ClassVar[str] = "quarantine.error"


class ForeignFileError(QuarantineError):
    """The file is not taken, or a page of it cannot be drawn; `reason` says why."""

    code: ClassVar[str] = "quarantine.foreign-file"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """One of `quarantine.values.REASONS`."""


class WardenGoneError(QuarantineError):
    """The machine gives no process, or no memory for one; nothing was opened."""

    code: ClassVar[str] = "quarantine.warden-gone"
