"""The rules on sales, notices and their conversion, and on who disposes in them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pytest

from backend.office.events import as_entry
from backend.office.register import (
    Encumbrance,
    EncumbranceKind,
    EntryState,
    Extract,
    Holder,
    Owner,
    PurchaseEntry,
)
from registration.application import Application
from registration.findings import Level
from registration.identifiers import parse_certificate_no
from registration.mortgage import Money
from registration.people import CoOwnership
from tests.factories import (
    BUYER,
    LI,
    PROOF_NO,
    make_discharge,
    make_mortgage,
    make_party,
    without_ink_of,
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
    make_buyer,
    make_conversion,
    make_mortgage_notice,
    make_ownership_transfer,
    make_purchase_notice,
    make_sale_and_mortgage,
    materials,
)
from tests.factories_office import (
    hits,
    judged,
    make_dissent,
    make_page,
    make_seizure,
    make_standing,
)
from tests.known import known
from tests.rows import AT, BANK, make_encumbrance, make_title

DEVELOPERS: Final = (Owner(name=DEVELOPER_NAME, id_number=DEVELOPER),)
BUYERS: Final = (Owner(name="周示例", id_number=BUYER),)
PLACE: Final = "开封市龙亭区示例路16号2幢1单元1号"
BUILT_ON: Final = date(2026, 8, 1)


def presale(*entries: Encumbrance, **title: Any) -> Extract:
    """Return the page of a flat that is not built yet, the developer's."""
    facts: dict[str, Any] = {
        "title_no": LAND_TITLE_NO,
        "location": PLACE,
        "area_m2": "98.20",
        "co_ownership": CoOwnership.SOLE,
        "owners": DEVELOPERS,
        "is_first_registered": False,
        "is_under_construction": True,
    }
    made = make_title(PRESALE_UNIT, **(facts | title))
    return replace(make_page(), unit_no=PRESALE_UNIT, title=made, encumbrances=entries)


def built(*entries: Encumbrance, **title: Any) -> Extract:
    """Return the page of that flat now that it is built, and the buyer's."""
    facts = {
        "owners": BUYERS,
        "is_first_registered": True,
        "is_under_construction": False,
        "first_registered_on": BUILT_ON,
    }
    return presale(*entries, **(facts | title))


def purchased(number: str = BUYER, **changes: Any) -> Encumbrance:
    """Return the notice of the buyer's purchase, as this office entered it."""
    deed = PurchaseEntry(
        entry_no="YG-1", case_no="20260901-0000001", unit_no=PRESALE_UNIT, location=PLACE,
        buyers=(Holder("周示例", number),), buyer_co_ownership=CoOwnership.SOLE,
        sellers=(Holder(DEVELOPER_NAME, DEVELOPER),), contract_no="YS-2026-000999",
        filing_no="BA-1", price_fen=None, accepted_at=AT, registered_at=AT - timedelta(days=30),
        registrar="wang",
    )  # fmt: skip
    return replace(as_entry(replace(deed, **changes)), certificate_no=NOTICE_NO)


def noted(**changes: Any) -> Encumbrance:
    """Return this bank's notice of the buyer's mortgage."""
    entry = make_standing(
        entry_no="YG-2", kind=EncumbranceKind.MORTGAGE_NOTICE, rank=None,
        mortgagors=("周示例",), mortgagor_numbers=(BUYER,),
        registered_at=AT - timedelta(days=30), **changes,
    )  # fmt: skip
    return replace(entry, certificate_no=MORTGAGE_NOTICE_NO)


OVER: Final[dict[str, Any]] = {"state": EntryState.TERMINATED}
OLD: Final = make_encumbrance(1, rank=1, holder=OLD_BANK_NAME, holder_number=OLD_BANK)
RESTRICTED: Final = replace(OLD, is_transfer_restricted=True, certificate_no=PROOF_NO)
SALE, _ = make_sale_and_mortgage()
M10: Final = materials("M01", "M10", "M14", "M15")


def sold(**changes: Any) -> Application:
    return replace(make_ownership_transfer(**changes), bundle=SALE.bundle)


def on(*entries: Encumbrance, **title: Any) -> Extract:
    return replace(make_page(**title), encumbrances=entries)


HITS: dict[str, tuple[Application, Extract, list[str]]] = {
    # --- notice of a purchase
    "a notice of a purchase": (make_purchase_notice(), presale(), []),
    "of what is built already": (
        make_purchase_notice(), presale(is_first_registered=True, is_under_construction=False),
        ["R37"],
    ),
    "of a developer who does not own": (
        make_purchase_notice(), presale(owners=BUYERS), ["R27"]
    ),
    "of what is seized": (make_purchase_notice(), presale(make_seizure()), ["R01"]),
    "under a dissent": (make_purchase_notice(), presale(make_dissent()), ["R02"]),
    "sold to another before": (
        make_purchase_notice(), presale(purchased("41020519800229992X")), ["R06"]
    ),
    "the same contract again": (
        make_purchase_notice(), presale(purchased(contract_no="YS-2026-000123")), ["R35"]
    ),
    "ownership in dispute": (make_purchase_notice(), presale(is_disputed=True), ["R16"]),
    "the land's title is over": (
        make_purchase_notice(), presale(state=EntryState.HISTORICAL), ["R28"]
    ),
    # --- notice of a mortgage
    "a notice of a mortgage": (make_mortgage_notice(), presale(purchased()), []),
    "without the purchase's": (make_mortgage_notice(), presale(), ["R37"]),
    "upon a stranger's": (
        make_mortgage_notice(), presale(purchased("41020519800229992X")), ["R06", "R37"]
    ),
    "upon one that lapsed": (make_mortgage_notice(), presale(purchased(**OVER)), ["R37"]),
    "upon another certificate": (
        make_mortgage_notice(notice_no=parse_certificate_no(PROOF_NO)),
        presale(purchased()), ["R37"],
    ),
    "90 days after it could be registered": (
        make_mortgage_notice(),
        presale(purchased(), first_registered_on=date(2026, 6, 30), is_first_registered=True),
        ["R37"],
    ),
    "beside another bank's notice": (
        make_mortgage_notice(),
        presale(purchased(), replace(noted(), holder=OLD_BANK_NAME, holder_number=OLD_BANK)),
        ["R07"],
    ),
    "the same mortgage contract again": (make_mortgage_notice(), presale(purchased(), noted()), ["R35"]),
    "one of two buyers": (
        make_mortgage_notice(),
        presale(purchased(
            buyers=(Holder("周示例", BUYER), Holder("吴示例", "41020519800229992X")),
            buyer_co_ownership=CoOwnership.JOINT)),
        ["R08", "R27"],
    ),
    "a mortgage notice on a homestead": (
        make_mortgage_notice(), presale(purchased(), right_type="5"), ["R15"]
    ),
    # --- conversion
    "a conversion": (make_conversion(), built(noted()), []),
    "of nothing": (make_conversion(), built(), ["R37"]),
    "of another bank's notice": (
        make_conversion(), built(noted(mortgagee=OLD_BANK_NAME, mortgagee_number=OLD_BANK)),
        ["R37", "R07"],
    ),
    "of a notice that lapsed": (make_conversion(), built(noted(**OVER)), ["R37"]),
    "within 90 days": (make_conversion(), built(noted(), first_registered_on=date(2026, 7, 1)), []),
    "after 90 days": (
        make_conversion(), built(noted(), first_registered_on=date(2026, 6, 30)), ["R37"]
    ),
    "of a day that nobody knows": (
        make_conversion(), built(noted(), first_registered_on=None), ["R37"]
    ),
    "of what is not built": (
        make_conversion(), built(noted(), is_first_registered=False), ["R18"]
    ),
    "before it is the buyer's": (
        make_conversion(), built(noted(), purchased(), owners=DEVELOPERS), ["R27"]
    ),
    "after another mortgage was entered": (
        make_conversion(),
        built(noted(), make_encumbrance(rank=1, recorded_at=AT - timedelta(days=3))),
        ["R05", "R04"],
    ),
    "after an older mortgage": (make_conversion(), built(noted(), make_encumbrance(rank=1)), ["R04"]),
    "of other terms than the notice's": (
        make_conversion(mortgage=make_mortgage(amount=Money(90_000_000), amount_words="")),
        built(noted()), ["MATERIAL"],
    ),
    "of other terms, with their contracts": (
        make_conversion(
            mortgage=make_mortgage(amount=Money(90_000_000), amount_words=""),
            materials=materials("M01", "M03", "M05", "M06", "M07", "M15")),
        built(noted()), [],
    ),
    "of a seized flat": (make_conversion(), built(noted(), make_seizure()), ["R01"]),
    # --- transfer of ownership
    "a sale": (sold(), on(), []),
    "a mortgaged flat": (sold(), on(OLD), ["R20"]),
    "against a restriction": (sold(), on(RESTRICTED), ["R20"]),
    "with the mortgagee's consent": (sold(materials=M10), on(RESTRICTED), ["R20"]),
    "a seized flat": (sold(), on(make_seizure()), ["R01"]),
    "sellers who do not own": (sold(), on(owners=BUYERS, co_ownership=CoOwnership.SOLE), ["R27"]),
    "a joint owner who does not sell": (
        replace(without_ink_of(sold(), LI), co_ownership=CoOwnership.OTHER), on(), ["FORMAT", "R08", "R27", "R33"]
    ),
    "a stranger's notice": (sold(), on(purchased("41020519800229992X")), ["R06"]),
    "the buyer's own notice": (sold(), on(purchased()), []),
    "another bank's notice": (sold(), on(purchased(), noted(
        mortgagee=OLD_BANK_NAME, mortgagee_number=OLD_BANK)), ["R07"]),
    "allocated land": (sold(), on(land_nature="101"), ["R19"]),
    "a building without its land": (sold(), on(covers_land_and_building=False), ["R17"]),
    "never registered": (sold(), on(is_first_registered=False), ["R18"]),
    "a frozen flat": (sold(), on(restrictions=("征收冻结",)), ["R40"]),
    "a married sole owner": (
        sold(
            sale=replace(known(SALE.sale), sellers=(make_party(),)),
            co_ownership=CoOwnership.SOLE,
        ),
        on(owners=(Owner(name="张示例", id_number=make_party().document.number, is_married=True),),
           co_ownership=CoOwnership.SOLE),
        ["R10"],
    ),
    "alone": (make_ownership_transfer(), on(), ["KIND"]),
}  # fmt: skip


@pytest.mark.parametrize(("application", "page", "expected"), HITS.values(), ids=HITS)
def test_what_hits_and_nothing_else(
    application: Application, page: Extract, expected: list[str]
) -> None:
    assert hits(application, page) == expected


def level_of(application: Application, page: Extract, rule: str, **how: Any) -> list[Level]:
    return [f.level for f in judged(application, page, **how)[1] if f.rule == rule]


def test_a_restriction_blocks_until_the_mortgagee_agrees_or_applies_too() -> None:
    """民法典 406, 担保解释 43: in a bundle its own discharge is consent."""
    page = on(RESTRICTED)
    discharge = make_discharge()

    assert level_of(sold(), page, "R20") == [Level.BLOCK]
    assert level_of(sold(materials=M10), page, "R20") == [Level.INFO]
    assert level_of(sold(), page, "R20", together=(discharge,)) == [Level.INFO]


def test_the_number_of_a_title_that_passes_in_the_bundle_is_not_compared() -> None:
    sale, mortgage = make_sale_and_mortgage()
    claimed = replace(mortgage, unit=sale.unit)
    page = on(title_no="", owners=BUYERS, co_ownership=CoOwnership.SOLE)

    assert "R27" in hits(claimed, page)
    assert "R27" not in hits(claimed, page, together=(sale,))


@pytest.mark.parametrize(
    ("application", "page"),
    [
        (make_purchase_notice(), presale()),
        (make_mortgage_notice(), presale(purchased())),
        (make_conversion(), built(noted())),
        (sold(), on()),
    ],
)
def test_clean_cases_of_these_kinds_go_to_people(application: Application, page: Extract) -> None:
    assert judged(application, page)[0].decision == "MANUAL"


def test_a_bank_of_the_channel_files_for_developer_and_buyer() -> None:
    assert make_purchase_notice().mortgagee.credit_code.text == BANK
    assert make_buyer().document.number == BUYER
