"""The matter before the rules: everything that one examination may look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from backend.office.checks import IdentityCheck, InkCheck
from backend.office.enquiries import Reply
from backend.office.register import (
    Encumbrance,
    EncumbranceKind,
    Extract,
    Owner,
    PurchaseEntry,
    Title,
)
from registration.application import Application
from registration.mortgage import RegistrationKind
from registration.people import CoOwnership
from registration.rulebook import NONE, Adjustments

KAIFENG_COUNTIES: Final[Mapping[str, str]] = {
    "410221": "杞县不动产登记机构",
    "410222": "通许县不动产登记机构",
    "410223": "尉氏县不动产登记机构",
    "410225": "兰考县不动产登记机构",
}
"""Offices next door by county code (GB/T 2260); each county keeps its own register."""


BUILT_KINDS: Final = frozenset(kind for kind in RegistrationKind if not kind.is_bundle)
"""The kinds that this office can enter in its register."""
STRAIGHT_KINDS: Final = frozenset({RegistrationKind.FIRST, RegistrationKind.CANCELLATION})
"""The kinds that a rule book may ever decide alone; an office may leave it fewer."""
NOTICE_DAYS: Final = 90
"""Calendar days after which a notice lapses that could have been registered (Civil Code art. 221)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the office decides for itself; the law decides the rest."""

    areas: tuple[str, ...]
    """County-level area codes that this office serves."""
    banks: tuple[str, ...]
    """Credit codes of the banks that the channel is open to."""
    kinds: frozenset[RegistrationKind] = BUILT_KINDS
    """What the channel takes; the rest is for the office's window."""
    is_straight_through: bool = True
    """Whether clean cases of the open kinds are decided by the rule book."""
    limit_fen: int = 100_000_000
    """Highest secured amount that the rule book may approve; equal passes."""
    straight_kinds: frozenset[RegistrationKind] = STRAIGHT_KINDS
    """The kinds that it may decide; others than `STRAIGHT_KINDS` change nothing."""
    sample_percent: int = 5
    """Of a hundred cases that it decided, how many a person looks at afterwards."""
    adjustments: Adjustments = field(default_factory=lambda: NONE)
    """The rules that this office has otherwise, within what the law leaves open."""
    offices: Mapping[str, str] = field(default_factory=lambda: KAIFENG_COUNTIES)
    """Names of other offices by area code, to say where to apply instead."""
    is_spouse_asked: bool = False
    """Whether a married sole owner's spouse must sign; the register alone does not ask it."""
    dissent_days: int = 15
    """Calendar days that a dissent stands without a suit (Civil Code art. 220)."""

    def covers(self, unit_no: str) -> bool:
        """Say whether a unit lies where this office keeps the register."""
        return area_of(unit_no) in self.areas

    def other_office(self, unit_no: str) -> str:
        """Return who registers a unit that this office does not."""
        area = area_of(unit_no)
        return self.offices.get(area, f"不动产所在地（区划代码{area}）的不动产登记机构")


def area_of(unit_no: str) -> str:
    """Return the county-level area code that a unit number begins with."""
    return unit_no[:6]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A unit's page of the register as of a day."""

    extract: Extract
    today: date
    policy: Policy

    @property
    def title(self) -> Title | None:
        return self.extract.title

    def current(self, kind: EncumbranceKind) -> tuple[Encumbrance, ...]:
        """Return the unit's current entries of a kind, oldest first."""
        return self.extract.find_current(kind)


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who holds a unit, and how."""

    owners: tuple[Owner, ...]
    co_ownership: CoOwnership


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the office found out about one application, beside register and police."""

    inks: tuple[InkCheck, ...] = ()
    """What the evidence of its signatures is worth, in their order; empty where they are not in question."""
    replies: tuple[Reply, ...] = ()
    """Of the other authorities; empty where they were not asked."""
    suspended: tuple[str, ...] = ()
    """Numbers of the certificates that the application names and that are suspended now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One application beside the register's page and what other authorities say."""

    application: Application
    page: Page
    checks: tuple[IdentityCheck, ...] | None
    """Of the people to check, in order; None where the people are not in question."""
    together: tuple[Application, ...] = ()
    """The other applications of its bundle, in order."""
    seen: Seen = Seen()

    @property
    def kind(self) -> RegistrationKind:
        return self.application.kind

    @property
    def standing(self) -> Encumbrance | None:
        """The mortgage that the application is about, whatever its state."""
        number = self.application.standing_no
        return None if number is None else self.page.extract.find_standing(number.text)

    @property
    def notice(self) -> Encumbrance | None:
        """The notice that the application says it rests on, whatever its state."""
        number = self.application.notice_no
        return None if number is None else self.page.extract.find_standing(number.text)

    @property
    def ownership(self) -> Ownership | None:
        """Who disposes by law: the registered owners, or the buyers of what is not built yet.

        None where the register knows nobody.
        """
        if self.kind is RegistrationKind.MORTGAGE_NOTICE:
            return self._purchased
        title = self.page.title
        return None if title is None else Ownership(title.owners, title.co_ownership)

    @property
    def _purchased(self) -> Ownership | None:
        numbers = {party.document.number for party in self.application.mortgagors}
        for entry in self.page.current(EncumbranceKind.PURCHASE_NOTICE):
            if any(holder.number in numbers for holder in entry.holders):
                owners = tuple(
                    Owner(name=h.name, id_number=h.number, share=h.share) for h in entry.holders
                )
                deed = entry.deed
                held = (
                    deed.buyer_co_ownership
                    if isinstance(deed, PurchaseEntry)
                    else CoOwnership.SOLE
                    if len(owners) == 1
                    else CoOwnership.OTHER
                )
                return Ownership(owners, held)
        return None

    @property
    def policy(self) -> Policy:
        return self.page.policy
