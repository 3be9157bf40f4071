"""The application: what the branch asks the office for, frozen."""

import enum
from dataclasses import dataclass
from datetime import datetime

from registration.bundle import BundlePlace
from registration.changes import Change, Crystallisation, Transfer
from registration.identifiers import CertificateNo, CreditCode
from registration.ink import InkRecord
from registration.listed import ListPlace
from registration.mortgage import (
    Applicant,
    Discharge,
    Mortgage,
    RealEstateUnit,
    RegistrationKind,
)
from registration.people import CoOwnership, Mortgagee, Party
from registration.sale import Sale
from registration.sparing import Spare
from registration.visits import Visit


class MaterialSource(enum.Enum):
    """Where a material comes from."""

    SCAN = "scan"
    GENERATED = "generated"
    ARCHIVE = "archive"


class Capture(enum.Enum):
    """How a page came to the counter."""

    FILE = "file"
    CAMERA = "camera"
    FOLDER = "folder"
    """From the folder into which a scanner's own software writes."""
    SCANNER = "scanner"
    """From a network scanner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOrigin:
    """Where one page of a material comes from, and what was done to it at the counter."""

    sha256: str
    """Of the file as it came; the file itself is forgotten once the application is sealed."""
    page: int
    """In that file, from 1."""
    capture: Capture
    captured_at: datetime
    changes: tuple[str, ...] = ()
    """ "cut", "turned": what was done to the page since it came."""
    remarks: tuple[str, ...] = ()
    """Codes of what was measured on the page and the teller let stand: "glare", "blurred" …"""
    is_simulated: bool = False
    """True when no device but a program gave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One paper of the application; its bytes travel beside it, found by digest."""

    code: str
    """M01 to M22, see `registration.materials`."""
    title: str
    file_name: str
    """A name for people; never used as a path."""
    media_type: str
    """application/pdf, image/jpeg or image/png."""
    sha256: str
    size: int
    pages: int
    source: MaterialSource = MaterialSource.SCAN
    origins: tuple[PageOrigin, ...] = ()
    """Of each page in order; empty for papers that the counter drew, and where nobody told."""

    @property
    def is_drawn(self) -> bool:
        """Whether the counter drew it for people to sign."""
        return self.source is MaterialSource.GENERATED


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


class Side(enum.Enum):
    """A side that applies, and so acts and signs."""

    MORTGAGEE = "mortgagee"
    FORMER_MORTGAGEE = "former_mortgagee"
    MORTGAGOR = "mortgagor"
    SELLER = "seller"
    BUYER = "buyer"


_BOTH = frozenset({Side.MORTGAGEE, Side.MORTGAGOR})
_SIDES = {
    Applicant.BOTH: _BOTH,
    Applicant.MORTGAGEE: frozenset({Side.MORTGAGEE}),
    Applicant.MORTGAGOR: frozenset({Side.MORTGAGOR}),
}
_OF_SALE = frozenset({RegistrationKind.PURCHASE_NOTICE, RegistrationKind.OWNERSHIP_TRANSFER})


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
    """Whom the mortgage is for: in a transfer the new one. No party to a sale or to the notice of
    a purchase: there it is the bank at whose counter it is filed."""
    mortgagors: tuple[Party, ...]
    """Empty in a sale and in the notice of a purchase, whose sellers stand in `sale`."""
    co_ownership: CoOwnership
    """How the obligors hold the unit together: the mortgagors, or the sellers."""
    shares: tuple[str, ...] = ()
    """Of each obligor in order, as fractions "1/2"; empty unless held by shares."""
    debtors: tuple[Party, ...] = ()
    unit: RealEstateUnit
    mortgage: Mortgage | None = None
    """Present where a mortgage or its notice is set up, and in a change with the terms after it."""
    discharge: Discharge | None = None
    """Present in discharges."""
    change: Change | None = None
    """Present in changes."""
    crystallisation: Crystallisation | None = None
    """Present in crystallisations."""
    transfer: Transfer | None = None
    """Present in transfers of a mortgage."""
    sale: Sale | None = None
    """Present in transfers of ownership and in the notice of a purchase."""
    notice_no: CertificateNo | None = None
    """The certificate of the notice that this rests on: of the purchase, for the notice of a
    mortgage and for a transfer that completes a presale; of the mortgage, for its conversion."""
    bundle: BundlePlace | None = None
    """Present where several applications are made as one."""
    inquiry: tuple[InquiryAnswer, ...] = ()
    materials: tuple[Material, ...] = ()
    statements: tuple[str, ...] = ()
    """The materials of which the counter wrote a paper that has to be signed, by code; see
    `registration.statements`. What is not among them was brought."""
    listing: ListPlace | None = None
    """The list whose one signature stands for this application's too, where there is one."""
    spares: tuple[Spare, ...] = ()
    """The papers that are not handed in, each with the authorities' answers in its place."""
    inks: tuple[InkRecord, ...] = ()
    visits: tuple[Visit, ...] = ()
    """Of those who signed at another counter of the bank."""
    round: int = 1
    """1, and one more for each correction."""
    corrects: str = ""
    """The case number that this round corrects; empty in round 1."""
    captured_at: datetime

    @property
    def sides(self) -> frozenset[Side]:
        """The sides that apply; an application whose facts are missing is everybody's.

        Source: 不动产登记暂行条例 art. 14; 实施细则 arts 66-74, 85, 86.
        """
        if self.kind in _OF_SALE:
            is_alone = self.sale is not None and self.sale.is_by_buyers_alone
            return frozenset({Side.BUYER} if is_alone else {Side.SELLER, Side.BUYER})
        if self.kind is RegistrationKind.TRANSFER:
            return frozenset({Side.MORTGAGEE, Side.FORMER_MORTGAGEE})
        return _SIDES[self._applied_by]

    @property
    def _applied_by(self) -> Applicant:
        if self.kind is RegistrationKind.CANCELLATION and self.discharge is not None:
            return self.discharge.applied_by
        if self.kind is RegistrationKind.CHANGE and self.change is not None:
            return self.change.applied_by
        if self.kind is RegistrationKind.CRYSTALLISATION and self.crystallisation is not None:
            return self.crystallisation.applicant
        return Applicant.BOTH

    @property
    def is_by_mortgagee_alone(self) -> bool:
        """Whether nobody but a bank applies."""
        return self.sides <= {Side.MORTGAGEE, Side.FORMER_MORTGAGEE}

    @property
    def may_be_listed(self) -> bool:
        """Whether it can be signed by a list: a discharge by the mortgagee alone, filed first.

        Source: 民法典 art. 393; 实施细则 art. 70.
        """
        is_alone = self.kind is RegistrationKind.CANCELLATION and self.sides == {Side.MORTGAGEE}
        return is_alone and self.bundle is None and self.round == 1

    @property
    def obligors(self) -> tuple[Party, ...]:
        """Those whose right is burdened or passes on (义务人): the mortgagors, or the sellers."""
        return self.sale.sellers if self.sale is not None else self.mortgagors

    @property
    def standing_no(self) -> CertificateNo | None:
        """The certificate of the mortgage that this is about, where one stands already."""
        for facts in (self.discharge, self.change, self.crystallisation, self.transfer):
            if facts is not None:
                return facts.certificate_no
        return None

    @property
    def outside_debtors(self) -> tuple[Party, ...]:
        """The debtors who are not mortgagors, in order."""
        owners = {party.document.number for party in self.mortgagors}
        return tuple(party for party in self.debtors if party.document.number not in owners)

    def find_material(self, code: str) -> Material | None:
        """Return the first material of a code."""
        return next((m for m in self.materials if m.code == code), None)

    def find_paper(self, code: str) -> Material | None:
        """Return the paper that the counter drew for a material, else the first of its code."""
        drawn = (m for m in self.materials if m.code == code and m.is_drawn)
        return next(drawn, None) or self.find_material(code)

    def find_spare(self, code: str) -> Spare | None:
        """Return what is claimed in a paper's place."""
        return next((spare for spare in self.spares if spare.code == code), None)

    def find_visit(self, sha256: str) -> Visit | None:
        """Return the visit in which an ink was given, by the digest that the ink bears."""
        return next((visit for visit in self.visits if visit.sha256 == sha256), None)

    def chip_read_elsewhere(self, number: str) -> tuple[str, Visit] | None:
        """Return the visit in which a person's chip was read, with its pointer; None without one."""
        for index, visit in enumerate(self.visits):
            if visit.is_of_chip and visit.identity.document.number == number:
                return f"/visits/{index}", visit
        return None

    def has_material(self, code: str) -> bool:
        return self.find_material(code) is not None
