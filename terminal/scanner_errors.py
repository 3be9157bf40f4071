"""Everything that can go wrong with a scanner, or with the paper in it.

TerminalError
└── ScannerError                     the scanner, or the paper in it
    ├── ScannerGoneError
    ├── ScannerProtocolError
    ├── ScannerBusyError
    ├── ScannerFaultError
    ├── ScannerOpenError
    ├── FeederEmptyError
    ├── PaperJamError
    └── ScanFolderError
"""

from typing import ClassVar

from terminal.errors import TerminalError


class ScannerError(TerminalError):
    """The scanner, or the paper in it, needs a hand."""

    code: ClassVar[str] = "terminal.scanner"


class ScannerGoneError(ScannerError):
    """The scanner does not answer, or stopped in the middle of a page."""

    code: ClassVar[str] = "terminal.scanner-gone"


class ScannerProtocolError(ScannerError):
    """Something answers at the scanner's address that speaks otherwise than scanners do."""

    code: ClassVar[str] = "terminal.scanner-protocol"


class ScannerBusyError(ScannerError):
    """Somebody else is scanning on it."""

    code: ClassVar[str] = "terminal.scanner-busy"


class ScannerFaultError(ScannerError):
    """The scanner itself says that it is out of order."""

    code: ClassVar[str] = "terminal.scanner-fault"


class ScannerOpenError(ScannerError):
    """A lid or hatch of the scanner stands open."""

    code: ClassVar[str] = "terminal.scanner-open"


class FeederEmptyError(ScannerError):
    """No paper lies in the feeder."""

    code: ClassVar[str] = "terminal.feeder-empty"


class PaperJamError(ScannerError):
    """Paper is stuck in the feeder, or two sheets were drawn in at once."""

    code: ClassVar[str] = "terminal.paper-jam"


class ScanFolderError(ScannerError):
    """The folder into which the scanner's software writes cannot be read or changed."""

    code: ClassVar[str] = "terminal.scan-folder"
