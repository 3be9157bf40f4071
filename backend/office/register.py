"""The register as values: a unit's page and what stands on it.

Everything here is a state; how it came about is told by `backend.office.events`.
"""

import enum
from dataclasses import dataclass
from datetime import date, datetime

from registration.people import CoOwnership


class EntryState(enum.Enum):
    """权属状态 QSZT."""

    PROVISIONAL = "0"
    CURRENT = "1"
    HISTORICAL = "2"
    TERMINATED = "3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """One registered owner."""

    name: str
    id_number: str
    """Resident number or credit code; empty where the old register has none."""
    share: str = ""
    """"1/2" for co-ownership by shares."""
    is_non_profit: bool = False
    """A non-profit school, nursery, hospital or home (Civil Code art. 399(3))."""
    is_married: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """The ownership entry of a unit."""

    unit_no: str
    title_no: str
    location: str
    area_m2: str
    use: str
    """住宅, 教育 …"""
    right_type: str
    """QLLX, e.g. "4"."""
    land_nature: str
    """QLXZ: "101" allocated, "102" granted …"""
    land_right_end: date | None
    co_ownership: CoOwnership
    owners: tuple[Owner, ...]
    state: EntryState = EntryState.CURRENT
    is_first_registered: bool = True
    is_under_construction: bool = False
    is_public_facility: bool = False
    covers_land_and_building: bool = True
    is_disputed: bool = False
    restrictions: tuple[str, ...] = ()
    """Announced limits such as a freeze for expropriation, in words."""
    entry_no: str = ""
    """Of the ownership's own entry; empty for one that was brought along."""
    registered_at: datetime | None = None
    """None where the old register did not tell."""
    first_registered_on: date | None = None
    """When the building had its first registration; priority notices lapse 90 days after it."""


class EncumbranceKind(enum.Enum):
    """What can stand on a unit beside ownership."""

    MORTGAGE = "mortgage"
    SEIZURE = "seizure"
    DISSENT = "dissent"
    PURCHASE_NOTICE = "purchase_notice"
    MORTGAGE_NOTICE = "mortgage_notice"
    HABITATION = "habitation"
    RESTRICTION = "restriction"


@dataclass(frozen=True, slots=True)
class Holder:
    """A party of an entry."""

    name: str
    number: str = ""
    """Resident number or credit code; empty where the register has none."""
    share: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MortgageEntry:
    """A mortgage, or the notice of one, with all its facts, as recording writes and issuing draws it."""

    entry_no: str
    case_no: str
    """The case that wrote these facts: the last one, where they were changed."""
    unit_no: str
    title_no: str
    location: str
    rank: int | None
    """None for a notice."""
    rank_part: int = 0
    """0, or 1 and more for a part that was split off and stands beside it in the same rank."""
    mortgagee: str
    mortgagee_number: str
    co_mortgagees: tuple[Holder, ...] = ()
    """Those who share a maximum-amount mortgage with the mortgagee."""
    mortgagors: tuple[str, ...]
    mortgagor_numbers: tuple[str, ...]
    debtors: tuple[str, ...]
    form: str
    """DYFS."""
    amount_fen: int
    """Secured claim, or highest claim of a maximum-amount mortgage."""
    start: date | None
    end: date | None
    is_period_open: bool
    security_scope: str
    is_transfer_restricted: bool
    principal_contract_no: str
    mortgage_contract_no: str
    accepted_at: datetime
    """What its rank follows; a converted notice keeps the notice's."""
    registered_at: datetime
    registrar: str
    """Staff id, or "auto"."""
    state: EntryState = EntryState.CURRENT
    kind: EncumbranceKind = EncumbranceKind.MORTGAGE
    max_claim_fen: int | None = None
    """The highest claim of a mortgage that was crystallised (最高债权额)."""
    determined: str = ""
    """The fact that crystallised it (最高债权确定事实), in words."""
    determined_on: date | None = None
    notice_no: str = ""
    """The certificate of the notice from which it was converted, or on which it rests."""
    certificate_no: str = ""
    """The certificate that it brought along; empty for what began in this office's system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseEntry:
    """The notice of a purchase, with all its facts."""

    entry_no: str
    case_no: str
    unit_no: str
    location: str
    buyers: tuple[Holder, ...]
    buyer_co_ownership: CoOwnership
    sellers: tuple[Holder, ...]
    contract_no: str
    filing_no: str
    price_fen: int | None
    accepted_at: datetime
    registered_at: datetime
    registrar: str
    state: EntryState = EntryState.CURRENT


Deed = MortgageEntry | PurchaseEntry
"""What a case of this office writes beside ownership."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encumbrance:
    """One entry on a unit that is not its ownership."""

    entry_no: str
    kind: EncumbranceKind
    state: EntryState
    recorded_at: datetime
    holder: str
    """Mortgagee, court, dissenter, buyer …"""
    holder_number: str = ""
    certificate_no: str = ""
    rank: int | None = None
    amount_fen: int | None = None
    contract_no: str = ""
    is_transfer_restricted: bool = False
    document_no: str = ""
    """CFWH of a seizure."""
    seizure_type: str = ""
    """CFLX."""
    is_suit_filed: bool = False
    case_no: str = ""
    """The case that wrote it; empty for entries from before this office's system."""
    rank_part: int = 0
    co_holders: tuple[Holder, ...] = ()
    """Others who hold it together with `holder`: buyers, mortgagees."""
    until: date | None = None
    """Last day of a seizure's or a habitation right's term, where one is told."""
    note: str = ""
    """In words: what is restricted, what the dissent says."""
    former_numbers: tuple[str, ...] = ()
    """Certificates of the entry that newer ones have replaced."""
    deed: Deed | None = None
    """All the facts, where a case of this office wrote them."""

    @property
    def holders(self) -> tuple[Holder, ...]:
        """Everybody who holds it."""
        return (Holder(self.holder, self.holder_number), *self.co_holders)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """Another case at work on the same unit."""

    case_no: str
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """Everything the register says of one unit, read in one transaction."""

    unit_no: str
    title: Title | None
    encumbrances: tuple[Encumbrance, ...]
    open_cases: tuple[OpenCase, ...] = ()
    read_at: datetime

    def find_current(self, kind: EncumbranceKind) -> tuple[Encumbrance, ...]:
        """Return the current entries of a kind, oldest first."""
        return tuple(
            e
            for e in sorted(self.encumbrances, key=lambda e: e.recorded_at)
            if e.kind is kind and e.state is EntryState.CURRENT
        )

    @property
    def next_rank(self) -> int:
        """The rank after the mortgages in force; a rank in force is never given twice.

        After an earlier mortgage was discharged this is more than their number plus one.
        """
        mortgages = self.find_current(EncumbranceKind.MORTGAGE)
        whole = [entry for entry in mortgages if not entry.rank_part]
        return max([len(whole), *(entry.rank or 0 for entry in mortgages)]) + 1

    def find_standing(self, certificate_no: str) -> Encumbrance | None:
        """Return the entry that a certificate proves, the last one that there is on paper.

        Between a change and its certificate that is the one before.
        """
        replaced = self.find_replaced(certificate_no)
        is_last = (
            replaced is not None
            and not replaced.certificate_no
            and replaced.former_numbers[-1] == certificate_no
        )
        return replaced if is_last else self.find_certificate(certificate_no)

    def find_certificate(self, certificate_no: str) -> Encumbrance | None:
        """Return the entry that a registration certificate proves, in any state."""
        return next((e for e in self.encumbrances if e.certificate_no == certificate_no), None)

    def find_replaced(self, certificate_no: str) -> Encumbrance | None:
        """Return the entry whose earlier certificate has this number."""
        return next((e for e in self.encumbrances if certificate_no in e.former_numbers), None)

    def find_entry(self, entry_no: str) -> Encumbrance | None:
        """Return an entry by its number, in any state."""
        return next((e for e in self.encumbrances if e.entry_no == entry_no), None)
