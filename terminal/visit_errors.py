"""What can go wrong when somebody comes to this counter to sign what another one files.

DeskError
├── NoVoucherError
├── VisitOverError
├── NotExpectedError
├── NameDiffersError
└── UnsignedError
"""

from typing import ClassVar

from terminal.errors import DeskError


class NoVoucherError(DeskError):
    """No invitation of another counter of this bank has this code; type it again."""

    code: ClassVar[str] = "terminal.no-voucher"


class VisitOverError(DeskError):
    """Nothing comes of it any more; `reason` is the office's state, the first counter gives a new code."""

    code: ClassVar[str] = "terminal.visit-over"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotExpectedError(DeskError):
    """The card is not that of the person who is expected; `left` tries are left."""

    code: ClassVar[str] = "terminal.not-expected"

    def __init__(self, left: int) -> None:
        super().__init__(str(left))
        self.left = left
        self.zh, self.en = f"还可以试 {left} 次", f"{left} tries are left"


class NameDiffersError(DeskError):
    """Number right, name not: the first counter wrote it otherwise and must put it right."""

    code: ClassVar[str] = "terminal.name-differs"


class UnsignedError(DeskError):
    """A paper lacks its signature yet."""

    code: ClassVar[str] = "terminal.unsigned"
