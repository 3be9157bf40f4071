"""Version 1 of the application on the wire: `application/1`."""

from typing import Annotated

from pydantic import Field

from registration.application import (
    Application,
    Capture,
    Counter,
    InquiryAnswer,
    Material,
    MaterialSource,
    PageOrigin,
)
from registration.mortgage import RegistrationKind
from registration.people import CoOwnership
from registration.sparing import Spare, SpareAnswer
from registration.wire.document import WireModel, added
from registration.wire.fields import (
    Count,
    Credit,
    Digest,
    Key,
    Label,
    Many,
    Moment,
    PrintedNo,
    Prose,
)
from registration.wire.ink import InkRecordWire
from registration.wire.matters import (
    BundlePlaceWire,
    ChangeWire,
    CrystallisationWire,
    DischargeWire,
    ListPlaceWire,
    MortgageWire,
    SaleWire,
    TransferWire,
    UnitWire,
)
from registration.wire.people import MortgageeWire, PartyWire
from registration.wire.visits import VisitWire

# application/1: members may be added with a default; none is ever removed or given another
# meaning. A new meaning is application/2.


class CounterWire(WireModel):
    """Who captured the application, where."""

    domain = Counter
    branch: Label
    terminal: Label
    teller: Label
    """The teller's staff number, not a name."""


class InquiryAnswerWire(WireModel):
    """One answer of the inquiry record (询问笔录)."""

    domain = InquiryAnswer
    question: Key
    answer: Prose


class PageOriginWire(WireModel):
    """Where one page of a material comes from, and what was done to it at the counter."""

    domain = PageOrigin
    sha256: Digest
    """Of the file as it came."""
    page: Annotated[int, Field(ge=1, le=1000)]
    capture: Annotated[Capture, Field(strict=False)]
    captured_at: Moment
    changes: Annotated[tuple[Key, ...], Field(strict=False, max_length=20)] = ()
    """cut, turned."""
    remarks: Annotated[tuple[Key, ...], Field(strict=False, max_length=20)] = ()
    """Codes of what was measured on the page and let stand."""
    is_simulated: bool = False
    """True when no device but a program gave it."""


class MaterialWire(WireModel):
    """One paper; its bytes travel beside the application."""

    domain = Material
    code: Key
    title: Label
    file_name: Label
    """A name for people; never used as a path."""
    media_type: Key
    sha256: Digest
    size: Count
    pages: Count
    source: Annotated[MaterialSource, Field(strict=False)] = MaterialSource.SCAN
    origins: Many[PageOriginWire] = ()
    """Of each page in order; may be empty."""


class SpareAnswerWire(WireModel):
    """An authority's answer that the counter was told of; the office asks anew."""

    domain = SpareAnswer
    service: Key
    request_no: Key
    at: Moment
    is_simulated: bool = False
    """True when no authority but a program gave it."""


class SpareWire(WireModel):
    """A paper that is not handed in, and the answers in its place."""

    domain = Spare
    code: Key
    answers: Annotated[
        tuple[SpareAnswerWire, ...], Field(strict=False, min_length=1, max_length=100)
    ]


class ApplicationWire(WireModel):
    """One application for one registration."""

    domain = Application
    application_id: Key
    kind: Annotated[RegistrationKind, Field(strict=False)]
    office: Credit
    """The registration centre that it is addressed to."""
    counter: CounterWire
    mortgagee: MortgageeWire
    """Whom the mortgage is for; in a sale and the notice of a purchase the bank that files it."""
    mortgagors: Annotated[tuple[PartyWire, ...], Field(strict=False, max_length=100)]
    co_ownership: Annotated[CoOwnership, Field(strict=False)]
    """共有方式 GYFS of the mortgagors, or of the sellers in `sale`."""
    shares: Many[Label] = ()
    """Of each of them in order, as fractions "1/2"."""
    debtors: Annotated[tuple[PartyWire, ...], Field(strict=False, max_length=100)] = ()
    unit: UnitWire
    mortgage: MortgageWire | None = None
    discharge: DischargeWire | None = None
    change: ChangeWire | None = added()
    crystallisation: CrystallisationWire | None = added()
    transfer: TransferWire | None = added()
    sale: SaleWire | None = added()
    notice_no: PrintedNo | None = added()
    """The certificate of the priority notice that this rests on."""
    bundle: BundlePlaceWire | None = added()
    inquiry: Many[InquiryAnswerWire] = ()
    materials: Many[MaterialWire] = ()
    statements: Annotated[tuple[Key, ...], Field(strict=False, max_length=20)] = added(())
    """Materials of which the counter wrote a paper that is signed."""
    listing: ListPlaceWire | None = added()
    """The list by whose one signature this application is signed too."""
    spares: Annotated[tuple[SpareWire, ...], Field(strict=False, max_length=30)] = added(())
    """Papers that are not handed in, each with the authorities' answers in its place."""
    inks: Many[InkRecordWire] = ()
    visits: Annotated[tuple[VisitWire, ...], Field(strict=False, max_length=20)] = added(())
    """Of those who signed at another counter of the bank."""
    round: Annotated[int, Field(ge=1, le=1000)] = 1
    corrects: Label = ""
    """The case number that this round corrects; empty in round 1."""
    captured_at: Moment
