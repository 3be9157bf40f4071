"""Made-up applications of every kind beside first registration and discharge, each clean.

People, firms and numbers are made up and pass their check digits.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from registration.application import Application
from registration.bundle import BundleModel, BundlePlace
from registration.changes import (
    Change,
    ChangeGround,
    Crystallisation,
    CrystallisationFact,
    Renaming,
    Transfer,
    TransferMode,
)
from registration.identifiers import parse_certificate_no, parse_credit_code, parse_unit_no
from registration.mortgage import Money, RegistrationKind
from registration.people import (
    Agent,
    CoOwnership,
    IdDocument,
    IdKind,
    Mortgagee,
    Party,
    PartyKind,
    parse_name,
)
from registration.sale import Sale
from tests.factories import (
    BUYER,
    PROOF_NO,
    complete,
    make_application,
    make_authority,
    make_document,
    make_material,
    make_maximum_mortgage,
    make_mortgage,
    make_mortgagee,
    make_party,
    make_unit,
)

OLD_BANK: Final = "914102000X0000019M"
OLD_BANK_NAME: Final = "示例城市商业银行股份有限公司"
DEVELOPER: Final = "91410200MA0X000236"
DEVELOPER_NAME: Final = "示例置业有限公司"
OLD_TELLER: Final = "410203198803129936"
SALESMAN: Final = "410202199112089910"
PRESALE_UNIT: Final = "410202001003GB00016F00020001"
LAND_TITLE_NO: Final = "豫（2023）开封市不动产权第1600001号"
NOTICE_NO: Final = "豫（2026）开封市不动产证明第0016001号"
MORTGAGE_NOTICE_NO: Final = "豫（2026）开封市不动产证明第0016002号"


def materials(*codes: str) -> tuple[Any, ...]:
    """Return one made-up paper for each code."""
    return tuple(make_material(code) for code in codes)


def bank_for(kind: RegistrationKind, **changes: Any) -> Mortgagee:
    """Return the bank whose agent may act in a kind of registration."""
    bank = make_mortgagee()
    authority = make_authority(matters=(kind.title_zh,))
    return replace(bank, agent=replace(bank.agent, authority=authority), **changes)


def make_old_bank(kind: RegistrationKind = RegistrationKind.TRANSFER) -> Mortgagee:
    """Return another bank, with an agent of its own."""
    return Mortgagee(
        name=parse_name(OLD_BANK_NAME),
        credit_code=parse_credit_code(OLD_BANK),
        financial_licence="B9999H241020001",
        agent=Agent(
            name=parse_name("钱示例"),
            document=make_document(OLD_TELLER),
            authority=make_authority(matters=(kind.title_zh,)),
        ),
    )


def make_developer(kind: RegistrationKind = RegistrationKind.PURCHASE_NOTICE) -> Party:
    """Return the developer, who acts through an agent."""
    return Party(
        name=parse_name(DEVELOPER_NAME),
        document=IdDocument(kind=IdKind.CREDIT_CODE, number=DEVELOPER),
        kind=PartyKind.ENTERPRISE,
        phone="037100000000",
        legal_representative="孙示例",
        agent=Agent(
            name=parse_name("郑示例"),
            document=make_document(SALESMAN),
            authority=make_authority(matters=(kind.title_zh,)),
        ),
    )


def make_buyer(**changes: Any) -> Party:
    """Return the buyer, whose card was read."""
    return make_party("周示例", BUYER, **changes)


def of_kind(
    kind: RegistrationKind, facts: Mapping[str, Any], changes: Mapping[str, Any]
) -> Application:
    """Return the base case as another kind; inquiry and ink follow."""
    base = replace(
        make_application(),
        kind=kind,
        mortgagee=bank_for(kind),
        mortgage=None,
        debtors=(),
        inquiry=(),
        inks=(),
    )
    return complete(replace(base, **facts), changes)


def make_change(*grounds: ChangeGround, **changes: Any) -> Application:
    """Return a change of the base case's mortgage: a smaller amount, unless grounds are given."""
    change = Change(
        certificate_no=parse_certificate_no(PROOF_NO), grounds=grounds or (ChangeGround.DEBT,)
    )
    facts = {
        "change": change,
        "mortgage": make_mortgage(amount=Money(80_000_000), amount_words="捌拾万元整"),
        "materials": materials("M01", "M03", "M05", "M09", "M15"),
    }
    return of_kind(RegistrationKind.CHANGE, facts, changes)


def make_renamed_bank(**changes: Any) -> Application:
    """Return a change by the bank alone: its branch has another name now."""
    bank = bank_for(
        RegistrationKind.CHANGE, name=parse_name("示例商业银行股份有限公司开封西区支行")
    )
    renaming = Renaming(
        name_before=make_mortgagee().name,
        number_before=bank.credit_code.text,
        name_after=bank.name,
        number_after=bank.credit_code.text,
    )
    change = Change(
        certificate_no=parse_certificate_no(PROOF_NO),
        grounds=(ChangeGround.HOLDER_NAME,),
        renamings=(renaming,),
    )
    facts = {
        "change": change,
        "mortgagee": bank,
        "mortgagors": (),
        "materials": materials("M01", "M03", "M05", "M09", "M15"),
    }
    return of_kind(RegistrationKind.CHANGE, facts, changes)


def make_crystallisation(**changes: Any) -> Application:
    """Return a crystallisation by both: the agreed period ended, 1,200,000 yuan are owed."""
    told = Crystallisation(
        certificate_no=parse_certificate_no(PROOF_NO),
        fact=CrystallisationFact.PERIOD_ENDED,
        amount=Money(120_000_000),
        determined_on=date(2026, 9, 28),
    )
    facts = {
        "crystallisation": told,
        "materials": materials("M01", "M03", "M05", "M15", "M20"),
    }
    return of_kind(RegistrationKind.CRYSTALLISATION, facts, changes)


def make_transfer(mode: TransferMode = TransferMode.WHOLE, **changes: Any) -> Application:
    """Return a transfer of the base case's mortgage from another bank to this one."""
    told = Transfer(
        certificate_no=parse_certificate_no(PROOF_NO),
        former=make_old_bank(),
        mode=mode,
        assignment_no="ZR-2026-000001",
        amount=Money(30_000_000) if mode.is_part else None,
        notified_on=date(2026, 9, 20),
    )
    codes = ("M01", "M03", "M05", "M11", "M15", *(("M21",) if mode.is_part else ()))
    facts = {
        "transfer": told,
        "mortgagors": (),
        "co_ownership": CoOwnership.SOLE,
        "materials": materials(*codes),
    }
    return of_kind(RegistrationKind.TRANSFER, facts, changes)


def make_presale(**changes: Any) -> Sale:
    """Return the purchase of a flat that is not built yet, by one buyer."""
    sale = Sale(
        sellers=(make_developer(),),
        buyers=(make_buyer(),),
        buyer_co_ownership=CoOwnership.SOLE,
        contract_no="YS-2026-000123",
        filing_no="BA-2026-000123",
        price=Money(123_000_000),
    )
    return replace(sale, **changes)


def make_presale_unit(**changes: Any) -> Any:
    """Return the flat that is not built yet."""
    return make_unit(
        unit_no=parse_unit_no(PRESALE_UNIT),
        title_no=None,
        location="开封市龙亭区示例路16号2幢1单元1号",
        area_m2="98.20",
        **changes,
    )


def make_purchase_notice(**changes: Any) -> Application:
    """Return the notice of a purchase by developer and buyer."""
    facts = {
        "sale": make_presale(),
        "mortgagors": (),
        "co_ownership": CoOwnership.SOLE,
        "unit": make_presale_unit(),
        "materials": materials("M01", "M02", "M03", "M13", "M15"),
    }
    return of_kind(RegistrationKind.PURCHASE_NOTICE, facts, changes)


def make_mortgage_notice(**changes: Any) -> Application:
    """Return the notice of a mortgage by buyer and bank, upon the notice of the purchase."""
    facts = {
        "notice_no": parse_certificate_no(NOTICE_NO),
        "mortgage": make_mortgage(),
        "mortgagors": (make_buyer(),),
        "debtors": (make_buyer(),),
        "co_ownership": CoOwnership.SOLE,
        "unit": make_presale_unit(),
        "materials": materials("M01", "M03", "M05", "M06", "M07", "M13", "M15"),
    }
    return of_kind(RegistrationKind.MORTGAGE_NOTICE, facts, changes)


def make_conversion(**changes: Any) -> Application:
    """Return the conversion of that notice, now that the flat is built and the buyer's."""
    facts = {
        "notice_no": parse_certificate_no(MORTGAGE_NOTICE_NO),
        "mortgage": make_mortgage(),
        "mortgagors": (make_buyer(),),
        "debtors": (make_buyer(),),
        "co_ownership": CoOwnership.SOLE,
        "unit": make_presale_unit(),
        "materials": materials("M01", "M03", "M05", "M15"),
    }
    return of_kind(RegistrationKind.CONVERSION, facts, changes)


def make_sale(**changes: Any) -> Sale:
    """Return the sale of the base case's flat by both owners to one buyer."""
    base = make_application()
    sale = Sale(
        sellers=base.mortgagors,
        buyers=(make_buyer(),),
        buyer_co_ownership=CoOwnership.SOLE,
        contract_no="MM-2026-000123",
        price=Money(150_000_000),
        tax_receipt_no="341016260900000123",
    )
    return replace(sale, **changes)


def make_ownership_transfer(**changes: Any) -> Application:
    """Return the transfer of ownership that follows that sale."""
    facts = {
        "sale": make_sale(),
        "mortgagors": (),
        "materials": materials("M01", "M14", "M15"),
    }
    return of_kind(RegistrationKind.OWNERSHIP_TRANSFER, facts, changes)


def make_buyers_mortgage(**changes: Any) -> Application:
    """Return the buyer's first registration on the flat that he buys."""
    facts = {
        "mortgage": make_mortgage(),
        "mortgagors": (make_buyer(),),
        "debtors": (make_buyer(),),
        "co_ownership": CoOwnership.SOLE,
        "unit": make_unit(title_no=None),
        "materials": materials("M01", "M03", "M06", "M07", "M15"),
    }
    return of_kind(RegistrationKind.FIRST, facts, changes)


def make_bundle(model: BundleModel, *applications: Application) -> tuple[Application, ...]:
    """Return applications as the steps of one bundle, in order, each with a number of its own."""
    return tuple(
        replace(
            application,
            application_id=f"A-4102-0001-20260929-{900_000 + place:06d}",
            bundle=BundlePlace(
                bundle_id="B-4102-0001-20260929-000001",
                model=model,
                place=place,
                count=len(applications),
            ),
        )
        for place, application in enumerate(applications, start=1)
    )


def make_sale_and_mortgage() -> tuple[Application, ...]:
    """Return sale and mortgage as one."""
    return make_bundle(
        BundleModel.SALE_AND_MORTGAGE, make_ownership_transfer(), make_buyers_mortgage()
    )


def make_presale_bundle() -> tuple[Application, ...]:
    """Return both notices of a presale as one."""
    together = make_mortgage_notice(
        notice_no=None, materials=materials("M01", "M03", "M06", "M07", "M13", "M15")
    )
    return make_bundle(BundleModel.PRESALE, make_purchase_notice(), together)


def make_split() -> tuple[Application, ...]:
    """Return the split of a maximum-amount mortgage: a part passes on, the maximum is reduced."""
    former = make_old_bank(RegistrationKind.CHANGE)
    reduced = make_change(
        ChangeGround.MAX_CLAIM,
        mortgagee=former,
        mortgage=make_maximum_mortgage(max_claim=Money(120_000_000), amount_words=""),
    )
    return make_bundle(BundleModel.SPLIT, make_transfer(TransferMode.SPLIT), reduced)


EVERY_KIND: Final = {
    "change": make_change,
    "renamed bank": make_renamed_bank,
    "crystallisation": make_crystallisation,
    "transfer": make_transfer,
    "notice of a purchase": make_purchase_notice,
    "notice of a mortgage": make_mortgage_notice,
    "conversion": make_conversion,
    "transfer of ownership": make_ownership_transfer,
}
EVERY_BUNDLE: Final = {
    "sale and mortgage": make_sale_and_mortgage,
    "presale": make_presale_bundle,
    "split": make_split,
}
