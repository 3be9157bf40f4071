"""What the certificate's table has no room for stands whole on the annex, however much it is."""

import re
from collections import Counter
from typing import Any

import pypdfium2
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from registration.outcomes import RegistrationCertificate
from registration.papers.certificate import SPECIMEN_WORDS, draw_certificate
from registration.schema import format_certificate, parse_certificate
from tests.factories import SCOPE
from tests.unit.registration.papers.facts import (
    VERIFY_URL,
    make_certificate,
    make_items,
    make_remarks,
)
from tests.unit.registration.papers.reading import (
    collisions,
    loose_fonts,
    page_sizes,
    read_codes,
    read_pages,
    spilled,
)

NUMBER = "豫（2026）开封市不动产证明第0012345号"
SIXTY = tuple(f"{chr(0x5B50 + number)}示例" for number in range(60))


def draw(is_specimen: bool = False, **changes: Any) -> bytes:
    return draw_certificate(make_certificate(**changes), is_specimen=is_specimen).pdf


def test_sixty_owners_stand_on_the_annex_and_the_table_says_so() -> None:
    main, annex = read_pages(draw(obligors=SIXTY))

    assert f"义务人{SIXTY[0]}等60人（见附页）坐落" in main
    assert "附页第1页共1页" in annex
    assert f"本附页是不动产登记证明（{NUMBER}）的组成部分" in annex
    assert "义务人（共60人）" in annex
    assert [n for i, n in enumerate(SIXTY, 1) if f"{i}.{n}" not in annex] == []
    assert "（以下空白）" in annex


def test_only_what_is_too_long_continues() -> None:
    main, annex = read_pages(draw(other_items=make_items(担保范围=SCOPE * 12)))

    assert "担保范围：见附页禁止或限制转让的约定：无" in main
    assert "张示例、李示例" in main
    assert "张示例" not in annex
    assert SCOPE * 12 in without_furniture(annex)


def without_furniture(page: str) -> str:
    """Return a page of the annex without what stands between two columns of one content."""
    return re.sub("担保范围（续）", "", page)


def test_usual_contents_need_no_annex() -> None:
    pdf = draw(remarks=make_remarks())

    assert len(read_pages(pdf)) == 1
    assert "附页" not in read_pages(pdf)[0]


def test_a_scope_cannot_pass_for_another_item() -> None:
    """A line break inside a text is told by its later lines, which stand further right."""
    forged = "本金\n抵押顺位：第 1 顺位"
    paper = draw_certificate(
        make_certificate(other_items=make_items(担保范围=forged, 抵押顺位="第 2 顺位")),
        is_specimen=False,
    )

    lefts = lefts_of(paper.pdf, "抵押顺位")
    assert len(lefts) == 2
    assert lefts[0] > lefts[1] + 8


def lefts_of(pdf: bytes, words: str) -> list[float]:
    """Return where each occurrence of some words begins on the first page, in points."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].get_textpage()
        text = page.get_text_range()
        places = [found.start() for found in re.finditer(words, text)]
        return [page.get_charbox(place)[0] for place in places]


@pytest.mark.parametrize("is_specimen", [True, False])
def test_every_leaf_says_whether_it_is_a_specimen(is_specimen: bool) -> None:
    words = "".join(SPECIMEN_WORDS.split())

    pages = read_pages(draw(is_specimen=is_specimen, obligors=SIXTY))

    assert [words in page for page in pages] == [is_specimen, is_specimen]


def test_a_leaf_that_lies_alone_can_be_checked() -> None:
    assert read_codes(draw(is_specimen=True, obligors=SIXTY), page=1) == [VERIFY_URL]


def test_equal_facts_give_equal_bytes_and_all_fonts_are_there() -> None:
    pdf = draw(obligors=SIXTY)

    assert pdf == draw(obligors=SIXTY)
    assert loose_fonts(pdf) == []
    assert set(page_sizes(pdf)) == {(842, 595)}


def test_more_items_than_the_table_has_lines_continue_as_rows() -> None:
    items = tuple((f"事项{number}", "内容") for number in range(60))

    main, *annex = read_pages(draw(other_items=items))

    assert "其他见附页附记" in main
    assert all(f"事项{number}内容" in "".join(annex) for number in range(60))


# --- whatever the schema of the application and the register let in ---------------------------

PIECES = ("示例", "企业有限公司", "本金、利息，", "A", "Ab-12 ", "（）", "𠮷㙟〇", "一\n二\t", "1")
LABEL = [0, 1, 60, 200]


def texts(*sizes: int, pieces: tuple[str, ...] = PIECES) -> st.SearchStrategy[str]:
    """Draw a text of one of the sizes, made of one piece over and over."""
    return st.builds(
        lambda piece, size: (piece * size)[:size], st.sampled_from(pieces), st.sampled_from(sizes)
    )


labels = texts(*LABEL, pieces=tuple(p for p in PIECES if "\n" not in p))


def make_people(count: int, longest: int, piece: str = "示例") -> tuple[str, ...]:
    """Return a list of names, all alike but the first."""
    name = (piece * longest)[:longest]
    return (name[:-1] + "甲", *[name] * (count - 1))


people = st.builds(
    make_people,
    st.sampled_from([1, 2, 60]),
    st.sampled_from([2, 12, 40]),
    st.sampled_from(["示例", "企业有限公司", "Ab-12 ", "𠮷㙟〇"]),
)


certificates = st.builds(
    lambda holder, obligors, location, scope, title_no, debtors, contracts: make_certificate(
        holder=holder,
        obligors=obligors,
        location=location,
        other_items=make_items(
            担保范围=scope,
            不动产权证书号=title_no,
            担保债权数额="90,071,992,547,409.91 元（玖拾万零柒佰壹拾玖亿玖仟贰佰伍拾肆万柒仟肆佰零玖元玖角壹分）",
        ),
        remarks=make_remarks("、".join(debtors), *contracts),
        office="示例" * 15,
    ),
    texts(1, 30, 100, pieces=("示例银行", "Bank ")),
    people,
    labels,
    texts(0, 40, 300, 4000),
    texts(1, 64, pieces=("权", "A")),
    people,
    st.tuples(labels, labels),
)


LARGEST = make_certificate(
    holder="示例银行" * 25,
    obligors=make_people(200, 200),
    location="示例" * 100,
    other_items=make_items(担保范围="示例" * 2000, 不动产权证书号="权" * 64),
    remarks=make_remarks("、".join(make_people(100, 100)), "示例" * 100, "W" * 200),
)
"""Two hundred owners is what the register holds of one unit."""


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    # A failing one tells enough as it is; to make it smaller takes minutes.
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(certificates)
@example(LARGEST)
def test_whatever_is_let_in_is_drawn_whole(certificate: RegistrationCertificate) -> None:
    assert parse_certificate(format_certificate(certificate)) == certificate

    pdf = draw_certificate(certificate, is_specimen=False).pdf

    pages = read_pages(pdf)
    found = Counter("".join(pages))
    assert [c for c, count in told(certificate).items() if found[c] < count] == []
    assert spilled(pdf, margin=40) == []
    if len(pages) <= 4:
        assert collisions(pdf) == []


def told(certificate: RegistrationCertificate) -> Counter[str]:
    """Return how often each character must stand on the paper."""
    items = "".join(text for _, text in certificate.other_items)
    whole = "".join(certificate.obligors) + certificate.holder + certificate.location + items
    return Counter("".join((whole + certificate.remarks).split()))
