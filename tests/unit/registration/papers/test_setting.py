import pytest

from registration.errors import MissingGlyphError, PaperOverflowError
from registration.papers.faces import Face, split_runs, text_width
from registration.papers.setting import fit, line_size, wrap


def lines(text: str, characters: int) -> tuple[str, ...]:
    """Set a text at 10 points on a line of so many ideographs."""
    return wrap(text, width=characters * 10.0 + 0.01, size=10)


@pytest.mark.parametrize(
    ("text", "characters", "expected"),
    [
        ("示例示例示例", 4, ("示例示例", "示例")),
        ("示例示例，示例", 4, ("示例示", "例，示例")),
        ("示例（示例）", 3, ("示例", "（示", "例）")),
        ("示例\n示例", 9, ("示例", "示例")),
        ("示例 ABCDEF 示例", 5, ("示例", "ABCDEF", "示例")),
        ("证明第0012345号", 6, ("证明", "第0012345号")),
        ("示例86.0000 元", 6, ("示例", "86.0000 元")),
        ("", 4, ("",)),
    ],
    ids=["full", "no comma first", "brackets", "newline", "a word", "a number", "a unit", "empty"],
)
def test_breaks_lines_as_printers_do(text: str, characters: int, expected: tuple[str]) -> None:
    assert lines(text, characters) == expected


def test_a_word_longer_than_a_line_is_cut_and_kept_whole_in_sum() -> None:
    found = lines("A" * 64, 10)

    assert len(found) > 1
    assert "".join(found) == "A" * 64


def test_no_line_is_wider_than_it_may_be() -> None:
    text = "主债权本金、利息（含罚息、复利）、违约金，以及 ABC-2026-000123 号合同的费用。" * 5

    assert all(
        text_width(line, Face.REGULAR, 10) <= 120.01 for line in wrap(text, width=120, size=10)
    )


def test_takes_the_largest_size_that_fits() -> None:
    found = fit("示例" * 10, field="x", width=100, height=31, sizes=(12, 10, 8))

    assert found.size == 10


def test_what_fits_at_no_size_names_its_field() -> None:
    with pytest.raises(PaperOverflowError) as caught:
        fit("示例" * 100, field="location", width=100, height=30, sizes=(12, 8))
    assert caught.value.field == "location"


def test_a_line_that_fits_at_no_size_names_its_field() -> None:
    with pytest.raises(PaperOverflowError) as caught:
        line_size("示例" * 10, field="office", width=100, sizes=(12, 8))
    assert caught.value.field == "office"


def test_a_rare_character_comes_from_the_font_that_has_it() -> None:
    runs = list(split_runs("张𠮷例", Face.REGULAR))

    assert [text for _, text in runs] == ["张", "𠮷", "例"]
    assert len({font for font, _ in runs}) == 2


def test_a_private_use_character_is_refused() -> None:
    """Every maker of card readers drew its own; nobody can say what it means."""
    with pytest.raises(MissingGlyphError) as caught:
        text_width("张\ue5e5", Face.REGULAR, 10)
    assert "U+E5E5" in str(caught.value)
