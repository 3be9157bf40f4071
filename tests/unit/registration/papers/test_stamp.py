import pytest

from registration.errors import MissingGlyphError, PaperOverflowError
from registration.papers.stamp import draw_seal
from tests.unit.registration.papers.facts import OFFICE_NAME
from tests.unit.registration.papers.reading import (
    collisions,
    loose_fonts,
    page_sizes,
    read_text,
    render,
)

LONGEST = "克孜勒苏柯尔克孜自治州阿克陶县自然资源局不动产登记中心"
Colour = tuple[int, int, int]


def colour_at(pdf: bytes, x_mm: float, y_mm: float) -> Colour:
    picture = render(pdf, dpi=254).convert("RGB")  # ten pixels a millimetre
    colour: Colour = picture.getpixel((int(x_mm * 10), int(y_mm * 10)))
    return colour


def is_red(colour: Colour) -> bool:
    red, green, blue = colour
    return red > 180 and green < 60 and blue < 80


def test_is_one_page_as_large_as_a_seal() -> None:
    assert page_sizes(draw_seal(OFFICE_NAME, is_specimen=False)) == [(119, 119)]  # 42 mm


def test_names_the_office_from_left_to_right() -> None:
    assert read_text(draw_seal(OFFICE_NAME, is_specimen=False)) == OFFICE_NAME


def test_only_a_specimen_says_that_it_is_one() -> None:
    assert "样本SPECIMEN" in read_text(draw_seal(OFFICE_NAME, is_specimen=True))
    assert "SPECIMEN" not in read_text(draw_seal(OFFICE_NAME, is_specimen=False))


@pytest.mark.parametrize(
    ("x", "y", "is_inked"),
    [(0.6, 21, True), (41.4, 21, True), (21, 21, True), (21, 15.5, True), (10, 21, False),
     (2.0, 2.0, False)],
    ids=["ring left", "ring right", "star", "point of the star", "between", "corner"],
)  # fmt: skip
def test_is_a_ring_around_a_star(x: float, y: float, is_inked: bool) -> None:
    assert is_red(colour_at(draw_seal(OFFICE_NAME, is_specimen=False), x, y)) is is_inked


def test_is_drawn_of_vectors_and_holds_its_fonts() -> None:
    pdf = draw_seal(OFFICE_NAME, is_specimen=True)

    assert loose_fonts(pdf) == []
    assert b"/Subtype /Image" not in pdf


def test_equal_names_give_equal_bytes() -> None:
    assert draw_seal(OFFICE_NAME, is_specimen=True) == draw_seal(OFFICE_NAME, is_specimen=True)


@pytest.mark.parametrize("name", ["示例", OFFICE_NAME, LONGEST])
def test_the_names_characters_stay_apart(name: str) -> None:
    pdf = draw_seal(name, is_specimen=True)

    assert name in read_text(pdf)
    assert [pair for pair in collisions(pdf) if "本" in pair] == []


def test_a_name_that_nobody_could_read_is_refused() -> None:
    with pytest.raises(PaperOverflowError):
        draw_seal("示例" * 20, is_specimen=True)


def test_a_character_that_no_font_has_is_never_drawn_as_a_box() -> None:
    with pytest.raises(MissingGlyphError):
        draw_seal("示\ue000中心", is_specimen=True)
