"""The register as values: a unit's page and what stands on it."""

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


class EncumbranceKind(enum.Enum):
    """What can stand on a unit beside ownership."""

    MORTGAGE = "mortgage"
    SEIZURE = "seizure"
    DISSENT = "dissent"
    PURCHASE_NOTICE = "purchase_notice"
    MORTGAGE_NOTICE = "mortgage_notice"
    HABITATION = "habitation"


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

    def find_certificate(self, certificate_no: str) -> Encumbrance | None:
        """Return the entry that a registration certificate proves, in any state."""
        return next((e for e in self.encumbrances if e.certificate_no == certificate_no), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class MortgageEntry:
    """An entry of a mortgage, as recording writes it and issuing draws it."""

    entry_no: str
    case_no: str
    unit_no: str
    title_no: str
    location: str
    rank: int
    mortgagee: str
    mortgagee_number: str
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
    registered_at: datetime
    registrar: str
    """Staff id, or "auto"."""
    state: EntryState = EntryState.CURRENT
