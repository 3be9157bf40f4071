"""What the desk needs of a scanner: what it can do, a run of pages, and its troubles."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class PaperSource(enum.Enum):
    """Where the sheets lie."""

    GLASS = "glass"
    FEEDER = "feeder"
    FEEDER_BOTH = "feeder_both"
    """The feeder, both sides of each sheet."""


class Tone(enum.Enum):
    """How a page is scanned."""

    COLOUR = "colour"
    GREY = "grey"
    BLACK = "black"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerInfo:
    """What a scanner says of itself."""

    name: str
    """Make and model."""
    sources: tuple[PaperSource, ...]
    tones: tuple[Tone, ...]
    dpi: tuple[int, ...]
    """Resolutions that it has, rising."""
    is_simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSettings:
    """How a run is to be scanned."""

    source: PaperSource
    tone: Tone = Tone.COLOUR
    dpi: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedFile:
    """One file of a run: one page, or several where the scanner binds them itself."""

    name: str
    data: bytes


class ScanRun(Protocol):
    """Sheets being scanned."""

    def next_file(self) -> ScannedFile | None:
        """Wait for the next file and return it; None when the run is over.

        Raises:
            ScannerError: see each; what came before is good.
        """

    def cancel(self) -> None:
        """End the run; the sheets that are left stay in the feeder."""


class Scanner(Protocol):
    """A device that scans sheets.

    Raises (every method):
        ScannerGoneError: it does not answer.
        ScannerProtocolError: it answers what no scanner should.
    """

    def info(self) -> ScannerInfo:
        """Ask what it can do."""

    def probe(self) -> bool:
        """Say whether there is paper in the feeder.

        Raises:
            ScannerBusyError: somebody else uses it.
            PaperJamError, ScannerOpenError, ScannerFaultError: it needs a hand.
        """

    def start(self, settings: ScanSettings) -> ScanRun:
        """Begin a run.

        Raises:
            ScannerBusyError, FeederEmptyError, PaperJamError, ScannerOpenError,
            ScannerFaultError: nothing was scanned.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file that a scanner's own software laid into the folder."""

    key: str
    """Tells it from every other file that ever lay there."""
    name: str
    size: int
    is_whole: bool
    """False while it is still being written."""


class ScanFolder(Protocol):
    """The folder into which a scanner's own software writes.

    Raises (every method): ScanFolderError: it cannot be read or changed.
    """

    def arrivals(self) -> Sequence[Arrival]:
        """Return what lies there, oldest first."""

    def read(self, key: str) -> bytes:
        """Return the bytes of a whole file. Raises: NotFoundError."""

    def take_away(self, key: str) -> None:
        """Remove a file that is kept elsewhere now; again is harmless."""

    def set_aside(self, key: str) -> None:
        """Move a file that is no paper out of the way, into the folder beside."""
