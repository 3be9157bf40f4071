"""What stands in the way because somebody signs elsewhere.

NotReadyError
├── InkWaitsError
└── InvitationsEndError
"""

from typing import ClassVar

from terminal.errors import NotReadyError


class InkWaitsError(NotReadyError):
    """Ink came from elsewhere, and nobody has said yet whether it is the signer's."""

    code: ClassVar[str] = "terminal.ink-waits"


class InvitationsEndError(NotReadyError):
    """Papers say something else by now, and links to sign them elsewhere would end with them."""

    code: ClassVar[str] = "terminal.invitations-end"

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} links")
        self.count = count
