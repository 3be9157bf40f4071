"""One finding of a check: the rule, how grave, why, and where."""

import enum
from dataclasses import dataclass


class Level(enum.Enum):
    """How grave a finding is; the order of outcomes is that of `_ORDER`."""

    NOT_ACCEPTED = "not_accepted"
    """Not for this office or channel: non-acceptance."""
    BLOCK = "block"
    """The law forbids the registration: refusal."""
    UNKNOWN = "unknown"
    """A check gave no answer; never a pass, goes to a person."""
    CORRECT = "correct"
    """Somebody can put it right: correction request."""
    MANUAL = "manual"
    """A reviewer must look."""
    INFO = "info"
    """To be known; nothing to do."""


_ORDER = tuple(Level)
FORBIDDING = frozenset({Level.NOT_ACCEPTED, Level.BLOCK, Level.CORRECT})
"""While a finding of these stands, nobody may approve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where on a page something stands."""

    sha256: str
    """Of the paper, as the application has it."""
    material: str
    """Its code."""
    page: int
    """From 1."""
    box: tuple[int, int, int, int] | None = None
    """Left, top, width and height in thousandths of the page; None for the whole page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule has to say about one application."""

    rule: str
    """R01 to R49; ASK01 to ASK99 of a reviewer; or MATERIAL, FORMAT, PRINT, KIND, BUNDLE, POLICY."""
    level: Level
    zh: str
    en: str
    basis: str
    """Law and article, Chinese numerals, as shown last; empty only for what a counter checks by itself."""
    pointer: str = ""
    """JSON Pointer into application/1 of the field meant; empty for the whole."""
    place: Place | None = None
    """Where a reviewer saw it, of what he asks to be corrected."""


def gravest(findings: tuple[Finding, ...]) -> Level | None:
    """Return the level that decides the outcome; None when there is no finding."""
    return min((f.level for f in findings), key=_ORDER.index, default=None)
