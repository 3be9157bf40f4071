"""What our fonts draw, by their own character maps and by another library's reading of them."""

from io import BytesIO

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # has no types

from registration.papers.coverage import can_draw, load_rare_han


@pytest.mark.parametrize(
    ("character", "is_drawn"),
    [("张", True), ("𠮷", True), ("\U0002e000", False), ("\ue863", False), ("\U000f0000", False)],
)
def test_a_character_is_drawn_or_not(character: str, is_drawn: bool) -> None:
    assert can_draw(character) is is_drawn


def test_every_character_of_the_font_of_rare_ones_is_drawn() -> None:
    listed = TTFont(BytesIO(load_rare_han()), lazy=True).getBestCmap()

    assert [f"U+{number:04X}" for number in listed if not can_draw(chr(number))] == []
