"""How long cases take now, as the office measures it: for people who ask when; binds nobody."""

from dataclasses import dataclass
from datetime import datetime

AUTOMATIC = "automatic"
REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What recent cases of one kind took on one path."""

    kind: str
    """A kind of registration by its code; empty for every kind."""
    path: str
    """"received" until the answer to a package, "automatic" or "review" from acceptance to entry."""
    p50_s: int
    """Half of them took no longer."""
    p90_s: int
    """Nine of ten took no longer."""
    sample: int
    """How many they were."""
    is_office_time: bool = False
    """Whether only the hours count in which the office is open."""
    p50_at: datetime | None = None
    """When half of the cases that come now would be done, were all as before."""
    p90_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What waits, and how long it usually takes; kinds of which too little is known are left out."""

    at: datetime
    unopened: int
    """Packages received and not looked at yet."""
    in_review: int
    """Cases that wait for people."""
    is_open: bool
    """Whether the office is open now."""
    estimates: tuple[Estimate, ...] = ()
