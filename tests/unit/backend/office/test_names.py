"""Names that an operator gives, and what no name may hold."""

import pytest

from backend.errors import OddNameError
from backend.office.names import read_label, read_short_name


@pytest.mark.parametrize("text", ["KF-LT-01", "zhou", "a", "x" * 64, "0.b_c-d"])
def test_a_plain_short_name_is_taken(text: str) -> None:
    assert read_short_name(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "x" * 65, ".hidden", "-rf", "..", "a/b", "a\\b", "a b", "周", "a\n", "a\x00", "Ａ", "a."],
)
def test_an_odd_short_name_is_refused(text: str) -> None:
    with pytest.raises(OddNameError):
        read_short_name(text)


@pytest.mark.parametrize(
    "text", ["周初审", "示例银行股份有限公司（开封）", "Anna O'Neil", "𠮷田·丽"]
)
def test_a_label_is_taken_as_it_is(text: str) -> None:
    assert read_label(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("　", "empty"),
        ("长" * 65, "65 characters"),
        (" 周", "begins or ends"),
        ("周  审", "two side by side"),
        ("周\u00a0审", "character 2 (U+00A0) is no ordinary space"),
        ("周\u3000审", "no ordinary space"),
        ("周\u3164审", "no ordinary space"),
        ("周\u200b审", "shows nothing"),
        ("周\u202e审", "shows nothing"),
        ("周\n审", "character 2 (U+000A) is a control character"),
        ("周\x1b[31m", "control character"),
        ("周\ue000", "not defined"),
        ("../周", "part of a path"),
        ("周\\审", "part of a path"),
    ],
)
def test_an_odd_label_is_refused_with_what_and_where(text: str, said: str) -> None:
    with pytest.raises(OddNameError) as caught:
        read_label(text)
    assert said in str(caught.value)
