"""What a certificate says of an entry can always be kept, drawn and sealed, or is told before."""

from dataclasses import replace

import pytest

from backend.office.register import Deed, Holder, PurchaseEntry
from backend.office.wording import check_wording, wording
from registration.findings import Finding, Level
from registration.papers.certificate import draw_certificate
from registration.people import CoOwnership
from registration.schema import format_certificate, parse_certificate
from tests.rows import AT, make_entry
from tests.unit.registration.papers.facts import make_certificate

LONG = "示例" * 50


def make_purchase(**changes: object) -> PurchaseEntry:
    """Return the notice of a purchase by a hundred buyers with the longest names and shares."""
    deed = PurchaseEntry(
        entry_no="DJ20260929-0000001",
        case_no="20260929-0000001",
        unit_no="410202001003GB00016F00020001",
        location="路" * 200,
        buyers=(Holder(LONG, "41020319850615991X", "1/" + "9" * 198),) * 100,
        buyer_co_ownership=CoOwnership.SHARES,
        sellers=(Holder("企" * 200, "91410200MA0X000236"),) * 200,
        contract_no="合" * 200,
        filing_no="备" * 200,
        price_fen=2**53 - 1,
        accepted_at=AT,
        registered_at=AT,
        registrar="auto",
    )
    return replace(deed, **changes)  # type: ignore[arg-type]  # a table of keyword arguments


LARGEST = {
    "mortgage": make_entry(
        mortgagee=LONG,
        co_mortgagees=(Holder(LONG, ""),) * 100,
        mortgagors=("示" * 200,) * 200,
        debtors=(LONG,) * 100,
        location="路" * 200,
        title_no="权" * 64,
        security_scope="范" * 4000,
        determined="其他：" + "注" * 4000,
        principal_contract_no="合" * 200,
        mortgage_contract_no="同" * 200,
        amount_fen=2**53 - 1,
        max_claim_fen=2**53 - 1,
    ),
    "purchase": make_purchase(),
}


@pytest.mark.parametrize("deed", LARGEST.values(), ids=LARGEST)
def test_the_largest_entry_has_its_certificate(deed: Deed) -> None:
    said = wording(deed)
    certificate = make_certificate(
        right=said.right,
        holder=said.holder,
        obligors=said.obligors,
        location=deed.location,
        other_items=said.other_items,
        remarks=said.remarks,
    )

    assert check_wording(deed, ()) == ()
    assert parse_certificate(format_certificate(certificate)) == certificate
    assert draw_certificate(certificate, is_specimen=True).pdf


UNPRINTABLE: dict[str, Deed] = {
    "holder": make_entry(mortgagee="示例\ue000银行"),
    "another holder": make_entry(co_mortgagees=(Holder("示例\ue000银行", ""),)),
    "mortgagor": make_entry(mortgagors=("张\ue000例",)),
    "debtor": make_entry(debtors=("张\ue000例",)),
    "location": make_entry(location="示例\ue000路"),
    "scope": make_entry(security_scope="本金\ue000"),
    "seller": make_purchase(sellers=(Holder("示例\ue000置业", ""),)),
}


@pytest.mark.parametrize("deed", UNPRINTABLE.values(), ids=UNPRINTABLE)
def test_what_cannot_be_printed_is_told_before_the_entry(deed: Deed) -> None:
    (found,) = check_wording(deed, ())

    assert (found.rule, found.level) == ("PRINT", Level.NOT_ACCEPTED)
    assert "U+E000" in found.zh
    assert "\ue000" not in found.zh + found.en


def test_it_is_told_once() -> None:
    told = Finding(rule="PRINT", level=Level.CORRECT, zh="", en="", basis="")

    assert check_wording(UNPRINTABLE["scope"], (told,)) == ()
    assert check_wording(None, ()) == ()
