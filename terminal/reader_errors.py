"""Everything that can go wrong with an ID reader, or with the document that lies on it.

TerminalError
└── ReaderError                          the ID reader, or the document that lies on it
    ├── NoReaderError
    │   └── NoCardServiceError
    ├── ReaderBusyError
    ├── ReaderForbiddenError
    ├── ReaderFaultError
    ├── ReaderProtocolError
    ├── MisconfiguredReaderError
    ├── ReadCancelledError
    ├── NoCardError
    ├── CardRemovedError
    ├── CardUnreadableError
    ├── ChipAlteredError
    │   └── SignerRevokedError
    └── CardRefusedError
        ├── WrongCardError
        ├── CardAuthenticationError
        └── WrongChipKeyError
"""

from typing import ClassVar

from terminal.errors import TerminalError


class ReaderError(TerminalError):
    """Reading an identity document failed; each class tells the teller a different thing to do.

    What to do stands in `terminal.reader_words`. The detail is for the log and never holds
    anything read from the document.
    """

    code: ClassVar[str] = "terminal.reader"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class NoReaderError(ReaderError):
    """Nothing is plugged in, the port cannot be opened, or the device does not answer."""

    code: ClassVar[str] = "terminal.no-reader"


class NoCardServiceError(NoReaderError):
    """The PC/SC service does not run on this machine, so no passport reader can be reached."""

    code: ClassVar[str] = "terminal.no-card-service"


class ReaderBusyError(ReaderError):
    """Another program, or another read of ours, holds the reader."""

    code: ClassVar[str] = "terminal.reader-busy"


class ReaderForbiddenError(ReaderError):
    """The reader is there, but this account may not open it; a technician gives it the right."""

    code: ClassVar[str] = "terminal.reader-forbidden"


class ReaderFaultError(ReaderError):
    """The reader answers, but its security module is broken or not authorised."""

    code: ClassVar[str] = "terminal.reader-fault"


class ReaderProtocolError(ReaderError):
    """The line between counter and reader brought garbage, after one silent repeat."""

    code: ClassVar[str] = "terminal.reader-protocol"


class MisconfiguredReaderError(ReaderError):
    """The settings name a reader that cannot exist here; it is not offered."""

    code: ClassVar[str] = "terminal.misconfigured-reader"


class ReadCancelledError(ReaderError):
    """Somebody closed the reader while it was waiting for a card."""

    code: ClassVar[str] = "terminal.read-cancelled"


class NoCardError(ReaderError):
    """No card came within the card time-out."""

    code: ClassVar[str] = "terminal.no-card"


class CardRemovedError(ReaderError):
    """The card was moved or lifted before it was read."""

    code: ClassVar[str] = "terminal.card-removed"


class CardUnreadableError(ReaderError):
    """The card answered, but a field makes no sense: worn, foreign or of an unknown layout."""

    code: ClassVar[str] = "terminal.card-unreadable"

    def __init__(self, field: str) -> None:
        super().__init__(f"field {field}")
        self.field = field


class ChipAlteredError(ReaderError):
    """What the chip holds does not fit its issuer's signature: stop and report."""

    code: ClassVar[str] = "terminal.chip-altered"

    def __init__(self, checks: tuple[tuple[str, str], ...]) -> None:
        super().__init__(", ".join(name for name, verdict in checks if verdict == "failed"))
        self.checks = checks


class SignerRevokedError(ChipAlteredError):
    """The state that issued the document has revoked the certificate that signed its chip."""

    code: ClassVar[str] = "terminal.signer-revoked"


class CardRefusedError(ReaderError):
    """The card or its key was refused."""

    code: ClassVar[str] = "terminal.card-refused"

    def __init__(self, sw: int, detail: str = "") -> None:
        super().__init__(f"sw={sw:04X} {detail}".rstrip())
        self.sw = sw
        """The card's or the module's status word."""


class WrongCardError(CardRefusedError):
    """This kind of card cannot be read by this reader."""

    code: ClassVar[str] = "terminal.wrong-card"


class CardAuthenticationError(CardRefusedError):
    """Card and security module did not recognise each other: a dead chip, or a forgery."""

    code: ClassVar[str] = "terminal.card-authentication"


class WrongChipKeyError(CardRefusedError):
    """The chip does not open with the number and dates (or access number) that were given."""

    code: ClassVar[str] = "terminal.wrong-chip-key"
