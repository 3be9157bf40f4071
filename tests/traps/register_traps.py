"""Traps in the register: what stands on the unit, and what its title says."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Final

from backend.office.register import Encumbrance, EncumbranceKind, EntryState, Owner
from registration.identifiers import parse_unit_no
from registration.people import CoOwnership
from tests.factories_office import (
    make_burden,
    make_dissent,
    make_notice,
    make_open_case,
    make_seizure,
)
from tests.rows import BANK, BANK_NAME, make_encumbrance
from tests.traps.world import B, C, Hits, N, Trap, W, World

OVER: Final = (EntryState.HISTORICAL, EntryState.TERMINATED)


def laid(name: str, touch: str, entry: Encumbrance, hits: Hits) -> Trap:
    """Return that an entry stands on the unit."""
    return Trap(name=name, touches=(touch,), change=lambda w: w.with_entry(entry), hits=hits)


def titled(name: str, hits: Hits, **changes: Any) -> Trap:
    """Return that the title says something else."""
    touches = tuple(f"title.{field}" for field in changes)
    return Trap(name=name, touches=touches, change=lambda w: w.on_title(**changes), hits=hits)


def seizures() -> Iterator[Trap]:
    """民法典 399(5): every kind of seizure bars; the entry's state decides, not its term."""
    for code in ("1", "2", "3", "4"):
        yield laid(f"seized ({code})", "seizure", make_seizure(seizure_type=code), {"R01": B})
    past = make_seizure(until=date(2020, 1, 1))
    yield laid("seized, its term over, not lifted", "seizure", past, {"R01": B})
    for state in OVER:
        yield laid(f"seizure {state.name}", "seizure", make_seizure(state=state), {})


def dissents() -> Iterator[Trap]:
    """民法典 220: in force for fifteen days, longer with a suit; then a person looks."""
    for days, hits in ((0, {"R02": C}), (9, {"R02": C}), (15, {"R02": C}), (16, {"R03": W})):
        yield laid(f"dissent, day {days}", "dissent", make_dissent(days=days), hits)
    sued = make_dissent(days=200, is_suit_filed=True)
    yield laid("dissent with a suit", "dissent", sued, {"R02": C})
    for state in OVER:
        yield laid(f"dissent {state.name}", "dissent", make_dissent(state=state), {})


def entries() -> Iterator[Trap]:
    """Mortgages, notices, habitation, announced limits."""
    for count in (1, 2, 5):
        earlier = [make_encumbrance(n) for n in range(1, count + 1)]
        yield Trap(
            name=f"{count} earlier mortgages",
            touches=("mortgages",),
            change=lambda w, e=tuple(earlier): w.with_entry(*e),  # type: ignore[misc]  # bound now
            hits={},
        )
    yield laid("a discharged mortgage", "mortgages", make_encumbrance(state=OVER[0]), {})
    yield laid("a stranger's notice", "notice", make_notice(), {"R06": B})
    yield laid("a notice that is over", "notice", make_notice(state=OVER[0]), {})
    bank = make_burden(EncumbranceKind.MORTGAGE_NOTICE, holder="示例银行乙")
    yield laid("another bank's notice", "banknotice", bank, {"R07": W})
    own = replace(bank, holder=BANK_NAME, holder_number=BANK)
    yield laid("the bank's own notice", "banknotice", own, {})
    home = make_burden(EncumbranceKind.HABITATION, holder="孙示例")
    yield laid("a right of habitation", "habitation", home, {"R13": W})
    yield laid("habitation that is over", "habitation", replace(home, state=OVER[0]), {})
    limit = make_burden(EncumbranceKind.RESTRICTION, holder="示例区人民政府", note="征收冻结")
    yield laid("a freeze for expropriation", "limit", limit, {"R40": W})
    yield titled("a limit on the title", {"R40": W}, restrictions=("司法拍卖公告",))


def titles() -> Iterator[Trap]:
    """What may be mortgaged at all, and as it stands."""
    for code in ("1", "2", "5", "6"):
        yield titled(f"right of type {code}", {"R15": B}, right_type=code)
    for code in ("3", "4", "7", "8"):
        yield titled(f"right of type {code}", {}, right_type=code)
    yield titled("a school's use, of private owners", {}, use="教育")
    yield titled("a disputed title", {"R16": B}, is_disputed=True)
    yield titled("land without its building", {"R17": C}, covers_land_and_building=False)
    yield titled("allocated land", {}, land_nature="101")
    yield titled("no first registration", {"R18": B}, is_first_registered=False)
    yield titled(
        "still building, no permit",
        {"R36": W, "MATERIAL": C},
        is_first_registered=False,
        is_under_construction=True,
    )
    for state in (*OVER, EntryState.PROVISIONAL):
        yield titled(f"title {state.name}", {"R28": B}, state=state)
    yield titled("another location", {"R27": C}, location="开封市龙亭区示例路9号1幢1单元12号")
    yield titled("another area", {"R27": C}, area_m2="118.57")
    yield titled("the area with one more nought", {}, area_m2="118.560")
    yield titled("another title number", {"R27": C}, title_no="豫（2021）开封市不动产权第0012346号")
    yield titled("the number in narrow brackets", {}, title_no="豫(2021)开封市不动产权第0012345号")
    yield titled("land that ends with the debt", {}, land_right_end=date(2046, 9, 28))
    yield titled("land that ends before", {"R26": W}, land_right_end=date(2046, 9, 27))
    yield titled("no end of the land told", {}, land_right_end=None)


def _owned(change: Callable[[tuple[Owner, ...]], tuple[Owner, ...]]) -> Callable[[World], World]:
    def changed(world: World) -> World:
        assert world.page.title is not None
        return world.on_title(owners=change(world.page.title.owners))

    return changed


def owners() -> Iterator[Trap]:
    """民法典 301: joint owners apply together; 条例 18: the owners are the register's."""
    third = Owner(name="王示例", id_number="410202198307099938")
    touches = ("title.owners",)
    yield Trap(
        name="a third joint owner",
        touches=touches,
        change=_owned(lambda o: (*o, third)),
        hits={"R08": C},
    )
    yield Trap(
        name="an owner by another number",
        touches=touches,
        change=_owned(lambda o: (replace(o[0], id_number=third.id_number), *o[1:])),
        hits={"R27": C, "R08": C},
    )
    yield Trap(
        name="an owner by another name",
        touches=touches,
        change=_owned(lambda o: (replace(o[0], name="章示例"), *o[1:])),
        hits={"R27": C},
    )
    yield Trap(
        name="held by shares, said to be joint",
        touches=(*touches, "title.co_ownership", "inks"),
        change=lambda w: _owned(lambda o: tuple(replace(x, share="1/2") for x in o))(
            w.on_title(co_ownership=CoOwnership.SHARES)
        ),
        hits={"R27": C},
    )
    yield Trap(
        name="joint owners who are married",
        touches=touches,
        change=_owned(lambda o: tuple(replace(x, is_married=True) for x in o)),
        hits={},
    )


def waits() -> Iterator[Trap]:
    """Another case on the unit, and a bank without the channel: they stop every kind alike."""
    yield Trap(
        name="another open case",
        touches=("open",),
        change=lambda w: replace(w, page=replace(w.page, open_cases=(make_open_case(),))),
        hits={"R34": W},
    )
    yield Trap(
        name="a bank that is not on the list",
        touches=("banks",),
        change=lambda w: replace(w, policy=replace(w.policy, banks=())),
        hits={"R30": N},
    )


def doors() -> Iterator[Trap]:
    """Another case, another office, a bank without the channel."""
    yield from waits()
    yield Trap(
        name="another office's unit",
        touches=("unit", "title"),
        change=lambda w: _moved(w, "410225001001GB00009F00020003", is_known=False),
        hits={"R29": N},
    )
    yield Trap(
        name="a unit that the register does not have",
        touches=("unit", "title"),
        change=lambda w: _moved(w, "410202001003GB00012F00019999", is_known=False),
        hits={"R27": C},
    )


def _moved(world: World, unit_no: str, *, is_known: bool) -> World:
    unit = replace(world.application.unit, unit_no=parse_unit_no(unit_no))
    title = world.page.title if is_known else None
    moved = replace(world, page=replace(world.page, unit_no=unit_no, title=title))
    return moved.applied(unit=unit)


def parcels() -> Iterator[Trap]:
    """The letters of the parcel: undecided or disputed, collective land, house plots."""
    for letters, hits in (("ZB", {"R16": B}), ("GW", {"R16": B}), ("JC", {"R15": B})):
        yield Trap(
            name=f"parcel {letters}",
            touches=("unit", "title.unit_no"),
            change=lambda w, x=letters: _moved(  # type: ignore[misc]  # bound now
                w, f"410202001003{x}00012F00010012", is_known=True
            ),
            hits=hits,
        )


def register_traps() -> tuple[Trap, ...]:
    """Return all of them."""
    parts = (seizures, dissents, entries, titles, owners, doors, parcels)
    return tuple(trap for part in parts for trap in part())
