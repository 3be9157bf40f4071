"""Invitations to sign elsewhere, as the draft keeps them until the ink is a signature or refused."""

import enum
from dataclasses import dataclass, field, replace
from datetime import datetime

from registration.ink import Handwriting
from registration.visits import VisitAnswer


class InvitationState(enum.Enum):
    """How far an invitation is on this counter."""

    SENDING = "sending"
    """On this disk, and not yet for sure with the office."""
    WAITING = "waiting"
    """With the office; the guest may open and answer it."""
    ANSWERED = "answered"
    """His ink is on this disk, and counts once the teller has made sure who wrote it."""
    ENDED = "ended"
    """Nothing comes of it any more; see `ended`."""


class Ended(enum.Enum):
    """Why nothing comes of an invitation."""

    RECALLED = "recalled"
    LAPSED = "lapsed"
    LOCKED = "locked"
    """Too many wrong codes."""
    CHANGED = "changed"
    """The papers were drawn anew: they say something else."""
    REFUSED = "refused"
    """The teller says that it was not the signer."""
    FAULTY = "faulty"
    """What came back does not open, is not about these papers, or is no signature."""
    RESTORED = "restored"
    """The office was restored from a backup, and no longer knows whether it was used."""
    LOST = "lost"
    """The office would not take it, or does not know it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperHand:
    """What the guest wrote on one paper."""

    paper: str
    """The paper's key: M01, M01-2."""
    sha256: str
    """Of the PDF that he was shown."""
    hand: Handwriting


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One signer invited to sign elsewhere all papers of a draft that lack his ink."""

    invitation: str
    """32 hexadecimal digits."""
    number: str = field(repr=False)
    """The signer's document number."""
    papers: tuple[tuple[str, str], ...]
    """Key and digest of each paper to sign."""
    link_key: str = field(repr=False)
    """Empty once it has ended."""
    code: str = field(repr=False)
    """Told by another way than the link; empty once it has ended."""
    made_by: str
    """Staff number."""
    made_at: datetime
    state: InvitationState = InvitationState.SENDING
    ended: Ended | None = None
    sealed: str = ""
    """Digest of the sealed papers, while they must be sent."""
    url: str = ""
    """The office's page for guests; empty until it has the papers."""
    expires_at: datetime | None = None
    misses: int = 0
    opened_at: datetime | None = None
    """The office's clock, as all that follows."""
    answered_at: datetime | None = None
    answer_sha256: str = ""
    hands: tuple[PaperHand, ...] = ()
    is_at_counter: bool = False
    """Whether he goes to another counter of the bank; `code` is then the voucher that opens all."""
    hint: bytes = field(default=b"", repr=False)
    """Sealed once, for that counter: who is expected."""
    visited: VisitAnswer | None = None
    """What that counter vouches for; `hands` shows its ink."""

    @property
    def is_open(self) -> bool:
        return self.state is not InvitationState.ENDED

    @property
    def link(self) -> str:
        """What the guest opens; empty while there is none. No server sees what stands behind `#`."""
        if not self.url or not self.link_key or self.is_at_counter:
            return ""
        return f"{self.url}#{self.invitation}.{self.link_key}"

    def end(self, ended: Ended) -> "Invitation":
        """Return it ended, with nothing secret left."""
        return replace(
            self,
            state=InvitationState.ENDED,
            ended=ended,
            link_key="",
            code="",
            sealed="",
            hands=(),
            hint=b"",
            visited=None,
        )

    def __repr__(self) -> str:
        return f"Invitation({self.invitation!r}, {self.state.value})"
