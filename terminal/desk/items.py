"""What goes out and what came in: packages on their way, answers, certificates."""

import enum
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from registration.mortgage import RegistrationKind
from registration.outcomes import Answer, Receipt


class ItemState(enum.Enum):
    """How far a sealed package is on its way."""

    WAITING = "waiting"
    """It goes out by itself, at once or at `next_try_at`."""
    NEEDS_YOU = "needs you"
    """Sending it again would bring the same answer; somebody has to decide."""
    DELIVERED = "delivered"
    """The office's signed receipt was verified and is kept."""
    TAKEN_BACK = "taken back"
    """Refused for good and taken back; its draft is open again and goes out as another package."""

    @property
    def is_done(self) -> bool:
        """Whether nothing more is to be sent."""
        return self in {ItemState.DELIVERED, ItemState.TAKEN_BACK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why the last try failed, for the teller and the telephone."""

    code: str
    """The office's problem code, or our own error's."""
    reason: str = ""
    """What it was more exactly: "line.cut", or the office's problem code; may be empty."""
    zh: str = ""
    """The office's own words, where it gave some, or ours."""
    en: str = ""
    at: datetime


BAD_SEAL: Final = "certs.signer-not-trusted"
"""The office's refusal of the key that sealed a package, and not of what is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to a package on its way."""

    at: datetime
    code: str
    """"sealed", "delivered", "retried", "passed", "taken-back", or a trouble's code or reason."""
    zh: str = ""
    en: str = ""
    kept: int = 0
    """Bytes that the office had for sure by then."""
    count: int = 1
    """How often it happened in a row; `at` is the last time."""


MOST_EVENTS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """One sealed package of this counter."""

    sequence: int
    """Counts the packages of this counter; signed inside the package."""
    draft_id: str
    number: str
    """The draft's number for people: D0929-007."""
    kind: RegistrationKind
    round: int
    label: str
    """Masked names of the mortgagors: 张*、李*."""
    amount: str = ""
    """Yuan with two decimals; empty for a discharge."""
    package_sha256: str
    size: int
    application_sha256: str = ""
    """Of the canonical application inside; empty for what was sealed before this was kept."""
    units: tuple[str, ...] = ()
    """Numbers of the units it is about: what is about one unit arrives in the order of sealing."""
    state: ItemState = ItemState.WAITING
    queued_at: datetime
    tries: int = 0
    tried_at: datetime | None = None
    next_try_at: datetime | None = None
    """None means as soon as the line is there."""
    is_begun: bool = False
    """Whether a part of it may be at the office."""
    stalls: int = 0
    """How often in a row the line broke under it without one more byte getting through."""
    may_pass: bool = False
    """Somebody decided that it may go before an earlier one about the same unit."""
    events: tuple[Event, ...] = ()
    """What happened, oldest first; in the middle some may be left out."""
    trouble: Trouble | None = None
    receipt: Receipt | None = None
    statement: str = ""
    """The signed receipt, byte for byte."""
    delivered_at: datetime | None = None

    @property
    def has_bad_seal(self) -> bool:
        """Say whether only a new seal helps: its key was taken back, as when a counter joins again."""
        refused = self.trouble is not None and self.trouble.code == BAD_SEAL
        return self.state is ItemState.NEEDS_YOU and refused

    def noted(self, event: Event) -> "OutboxItem":
        """Return the item with one more event; the same again is counted, not listed."""
        last = self.events[-1] if self.events else None
        if last is not None and (last.code, last.zh) == (event.code, event.zh):
            again = replace(event, count=last.count + 1)
            return replace(self, events=(*self.events[:-1], again))
        events = (*self.events, event)
        # The first few tell how it began; the newest, how it stands.
        kept = events if len(events) <= MOST_EVENTS else (*events[:3], *events[4:])
        return replace(self, events=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    """One verified answer of the office."""

    cursor: int
    """The office's own order."""
    draft_id: str
    case_no: str
    answer: Answer
    statement: str
    """The signed answer, byte for byte."""
    received_at: datetime
    is_seen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """An answer that could not be believed: kept as it came, and looked at again."""

    cursor: int
    statement: str
    code: str
    """What was wrong with it at first."""
    at: datetime
    """When it came."""


class CertificateState(enum.Enum):
    """How far a registration certificate is on its way to this counter."""

    AWAITED = "awaited"
    """Issued; the sealed paper will be fetched."""
    CHECKED = "checked"
    """Here, its seal good and its digest the one the office signed."""
    NEEDS_YOU = "needs you"
    """What came is not the paper that the office signed for; never handed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateItem:
    """One registration certificate."""

    case_no: str
    draft_id: str
    certificate_no: str
    pdf_sha256: str
    verify_url: str
    issued_at: datetime
    state: CertificateState = CertificateState.AWAITED
    tries: int = 0
    next_try_at: datetime | None = None
    trouble: Trouble | None = None
    verdict: str = ""
    """VALID or another word of `certs.documents`; empty until checked."""
    checked_at: datetime | None = None
    printed_at: datetime | None = None
    """When it was first handed over."""
    ofd_sha256: str = ""
    """Of the same certificate as OFD; empty where the office gives none."""
