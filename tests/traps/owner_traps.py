"""Traps upon first registrations of other owners: one alone, by shares, a minor, a firm, a nursery."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from backend.office.register import Extract, Owner
from registration.application import Application
from registration.people import CoOwnership, Guardian, parse_name
from tests.factories import (
    FIRST_MATERIALS,
    LI,
    ZHANG,
    make_application,
    make_document,
    make_identity,
    make_material,
    make_party,
    without_ink_of,
)
from tests.factories_office import (
    KINDERGARTEN,
    make_dissent,
    make_extract,
    make_kindergarten,
    make_open_case,
    make_page,
    sole,
)
from tests.rows import BANK, BANK_NAME, make_encumbrance
from tests.traps.register_traps import laid, seizures, titled
from tests.traps.world import B, Base, C, Hits, N, Trap, W, World

MINOR: Final = "410202201503089942"
FATHER: Final = "410202198307099938"
THIRD: Final = "41020519800229992X"
_THIRDS: Final = ("1/3", "1/3", "1/3")


def owned(*owners: Owner, held: CoOwnership = CoOwnership.SOLE, **title: Any) -> Extract:
    return make_page(owners=owners, co_ownership=held, **title)


def applied(
    name: str, touches: tuple[str, ...], change: Callable[[Application], Application], hits: Hits
) -> Trap:
    return Trap(
        name=name,
        touches=touches,
        change=lambda w: replace(w, application=change(w.application)),
        hits=hits,
    )


def _with_paper(code: str) -> Callable[[World], World]:
    return lambda w: w.applied(materials=(*w.application.materials, make_material(code)))


def answered() -> Iterator[Trap]:
    """What papers answer: a commitment on a dissent, a permit; and what is there already."""
    for days in (3, 15):
        yield Trap(
            name=f"dissent of day {days} with the commitment",
            touches=("dissent", "materials.M18"),
            change=lambda w, d=days: _with_paper("M18")(  # type: ignore[misc]  # bound now
                w.with_entry(make_dissent(days=d))
            ),
            hits={"R03": W},
        )
    yield Trap(
        name="still building, with the permit",
        touches=("title.is_first_registered", "title.is_under_construction", "materials.M19"),
        change=lambda w: _with_paper("M19")(
            w.on_title(is_first_registered=False, is_under_construction=True)
        ),
        hits={"R36": W},
    )
    same = make_encumbrance(holder=BANK_NAME, holder_number=BANK, contract_no="DY-2026-000123")
    yield laid("the same mortgage already", "mortgages", same, {"R35": N})
    yield laid(
        "the same number of another bank",
        "mortgages",
        replace(same, holder="示例银行甲", holder_number=""),
        {},
    )
    yield laid("another contract of the bank", "mortgages", replace(same, contract_no="X-1"), {})
    yield Trap(
        name="the rank that comes next, agreed",
        touches=("mortgages", "agreed_rank"),
        change=lambda w: w.with_entry(make_encumbrance(1)).mortgaged(agreed_rank=2),
        hits={},
    )
    yield Trap(
        name="a rank before an earlier mortgage, not agreed",
        touches=("mortgages", "agreed_rank"),
        change=lambda w: w.with_entry(make_encumbrance(1)).mortgaged(agreed_rank=1),
        hits={"R05": C},
    )


def alone() -> tuple[Trap, ...]:
    """民法典 1062: the register decides; a married owner alone is looked at."""

    def married(is_married: bool | None) -> Callable[[World], World]:
        return lambda w: w.on_title(
            owners=(Owner(name="张示例", id_number=ZHANG, is_married=is_married),)
        )

    return (
        *_shared(),
        Trap(name="married", touches=("title.owners",), change=married(True), hits={"R10": W}),
        Trap(name="not married", touches=("title.owners",), change=married(False), hits={}),
        titled("a school's use, of a private owner", {}, use="教育"),
        applied("unsigned", ("inks",), lambda a: without_ink_of(a, ZHANG, "M01"), {"R33": C}),
        titled(
            "two owners on the register",
            {"R08": C, "R27": C},
            owners=(
                Owner(name="张示例", id_number=ZHANG),
                Owner(name="李示例", id_number=LI),
            ),
            co_ownership=CoOwnership.JOINT,
        ),
    )


def _shared() -> Iterator[Trap]:
    yield from seizures()
    yield laid("a dissent", "dissent", make_dissent(days=3), {"R02": C})
    yield Trap(
        name="another open case",
        touches=("open",),
        change=lambda w: replace(w, page=replace(w.page, open_cases=(make_open_case(),))),
        hits={"R34": W},
    )
    yield titled("another area", {"R27": C}, area_m2="1.00")
    yield titled("a disputed title", {"R16": B}, is_disputed=True)


def by_shares() -> tuple[Trap, ...]:
    """民法典 301: two thirds of the shares suffice, fewer do not."""

    def split(*shares: str) -> Trap:
        def change(world: World) -> World:
            assert world.page.title is not None
            pairs = zip(world.page.title.owners, shares, strict=True)
            owners = tuple(replace(owner, share=share) for owner, share in pairs)
            return world.on_title(owners=owners).applied(shares=shares).signed_anew()

        return Trap(
            name=f"shares of {', '.join(shares)}",
            touches=("title.owners", "inks"),
            change=change,
            hits={},
        )

    one_missing = applied("one third unsigned", ("inks",), lambda a: without_ink_of(a, THIRD), {})
    two_missing = applied(
        "two thirds unsigned",
        ("inks",),
        lambda a: without_ink_of(without_ink_of(a, THIRD), LI),
        {"R09": C, "R33": C},
    )
    return (*_shared(), one_missing, two_missing, split("1/2", "1/4", "1/4"))


def minors() -> tuple[Trap, ...]:
    """民法典 19-23, 35: the guardian acts with his papers; another's debt is looked at."""
    return (
        *_shared(),
        applied(
            "without the guardian's papers",
            ("materials",),
            lambda a: replace(a, materials=tuple(m for m in a.materials if m.code != "M17")),
            {"R11": C},
        ),
        applied(
            "without a guardian",
            ("guardian", "inks", "police"),
            lambda a: replace(a, mortgagors=(replace(a.mortgagors[0], guardian=None),)),
            {"R11": C, "R33": C},
        ),
    )


def nurseries() -> tuple[Trap, ...]:
    """民法典 399(3): a non-profit body's facility cannot be mortgaged; its other property can."""
    return (
        *_shared(),
        titled("used for teaching", {"R14": B}, use="教育"),
        titled("a nursery", {"R14": B}, use="幼儿园"),
        titled("marked as a facility", {"R14": B}, is_public_facility=True),
        titled("offices", {}, use="办公"),
    )


def _base(name: str, application: Application, page: Extract, *, is_straight: bool = True) -> Base:
    return Base(name=name, world=World(application=application, page=page), is_straight=is_straight)


def _ward(debtor_name: str, debtor: str) -> Application:
    guardian = Guardian(
        name=parse_name("王示例父"),
        document=make_document(FATHER),
        relation="父亲",
        identity=make_identity("王示例父", FATHER),
    )
    return make_application(
        **sole("王示例", MINOR, guardian=guardian),
        debtors=(make_party(debtor_name, debtor),),
        materials=tuple(make_material(code) for code in (*FIRST_MATERIALS, "M17")),
    )


_SHARES: Final = make_application(
    mortgagors=(make_party(), make_party("李示例", LI), make_party("王示例", THIRD)),
    co_ownership=CoOwnership.SHARES,
    shares=_THIRDS,
)
_SHARE_OWNERS: Final = tuple(
    Owner(name=name, id_number=number, share="1/3")
    for name, number in (("张示例", ZHANG), ("李示例", LI), ("王示例", THIRD))
)
OWNER_TRAPS: Final = (
    (
        _base("ordinary first, answered", make_application(), make_extract()),
        (*_shared(), *answered()),
    ),
    (
        _base(
            "sole owner",
            make_application(**sole("张示例", ZHANG)),
            owned(Owner(name="张示例", id_number=ZHANG)),
        ),
        alone(),
    ),
    (
        _base("owners by shares", _SHARES, owned(*_SHARE_OWNERS, held=CoOwnership.SHARES)),
        by_shares(),
    ),
    (
        _base(
            "kindergarten's offices",
            make_application(**make_kindergarten()),
            owned(Owner(name="示例幼儿园", id_number=KINDERGARTEN), use="办公"),
        ),
        nurseries(),
    ),
)
MINOR_BASE: Final = _base(
    "minor, own debt", _ward("王示例", MINOR), owned(Owner(name="王示例", id_number=MINOR))
)
