from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from registration.findings import Finding, Level
from registration.papers.notices import (
    REMEDIES,
    draw_acceptance,
    draw_correction_request,
    draw_non_acceptance,
    draw_refusal,
)
from registration.papers.slips import Sealed, draw_receipt, draw_waiting_slip
from registration.sparing import Spare
from tests.factories import make_application
from tests.spared import NUMBERS, make_answers
from tests.unit.registration.papers.facts import (
    AT,
    OFFICE_NAME,
    make_acceptance,
    make_correction_request,
    make_extreme,
    make_finding,
    make_long_application,
    make_non_acceptance,
    make_receipt,
    make_refusal,
)
from tests.unit.registration.papers.reading import (
    collisions,
    loose_fonts,
    page_sizes,
    read_text,
    spilled,
)

APPLICATION = make_application()
TO_CORRECT = tuple(
    make_finding(rule, Level.CORRECT, zh=f"第{place}项须补正的内容，请按此补正。")
    for place, rule in enumerate(("R08", "R21", "R22", "R24", "R31", "R33", "MATERIAL", "FORMAT"))
)
Draw = Callable[[], bytes]


def accepted_without_m14(*findings: Finding) -> str:
    spare = Spare(code="M14", answers=make_answers("M14"))
    application = replace(APPLICATION, spares=(spare,))
    answer = make_acceptance(findings=findings)
    text = read_text(draw_acceptance(answer, application, office=OFFICE_NAME))
    assert "买卖合同及完税凭证" in text
    assert "部门答复代替" in text
    return "".join(text.split())


def test_an_acceptance_lists_the_offices_own_answer_in_a_papers_place() -> None:
    """What a counter says that it was told may be any number."""
    said = "材料M14不用交：住建部门已查到，合同已备案（请求号20260930410200000777）（模拟）。"
    text = accepted_without_m14(make_finding("R49", Level.INFO, zh=said, pointer="/spares/0"))

    assert "登记机构自己查得" in text
    assert "20260930410200000777）（模拟）" in text
    assert not [number for number in NUMBERS if number in text]


def test_an_acceptance_that_nobody_examined_claims_no_answer() -> None:
    text = accepted_without_m14()

    assert "查得" not in text
    assert not [number for number in NUMBERS if number in text]


def receipt(office: str = OFFICE_NAME) -> bytes:
    url = f"https://register.example/receipts/R1?c={make_receipt().check_code}"
    return draw_receipt(make_receipt(), APPLICATION, office=office, check_url=url)


def waiting(office: str = OFFICE_NAME) -> bytes:
    sealed = Sealed(
        number="D0929-007",
        sealed_at=AT,
        sha256="5a" * 32,
        bank="示例商业银行股份有限公司开封龙亭支行",
        terminal="KF-LT-02",
    )
    return draw_waiting_slip(sealed, APPLICATION, office=office)


def acceptance(office: str = OFFICE_NAME) -> bytes:
    return draw_acceptance(make_acceptance(), APPLICATION, office=office)


def correction(office: str = OFFICE_NAME) -> bytes:
    answer = make_correction_request(*TO_CORRECT, note="请同时核对合同。")
    return draw_correction_request(answer, APPLICATION, office=office)


def non_acceptance(office: str = OFFICE_NAME) -> bytes:
    elsewhere = make_finding("R29", Level.NOT_ACCEPTED, zh="不属于本机构登记范围。")
    answer = make_non_acceptance(elsewhere, apply_at="兰考县不动产登记中心")
    return draw_non_acceptance(answer, APPLICATION, office=office)


def refusal(office: str = OFFICE_NAME) -> bytes:
    return draw_refusal(make_refusal(make_finding()), APPLICATION, office=office)


every = pytest.mark.parametrize(
    "draw", [receipt, waiting, acceptance, correction, non_acceptance, refusal]
)


def test_a_receipt_names_the_package_and_promises_nothing() -> None:
    text = read_text(receipt())

    assert "5a" * 32 in text
    assert "2026年09月29日10:31:07" in text
    assert "本回执不代表受理" in text
    assert make_receipt().check_code in text


def test_a_receipt_without_an_address_still_bears_its_code() -> None:
    text = read_text(draw_receipt(make_receipt(), APPLICATION, office=OFFICE_NAME))

    assert make_receipt().check_code in text


def test_a_slip_for_what_waits_says_that_nobody_has_it_yet() -> None:
    text = read_text(waiting())

    assert text.count("登记中心尚未收到") >= 2
    assert "不是收件回执" in text
    assert "D0929-007" in text


def test_an_acceptance_tells_when_it_will_be_done() -> None:
    text = read_text(acceptance())

    assert "业务号：20260929-0000001" in text
    assert "受理时间2026年09月29日10:31:07" in text
    assert "法定办结期限2026年11月13日10:31:07（暂定" in text
    assert "本通道承诺时限2026年09月29日11:31:07" in text
    assert "5询问笔录1电子" in text


def test_a_correction_request_tells_everything_with_law_and_rule() -> None:
    """Art. 17: everything to be corrected is told once."""
    text = read_text(correction())

    for finding in TO_CORRECT:
        assert finding.zh in text
        assert finding.rule in text
    assert "一次性告知" in text
    assert REMEDIES in text


@pytest.mark.parametrize(
    ("accepted_at", "words"),
    [
        (None, ("补正前本申请未受理", "逾期未补正的，视为放弃本次申请，不予受理")),
        (AT, ("抵押顺位仍以受理时间为准", "逾期未补正的，登记机构可以决定不予登记")),
    ],
    ids=["before acceptance", "after"],
)
def test_a_correction_request_says_by_when_and_what_follows(
    accepted_at: datetime | None, words: tuple[str, str]
) -> None:
    due = AT + timedelta(days=20)
    answer = make_correction_request(*TO_CORRECT, due_at=due, accepted_at=accepted_at)

    text = read_text(draw_correction_request(answer, APPLICATION, office=OFFICE_NAME))

    assert "请于2026年10月19日10:31:07前补正" in text
    assert [w for w in words if w not in text] == []


def test_a_supplement_that_did_not_come_is_a_ground_of_the_operating_code() -> None:
    answer = make_refusal(make_finding("SUPPLEMENT"))

    text = read_text(draw_refusal(answer, APPLICATION, office=OFFICE_NAME))

    assert "□（一）违反法律" in text
    assert "■（四）法律、行政法规规定不予登记的其他情形" in text


def test_a_correction_request_leaves_out_what_nobody_can_correct() -> None:
    told = make_finding("R04", Level.INFO, zh="已设立抵押权。")

    answer = make_correction_request(TO_CORRECT[0], told)

    assert told.zh not in read_text(
        draw_correction_request(answer, APPLICATION, office=OFFICE_NAME)
    )


def test_a_non_acceptance_ticks_its_ground_and_names_who_is_competent() -> None:
    text = read_text(non_acceptance())

    assert "□申请登记材料不齐全" in text
    assert "■申请登记的不动产不属于本机构登记管辖范围" in text
    assert "应当申请的机构兰考县不动产登记中心" in text
    assert REMEDIES in text


@pytest.mark.parametrize(
    ("rule", "ground"),
    [
        ("R01", "■（一）违反法律、行政法规规定"),
        ("R16", "■（二）存在尚未解决的权属争议"),
        ("R26", "■（三）申请登记的不动产权利超过规定期限"),
    ],
)
def test_a_refusal_ticks_its_ground(rule: str, ground: str) -> None:
    answer = make_refusal(make_finding(rule))

    text = read_text(draw_refusal(answer, APPLICATION, office=OFFICE_NAME))

    assert ground in text
    assert text.count("■") == 1
    assert REMEDIES in text


@every
def test_equal_facts_give_equal_bytes(draw: Draw) -> None:
    assert draw() == draw()


@every
def test_holds_all_its_fonts(draw: Draw) -> None:
    assert loose_fonts(draw()) == []


@every
def test_nothing_collides_or_leaves_the_page(draw: Draw) -> None:
    pdf = draw()

    assert collisions(pdf) == []
    assert spilled(pdf) == []
    assert set(page_sizes(pdf)) == {(595, 842)}


@every
def test_a_long_name_of_the_office_stays_on_the_page(draw: Callable[[str], bytes]) -> None:
    pdf = draw("克孜勒苏柯尔克孜自治州阿克陶县自然资源局不动产登记中心")

    assert spilled(pdf) == []


def test_many_findings_go_on_to_the_next_page_and_none_is_cut() -> None:
    findings = tuple(
        make_finding("FORMAT", Level.CORRECT, zh=f"第{place:02d}项：" + "须补正的内容" * 8 + "。")
        for place in range(30)
    )
    pdf = draw_correction_request(
        make_correction_request(*findings), make_long_application(), office=OFFICE_NAME
    )

    text = read_text(pdf)

    assert len(page_sizes(pdf)) >= 3
    assert all(f"第{place:02d}项：" in text for place in range(30))
    assert collisions(pdf) == []


def test_the_seal_never_stands_alone_on_a_page() -> None:
    """A sealed page without words would seal nothing, or anything."""
    for count in range(1, 14):
        answer = make_correction_request(*(TO_CORRECT[0],) * count)
        pdf = draw_correction_request(answer, APPLICATION, office=OFFICE_NAME)
        last = read_text(pdf)[-200:]

        assert "诉讼。" + OFFICE_NAME in last


def test_an_answer_reaches_its_applicants_however_long_it_is() -> None:
    """Everything is told at once, whatever the application is about."""
    application = make_extreme("示例")
    findings = tuple(
        make_finding(zh=("项" * (4000 if place == 0 else 40)) + f"第{place}处", level=Level.CORRECT)
        for place in range(60)
    )
    answer = make_correction_request(*findings, note="请核对。" * 500)

    pdf = draw_correction_request(answer, application, office="示例" * 15)

    text = read_text(pdf)
    assert [place for place in range(60) if f"第{place}处" not in text] == []
    assert "1（续）" in text
    assert spilled(pdf) == []
    assert collisions(pdf) == []


@pytest.mark.parametrize("piece", ["示例", "W", "\ue000"])
def test_every_notice_is_drawn_for_the_longest_application(piece: str) -> None:
    """Also for one whose characters cannot be printed: they stand as code points."""
    application, office = make_extreme(piece), "示例" * 15
    finding = make_finding(zh=piece * 100, level=Level.NOT_ACCEPTED)
    papers = (
        draw_receipt(make_receipt(terminal="终端" * 100), application, office=office),
        draw_acceptance(make_acceptance(findings=(finding,)), application, office=office),
        draw_non_acceptance(
            make_non_acceptance(finding, apply_at=piece * 200), application, office=office
        ),
        draw_refusal(make_refusal(finding, grounds=piece * 2000), application, office=office),
    )

    for pdf in papers:
        assert spilled(pdf) == []
        assert ("〔U+E000〕" in read_text(pdf)) is (piece == "\ue000")
