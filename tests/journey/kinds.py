"""Applications of every kind on real estates of an office's register, each clean."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from backend.office.case import Stage
from backend.office.events import Act
from backend.office.register import Encumbrance, EntryState
from backend.office.verification import Verified
from backend.store.estate_file import Estate
from registration.application import Application
from registration.bundle import BundleModel
from registration.changes import ChangeGround
from registration.identifiers import parse_certificate_no, parse_unit_no
from registration.mortgage import Money, Mortgage, MortgageForm
from registration.outcomes import AcceptanceReceipt, Answer, CertificateIssued
from registration.people import Mortgagee
from tests.factories import complete, make_mortgage, make_unit
from tests.factories_kinds import (
    OLD_BANK_NAME,
    make_bundle,
    make_buyer,
    make_buyers_mortgage,
    make_change,
    make_old_bank,
    make_ownership_transfer,
    make_sale,
)
from tests.journey.filing import Desk, make_filing

PRESALE: Final = "410202001003GB00016F00020001"
PRESALE_NOTED: Final = "410202001003GB00016F00020002"
NOTED: Final[dict[str, Any]] = {
    "entry_no": "YG20250611-0000099",
    "kind": "mortgage_notice",
    "recorded_at": "2025-06-11T10:00:00+08:00",
    "holder": "示例商业银行股份有限公司开封龙亭支行",
    "holder_number": "91410200MA0X00015B",
    "amount_fen": 86_000_000,
    "contract_no": "DY-2026-000123",
    "document_no": "4",
    "terms": {
        "form": "1",
        "start": "2026-09-28",
        "end": "2046-09-28",
        "security_scope": make_mortgage().security_scope,
        "principal_contract_no": "HT-2026-000123",
        "debtors": ["周示例"],
    },
}
"""The notice of a mortgage of the base case's bank, as the register has it."""


def unit_of(estate: Estate, **changes: Any) -> dict[str, Any]:
    """Return the unit of an application, as the register has it."""
    title = estate.title
    unit = make_unit(
        unit_no=parse_unit_no(title.unit_no),
        title_no=parse_certificate_no(title.title_no),
        location=title.location,
        area_m2=title.area_m2,
        use=title.use,
    )
    return {"unit": replace(unit, **changes)}


def owned(estate: Estate) -> dict[str, Any]:
    """Return the unit with its owners as mortgagors."""
    filing = make_filing(estate)
    return unit_of(estate) | {
        "mortgagors": filing.mortgagors,
        "co_ownership": filing.co_ownership,
    }


def proof_of(estate: Estate) -> str:
    """Return the certificate of what stands on a sample."""
    return estate.encumbrances[0].certificate_no


def terms_of(estate: Estate, **changes: Any) -> Mortgage:
    """Return the terms of the mortgage that stands on a sample."""
    (entry,) = estate.encumbrances
    told = estate.terms[entry.entry_no]
    assert entry.amount_fen is not None
    amount = Money(entry.amount_fen)
    is_maximum = told.form is MortgageForm.MAXIMUM
    mortgage = Mortgage(
        form=told.form,
        principal_contract_no=told.principal_contract_no,
        mortgage_contract_no=entry.contract_no,
        amount=None if is_maximum else amount,
        max_claim=amount if is_maximum else None,
        start=told.start,
        end=told.end,
        security_scope=told.security_scope,
        is_transfer_restricted=entry.is_transfer_restricted,
    )
    return replace(mortgage, **changes)


def telling(application: Application, field: str, **changes: Any) -> Application:
    """Return an application that tells other facts in its `change`, `transfer` …"""
    told = replace(getattr(application, field), **changes)
    return complete(application, {field: told})


def changing(
    estate: Estate, certificate_no: str, *grounds: ChangeGround, **changes: Any
) -> Application:
    """Return a change of a mortgage on an estate by bank and owners."""
    base = make_change(*grounds, **(owned(estate) | changes))
    return telling(base, "change", certificate_no=parse_certificate_no(certificate_no))


def bought(estate: Estate) -> dict[str, Any]:
    """Return the buyer as the mortgagor of a unit whose new title number nobody knows yet."""
    buyer = make_buyer()
    return unit_of(estate, title_no=None) | {"mortgagors": (buyer,), "debtors": (buyer,)}


def sold(estate: Estate, **sale: Any) -> Application:
    """Return the sale of an estate by its owners to the buyer."""
    sellers = make_filing(estate).mortgagors
    told = make_sale(sellers=sellers, **sale)
    return make_ownership_transfer(
        **unit_of(estate), sale=told, co_ownership=estate.title.co_ownership
    )


def sale_and_mortgage(estate: Estate) -> tuple[Application, ...]:
    """Return sale and mortgage of an estate as one."""
    first = make_buyers_mortgage(**bought(estate))
    return make_bundle(BundleModel.SALE_AND_MORTGAGE, sold(estate), first)


def old_bank_for(application: Application) -> Mortgagee:
    """Return the other bank, whose agent may act in an application's kind."""
    return make_old_bank(application.kind)


def accepted(answers: tuple[Answer, ...]) -> tuple[str, ...]:
    """Return the cases of a package; each of them must have been accepted, with no bar."""
    receipts = [a for a in answers if isinstance(a, AcceptanceReceipt)]
    assert len(receipts) == len(answers), answers
    return tuple(receipt.case_no for receipt in receipts)


def approve_all(desk: Desk, answers: tuple[Answer, ...]) -> tuple[tuple[Answer, ...], ...]:
    """Let two people approve every case of a package; return the answers of each."""
    cases = accepted(answers)
    for case_no in cases:
        desk.decide_first(case_no, "approve")
        desk.decide_second(case_no, "approve")
    desk.stand.work_off()
    return tuple(desk.answers_of(case_no) for case_no in cases)


def stages(desk: Desk, cases: tuple[str, ...]) -> list[Stage]:
    """Return where cases stand."""
    return [desk.case(case_no).stage for case_no in cases]


def number_of(answers: tuple[Answer, ...]) -> str:
    """Return the number of the certificate that was issued."""
    (issued,) = [a for a in answers if isinstance(a, CertificateIssued)]
    return issued.certificate_no


def check(desk: Desk, certificate_no: str) -> Verified:
    """Ask what anybody asks who holds a certificate."""
    with desk.stand.wall.works.reading() as work:
        code = work.certificates.get(certificate_no).check_code
    return desk.stand.office.verification.check_number(certificate_no, code)


def acts(desk: Desk, estate: Estate) -> list[Act]:
    """Return what happened on a unit, oldest first."""
    with desk.stand.wall.works.reading() as work:
        return [event.act for event in work.register.history(estate.title.unit_no)]


def standing(desk: Desk, estate: Estate) -> list[Encumbrance]:
    """Return what stands on a unit, oldest first."""
    return [e for e in desk.extract(estate).encumbrances if e.state is EntryState.CURRENT]


def items(desk: Desk, answers: tuple[Answer, ...]) -> Mapping[str, str]:
    """Return what the certificate says under 其他."""
    return dict(desk.facts(answers).other_items)


def title_like(estate: Estate) -> dict[str, Any]:
    """Return the title of a flat of its own, held as another."""
    return {
        "unit_no": "410202001003GB00078F00010001",
        "title_no": "豫（2024）开封市不动产权第7880001号",
        "location": "开封市龙亭区示例路78号2幢1号",
        "area_m2": estate.title.area_m2,
        "use": estate.title.use,
        "right_type": estate.title.right_type,
        "land_nature": estate.title.land_nature,
        "co_ownership": estate.title.co_ownership.value,
        "owners": [{"name": o.name, "id_number": o.id_number} for o in estate.title.owners],
    }


def standing_maximum() -> dict[str, Any]:
    """Return another bank's maximum-amount mortgage whose period still runs."""
    return {
        "entry_no": "DY20250322-0000001",
        "kind": "mortgage",
        "recorded_at": "2025-03-22T10:00:00+08:00",
        "holder": OLD_BANK_NAME,
        "holder_number": "914102000X0000019M",
        "certificate_no": "豫（2025）开封市不动产证明第0001502号",
        "rank": 1,
        "amount_fen": 150_000_000,
        "contract_no": "ZGDY-2025-000322",
        "terms": {
            "form": "2",
            "start": "2025-03-22",
            "end": "2030-03-22",
            "security_scope": make_mortgage().security_scope,
            "principal_contract_no": "SX-2025-000322",
            "debtors": ["张示例"],
        },
    }
