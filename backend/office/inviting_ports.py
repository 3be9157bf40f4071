"""What invitations to sign elsewhere need of the store; the office carries and cannot read them."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

WAITING: Final = "waiting"
ANSWERED: Final = "answered"
TAKEN: Final = "taken"
RECALLED: Final = "recalled"
LAPSED: Final = "lapsed"
LOCKED: Final = "locked"
RESTORED: Final = "restored"
"""It was open when a backup was made: whether it was used since, nobody here can know."""
OPEN: Final = frozenset({WAITING, ANSWERED})
"""The others stand for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRow:
    """One person invited by one counter to sign elsewhere."""

    invitation: str
    """32 hexadecimal digits that the counter chose; who knows them may try."""
    terminal: str
    state: str
    """"waiting", "answered", and then for ever "taken", "recalled", "lapsed", "locked" or "restored"."""
    proof_sha256: str
    """Of what only somebody with link, code and document number can show."""
    sha256: str
    """Of the sealed papers; empty where it was recalled before it came."""
    size: int
    left_at: datetime
    expires_at: datetime
    """When it lapses: unanswered, or answered and not fetched."""
    misses: int = 0
    """How often a wrong code or number was tried."""
    opened_at: datetime | None = None
    """First of all times."""
    answer_sha256: str = ""
    answer_size: int = 0
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    hint: str = ""
    """Base64, sealed: who is expected at another counter of the bank; empty where a link was sent."""
    attended_by: str = ""
    """The counter that answered; empty for a guest."""

    @property
    def is_for_counter(self) -> bool:
        """Whether another counter, and no guest, may open it."""
        return self.hint != ""

    def shows(self, proof: bytes) -> bool:
        """Say whether this is the proof that was made for it."""
        return hmac.compare_digest(hashlib.sha256(proof).hexdigest(), self.proof_sha256)

    def missed(self, at: datetime, *, most: int) -> "InvitationRow":
        """Return it with one more wrong try; the last one locks it."""
        missed = replace(self, misses=self.misses + 1)
        return replace(missed, state=LOCKED, closed_at=at) if missed.misses >= most else missed

    def answered(self, data: bytes, *, at: datetime, until: datetime, by: str) -> "InvitationRow":
        """Return it answered: by whom, and until when the answer waits."""
        return replace(
            self,
            state=ANSWERED,
            answer_sha256=hashlib.sha256(data).hexdigest(),
            answer_size=len(data),
            answered_at=at,
            expires_at=until,
            attended_by=by,
        )


class Invitations(Protocol):
    """The invitations, by the name that their counter gave them."""

    def find(self, invitation: str) -> InvitationRow | None: ...

    def add(self, row: InvitationRow) -> None:
        """Keep an invitation. Raises: ConflictError: there is one of that name."""

    def save(self, row: InvitationRow, *, was: InvitationRow) -> bool:
        """Write a changed one; False, and nothing, when state or misses are no longer as they were."""

    def of(self, terminal: str, *, since: datetime, most: int) -> tuple[InvitationRow, ...]:
        """Return a counter's: what is open first, then what ended since; the newest first."""

    def rests_on(self, sha256: str, at: datetime) -> bool:
        """Say whether one that is open at that time has papers or an answer of this digest."""

    def overdue(self, at: datetime) -> tuple[InvitationRow, ...]:
        """Return what is open and should have ended."""
