"""Several applications as one through the real office: decided together, entered in order.

People and firms are made up; the estates are those of the samples or flats of their own.
"""

from dataclasses import replace

import pytest

from backend.office.case import Stage
from backend.office.events import Act
from backend.office.register import EncumbranceKind
from backend.office.verification import Answer as Check
from backend.store.estate_file import Estate
from registration.bundle import BundleModel
from registration.changes import ChangeGround, CrystallisationFact, TransferMode
from registration.identifiers import parse_certificate_no
from registration.mortgage import Money, RegistrationKind
from registration.outcomes import (
    Answer,
    CertificateIssued,
    Registered,
)
from tests.factories import complete, make_discharge, make_mortgage
from tests.factories_kinds import (
    OLD_BANK_NAME,
    make_bundle,
    make_buyer,
    make_buyers_mortgage,
    make_conversion,
    make_crystallisation,
    make_developer,
    make_mortgage_notice,
    make_old_bank,
    make_ownership_transfer,
    make_purchase_notice,
    make_sale,
    make_transfer,
    materials,
)
from tests.journey.filing import Desk, make_filing, only, sample
from tests.journey.kinds import (
    PRESALE,
    acts,
    approve_all,
    bought,
    changing,
    check,
    number_of,
    owned,
    proof_of,
    sale_and_mortgage,
    sold,
    stages,
    standing,
    standing_maximum,
    telling,
    terms_of,
    title_like,
    unit_of,
)

pytestmark = pytest.mark.journey


def kinds(answers: tuple[Answer, ...], *kinds: type) -> list[type]:
    """Return the answers of some kinds, in order."""
    return [type(answer) for answer in answers if isinstance(answer, kinds)]


def test_a_sale_and_its_mortgage_are_entered_together(desk: Desk) -> None:
    estate = desk.new_flat()

    sale, mortgage = approve_all(desk, desk.file(*desk.ready_together(*sale_and_mortgage(estate))))

    passed, entered = only(sale, Registered), only(mortgage, Registered)
    assert (passed.certificate_follows, entered.certificate_follows) == (False, True)
    assert (passed.rank, entered.rank) == (None, 1)
    page = desk.extract(estate)
    assert page.title is not None
    assert page.title.title_no == passed.title_no != estate.title.title_no
    assert [owner.name for owner in page.title.owners] == ["周示例"]
    certificate = desk.facts(mortgage)
    assert dict(certificate.other_items)["不动产权证书号"] == passed.title_no
    assert certificate.obligors == ("周示例",)
    assert acts(desk, estate) == [Act.BROUGHT_IN, Act.PASSED, Act.ENTERED]
    assert stages(desk, (passed.case_no, entered.case_no)) == [Stage.DELIVERED, Stage.CERTIFIED]


def test_notices_of_a_presale_and_what_becomes_of_them(desk: Desk) -> None:
    """From the building site to the mortgage: notices, first registration, sale, conversion."""
    estate = sample(PRESALE)
    unit = unit_of(estate, title_no=None)
    together = make_mortgage_notice(
        **unit, notice_no=None, materials=materials("M01", "M03", "M06", "M07", "M13", "M15")
    )
    notices = make_bundle(BundleModel.PRESALE, make_purchase_notice(**unit), together)
    bought_notice, bank_notice = approve_all(desk, desk.file(*desk.ready_together(*notices)))
    purchase, noted = number_of(bought_notice), number_of(bank_notice)

    built = _first_registered(desk, estate)
    buyer = make_buyer()
    conversion = make_conversion(
        **unit_of(built, title_no=None),
        mortgagors=(buyer,),
        debtors=(buyer,),
        notice_no=parse_certificate_no(noted),
    )
    sale = make_ownership_transfer(
        **unit_of(built),
        sale=make_sale(sellers=(make_developer(RegistrationKind.OWNERSHIP_TRANSFER),)),
        co_ownership=built.title.co_ownership,
        materials=materials("M01", "M02", "M03", "M14", "M15"),
    )
    completion = make_bundle(BundleModel.COMPLETION, sale, conversion)
    passed, mortgage = approve_all(desk, desk.file(*desk.ready_together(*completion)))

    assert only(passed, Registered).title_no
    assert only(mortgage, Registered).rank == 1
    (entry,) = standing(desk, built)
    assert (entry.kind, entry.certificate_no) == (EncumbranceKind.MORTGAGE, number_of(mortgage))
    assert check(desk, purchase).answer is Check.CANCELLED
    old = check(desk, noted)
    assert (old.answer, old.successor) == (Check.REPLACED, number_of(mortgage))
    assert acts(desk, built) == [
        Act.BROUGHT_IN,
        Act.ENTERED,
        Act.ENTERED,
        Act.PASSED,
        Act.PASSED,
        Act.FULFILLED,
        Act.CONVERTED,
        Act.FULFILLED,
    ]


def _first_registered(desk: Desk, estate: Estate) -> Estate:
    """Let the window enter the building: the flat is the developer's own, with its own title."""
    now = desk.stand.wall.clock.now()
    title = {
        "unit_no": estate.title.unit_no,
        "title_no": "豫（2026）开封市不动产权第9916001号",
        "location": estate.title.location,
        "area_m2": estate.title.area_m2,
        "use": estate.title.use,
        "right_type": estate.title.right_type,
        "land_nature": estate.title.land_nature,
        "co_ownership": "0",
        "owners": [{"name": o.name, "id_number": o.id_number} for o in estate.title.owners],
        "registered_at": now.isoformat(),
        "first_registered_on": now.date().isoformat(),
    }
    return desk.bring_in(title)


def test_a_flat_is_sold_under_mortgage_while_the_old_one_is_paid_off(desk: Desk) -> None:
    """新旧抵押权组合: the bank's own old mortgage, with a promise not to transfer, ends in it."""
    estate = desk.new_flat()
    old = desk.file(
        desk.ready(make_filing(estate, mortgage=make_mortgage(is_transfer_restricted=True)))
    )
    discharge = make_discharge(**unit_of(estate))
    steps = (
        sold(estate),
        make_buyers_mortgage(
            **bought(estate), mortgage=make_mortgage(mortgage_contract_no="DY-2026-777001")
        ),
        telling(discharge, "discharge", certificate_no=parse_certificate_no(number_of(old))),
    )

    answers = desk.file(*desk.ready_together(*make_bundle(BundleModel.COMBINED, *steps)))
    passed, new, gone = approve_all(desk, answers)

    assert only(new, Registered).rank == 2
    assert only(gone, Registered).entry_no == only(old, Registered).entry_no
    assert only(passed, Registered).title_no
    (entry,) = standing(desk, estate)
    assert (entry.rank, entry.certificate_no) == (2, number_of(new))
    assert check(desk, number_of(old)).answer is Check.CANCELLED


def test_another_banks_mortgage_stands_until_it_is_paid_off(desk: Desk) -> None:
    """新旧抵押权分段: the other bank agreed in writing; its own mortgage ends later."""
    estate = sample("40")
    consent = materials("M01", "M10", "M14", "M15")
    steps = (replace(sold(estate), materials=consent), make_buyers_mortgage(**bought(estate)))

    answers = desk.file(*desk.ready_together(*make_bundle(BundleModel.STAGED, *steps)))
    _, new = approve_all(desk, answers)

    assert only(new, Registered).rank == 2
    assert [(e.rank, e.holder) for e in standing(desk, estate)] == [
        (1, OLD_BANK_NAME),
        (2, steps[1].mortgagee.name.text),
    ]


def test_the_old_mortgage_is_changed_to_the_buyers_debt(desk: Desk) -> None:
    """抵押权变更: one bank, one mortgage; only its certificate after both steps is made."""
    estate = desk.new_flat()
    old = desk.enter(estate)
    terms = make_mortgage(
        amount=Money(70_000_000),
        amount_words="",
        principal_contract_no="HT-2026-888001",
        mortgage_contract_no="DY-2026-888001",
    )
    grounds = (ChangeGround.MORTGAGOR, ChangeGround.DEBT)
    change = changing(
        estate, old.certificate_no, *grounds, **(bought(estate) | {"mortgage": terms})
    )
    change = complete(change, {"co_ownership": make_buyers_mortgage().co_ownership})

    answers = desk.file(
        *desk.ready_together(*make_bundle(BundleModel.CHANGED, sold(estate), change))
    )
    _, changed = approve_all(desk, answers)

    certificate = desk.facts(changed)
    assert certificate.obligors == ("周示例",)
    assert dict(certificate.other_items)["担保债权数额"].startswith("700,000.00 元")
    assert "债务人：周示例" in certificate.remarks
    assert check(desk, old.certificate_no).successor == number_of(changed)
    assert acts(desk, estate)[-2:] == [Act.PASSED, Act.CHANGED]


def test_a_crystallised_mortgage_passes_and_one_certificate_is_made(desk: Desk) -> None:
    estate = sample("41")
    number = parse_certificate_no(proof_of(estate))
    crystallised = telling(
        make_crystallisation(
            **owned(estate), mortgagee=make_old_bank(RegistrationKind.CRYSTALLISATION)
        ),
        "crystallisation",
        certificate_no=number,
        fact=CrystallisationFact.NO_NEW_CLAIMS,
    )
    transfer = telling(make_transfer(**unit_of(estate)), "transfer", certificate_no=number)
    bundle = make_bundle(BundleModel.CRYSTALLISE_AND_TRANSFER, crystallised, transfer)

    fixed, passed = approve_all(desk, desk.file(*desk.ready_together(*bundle)))

    assert kinds(fixed, Registered, CertificateIssued) == [Registered]
    assert only(fixed, Registered).certificate_follows is False
    certificate = desk.facts(passed)
    assert certificate.holder == transfer.mortgagee.name.text
    said = dict(certificate.other_items)
    assert (said["抵押方式"], said["原最高债权额"][:12]) == ("一般抵押", "1,500,000.00")
    assert acts(desk, estate)[-2:] == [Act.CRYSTALLISED, Act.TRANSFERRED]


def test_a_part_is_split_off_a_maximum_and_shares_its_rank(desk: Desk) -> None:
    estate = desk.bring_in(title_like(sample("41")), standing_maximum())
    number = parse_certificate_no(standing_maximum()["certificate_no"])
    split = telling(
        make_transfer(TransferMode.SPLIT, **unit_of(estate)), "transfer", certificate_no=number
    )
    reduced = changing(
        estate,
        number.text,
        ChangeGround.MAX_CLAIM,
        mortgagee=make_old_bank(RegistrationKind.CHANGE),
        mortgage=terms_of(estate, max_claim=Money(120_000_000)),
    )

    answers = desk.file(*desk.ready_together(*make_bundle(BundleModel.SPLIT, split, reduced)))
    part, rest = approve_all(desk, answers)

    assert dict(desk.facts(part).other_items)["担保债权数额"].startswith("300,000.00 元")
    assert dict(desk.facts(rest).other_items)["最高债权额"].startswith("1,200,000.00 元")
    shared = [(e.rank, e.rank_part, e.amount_fen) for e in standing(desk, estate)]
    assert sorted(shared) == [(1, 0, 120_000_000), (1, 1, 30_000_000)]
