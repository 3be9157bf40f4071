"""Somebody who came to this counter to sign what another one of the bank files, as this counter keeps it."""

import enum
from dataclasses import dataclass, field, replace
from datetime import datetime

from registration.ink import InkRecord
from registration.visits import Visit


class HostedState(enum.Enum):
    """How far it is here."""

    SIGNING = "signing"
    SIGNED = "signed"
    """All is signed and sealed on this disk, and not yet for sure with the office."""
    SENT = "sent"
    OVER = "over"
    """Nothing comes of it any more; see `over`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a voucher alone tells: enough to greet somebody, and no more."""

    name: str
    """Masked, as the number."""
    number: str
    branch: str
    terminal: str
    titles: tuple[str, ...]
    """Of the papers that are to be signed."""
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosted:
    """One visit at this counter, kept from the card to the receipt."""

    invitation: str
    expected: Expected
    teller: str
    """Staff number of who read the card: he alone goes on with it."""
    began_at: datetime
    voucher: str = field(default="", repr=False)
    """Empty, as all that is secret or personal, once it is over or sent."""
    visit: Visit | None = None
    papers: bytes = field(default=b"", repr=False)
    """Sealed, as they came."""
    inks: tuple[InkRecord, ...] = ()
    answer: bytes = field(default=b"", repr=False)
    """Sealed once, so that the same bytes go however often."""
    state: HostedState = HostedState.SIGNING
    over: str = ""
    """The office's word for how it ended."""
    signed_at: datetime | None = None
    sent_at: datetime | None = None

    def end(self, state: HostedState, *, at: datetime, over: str = "") -> "Hosted":
        """Return what is left of it: whom it was about, masked, and when."""
        return replace(
            self,
            state=state,
            over=over,
            sent_at=at if state is HostedState.SENT else None,
            voucher="",
            visit=None,
            papers=b"",
            inks=(),
            answer=b"",
        )

    def __repr__(self) -> str:
        return f"Hosted({self.invitation!r}, {self.state.value})"
