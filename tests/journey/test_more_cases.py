"""Beyond the samples: other names, owners and forms, from the package to the certificate's text."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from backend.office.register import EncumbranceKind
from registration.findings import Level
from registration.mortgage import Money
from registration.outcomes import (
    AcceptanceReceipt,
    CertificateIssued,
    CorrectionRequest,
    Progress,
    Registered,
)
from registration.people import Guardian, IdDocument, IdKind, Party
from tests.factories import (
    BUYER,
    FATHER,
    FIRST_MATERIALS,
    LI,
    MINOR,
    SCOPE,
    ZHANG,
    make_identity,
    make_material,
    make_maximum_mortgage,
    make_mortgage,
    make_party,
    without_ink_of,
)
from tests.journey.filing import (
    ORGANISATION_MATERIALS,
    Desk,
    make_filing,
    only,
    rules,
    sample,
)
from tests.unit.registration.papers.reading import read_codes, read_text

pytestmark = pytest.mark.journey


def owned_by(name: str, number: str = ZHANG, **more: Any) -> dict[str, Any]:
    return {"owners": [{"name": name, "id_number": number, **more}], "co_ownership": "0"}


@pytest.mark.parametrize(
    "name",
    [
        "𠮷示例",
        "示〇例",
        "阿卜杜拉·示例·买买提",
        "㼆䶮示",
        "欧阳示例",
        "李例",
        "龍例",
        "\uf9c4例",
        "JOHN EXAMPLE SMITH",
        "示" * 30,
    ],
    ids=ascii,
)
def test_a_name_reaches_the_certificate_code_for_code(desk: Desk, name: str) -> None:
    answers = desk.file(desk.ready(make_filing(desk.new_flat(**owned_by(name)))))

    assert desk.facts(answers).obligors == (name,)
    paper = desk.paper(answers[0].case_no)
    assert f"义务人{''.join(name.split())}坐落" in read_text(paper)


def test_the_register_s_spelling_of_a_name_stands_on_the_certificate(desk: Desk) -> None:
    """Middle dots are compared folded and never written folded."""
    estate = desk.new_flat(**owned_by("阿依·示例"))
    spelled = make_party("阿依•示例", identity=make_identity("阿依•示例"))

    answers = desk.file(desk.ready(make_filing(estate, mortgagors=(spelled,))))

    assert desk.facts(answers).obligors == ("阿依·示例",)


def test_a_name_that_differs_by_compatibility_alone_is_shown_and_never_taken(desk: Desk) -> None:
    estate = desk.new_flat(**owned_by("龍例"))
    alike = make_party("\uf9c4例", identity=make_identity("\uf9c4例"))

    (asked,) = desk.file(desk.ready(make_filing(estate, mortgagors=(alike,))))

    assert isinstance(asked, CorrectionRequest)
    assert rules(asked.findings) == ["R27"]
    assert asked.findings[0].pointer == "/mortgagors/0/name"


def test_four_joint_owners_stand_on_the_certificate_in_the_register_s_order(desk: Desk) -> None:
    whole = make_filing(sample("29"))
    turned = make_filing(sample("29"), mortgagors=tuple(reversed(whole.mortgagors)))

    answers = desk.file(desk.ready(turned))

    owners = ("阿依·示例·古丽", "卫示例", "蒋示例", "张示例")
    assert desk.facts(answers).obligors == owners
    paper = read_text(desk.paper(answers[0].case_no))
    assert f"义务人{'、'.join(owners)}坐落" in paper


def by_shares(desk: Desk) -> Any:
    owners = [
        {"name": "张示例", "id_number": ZHANG, "share": "2/3"},
        {"name": "李示例", "id_number": LI, "share": "1/3"},
    ]
    return desk.new_flat(owners=owners, co_ownership="2")


def test_owners_of_two_thirds_mortgage_the_whole(desk: Desk) -> None:
    whole = desk.ready(make_filing(by_shares(desk)))

    answers = desk.file(without_ink_of(whole, LI))

    assert only(answers, AcceptanceReceipt).findings == ()
    assert desk.facts(answers).obligors == ("张示例", "李示例")


def test_owners_of_one_third_do_not(desk: Desk) -> None:
    whole = desk.ready(make_filing(by_shares(desk)))

    (asked,) = desk.file(without_ink_of(whole, ZHANG, "M01"))

    assert isinstance(asked, CorrectionRequest)
    assert set(rules(asked.findings)) == {"R09"}


def test_shares_that_are_not_the_register_s_are_asked_about(desk: Desk) -> None:
    (asked,) = desk.file(desk.ready(make_filing(by_shares(desk), shares=("1/2", "1/2"))))

    assert isinstance(asked, CorrectionRequest)
    assert rules(asked.findings) == ["R27", "R27"]
    assert [f.pointer for f in asked.findings] == ["/shares/0", "/shares/1"]


def test_a_sole_owner_s_flat_goes_straight_through(desk: Desk) -> None:
    answers = desk.file(desk.ready(make_filing(desk.new_flat(**owned_by("张示例")))))

    assert only(answers, Registered).rank == 1
    assert desk.facts(answers).obligors == ("张示例",)


def test_a_company_mortgages_its_shop(desk: Desk) -> None:
    shop = sample("410203002001GB00105F00030108")
    materials = tuple(make_material(code) for code in ORGANISATION_MATERIALS)

    answers = desk.file(desk.ready(make_filing(shop, materials=materials)))

    certificate = desk.facts(answers)
    assert certificate.obligors == ("示例置业有限公司",)
    assert certificate.remarks.startswith("债务人：示例置业有限公司\n")


def test_a_permanent_resident_is_looked_at_by_people_and_certified(desk: Desk) -> None:
    """The police service knows no such cards, so two people compare the document themselves."""
    name, number = "EXAMPLE MARIA ANNA", "GBR410085010212"
    card = IdDocument(kind=IdKind.PERMANENT_RESIDENT, number=number)
    born = date(1985, 1, 2)
    identity = make_identity(name, ZHANG, document=card, birth_date=born, nationality="GBR")
    owner = make_party(name, ZHANG, document=card, identity=identity)
    estate = desk.new_flat(**owned_by(name, number))
    materials = tuple(make_material(code) for code in ORGANISATION_MATERIALS)
    filing = make_filing(estate, mortgagors=(owner,), debtors=(owner,), materials=materials)

    (received,) = desk.file(desk.ready(filing))

    assert isinstance(received, AcceptanceReceipt)
    assert [(f.rule, f.level) for f in received.findings] == [("R32", Level.MANUAL)]
    answers = desk.approve(received.case_no)
    assert desk.facts(answers).obligors == (name,)


def test_a_debtor_who_owns_nothing_signs_and_stands_in_the_remarks(desk: Desk) -> None:
    debtor = make_party("周示例", BUYER)
    filing = desk.ready(make_filing(desk.new_flat(), debtors=(debtor,)))

    (asked,) = desk.file(without_ink_of(filing, BUYER))

    assert isinstance(asked, CorrectionRequest)
    assert rules(asked.findings) == ["R33"]
    answers = desk.file(replace(filing, round=2, corrects=asked.case_no))
    assert desk.facts(answers).remarks.startswith("债务人：周示例\n")


def test_a_minor_s_own_debt_needs_the_guardian_s_papers_and_no_person(desk: Desk) -> None:
    child, guardian = make_ward()
    estate = desk.new_flat(**owned_by("王示例", MINOR))
    papers = (*FIRST_MATERIALS, "M17")
    filing = make_filing(
        estate,
        mortgagors=(replace(child, guardian=guardian),),
        debtors=(child,),
        materials=tuple(make_material(code) for code in papers),
    )

    answers = desk.file(desk.ready(filing))

    assert only(answers, AcceptanceReceipt).findings == ()
    assert desk.facts(answers).obligors == ("王示例",)


def make_ward() -> tuple[Party, Guardian]:
    father = make_identity("王父例", FATHER)
    guardian = Guardian(
        name=father.name, document=father.document, relation="父亲", identity=father
    )
    return make_party("王示例", MINOR), guardian


MAXIMUM = {
    "不动产权证书号": "",
    "抵押方式": "最高额抵押",
    "最高债权额": "1,500,000.00 元（壹佰伍拾万元整）",
    "债权确定期间": "2026-09-28 起 2031-09-28 止",
    "担保范围": SCOPE,
    "禁止或限制转让的约定": "有",
    "抵押顺位": "第 1 顺位",
}


def test_a_maximum_amount_is_decided_by_two_people_and_certified(desk: Desk) -> None:
    estate = desk.new_flat()
    mortgage = make_maximum_mortgage(is_transfer_restricted=True)

    (received,) = desk.file(desk.ready(make_filing(estate, mortgage=mortgage)))

    assert isinstance(received, AcceptanceReceipt)
    assert [(f.rule, f.level) for f in received.findings] == [("POLICY", Level.INFO)]
    answers = desk.approve(received.case_no)
    kinds = [AcceptanceReceipt, Progress, Registered, CertificateIssued]
    assert [type(answer) for answer in answers] == kinds
    told = dict(desk.facts(answers).other_items)
    assert told == MAXIMUM | {"不动产权证书号": estate.title.title_no}
    paper = read_text(desk.paper(received.case_no))
    for label, text in told.items():
        assert f"{label}：{''.join(text.split())}" in paper


def test_an_open_determination_period_says_so_on_the_certificate(desk: Desk) -> None:
    mortgage = make_maximum_mortgage(start=None, end=None, is_period_open=True)
    (received,) = desk.file(desk.ready(make_filing(desk.new_flat(), mortgage=mortgage)))

    answers = desk.approve(received.case_no)

    assert dict(desk.facts(answers).other_items)["债权确定期间"] == "未约定"


def test_a_period_and_none_agreed_contradict_each_other(desk: Desk) -> None:
    mortgage = make_maximum_mortgage(is_period_open=True)

    (asked,) = desk.file(desk.ready(make_filing(desk.new_flat(), mortgage=mortgage)))

    assert isinstance(asked, CorrectionRequest)
    assert rules(asked.findings) == ["R25"]


def test_an_ordinary_mortgage_has_its_term_whatever_else_is_marked(desk: Desk) -> None:
    mortgage = make_mortgage(is_period_open=True)

    answers = desk.file(desk.ready(make_filing(desk.new_flat(), mortgage=mortgage)))

    assert dict(desk.facts(answers).other_items)["债务履行期限"] == "2026-09-28 起 2046-09-28 止"


def test_an_amount_above_the_limit_is_decided_by_two_people(desk: Desk) -> None:
    over = make_mortgage(amount=Money(100_000_001), amount_words="壹佰万元零壹分")

    (received,) = desk.file(desk.ready(make_filing(desk.new_flat(), mortgage=over)))

    assert isinstance(received, AcceptanceReceipt)
    assert rules(received.findings) == ["POLICY"]
    amount = dict(desk.facts(desk.approve(received.case_no)).other_items)["担保债权数额"]
    assert amount == "1,000,000.01 元（壹佰万元零壹分）"


def test_an_amount_at_the_limit_goes_straight_through(desk: Desk) -> None:
    limit = make_mortgage(amount=Money(100_000_000), amount_words="壹佰万元整")

    answers = desk.file(desk.ready(make_filing(desk.new_flat(), mortgage=limit)))

    assert only(answers, Registered).rank == 1


def test_the_paper_says_what_the_register_says_and_its_code_leads_to_the_check(desk: Desk) -> None:
    estate = desk.new_flat(location="开封市龙亭区“示例·𠮷祥”小区（一期）1号楼〇一室")
    answers = desk.file(desk.ready(make_filing(estate)))
    paper = desk.paper(answers[0].case_no)
    certificate = desk.facts(answers)

    text = read_text(paper)
    (entry,) = desk.extract(estate).find_current(EncumbranceKind.MORTGAGE)

    for told in (
        certificate.certificate_no.text,
        entry.certificate_no,
        entry.holder,
        estate.title.location,
        estate.title.title_no,
        estate.title.unit_no,
        "860,000.00元（捌拾陆万元整）",
        answers[0].case_no,
        certificate.print_no,
        certificate.licence_id.text,
    ):
        assert told in text
    assert read_codes(paper) == [certificate.code]
    assert certificate.verify_url == only(answers, CertificateIssued).verify_url
