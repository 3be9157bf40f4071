from datetime import date
from typing import Any
from urllib.parse import quote

import pytest

from registration.errors import MissingGlyphError, PaperOverflowError
from registration.identifiers import parse_certificate_no
from registration.outcomes import RegistrationCertificate
from registration.papers.certificate import FOOT_TEXT, SPECIMEN_WORDS, draw_certificate
from tests.unit.registration.papers.facts import (
    LONG_NAMES,
    VERIFY_URL,
    make_certificate,
    make_long_certificate,
)
from tests.unit.registration.papers.reading import (
    collisions,
    loose_fonts,
    page_sizes,
    read_codes,
    read_text,
    render,
    spilled,
)


def draw(is_specimen: bool = False, **changes: Any) -> bytes:
    return draw_certificate(make_certificate(**changes), is_specimen=is_specimen).pdf


def test_is_one_page_of_a4_landscape() -> None:
    assert page_sizes(draw()) == [(842, 595)]


def test_says_everything_that_stands_on_a_certificate() -> None:
    text = read_text(draw(remarks="附记示例"))

    for words in (
        FOOT_TEXT,
        "豫（2026）开封市不动产证明第0012345号",
        "证明权利或事项抵押权",
        "权利人(申请人)示例商业银行股份有限公司开封龙亭支行",
        "张示例、李示例",
        "开封市龙亭区示例路1号1幢1单元12号",
        "410202001003GB00012F00010012",
        "担保债权数额：860,000.00元（捌拾陆万元整）",
        "附记示例",
        "编号NOD41000000001",
        "1.2.156.3005.2.11100000MB03271699022.114102000X0000043E.000000001.001.Q",
        "示例不动产登记中心",
        "2026年09月29日",
    ):
        assert words in text


def test_rare_characters_are_copied_as_they_were_written() -> None:
    text = read_text(draw(obligors=LONG_NAMES))

    assert "古丽巴哈尔·阿卜杜热合曼示例、𠮷田示例〇、欧阳示例示例" in text


def test_the_code_is_read_from_a_print() -> None:
    assert read_codes(draw()) == [VERIFY_URL]


def test_the_code_is_read_beneath_the_specimen_words() -> None:
    assert read_codes(draw(is_specimen=True)) == [VERIFY_URL]


def test_only_a_specimen_says_that_it_is_one() -> None:
    words = "".join(SPECIMEN_WORDS.split())

    assert words in read_text(draw(is_specimen=True))
    assert words not in read_text(draw())


def test_holds_all_its_fonts() -> None:
    assert loose_fonts(draw(obligors=LONG_NAMES)) == []


def test_equal_facts_give_equal_bytes() -> None:
    assert draw() == draw()


def test_another_fact_gives_other_bytes() -> None:
    assert draw() != draw(registered_on=date(2026, 9, 30))


@pytest.mark.parametrize(
    "certificate", [make_certificate(), make_long_certificate()], ids=["usual", "longest"]
)
def test_no_two_characters_collide_and_none_leaves_the_frame(
    certificate: RegistrationCertificate,
) -> None:
    pdf = draw_certificate(certificate, is_specimen=False).pdf

    assert collisions(pdf) == []
    assert spilled(pdf, margin=40) == []


def test_an_office_with_an_endless_name_is_refused() -> None:
    with pytest.raises(PaperOverflowError) as caught:
        draw(office="示例" * 40)
    assert caught.value.field == "office"


def test_a_link_too_long_for_a_code_that_can_be_read_is_refused() -> None:
    with pytest.raises(PaperOverflowError) as caught:
        draw(verify_url="https://verify.example.org/" + "x" * 2000)
    assert caught.value.field == "verify_url"


def test_a_character_that_no_font_has_is_never_drawn_as_a_box() -> None:
    with pytest.raises(MissingGlyphError) as caught:
        draw(obligors=("张\ue000例",))
    assert caught.value.character == "\ue000"


def test_the_seals_box_is_as_large_as_a_seal_and_lies_on_the_page() -> None:
    left, bottom, right, top = draw_certificate(make_certificate(), is_specimen=False).seal_box

    assert right - left == pytest.approx(119.06, abs=0.02)  # 42 mm
    assert top - bottom == pytest.approx(119.06, abs=0.02)
    assert 0 < left < right < 421  # the left page
    assert 0 < bottom < top < 595


def test_the_sealers_name_goes_into_the_file() -> None:
    paper = draw_certificate(make_certificate(), is_specimen=False, producer="a sealer's name")

    assert b"a sealer's name" in paper.pdf


def test_the_ground_is_engraved_and_the_sheet_is_not_blank() -> None:
    picture = render(draw()).convert("L")
    low, high = picture.getextrema()

    assert low < 60
    assert high == 255


def test_a_long_token_gets_a_larger_code_that_is_read_as_well() -> None:
    url = "https://verify.example.org/verify/v1." + "aB3-_x" * 90
    pdf = draw(verify_url=url)

    assert read_codes(pdf) == [url]
    assert collisions(pdf) == []


def test_the_longest_office_that_the_settings_take_is_drawn() -> None:
    """Thirty characters, a place of twenty and a public address of two hundred."""
    number = f"豫（2026）{'市' * 20}不动产证明第0012345号"
    url = f"https://{'x' * 192}/verify/{quote(number)}?c={'A' * 26}"
    certificate = make_certificate(
        office="示例" * 15,
        certificate_no=parse_certificate_no(number),
        verify_url=url,
        obligors=tuple(f"{letter}示例" for letter in "甲乙丙丁戊己庚辛壬癸" * 6),
    )

    pdf = draw_certificate(certificate, is_specimen=False).pdf

    assert [read_codes(pdf, page=page) for page in (0, 1)] == [[url], [url]]
    assert collisions(pdf) == []
    assert spilled(pdf, margin=40) == []
