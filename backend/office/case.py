"""A case and the only moves it may make."""

import enum
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from backend.errors import IllegalMoveError
from registration.findings import Finding
from registration.mortgage import RegistrationKind
from registration.outcomes import Due

LEASE: Final = timedelta(minutes=10)
"""For so long a case stays in the hands of somebody who gives no sign of life."""


NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""When a case is due on which no clock runs yet: after every other."""


class Stage(enum.Enum):
    """Where a case stands; the value is stored."""

    RECEIVED = "received"
    CORRECTION_REQUIRED = "correction_required"
    NOT_ACCEPTED = "not_accepted"
    ACCEPTED = "accepted"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REGISTERED = "registered"
    CERTIFIED = "certified"
    DELIVERED = "delivered"
    ARCHIVED = "archived"


CLOSED: Final = frozenset(
    {
        Stage.NOT_ACCEPTED,
        Stage.REFUSED,
        Stage.WITHDRAWN,
        Stage.REGISTERED,
        Stage.CERTIFIED,
        Stage.DELIVERED,
        Stage.ARCHIVED,
    }
)
"""Where the applicants have their answer."""


MOVES: dict[Stage, frozenset[Stage]] = {
    Stage.RECEIVED: frozenset(
        {Stage.ACCEPTED, Stage.CORRECTION_REQUIRED, Stage.NOT_ACCEPTED, Stage.WITHDRAWN}
    ),
    # What is not corrected in time lapses before acceptance, and goes to people after it.
    Stage.CORRECTION_REQUIRED: frozenset(
        {Stage.RECEIVED, Stage.NOT_ACCEPTED, Stage.IN_REVIEW, Stage.WITHDRAWN}
    ),
    Stage.ACCEPTED: frozenset({Stage.IN_REVIEW, Stage.WITHDRAWN}),
    # After acceptance a reviewer may still ask for a supplement (Operating Code 4.8.2).
    # One that comes late is still taken, as long as nothing is decided.
    Stage.IN_REVIEW: frozenset(
        {
            Stage.APPROVED,
            Stage.REFUSED,
            Stage.CORRECTION_REQUIRED,
            Stage.RECEIVED,
            Stage.WITHDRAWN,
        }
    ),
    Stage.APPROVED: frozenset({Stage.REGISTERED, Stage.IN_REVIEW, Stage.WITHDRAWN}),
    Stage.REGISTERED: frozenset({Stage.CERTIFIED, Stage.DELIVERED}),
    Stage.CERTIFIED: frozenset({Stage.DELIVERED}),
    Stage.DELIVERED: frozenset({Stage.ARCHIVED}),
}
"""The whole law of movement. The store puts the same table into the database.

Applicants may withdraw until the entry is written and not after (Interim Regulations,
art. 15). Registration is complete at REGISTERED (art. 21). APPROVED goes back to IN_REVIEW
when the register changed between approval and entry. A discharge has no certificate, so it
goes from REGISTERED to DELIVERED.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An application the office has received and must answer."""

    case_no: str
    """yyyymmdd-nnnnnnn."""
    stage: Stage
    version: int
    """Counts every change; a writer must name the version it read."""
    application_id: str
    terminal: str
    bank: str
    """Credit code of the mortgagee that filed it."""
    branch: str
    kind: RegistrationKind
    unit_no: str
    location: str
    mortgagee: str
    amount_fen: int | None
    """None for a discharge."""
    round: int
    """Of the application at work: 1, and one more for each correction."""
    review_round: int = 1
    """Of the office's own work on it: one more for each correction, and whenever recording
    gives the case back; people decide once in each."""
    package_sha256: str
    """Of the round at work."""
    received_at: datetime
    accepted_at: datetime | None = None
    due: tuple[Due, ...] = ()
    correction_due: datetime | None = None
    """By when what was asked for must be here; set while it is awaited, or was in vain."""
    paused_at: datetime | None = None
    """Since when its clocks stand: it was accepted and waits for its applicants."""
    findings: tuple[Finding, ...] = ()
    """Of the last examination, all of them."""
    is_automatic: bool = False
    """True when the rule book and not a person decided."""
    holder: str = ""
    """Staff id of the reviewer at work; empty when free."""
    held_until: datetime | None = None
    """When the holder's lease ends, unless it is renewed; then others may take the case over."""
    awaiting: str = "first"
    """The decision that comes next while it is in review: "first", "second" or "chief"."""
    chief_reason: str = ""
    """Why the head has to approve it: "opinions", "asked", "amount" or "finding"; else empty."""
    is_on_hold: bool = False
    """Whether somebody put it aside, with a reason in its thread; its clocks run on."""
    teller: str = ""
    """Staff number of the teller who filed it first; no name."""
    bundle_id: str = ""
    """Of the applications that are made as one; empty for one alone."""
    bundle_place: int = 1
    """Its place among them, from 1: the order in which the register takes them."""

    @property
    def due_at(self) -> datetime:
        """When the first of its clocks runs out; `NEVER` while none runs."""
        return min((due.at for due in self.due), default=NEVER)

    @property
    def awaits_correction(self) -> bool:
        """Whether the office takes a correction: it asked for one, and refused nothing yet."""
        return self.stage is Stage.CORRECTION_REQUIRED or self.is_overdue

    def is_held(self, at: datetime) -> bool:
        """Whether somebody works on it at a moment, so that nobody else may take it."""
        return bool(self.holder) and self.held_until is not None and at < self.held_until

    @property
    def is_overdue(self) -> bool:
        """Whether people have the case because a supplement did not come in time."""
        return self.stage is Stage.IN_REVIEW and self.correction_due is not None


def hold(case: Case, staff_id: str, at: datetime) -> Case:
    """Return the case in a reviewer's hands, from now for as long as a lease lasts."""
    return replace(case, holder=staff_id, held_until=at + LEASE)


def free(case: Case) -> Case:
    """Return the case in nobody's hands."""
    return replace(case, holder="", held_until=None)


def begin_round(case: Case) -> Case:
    """Return the case at the beginning of its next round of review."""
    return replace(
        free(case),
        review_round=case.review_round + 1,
        awaiting="first",
        chief_reason="",
        is_on_hold=False,
    )


def move(case: Case, to: Stage) -> Case:
    """Return the case at its next stage.

    Raises:
        IllegalMoveError: the law does not allow this step from here.
    """
    if to not in MOVES.get(case.stage, frozenset()):
        raise IllegalMoveError(case.case_no, case.stage.value, to.value)
    return replace(case, stage=to, version=case.version + 1)
