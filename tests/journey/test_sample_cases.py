"""The twelve sample cases, each through the real office: sealed package in, answers out.

Each changes the base case on an estate of the samples; the people and numbers are made up.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from backend.errors import NotAllowedError
from backend.office.case import Stage
from backend.office.register import EntryState
from registration.findings import Level
from registration.outcomes import (
    AcceptanceReceipt,
    CertificateIssued,
    CorrectionRequest,
    NonAcceptance,
    Refusal,
    Registered,
)
from registration.people import Guardian
from tests.factories import (
    FATHER,
    LI,
    MINOR,
    ZHANG,
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
    make_release,
    only,
    open_desk,
    rules,
    sample,
)

pytestmark = pytest.mark.journey

PLACE = "开封市龙亭区示例路78号1幢1号"
TITLE = "豫（2024）开封市不动产权第7800001号"
OTHER_ITEMS = {
    "不动产权证书号": TITLE,
    "抵押方式": "一般抵押",
    "担保债权数额": "860,000.00 元（捌拾陆万元整）",
    "债务履行期限": "2026-09-28 起 2046-09-28 止",
    "担保范围": "主债权本金、利息、罚息、复利、违约金、损害赔偿金及实现债权和抵押权的费用",
    "禁止或限制转让的约定": "无",
    "抵押顺位": "第 1 顺位",
}


@pytest.fixture(scope="module")
def doubting_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """An office to which the police say that Zhang is not known, and nothing of Li."""
    folder = tmp_path_factory.mktemp("doubting")
    with open_desk(folder, police_url=f"simulated:{ZHANG}=999,{LI}=timeout") as found:
        yield found


def guarded() -> dict[str, Any]:
    """The owner is eleven; the father acts for her, and the debt is his own."""
    father = make_party("王父例", FATHER)
    child = make_party("王示例", MINOR)
    guardian = Guardian(
        name=father.name, document=father.document, relation="父亲", identity=father.identity
    )
    return {"mortgagors": (replace(child, guardian=guardian),), "debtors": (father,)}


def require_refused_by_two(desk: Desk, received: AcceptanceReceipt, rule: str) -> None:
    """Two reviewers see the finding first, cannot pass over it, and refuse together."""
    case_no = received.case_no
    assert rules(received.findings) == [rule]
    assert received.findings[0].level is Level.BLOCK
    with pytest.raises(NotAllowedError, match=rule):
        desk.decide_first(case_no, "approve")
    assert desk.decide_first(case_no, "refuse").stage is Stage.IN_REVIEW
    with pytest.raises(NotAllowedError, match=rule):
        desk.decide_second(case_no, "approve")

    assert desk.decide_second(case_no, "refuse").stage is Stage.REFUSED
    answers = desk.answers_of(case_no)
    refusal = only(answers, Refusal)
    assert answers[-1] is refusal
    assert rules(refusal.findings) == [rule]
    assert refusal.grounds
    assert not any(isinstance(answer, Registered) for answer in answers)


def test_the_base_case_is_registered_and_certified(desk: Desk) -> None:
    application = desk.ready(make_filing(sample("12")))

    answers = desk.file(application)

    assert [type(a) for a in answers] == [AcceptanceReceipt, Registered, CertificateIssued]
    assert {a.application_id for a in answers} == {application.application_id}
    received = only(answers, AcceptanceReceipt)
    assert received.findings == ()
    assert [due.name for due in received.due] == ["statutory", "provincial", "channel"]
    assert only(answers, Registered).rank == 1
    assert desk.case(received.case_no).stage is Stage.CERTIFIED


def test_the_certificate_of_a_base_case_says_what_was_registered(desk: Desk) -> None:
    answers = desk.file(desk.ready(make_filing(desk.new_flat(location=PLACE, title_no=TITLE))))

    certificate = desk.facts(answers)

    assert certificate.right == "抵押权"
    assert certificate.holder == "示例商业银行股份有限公司开封龙亭支行"
    assert certificate.obligors == ("张示例", "李示例")
    assert certificate.location == PLACE
    assert certificate.unit_no.text == desk.case(answers[0].case_no).unit_no
    assert dict(certificate.other_items) == OTHER_ITEMS
    assert certificate.remarks.splitlines() == [
        "债务人：张示例",
        "主债权合同：HT-2026-000123",
        "抵押合同：DY-2026-000123",
        f"业务号：{answers[0].case_no}",
    ]


def test_c01_a_seized_flat_is_refused_by_two_people(desk: Desk) -> None:
    (received,) = desk.file(desk.ready(make_filing(sample("13"))))

    assert isinstance(received, AcceptanceReceipt)
    assert "示例人民法院" in received.findings[0].zh
    assert "（2026）示例执保1号" in received.findings[0].zh
    require_refused_by_two(desk, received, "R01")


def test_c02_a_dissent_wants_the_commitment_and_then_a_person(desk: Desk) -> None:
    application = desk.ready(make_filing(sample("14")))

    (asked,) = desk.file(application)

    assert isinstance(asked, CorrectionRequest)
    assert rules(asked.findings) == ["R02"]
    committed = replace(
        application,
        materials=(*application.materials, make_material("M18")),
        round=2,
        corrects=asked.case_no,
    )
    (received,) = desk.file(committed)
    assert isinstance(received, AcceptanceReceipt)
    assert [(f.rule, f.level) for f in received.findings] == [("R03", Level.MANUAL)]
    assert only(desk.approve(received.case_no), Registered).rank == 1


def test_c03_an_earlier_mortgage_gives_rank_two(desk: Desk) -> None:
    answers = desk.file(desk.ready(make_filing(sample("16"))))

    received = only(answers, AcceptanceReceipt)
    assert [(f.rule, f.level) for f in received.findings] == [("R04", Level.INFO)]
    assert only(answers, Registered).rank == 2
    assert dict(desk.facts(answers).other_items)["抵押顺位"] == "第 2 顺位"


def test_c04_a_joint_owner_who_did_not_sign_is_asked_to(desk: Desk) -> None:
    whole = desk.ready(make_filing(desk.new_flat()))

    (asked,) = desk.file(without_ink_of(whole, LI, "M01"))

    assert isinstance(asked, CorrectionRequest)
    assert rules(asked.findings) == ["R08"]
    assert "缺少李示例的签名" in asked.findings[0].zh
    again = desk.file(replace(whole, round=2, corrects=asked.case_no))
    assert only(again, Registered).rank == 1


def test_c05_a_minors_flat_wants_the_guarantee_and_then_a_person(desk: Desk) -> None:
    application = desk.ready(make_filing(sample("25"), **guarded()))

    (asked,) = desk.file(application)

    assert isinstance(asked, CorrectionRequest)
    assert rules(asked.findings) == ["R11"]
    assert sorted(rules(desk.case(asked.case_no).findings)) == ["R11", "R12"]
    guaranteed = replace(
        application,
        materials=(*application.materials, make_material("M17")),
        round=2,
        corrects=asked.case_no,
    )
    (received,) = desk.file(guaranteed)
    assert isinstance(received, AcceptanceReceipt)
    assert [(f.rule, f.level) for f in received.findings] == [("R12", Level.MANUAL)]
    certificate = desk.facts(desk.approve(received.case_no))
    assert certificate.obligors == ("王示例",)
    assert certificate.remarks.startswith("债务人：王父例\n")


def test_c06_figures_and_words_that_differ_are_asked_about(desk: Desk) -> None:
    estate = desk.new_flat()
    mortgage = make_mortgage(amount_words="捌拾柒万元整")

    (asked,) = desk.file(desk.ready(make_filing(estate, mortgage=mortgage)))

    assert isinstance(asked, CorrectionRequest)
    assert rules(asked.findings) == ["R22"]
    assert "860,000.00" in asked.findings[0].zh
    assert "捌拾柒万元整" in asked.findings[0].zh


def test_c07_a_nursery_is_refused_by_two_people(desk: Desk) -> None:
    nursery = sample("410202001003GB00018F00010001")
    materials = tuple(make_material(code) for code in ORGANISATION_MATERIALS)

    (received,) = desk.file(desk.ready(make_filing(nursery, materials=materials)))

    assert isinstance(received, AcceptanceReceipt)
    require_refused_by_two(desk, received, "R14")


def test_c08_a_unit_of_another_county_is_sent_there(desk: Desk) -> None:
    (turned_away,) = desk.file(desk.ready(make_filing(sample("410225001001GB00009F00020003"))))

    assert isinstance(turned_away, NonAcceptance)
    assert rules(turned_away.findings) == ["R29"]
    assert turned_away.apply_at == "兰考县不动产登记机构"
    assert desk.case(turned_away.case_no).stage is Stage.NOT_ACCEPTED


def test_c09_a_maximum_amount_without_period_is_asked_about(desk: Desk) -> None:
    estate = desk.new_flat()
    mortgage = make_maximum_mortgage(start=None, end=None, is_period_open=False)

    (asked,) = desk.file(desk.ready(make_filing(estate, mortgage=mortgage)))

    assert isinstance(asked, CorrectionRequest)
    assert rules(asked.findings) == ["R25"]


def test_c10_a_buyers_notice_is_refused_by_two_people(desk: Desk) -> None:
    (received,) = desk.file(desk.ready(make_filing(sample("17"))))

    assert isinstance(received, AcceptanceReceipt)
    require_refused_by_two(desk, received, "R06")


def test_c11_the_bank_alone_discharges_the_sample_certificate(desk: Desk) -> None:
    estate = sample("18")
    (before,) = desk.extract(estate).encumbrances
    application = desk.ready(make_release(estate, "豫（2026）开封市不动产证明第0012344号"))

    answers = desk.file(application)

    assert [type(a) for a in answers] == [AcceptanceReceipt, Registered]
    assert only(answers, AcceptanceReceipt).findings == ()
    registered = only(answers, Registered)
    assert (registered.entry_no, registered.rank) == (before.entry_no, None)
    (after,) = desk.extract(estate).encumbrances
    assert (before.state, after.state) == (EntryState.CURRENT, EntryState.HISTORICAL)
    assert desk.case(registered.case_no).stage is Stage.DELIVERED


def test_c12_an_unanswered_check_goes_to_a_person_who_cannot_wave_it_through(
    doubting_desk: Desk,
) -> None:
    desk = doubting_desk

    (received,) = desk.file(desk.ready(make_filing(sample("12"))))

    assert isinstance(received, AcceptanceReceipt)
    assert [(f.rule, f.level, f.pointer) for f in received.findings] == [
        ("R32", Level.UNKNOWN, "/mortgagors/1"),
        ("R32", Level.CORRECT, "/mortgagors/0"),
    ]
    assert desk.case(received.case_no).stage is Stage.IN_REVIEW
    with pytest.raises(NotAllowedError, match="R32"):
        desk.decide_first(received.case_no, "approve")
    desk.decide_first(received.case_no, "correct", *received.findings[1:])
    asked = only(desk.answers_of(received.case_no), CorrectionRequest)
    assert rules(asked.findings) == ["R32"]
    assert "张示例" in asked.findings[0].zh
