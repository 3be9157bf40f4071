"""The application forms and inquiry records of every kind."""

from collections.abc import Callable

import pytest

from registration.application import Application
from registration.changes import TransferMode
from registration.papers.forms import draw_application_form, draw_inquiry_record
from tests.factories_kinds import (
    EVERY_KIND,
    make_change,
    make_crystallisation,
    make_mortgage_notice,
    make_ownership_transfer,
    make_purchase_notice,
    make_renamed_bank,
    make_sale_and_mortgage,
    make_transfer,
)
from tests.unit.registration.papers.reading import collisions, loose_fonts, read_text, spilled

FORMS: dict[str, tuple[Callable[[], Application], tuple[str, ...], tuple[str, ...]]] = {
    "change": (
        make_change,
        ("■变更登记", "变更后的抵押情况", "被担保主债权种类或者数额变更", "800,000.00元"),
        ("设立抵押权",),
    ),
    "renamed bank": (
        make_renamed_bank,
        ("变更前：示例商业银行股份有限公司开封龙亭支行", "变更后：示例商业银行股份有限公司开封西区支行"),
        ("抵押人（签章）", "义务人（抵押人）"),
    ),
    "crystallisation": (
        make_crystallisation,
        ("最高债权确定情况", "约定的债权确定期间届满", "1,200,000.00元", "双方共同申请"),
        (),
    ),
    "transfer": (
        lambda: make_transfer(TransferMode.SHARED),
        (
            "■抵押权□首次登记■转移登记", "义务人（原抵押权人）", "示例城市商业银行股份有限公司",
            "ZR-2026-000001", "原抵押权人的代理人（签章）：钱示例", "主债权转让",
        ),
        ("抵押人（签章）",),
    ),
    "notice of a purchase": (
        make_purchase_notice,
        (
            "■所有权", "■预告登记", "权利人（买受人）", "义务人（出卖人）", "YS-2026-000123",
            "BA-2026-000123", "代理人（签章）：郑示例", "买受人（签章）：周示例", "1,230,000.00元",
        ),
        ("抵押权人", "龙亭支行"),
    ),
    "notice of a mortgage": (
        make_mortgage_notice,
        ("■预告登记", "预告登记证明号", "豫（2026）开封市不动产证明第0016001号", "预购商品房抵押"),
        (),
    ),
    "transfer of ownership": (
        make_ownership_transfer,
        ("■转移登记", "MM-2026-000123", "341016260900000123", "出卖人（签章）：李示例"),
        (),
    ),
    "a step of a bundle": (
        lambda: make_sale_and_mortgage()[1],
        ("转移登记与抵押权首次登记一并申请，第2项，共2项", "B-4102-0001-20260929-000001"),
        (),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "said", "unsaid"), FORMS.values(), ids=FORMS)
def test_the_form_says_what_is_applied_for(
    make: Callable[[], Application], said: tuple[str, ...], unsaid: tuple[str, ...]
) -> None:
    text = read_text(draw_application_form(make()))

    assert [words for words in said if words not in text] == []
    assert [words for words in unsaid if words in text] == []


@pytest.mark.parametrize("make", EVERY_KIND.values(), ids=EVERY_KIND)
@pytest.mark.parametrize("draw", [draw_application_form, draw_inquiry_record])
def test_every_paper_is_whole(
    make: Callable[[], Application], draw: Callable[[Application], bytes]
) -> None:
    pdf = draw(make())

    assert loose_fonts(pdf) == []
    assert collisions(pdf) == []
    assert spilled(pdf) == []


def test_the_inquiry_record_names_who_answers() -> None:
    asked_banks = read_text(draw_inquiry_record(make_transfer()))
    asked_people = read_text(draw_inquiry_record(make_ownership_transfer()))

    assert "被询问人钱示例、赵示例" in asked_banks
    assert "债权转让是否已经通知债务人？是" in asked_banks
    assert "被询问人张示例、李示例、周示例" in asked_people
