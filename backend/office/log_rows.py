"""What the office keeps of its public log, as values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHead:
    """A head of the log as it was signed and published."""

    origin: str
    """The log's permanent name."""
    size: int
    root: bytes
    note: str
    """The signed note, without witnesses' lines."""
    at: datetime


class LogFaultKind:
    """What is wrong with a log."""

    ROLLED_BACK: Final = "rolled-back"
    """More was published than the journal holds: an older copy was restored."""
    REWRITTEN: Final = "rewritten"
    """The journal is not the one of a head that our key signed: ours was changed, or somebody else
    signs with our key."""
    DAMAGED: Final = "damaged"
    """The journal does not hang together, or blocks and records differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFault:
    """Evidence that the log is not what it was; while one stands, nothing is signed or received."""

    number: int
    kind: str
    by: str
    """Who found it: "system", or "terminal:…"."""
    ours: str
    """What our journal says: a signed head, or empty."""
    theirs: str
    """What was seen outside: a signed head."""
    at: datetime
    cleared_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A counter that watches the log."""

    terminal: str
    key: str
    """Its key as one word."""
    statement: str
    """The counter's own signed word that this is its key."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """A witness's signature on a head."""

    terminal: str
    origin: str
    size: int
    line: str
    at: datetime
