"""Passwords that somebody who knows the breaches of the past would try are refused."""

from pathlib import Path

import pytest

from backend.errors import MisconfiguredError
from backend.passwords import load_guesser


@pytest.mark.parametrize(
    "password",
    [
        "password123456",
        "P@ssw0rd1234!",
        "qwertyuiop123",
        "1qaz2wsx3edc4rfv",
        "woaini5201314",
        "zhangwei19850101",
        "12345678901234567890",
        "iloveyouiloveyou",
        "ZhouChushen2026",
        "zhongguo123456",
    ],
)
def test_what_broke_before_is_guessable(password: str) -> None:
    assert load_guesser(None)(password, ["zhou", "ZhouChushen", "周初审"])


@pytest.mark.parametrize(
    "password", ["four plain words here", "vT7#kq9Zw2Lm", "correct horse battery staple 7"]
)
def test_what_nobody_tries_is_not(password: str) -> None:
    assert not load_guesser(None)(password, ["zhou"])


def test_a_very_long_password_is_weighed_by_its_beginning() -> None:
    assert not load_guesser(None)("vT7#kq9Zw2Lm" * 20, [])
    assert load_guesser(None)("a" * 256, [])


def test_an_office_adds_a_list_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("Vt7#kq9zw2lm\r\n\n", "utf-8")
    assert load_guesser(tmp_path / "list")("vT7#kq9Zw2Lm", [])
    with pytest.raises(MisconfiguredError):
        load_guesser(tmp_path / "nothing")
