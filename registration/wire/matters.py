"""Version 1 of what is asked for, on the wire: the unit, the mortgage, and what becomes of it."""

from typing import Annotated

from pydantic import Field

from registration.bundle import BundleModel, BundlePlace
from registration.changes import (
    Change,
    ChangeGround,
    Crystallisation,
    CrystallisationFact,
    Renaming,
    Transfer,
    TransferMode,
)
from registration.listed import MOST_LISTED, ListedApplication, ListPlace
from registration.mortgage import (
    Applicant,
    Discharge,
    DischargeCause,
    Mortgage,
    MortgageForm,
    RealEstateUnit,
)
from registration.people import CoOwnership
from registration.sale import Sale
from registration.wire.document import WireModel, added
from registration.wire.fields import (
    Day,
    Digest,
    Fen,
    Key,
    Label,
    Many,
    Name,
    PrintedNo,
    Prose,
    Token,
    Unit,
)
from registration.wire.people import MortgageeWire, PartyWire

# application/1: members may be added with a default; none is ever removed or given another
# meaning. A new meaning is application/2.


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
    """The terms of a mortgage, as asked for or as they shall stand."""

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
    contract_date: Day | None = added()
    includes_earlier_claims: bool = added(default=False)
    """Whether claims from before a maximum-amount mortgage are moved in."""


class DischargeWire(WireModel):
    """The mortgage that a discharge ends."""

    domain = Discharge
    certificate_no: PrintedNo
    cause: Annotated[DischargeCause, Field(strict=False)]
    cleared_amount: Fen | None = Field(default=None, alias="cleared_amount_fen")
    applicant: Annotated[Applicant, Field(strict=False)] | None = added()
    """null: the mortgagee alone, or both where the mortgage was realised."""


class RenamingWire(WireModel):
    """One party before and after a change of name or number."""

    domain = Renaming
    name_before: Name
    number_before: Token
    name_after: Name
    number_after: Token


class ChangeWire(WireModel):
    """What is other than before; the terms after it stand in `mortgage`."""

    domain = Change
    certificate_no: PrintedNo
    grounds: Many[Annotated[ChangeGround, Field(strict=False)]]
    renamings: Many[RenamingWire] = ()
    note: Prose = ""


class CrystallisationWire(WireModel):
    """The claims of a maximum-amount mortgage are fixed (最高债权确定事实和数额)."""

    domain = Crystallisation
    certificate_no: PrintedNo
    fact: Annotated[CrystallisationFact, Field(strict=False)]
    """民法典 art. 423, item by item."""
    note: Prose = ""
    amount: Fen | None = Field(default=None, alias="amount_fen")
    determined_on: Day | None = None
    applicant: Annotated[Applicant, Field(strict=False)] = Applicant.BOTH


class TransferWire(WireModel):
    """A mortgage passes from `former` to the application's `mortgagee`."""

    domain = Transfer
    certificate_no: PrintedNo
    former: MortgageeWire
    mode: Annotated[TransferMode, Field(strict=False)] = TransferMode.WHOLE
    assignment_no: Label
    amount: Fen | None = Field(default=None, alias="amount_fen")
    notified_on: Day | None = None


class SaleWire(WireModel):
    """Who sells to whom by which contract."""

    domain = Sale
    sellers: Annotated[tuple[PartyWire, ...], Field(strict=False, max_length=100)]
    buyers: Annotated[tuple[PartyWire, ...], Field(strict=False, max_length=100)]
    buyer_co_ownership: Annotated[CoOwnership, Field(strict=False)]
    """共有方式 GYFS."""
    buyer_shares: Many[Label] = ()
    contract_no: Label
    filing_no: Label = ""
    """备案号."""
    price: Fen | None = Field(default=None, alias="price_fen")
    tax_receipt_no: Label = ""
    is_by_buyers_alone: bool = False


class BundlePlaceWire(WireModel):
    """Where the application stands among those that are made as one (一并申请)."""

    domain = BundlePlace
    bundle_id: Key
    model: Annotated[BundleModel, Field(strict=False)]
    place: Annotated[int, Field(ge=1, le=16)]
    """From 1: the order in which the register takes them."""
    count: Annotated[int, Field(ge=2, le=16)]


class ListedApplicationWire(WireModel):
    """One row of a list that is signed once."""

    domain = ListedApplication
    certificate_no: Label
    unit_no: Label
    mortgagors: Prose
    """Masked names."""
    application_sha256: Digest


class ListPlaceWire(WireModel):
    """The list that the application is signed by, and its row in it."""

    domain = ListPlace
    list_id: Key
    made_on: Day
    place: Annotated[int, Field(ge=1, le=MOST_LISTED)]
    """From 1."""
    rows: Annotated[
        tuple[ListedApplicationWire, ...], Field(strict=False, min_length=1, max_length=MOST_LISTED)
    ]
