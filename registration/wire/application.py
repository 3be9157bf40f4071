"""Version 1 of the application on the wire: `application/1`."""

from typing import Annotated

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from registration.application import (
    Application,
    Counter,
    InquiryAnswer,
    Material,
    MaterialSource,
)
from registration.ink import InkPoint, InkRecord, SignerRole, Stroke
from registration.mortgage import (
    Discharge,
    DischargeCause,
    Mortgage,
    MortgageForm,
    RealEstateUnit,
    RegistrationKind,
)
from registration.people import CoOwnership
from registration.wire.decoding import LARGEST_INTEGER
from registration.wire.document import WireModel
from registration.wire.fields import (
    Count,
    Credit,
    Day,
    Digest,
    Fen,
    Key,
    Label,
    Many,
    Moment,
    PrintedNo,
    Prose,
    Token,
    Unit,
)
from registration.wire.people import MortgageeWire, PartyWire

# application/1: members may be added with a default; none is ever removed or given another
# meaning. A new meaning is application/2.


def _read_point(value: object) -> InkPoint:
    if isinstance(value, InkPoint):
        value = _write_point(value)
    if not isinstance(value, list) or len(value) != 4 or any(type(n) is not int for n in value):
        raise PydanticCustomError("ink-point", "must be [t_ms, x, y, pressure], whole numbers")
    if any(abs(number) > LARGEST_INTEGER for number in value):
        raise PydanticCustomError("out-of-range", "numbers must be below 2**53")
    return InkPoint(t_ms=value[0], x=value[1], y=value[2], pressure=value[3])


def _write_point(point: InkPoint) -> list[int]:
    return [point.t_ms, point.x, point.y, point.pressure]


# A signature has thousands of points: a list of four numbers is a quarter of an object's size.
Point = Annotated[
    InkPoint,
    PlainValidator(_read_point),
    PlainSerializer(_write_point),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "integer"},
            "minItems": 4,
            "maxItems": 4,
            "description": "[t_ms, x, y, pressure]; x and y in hundredths of a millimetre.",
        }
    ),
]


class StrokeWire(WireModel):
    """The pen down, moving, up."""

    domain = Stroke
    # Of millions of bad points the first is told: to report each would cost gigabytes.
    points: Annotated[tuple[Point, ...], Field(strict=False, max_length=20_000, fail_fast=True)]


class InkRecordWire(WireModel):
    """A handwritten signature, bound to the digest of the paper that was shown."""

    domain = InkRecord
    paper_code: Key
    paper_sha256: Digest
    role: Annotated[SignerRole, Field(strict=False)]
    signer_name: Label
    signer_number: Token
    strokes: Annotated[tuple[StrokeWire, ...], Field(strict=False, max_length=2000, fail_fast=True)]
    width: Count
    """The pad's width in hundredths of a millimetre."""
    height: Count
    device: Label
    started_at: Moment
    ended_at: Moment
    is_simulated: bool = False
    """True when a script and no hand wrote it."""


class CounterWire(WireModel):
    """Who captured the application, where."""

    domain = Counter
    branch: Label
    terminal: Label
    teller: Label
    """The teller's staff number, not a name."""


class UnitWire(WireModel):
    """The real-estate unit (不动产单元)."""

    domain = RealEstateUnit
    unit_no: Unit
    title_no: PrintedNo | None
    location: Label
    area_m2: Label = ""
    """Square metres as decimal text."""
    use: Label = ""


class MortgageWire(WireModel):
    """The mortgage asked for."""

    domain = Mortgage
    form: Annotated[MortgageForm, Field(strict=False)]
    """抵押方式 DYFS."""
    principal_contract_no: Label
    mortgage_contract_no: Label
    amount: Fen | None = Field(alias="amount_fen")
    """被担保主债权数额; of an ordinary mortgage."""
    amount_words: Label = ""
    max_claim: Fen | None = Field(default=None, alias="max_claim_fen")
    """最高债权额; of a maximum-amount mortgage."""
    start: Day | None = None
    end: Day | None = None
    is_period_open: bool = False
    """True when no determination period was agreed (未约定)."""
    security_scope: Prose = ""
    """担保范围."""
    is_transfer_restricted: bool | None = None
    agreed_rank: Annotated[int, Field(ge=1, le=1000)] | None = None
    contract_amount: Fen | None = Field(default=None, alias="contract_amount_fen")


class DischargeWire(WireModel):
    """The mortgage that a discharge ends."""

    domain = Discharge
    certificate_no: PrintedNo
    cause: Annotated[DischargeCause, Field(strict=False)]
    cleared_amount: Fen | None = Field(default=None, alias="cleared_amount_fen")


class InquiryAnswerWire(WireModel):
    """One answer of the inquiry record (询问笔录)."""

    domain = InquiryAnswer
    question: Key
    answer: Prose


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


class ApplicationWire(WireModel):
    """One application for one registration."""

    domain = Application
    application_id: Key
    kind: Annotated[RegistrationKind, Field(strict=False)]
    office: Credit
    """The registration centre that it is addressed to."""
    counter: CounterWire
    mortgagee: MortgageeWire
    mortgagors: Annotated[tuple[PartyWire, ...], Field(strict=False, max_length=100)]
    co_ownership: Annotated[CoOwnership, Field(strict=False)]
    """共有方式 GYFS."""
    shares: Many[Label] = ()
    """Of each mortgagor in order, as fractions "1/2"."""
    debtors: Annotated[tuple[PartyWire, ...], Field(strict=False, max_length=100)] = ()
    unit: UnitWire
    mortgage: MortgageWire | None = None
    discharge: DischargeWire | None = None
    inquiry: Many[InquiryAnswerWire] = ()
    materials: Many[MaterialWire] = ()
    inks: Many[InkRecordWire] = ()
    round: Annotated[int, Field(ge=1, le=1000)] = 1
    corrects: Label = ""
    """The case number that this round corrects; empty in round 1."""
    captured_at: Moment
