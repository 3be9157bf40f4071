import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from registration.application import Application
from registration.errors import MissingGlyphError
from registration.mortgage import DischargeCause
from registration.papers.forms import (
    CLOSING,
    STATEMENT,
    draw_application_form,
    draw_inquiry_record,
)
from registration.people import Guardian, parse_name
from registration.schema import format_application, parse_application
from tests.factories import (
    FATHER,
    LI,
    MINOR,
    ZHANG,
    make_application,
    make_discharge,
    make_document,
    make_ink,
    make_material,
    make_maximum_mortgage,
    make_mortgage,
    make_party,
    make_unit,
)
from tests.unit.registration.papers.facts import (
    LONG_BANK,
    LONG_NAMES,
    make_extreme,
    make_long_application,
)
from tests.unit.registration.papers.reading import (
    collisions,
    loose_fonts,
    page_sizes,
    read_text,
    spilled,
)

Draw = Callable[[Application], bytes]
both = pytest.mark.parametrize("draw", [draw_application_form, draw_inquiry_record])
everyone = pytest.mark.parametrize(
    "application",
    [make_application(), make_discharge(), make_long_application()],
    ids=["first", "discharge", "longest"],
)


def test_the_form_says_what_is_applied_for() -> None:
    text = read_text(draw_application_form(make_application()))

    for words in (
        "申请编号：A-4102-0001-20260929-000001",
        "■首次登记□转移登记□变更登记□注销登记",
        "示例商业银行股份有限公司开封龙亭支行",
        "91410200MA0X00015B",
        "POA-2026-007",
        "共同共有",
        "41020319850615991X",
        "李示例（配偶）",
        "居民身份证（芯片读取）",
        "410202001003GB00012F00010012",
        "860,000.00元（捌拾陆万元整），86.0000万元",
        "2026-09-28起2046-09-28止",
        "HT-2026-000123",
        "□是■否",
        STATEMENT,
        "抵押人（签章）：张示例",
        "抵押权人的代理人（签章）：赵示例",
    ):
        assert words in text


def test_the_form_of_a_discharge_says_what_ends_and_why() -> None:
    text = read_text(draw_application_form(make_discharge()))

    assert "■注销登记" in text
    assert "豫（2026）开封市不动产证明第0012345号" in text
    assert "主债权消灭（已结清）" in text
    assert "抵押人（签章）" not in text  # the bank applies alone


def test_the_form_of_a_maximum_amount_says_its_period() -> None:
    text = read_text(draw_application_form(make_application(mortgage=make_maximum_mortgage())))

    assert "最高债权额1,500,000.00元（壹佰伍拾万元整）" in text
    assert "债权确定期间2026-09-28起2031-09-28止" in text


def test_a_guardian_signs_for_the_minor() -> None:
    father = Guardian(name=parse_name("王父例"), document=make_document(FATHER), relation="父亲")
    application = make_application(mortgagors=(make_party("王示例", MINOR, guardian=father),))

    text = read_text(draw_application_form(application))

    assert "监护人（父亲）王父例" in text
    assert "监护人（签章）：王父例" in text


def test_the_record_asks_and_answers() -> None:
    text = read_text(draw_inquiry_record(make_application()))

    assert "1申请登记事项是否为申请人的真实意思表示？是" in text
    assert "3申请登记的不动产是按份共有，还是共同共有？共同共有" in text
    assert "询问时间2026-09-2910:12" in text
    assert CLOSING in text
    assert "抵押人（签章）：李示例" in text


def test_the_record_of_a_joint_discharge_asks_for_the_true_intent() -> None:
    discharge = make_discharge().discharge
    assert discharge is not None
    application = make_discharge(discharge=replace(discharge, cause=DischargeCause.REALISED))

    assert "真实意思表示？是" in read_text(draw_inquiry_record(application))


@both
def test_ink_changes_nothing_on_the_paper_that_it_signs(draw: Draw) -> None:
    """A signer signs the digest of these bytes: nothing that follows may change them."""
    application = make_application()

    assert draw(replace(application, inks=())) == draw(application)
    assert draw(replace(application, inks=(make_ink(),))) == draw(application)


@both
def test_the_papers_own_materials_change_nothing(draw: Draw) -> None:
    application = make_application()
    others = tuple(m for m in application.materials if m.code not in {"M01", "M15"})

    assert draw(replace(application, materials=others)) == draw(application)


def test_another_digest_of_a_contract_gives_another_form() -> None:
    changed = make_application(
        materials=(*make_application().materials[:2], make_material("M06", sha256="0" * 64))
    )

    assert draw_application_form(changed) != draw_application_form(make_application())


@both
def test_equal_facts_give_equal_bytes(draw: Draw) -> None:
    assert draw(make_application()) == draw(make_application())


@both
@everyone
def test_nothing_collides_or_leaves_the_page(draw: Draw, application: Application) -> None:
    pdf = draw(application)

    assert collisions(pdf) == []
    assert spilled(pdf) == []
    assert set(page_sizes(pdf)) == {(595, 842)}


@both
def test_holds_all_its_fonts_and_rare_characters(draw: Draw) -> None:
    pdf = draw(make_long_application())

    assert loose_fonts(pdf) == []
    assert "𠮷田示例〇" in read_text(pdf)
    assert LONG_NAMES[0] in read_text(pdf)


def test_a_long_application_loses_nothing() -> None:
    text = read_text(draw_application_form(make_long_application()))

    assert all(name in text for name in LONG_NAMES)
    assert LONG_BANK in text
    assert "按份共有（1/4、1/4、1/4、1/4）" in text


@both
def test_a_character_that_no_font_has_is_never_drawn_as_a_box(draw: Draw) -> None:
    with pytest.raises(MissingGlyphError):
        draw(make_application(unit=make_unit(location="示例\ue000路")))


def test_a_field_longer_than_a_page_goes_on_over_leaf_under_its_name() -> None:
    scope = "".join(f"第{number}项费用，" for number in range(500))

    pdf = draw_application_form(make_application(mortgage=make_mortgage(security_scope=scope)))

    text = read_text(pdf)
    assert "担保范围（续）" in text
    assert [n for n in range(500) if f"第{n}项费用" not in whole(text)] == []
    assert collisions(pdf) == []
    assert spilled(pdf) == []


def whole(text: str) -> str:
    """Return a text without what stands between two pages."""
    return re.sub("网点.{,80}第1轮第[0-9]+页共[0-9]+页|担保范围（续）", "", text)


def test_a_long_foot_takes_several_lines() -> None:
    branch = "网点" * 100
    counter = replace(make_application().counter, branch=branch, teller="柜" * 200)

    pdf = draw_application_form(make_application(counter=counter))

    assert f"网点{branch}终端KF-LT-01柜员{'柜' * 200}" in read_text(pdf)
    assert collisions(pdf) == []
    assert spilled(pdf) == []


@both
@pytest.mark.parametrize("piece", ["示例", "W", "（"])
def test_the_longest_that_the_schema_lets_in_is_drawn_whole(draw: Draw, piece: str) -> None:
    application = make_extreme(piece)
    assert parse_application(format_application(application)) == application

    pdf = draw(application)

    assert spilled(pdf) == []
    assert collisions(pdf) == []


def test_as_many_people_as_the_schema_lets_in_stand_on_the_form() -> None:
    people = tuple(
        replace(make_party(f"示例{number}号", ZHANG), phone=f"1380000{number:04d}")
        for number in range(100)
    )
    application = make_application(mortgagors=people, debtors=people)

    text = read_text(draw_application_form(application))

    assert [p.name for p in people if text.count(f"姓名（名称）{p.name}联系电话") < 2] == []


def test_the_first_pages_owner_is_not_told_by_the_title() -> None:
    """Title bars and print queues show a file's title."""
    pdf = draw_application_form(make_application(mortgagors=(make_party("李示例", LI),)))

    assert b"/Title" in pdf
    assert "李示例".encode("utf-16-be") not in pdf
