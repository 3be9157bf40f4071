"""Traps upon the other kinds: discharge, maximum, change, transfer, crystallisation, notices."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Final

from backend.office.events import as_entry
from backend.office.register import EncumbranceKind, EntryState, Extract, Holder, PurchaseEntry
from registration.application import Application
from registration.changes import ChangeGround
from registration.identifiers import parse_certificate_no
from registration.mortgage import DischargeCause, Money
from registration.people import CoOwnership
from tests.factories import (
    BUYER,
    make_application,
    make_discharge,
    make_material,
    make_maximum_mortgage,
    make_mortgage,
)
from tests.factories_kinds import (
    DEVELOPER,
    DEVELOPER_NAME,
    LAND_TITLE_NO,
    MORTGAGE_NOTICE_NO,
    NOTICE_NO,
    OLD_BANK,
    OLD_BANK_NAME,
    PRESALE_UNIT,
    make_change,
    make_conversion,
    make_crystallisation,
    make_mortgage_notice,
    make_purchase_notice,
    make_transfer,
)
from tests.factories_office import (
    make_burden,
    make_dissent,
    make_extract,
    make_maximum_standing,
    make_notice,
    make_page,
    make_seizure,
    make_standing,
)
from tests.known import known
from tests.rows import AT, make_encumbrance, make_title
from tests.traps.form_traps import authorities, terms
from tests.traps.register_traps import dissents, laid, seizures, titled, waits
from tests.traps.world import B, Base, C, Hits, Trap, W, World

OWN: Final = make_standing()
OVER: Final = EntryState.HISTORICAL


def on(*entries: Any, **title: Any) -> Extract:
    return replace(make_page(**title), encumbrances=entries)


def base(name: str, application: Application, page: Extract, *, is_straight: bool = False) -> Base:
    return Base(name=name, world=World(application=application, page=page), is_straight=is_straight)


def without(code: str, hits: Hits) -> Trap:
    """Return that a paper is missing."""
    return Trap(
        name=f"without {code}",
        touches=("materials",),
        change=lambda w: w.applied(
            materials=tuple(m for m in w.application.materials if m.code != code)
        ),
        hits=hits,
    )


def others() -> Iterator[Trap]:
    """What bars or stops every kind alike."""
    yield from waits()
    yield titled("another location", {"R27": C}, location="开封市龙亭区示例路9号")


def harmless(*names: str) -> Iterator[Trap]:
    """Entries that do not bar what ends, lessens or passes on a mortgage."""
    found = {
        "seizure": make_seizure(),
        "dissent": make_dissent(days=3),
        "notice": make_notice(),
        "habitation": make_burden(EncumbranceKind.HABITATION, holder="孙示例"),
        "later mortgage": make_encumbrance(2, rank=2),
    }
    for name in names:
        yield laid(f"{name}, which bars nothing here", name, found[name], {})


def _discharged(**changes: Any) -> Trap:
    name = "、".join(f"{key}={value}" for key, value in changes.items())

    def change(world: World) -> World:
        told = replace(known(world.application.discharge), **changes)
        return world.applied(discharge=told)

    return Trap(name=name, touches=("discharge",), change=change, hits={"R38": C})


def _standing(**changes: Any) -> Trap:
    name = "the mortgage " + "、".join(f"{key}={value}" for key, value in changes.items())

    def change(world: World) -> World:
        page = world.page
        (first, *more) = page.encumbrances
        return replace(world, page=replace(page, encumbrances=(replace(first, **changes), *more)))

    return Trap(name=name, touches=("standing",), change=change, hits={})


def discharges() -> tuple[Trap, ...]:
    """民法典 393, 细则 70: the debt is cleared, and the mortgage is this bank's and in force."""
    unknown = parse_certificate_no("豫（2026）开封市不动产证明第0099999号")
    court = Trap(
        name="a court's document",
        touches=("discharge",),
        change=lambda w: w.applied(
            discharge=replace(known(w.application.discharge), cause=DischargeCause.COURT_DOCUMENT)
        ),
        hits={},
        to_people=True,
    )
    wrong = (
        _standing(holder=OLD_BANK_NAME, holder_number=OLD_BANK),
        _standing(state=EntryState.TERMINATED),
        _standing(state=OVER),
    )
    return (
        *others(),
        *authorities(),
        *harmless("seizure", "dissent", "notice", "habitation", "later mortgage"),
        _discharged(cleared_amount=Money(85_999_999)),
        _discharged(certificate_no=unknown),
        *(replace(trap, hits={"R38": C}) for trap in wrong),
        without("M12", {"R38": C}),
        without("M05", {"MATERIAL": C}),
        court,
        titled("a disputed title", {}, is_disputed=True),
        titled("a right that is never mortgaged", {}, right_type="5"),
    )


def maximums() -> tuple[Trap, ...]:
    """民法典 420, 423: a highest claim and a period, or that none was agreed."""
    return (
        *others(),
        *seizures(),
        terms("no highest claim", {"R25": C}, max_claim=None),
        terms("no period", {"R25": C}, start=None, end=None),
        terms("no period was agreed", {}, start=None, end=None, is_period_open=True),
        terms("a period, and none", {"R25": C}, is_period_open=True),
        terms("no scope", {"R21": C}, security_scope=""),
        terms("other words", {"R22": C}, amount_words="壹佰万元整"),
        terms("a highest claim of nought", {"R22": C}, max_claim=Money(0), amount_words=""),
    )


def changes() -> tuple[Trap, ...]:
    """民法典 409: what adds nothing harms nobody."""
    return (
        *others(),
        *harmless("seizure", "dissent", "notice", "later mortgage"),
        replace(_standing(state=OVER), hits={"R27": C}),
        without("M05", {"MATERIAL": C}),
        without("M09", {"MATERIAL": C}),
    )


def burdens() -> tuple[Trap, ...]:
    """民法典 399, 409: what adds to the burden needs the others' consent and a free unit."""
    later = laid("a later mortgage", "mortgages", make_encumbrance(2, rank=2), {"R39": C})
    earlier = Trap(
        name="an earlier mortgage",
        touches=("mortgages", "standing"),
        change=lambda w: _standing(rank=2).change(w).with_entry(make_encumbrance(3, rank=1)),
        hits={},
    )
    agreed = Trap(
        name="a later mortgagee who agrees",
        touches=("mortgages", "materials"),
        change=lambda w: w.with_entry(make_encumbrance(2, rank=2)).applied(
            materials=(*w.application.materials, make_material("M10"))
        ),
        hits={},
    )
    return (
        *others(),
        *seizures(),
        *dissents(),
        laid("a stranger's notice", "notice", make_notice(), {"R06": B}),
        later,
        earlier,
        agreed,
        without("M09", {"MATERIAL": C}),
    )


def transfers() -> tuple[Trap, ...]:
    """民法典 407: the mortgage passes with its claim; nothing on the unit bars that."""
    return (
        *others(),
        *harmless("seizure", "dissent", "notice", "later mortgage"),
        replace(_standing(state=OVER), hits={"R27": C}),
        replace(_standing(holder="示例银行丙", holder_number=""), hits={"R27": C}),
        without("M11", {"MATERIAL": C}),
        without("M05", {"MATERIAL": C}),
    )


def crystallisations() -> tuple[Trap, ...]:
    """民法典 423: a seizure itself determines the claim, so it bars nothing."""

    def told(name: str, hits: Hits, **facts: Any) -> Trap:
        return Trap(
            name=name,
            touches=("crystallisation",),
            change=lambda w: w.applied(
                crystallisation=replace(known(w.application.crystallisation), **facts)
            ),
            hits=hits,
        )

    return (
        *others(),
        *harmless("seizure", "notice", "later mortgage"),
        told("more than the maximum", {"R42": C}, amount=Money(150_000_001)),
        told("the whole maximum", {}, amount=Money(150_000_000)),
        told("before the period ended", {"R42": C}, determined_on=date(2026, 9, 27)),
        replace(_standing(state=OVER), hits={"R27": C}),
        without("M20", {"MATERIAL": C}),
    )


DEED: Final = PurchaseEntry(
    entry_no="YG-1",
    case_no="20260901-0000001",
    unit_no=PRESALE_UNIT,
    location="开封市龙亭区示例路16号2幢1单元1号",
    buyers=(Holder("周示例", BUYER),),
    buyer_co_ownership=CoOwnership.SOLE,
    sellers=(Holder(DEVELOPER_NAME, DEVELOPER),),
    contract_no="YS-2026-000999",
    filing_no="BA-1",
    price_fen=None,
    accepted_at=AT,
    registered_at=AT,
    registrar="wang",
)
BOUGHT: Final = replace(as_entry(DEED), certificate_no=NOTICE_NO)
NOTED: Final = replace(
    make_standing(
        entry_no="YG-2",
        kind=EncumbranceKind.MORTGAGE_NOTICE,
        rank=None,
        mortgagors=("周示例",),
        mortgagor_numbers=(BUYER,),
    ),
    certificate_no=MORTGAGE_NOTICE_NO,
)


def unbuilt(*entries: Any, **changes: Any) -> Extract:
    """Return the page of the developer's flat that is not built yet."""
    owner = replace(make_title().owners[0], name=DEVELOPER_NAME, id_number=DEVELOPER)
    facts: dict[str, Any] = {
        "title_no": LAND_TITLE_NO,
        "location": DEED.location,
        "area_m2": "98.20",
        "co_ownership": CoOwnership.SOLE,
        "owners": (owner,),
        "is_first_registered": False,
        "is_under_construction": True,
    }
    title = make_title(PRESALE_UNIT, **(facts | changes))
    return replace(make_page(), unit_no=PRESALE_UNIT, title=title, encumbrances=entries)


def built(*entries: Any) -> Extract:
    """Return the page of that flat, built and the buyer's."""
    owner = replace(make_title().owners[0], name="周示例", id_number=BUYER)
    return unbuilt(
        *entries,
        owners=(owner,),
        is_first_registered=True,
        is_under_construction=False,
        first_registered_on=date(2026, 8, 1),
    )


def presales() -> tuple[Trap, ...]:
    """民法典 221: the notice is for what cannot be registered itself yet."""
    return (
        *others(),
        *seizures(),
        titled("built already", {"R37": W}, is_first_registered=True, is_under_construction=False),
        without("M13", {"MATERIAL": C}),
    )


def noticed() -> tuple[Trap, ...]:
    """细则 78: a notice of a mortgage rests on the buyer's own notice."""
    gone = Trap(
        name="no notice of the purchase",
        touches=("standing",),
        change=lambda w: replace(w, page=replace(w.page, encumbrances=w.page.encumbrances[1:])),
        hits={"R37": C},
    )
    return (
        *others(),
        *seizures(),
        gone,
        replace(_standing(state=OVER), hits={"R37": B}),
        without("M06", {"MATERIAL": C}),
    )


def conversions() -> tuple[Trap, ...]:
    """民法典 221, 担保解释 52: within ninety days of when it can be registered itself."""
    days = tuple(
        replace(trap, touches=(*trap.touches, "standing"))
        for trap in (
            titled("ninety days", {}, first_registered_on=date(2026, 7, 1)),
            titled("ninety-one days", {"R37": B}, first_registered_on=date(2026, 6, 30)),
            titled("no day is told", {"R37": W}, first_registered_on=None),
        )
    )
    return (
        *others(),
        *seizures(),
        *days,
        replace(_standing(state=OVER), hits={"R37": B}),
        replace(_standing(holder="示例银行丙", holder_number=""), hits={"R37": C, "R07": W}),
        without("M05", {"MATERIAL": C}),
    )


MAXIMUM: Final = make_application(mortgage=make_maximum_mortgage())
MORE: Final = make_change(
    ChangeGround.DEBT, mortgage=make_mortgage(amount=Money(90_000_000), amount_words="")
)
OLDS: Final = make_standing(mortgagee=OLD_BANK_NAME, mortgagee_number=OLD_BANK)
KIND_TRAPS: Final = (
    (base("discharge", make_discharge(), on(OWN), is_straight=True), discharges()),
    (base("maximum first", MAXIMUM, make_extract()), maximums()),
    (base("smaller amount", make_change(), on(OWN)), changes()),
    (base("larger amount", MORE, on(OWN)), burdens()),
    (base("transfer", make_transfer(), on(OLDS)), transfers()),
    (
        base("crystallisation", make_crystallisation(), on(make_maximum_standing())),
        crystallisations(),
    ),
    (base("purchase notice", make_purchase_notice(), unbuilt()), presales()),
    (base("mortgage notice", make_mortgage_notice(), unbuilt(BOUGHT)), noticed()),
    (base("conversion", make_conversion(), built(NOTED)), conversions()),
)
