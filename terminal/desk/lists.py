"""A list of discharges as it was brought in, and what became of each of its lines."""

import enum
from dataclasses import dataclass, field
from datetime import datetime


class RowState(enum.Enum):
    """What became of a line."""

    READY = "ready"
    """A draft stands filled in; papers and signature are left."""
    LOOK = "look"
    """A draft stands, and something has to be looked at or put right."""
    UNASKED = "unasked"
    """A draft stands; the register could not be asked now."""
    REFUSED = "refused"
    """No draft was made."""
    SENT = "sent"
    """Its draft was submitted."""
    GONE = "gone"
    """Its draft was discarded since, or is somebody else's now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """One line of a list, and what became of it."""

    line: int
    certificate_no: str
    label: str
    """Masked names of the mortgagors."""
    state: RowState
    draft_id: str = ""
    number: str = ""
    """The draft's, for people."""
    told: tuple[tuple[str, str], ...] = ()
    """What there is to know, in Chinese and English; why, where no draft was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptList:
    """The list that a teller brought in last."""

    teller: str = field(repr=False)
    """Staff number."""
    kept_at: datetime
    rows: tuple[RowResult, ...]
