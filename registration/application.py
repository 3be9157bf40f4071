"""The application: what the branch asks the office for, frozen."""

import enum
from dataclasses import dataclass
from datetime import datetime

from registration.identifiers import CreditCode
from registration.ink import InkRecord
from registration.mortgage import (
    Discharge,
    DischargeCause,
    Mortgage,
    RealEstateUnit,
    RegistrationKind,
)
from registration.people import CoOwnership, Mortgagee, Party


class MaterialSource(enum.Enum):
    """Where a material comes from."""

    SCAN = "scan"
    GENERATED = "generated"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One paper of the application; its bytes travel beside it, found by digest."""

    code: str
    """M01 to M19, see `registration.materials`."""
    title: str
    file_name: str
    """A name for people; never used as a path."""
    media_type: str
    """application/pdf, image/jpeg or image/png."""
    sha256: str
    size: int
    pages: int
    source: MaterialSource = MaterialSource.SCAN


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryAnswer:
    """One answer of the inquiry record (询问笔录)."""

    question: str
    """The question's code, see `registration.inquiry`."""
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Who captured the application, where."""

    branch: str
    terminal: str
    teller: str
    """The teller's staff number, not a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One application for one registration; nothing in it changes after signing."""

    application_id: str
    """Made at the counter; the same in every round of correction."""
    kind: RegistrationKind
    office: CreditCode
    """The registration centre that it is addressed to."""
    counter: Counter
    mortgagee: Mortgagee
    mortgagors: tuple[Party, ...]
    co_ownership: CoOwnership
    shares: tuple[str, ...] = ()
    """Of each mortgagor in order, as fractions "1/2"; empty unless held by shares."""
    debtors: tuple[Party, ...] = ()
    unit: RealEstateUnit
    mortgage: Mortgage | None = None
    """Present in first registrations."""
    discharge: Discharge | None = None
    """Present in discharges."""
    inquiry: tuple[InquiryAnswer, ...] = ()
    materials: tuple[Material, ...] = ()
    inks: tuple[InkRecord, ...] = ()
    round: int = 1
    """1, and one more for each correction."""
    corrects: str = ""
    """The case number that this round corrects; empty in round 1."""
    captured_at: datetime

    @property
    def is_by_mortgagee_alone(self) -> bool:
        """Whether the bank applies without the mortgagors.

        It may where the debt is cleared, the mortgage abandoned or a court document ends it;
        a mortgage that was realised is discharged by both.

        Source: 不动产登记暂行条例 art. 14; 实施细则 art. 70.
        """
        return (
            self.kind is RegistrationKind.CANCELLATION
            and self.discharge is not None
            and self.discharge.cause is not DischargeCause.REALISED
        )

    @property
    def outside_debtors(self) -> tuple[Party, ...]:
        """The debtors who are not mortgagors, in order."""
        owners = {party.document.number for party in self.mortgagors}
        return tuple(party for party in self.debtors if party.document.number not in owners)

    def find_material(self, code: str) -> Material | None:
        """Return the first material of a code."""
        return next((m for m in self.materials if m.code == code), None)

    def has_material(self, code: str) -> bool:
        return self.find_material(code) is not None
