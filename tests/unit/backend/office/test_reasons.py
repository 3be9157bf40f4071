"""What a reviewer may ask for, in words that are the same whoever asks."""

import pytest

from backend.errors import NotAllowedError
from backend.office.reasons import FIELDS, REASONS, Reason, make_item
from registration.findings import Level, Place
from tests.factories import make_application

APPLICATION = make_application()
PAPER = APPLICATION.materials[0]


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)
def test_each_reason_makes_a_sentence_in_both_languages(reason: Reason) -> None:
    item = make_item(APPLICATION, code=reason.code, pointer="/unit/area_m2", note="见房产证")

    assert item.level is Level.CORRECT
    assert item.zh.startswith("面积：")
    assert item.zh.endswith("。见房产证")
    assert item.en.startswith("area ")
    assert item.basis == "《不动产登记暂行条例》第十七条第一款第三项"


def test_every_field_has_one_name() -> None:
    assert len({pointer for pointer, *_ in FIELDS}) == len(FIELDS)


def test_a_page_is_named_by_its_paper() -> None:
    place = Place(sha256=PAPER.sha256, material=PAPER.code, page=1)

    item = make_item(APPLICATION, code="ASK02", place=place)

    assert item.zh == f"{PAPER.title}（{PAPER.code}）第 1 页：看不清，请重新扫描。"
    assert item.pointer == "/materials/0"


def test_other_needs_its_own_words() -> None:
    with pytest.raises(NotAllowedError):
        make_item(APPLICATION, code="ASK99", pointer="/inks")
