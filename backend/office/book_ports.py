"""What the rule book needs kept: rulings, the switch, examinations with their inputs, samples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from backend.office.case import Case
from backend.office.checks import IdentityCheck, InkCheck
from backend.office.enquiries import Reply
from backend.office.register import Extract


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingRow:
    """A ruling that the office adopted."""

    seq: int = 0
    """Counted by the store, from 1; the last one that has begun is in force."""
    version: str
    begins_at: datetime
    """Not before it was adopted."""
    adopted_at: datetime
    adopted_by: str
    claims: Mapping[str, Any]
    """In the form rules/1."""
    statement: str
    """The same as it was signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingProposal:
    """A ruling that one person proposed and another decides on."""

    seq: int = 0
    """Counted by the store, from 1."""
    version: str
    claims: Mapping[str, Any]
    """In the form rules/1."""
    proposed_by: str
    proposer: str
    """The person behind the account."""
    proposed_at: datetime
    verdict: str = ""
    """"adopted" or "declined"; empty while it waits."""
    decided_by: str = ""
    decider: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Somebody stopped deciding alone, or let it go on."""

    is_stopped: bool
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StepInputs:
    """What was examined of one case."""

    case: Case
    """As it stood before."""
    application: str
    """Canonical application/1 JSON."""
    checks: tuple[IdentityCheck, ...]
    inks: tuple[InkCheck, ...] = ()
    replies: tuple[Reply, ...] = ()
    """Without their raw answers, which no rule reads and which are kept elsewhere."""
    suspended: tuple[str, ...] = ()
    """Certificates that it names and that were suspended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that an examination looked at: the same again gives the same result."""

    at: datetime
    page: Extract
    """Before the first step."""
    policy: Mapping[str, Any]
    """What the office had decided for itself."""
    steps: tuple[StepInputs, ...]
    """One case, or a bundle's in their order."""
    place: int
    """Which of them this is about, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One examination by the rule book, as it can be run again."""

    case_no: str
    round: int
    at: datetime
    book: str
    """Version and digest of the rules, the code and what the office decided."""
    outcome: str
    inputs_sha256: str
    result_sha256: str
    inputs: Inputs
    result: bytes
    """Canonical JSON: outcome, findings, and what became of each rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A case that the rule book decided and that a person looks at afterwards."""

    case_no: str
    drawn_at: datetime
    seed: str
    """Hash of the journal's record of the entry: nobody knows it before, everybody can check it."""
    draw: int
    """0 to 9999; below the share in hundredths of a percent it is looked at."""
    verdict: str = ""
    """"agree", "disagree", or empty until somebody has looked."""
    reviewer: str = ""
    reason: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleTally:
    """How many cases were drawn, and what people thought of them."""

    drawn: int
    seen: int
    disagreed: int


class RulingProposals(Protocol):
    """Rulings on their way to being adopted; decided once, never changed."""

    def propose(self, row: RulingProposal) -> RulingProposal:
        """Keep a proposal. Raises: ConflictError: another one waits for its second person."""

    def decide(self, seq: int, *, verdict: str, by: str, person: str, at: datetime) -> None:
        """Close a proposal.

        Raises:
            NeedsOtherReviewerError: who proposed it cannot adopt it. ConflictError: it waits no more.
        """

    def waiting(self) -> RulingProposal | None: ...

    def all(self) -> tuple[RulingProposal, ...]:
        """Return every proposal, oldest first."""


class Books(Protocol):
    """Rulings and the switch; written once, never changed."""

    def adopt(self, row: RulingRow) -> RulingRow:
        """Keep a ruling. Raises: ConflictError: the version was used before."""

    def history(self) -> tuple[RulingRow, ...]:
        """Return all rulings in the order of their adoption."""

    def in_force(self, at: datetime) -> RulingRow | None:
        """Return the one that began last, of those of one moment the one adopted last.

        None while the shipped book is in force.
        """

    def switch(self, row: Switch) -> None: ...

    def last_switch(self) -> Switch | None: ...

    def switches(self) -> tuple[Switch, ...]:
        """Return all, oldest first."""


class Examinations(Protocol):
    """Examinations by the rule book; written once, never changed."""

    def add(self, row: Examination) -> None:
        """Keep one. Raises: ConflictError: this round was examined already."""

    def find(self, case_no: str) -> Examination | None:
        """Return the newest of a case."""

    def of(self, case_no: str) -> tuple[Examination, ...]:
        """Return all of a case, oldest first."""

    def cases(self, since: datetime | None = None) -> Sequence[tuple[str, int]]:
        """Return case and round of every examination, oldest first; those from a moment on."""

    def missing(self, since: datetime | None = None) -> tuple[str, ...]:
        """Return the cases past reception of which none is kept; those received from a moment on."""

    def find_book(self, case_no: str) -> str:
        """Return the book of the newest of a case without opening it; empty when there is none."""


class Samples(Protocol):
    """The cases that people look at afterwards."""

    def add(self, row: Sample) -> None:
        """Keep one. Raises: ConflictError: the case was drawn already."""

    def find(self, case_no: str) -> Sample | None: ...

    def list(self, since: datetime) -> tuple[Sample, ...]:
        """Return those that were drawn from a moment on, and all that wait; oldest first."""

    def tally(self, begin: datetime, end: datetime) -> SampleTally:
        """Count those drawn from a moment until before another; opens nothing that is sealed."""

    def count_disagreed(self, since: datetime) -> int:
        """Return with how many decisions somebody did not agree from a moment on."""

    def judge(self, row: Sample) -> None:
        """Write a verdict. Raises: ConflictError: somebody has looked already."""
