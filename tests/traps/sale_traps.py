"""Traps upon a sale that is made as one with the buyer's mortgage, also under the seller's own.

一并申请, 带押过户: the channel takes no sale alone, so every case here is a bundle.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from backend.office.judging import Step, judge
from backend.office.register import Encumbrance, EncumbranceKind
from backend.office.rules import Outcome
from registration.application import Application
from registration.findings import Finding
from tests.factories import make_inks, make_material
from tests.factories_kinds import (
    DEVELOPER,
    DEVELOPER_NAME,
    OLD_BANK,
    OLD_BANK_NAME,
    make_sale_and_mortgage,
)
from tests.factories_office import (
    make_burden,
    make_checks,
    make_extract,
    make_notice,
    make_open_case,
    make_standing,
)
from tests.known import known
from tests.rows import make_case
from tests.traps.register_traps import dissents, laid, seizures, titled
from tests.traps.world import CAME_AT, B, Base, C, Hits, Trap, W, World

_OF_ALL: Final = frozenset({"BUNDLE", "POLICY"})
"""What a bundle's other steps are told of one, and who decides: nothing of the law's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleWorld(World):
    """A sale as `application`, and what is applied for with it; judged as one."""

    later: tuple[Application, ...]

    def judge(self) -> tuple[Outcome, tuple[Finding, ...]]:
        """Let the rule book judge all steps in their order."""
        applications = (self.application, *self.later)
        steps = [
            Step(
                case=make_case(place, received_at=CAME_AT),
                application=one,
                checks=make_checks(one),
            )
            for place, one in enumerate(applications, 1)
        ]
        judged = judge(steps, self.page, now=CAME_AT, policy=self.policy)
        own = tuple(f for one in judged for f in one.examined.findings if f.rule not in _OF_ALL)
        return judged[0].outcome, own


def _sold(name: str, hits: Hits, change: Callable[[World], World], *touches: str) -> Trap:
    return Trap(name=name, touches=touches, change=change, hits=hits)


def _with_sale(**facts: Any) -> Callable[[World], World]:
    def change(world: World) -> World:
        sale = replace(known(world.application.sale), **facts)
        told = world.applied(sale=sale)
        return told.applied(inks=make_inks(told.application))

    return change


def _without(code: str) -> Callable[[World], World]:
    return lambda w: w.applied(
        materials=tuple(m for m in w.application.materials if m.code != code)
    )


def _with_paper(trap: Trap, code: str, hits: Hits) -> Trap:
    """Return a trap to which a paper is handed in that answers it."""
    return Trap(
        name=f"{trap.name}, with {code}",
        touches=(*trap.touches, "materials"),
        change=lambda w: trap.change(w).applied(
            materials=(*w.application.materials, make_material(code))
        ),
        hits=hits,
    )


def _standing(**deed: Any) -> Encumbrance:
    """Return the seller's own mortgage, to another bank under another contract."""
    return make_standing(mortgagee=OLD_BANK_NAME, mortgagee_number=OLD_BANK, **deed)


def sales() -> tuple[Trap, ...]:
    """民法典 221, 301, 406; 契税法 11; 条例 16, 18: what a sale needs, alone or in a bundle."""
    restricted = laid(
        "mortgaged, no transfer without consent",
        "mortgages",
        _standing(is_transfer_restricted=True),
        {"R20": B},
    )
    one_seller = _sold(
        "one of two joint owners sells",
        {"R08": C},
        lambda w: _with_sale(sellers=known(w.application.sale).sellers[:1])(w),
        "sale",
    )
    return (
        *seizures(),
        *dissents(),
        laid(
            "a stranger's notice",
            "notice",
            make_notice(holder=DEVELOPER_NAME, holder_number=DEVELOPER),
            {"R06": B},
        ),
        laid("the buyer's own notice", "notice", make_notice(), {}),
        laid(
            "a right of habitation",
            "habitation",
            make_burden(EncumbranceKind.HABITATION, holder="孙示例"),
            {"R13": W},
        ),
        laid("mortgaged, free to be sold", "mortgages", _standing(), {}),
        restricted,
        _with_paper(restricted, "M10", {}),
        one_seller,
        titled("a disputed title", {"R16": B}, is_disputed=True),
        titled("another location", {"R27": C}, location="开封市龙亭区示例路9号"),
        _sold("no proof of the deed tax", {"MATERIAL": C}, _without("M14"), "materials"),
        _sold(
            "another open case",
            {"R34": W},
            lambda w: replace(w, page=replace(w.page, open_cases=(make_open_case(),))),
            "open",
        ),
    )


_SALE, *_LATER = make_sale_and_mortgage()
BUNDLED: Final = Base(
    name="sale and mortgage as one",
    world=BundleWorld(application=_SALE, later=tuple(_LATER), page=make_extract()),
    is_straight=False,
)
SALE_TRAPS: Final = ((BUNDLED, sales()),)
