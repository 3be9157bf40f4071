"""Windows of one day keep their token over a crash, and nobody reads it off the disk."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certs.atrest import Vault
from terminal.window_token import FILE, LIFE, load_token

NOW = datetime(2026, 9, 29, 1, 0, tzinfo=UTC)
VAULT = Vault(b"k" * 32)


def test_the_next_start_finds_the_same_token(tmp_path: Path) -> None:
    token = load_token(tmp_path, VAULT, NOW)

    assert load_token(tmp_path, VAULT, NOW + LIFE / 2) == token
    assert len(token) > 40


@pytest.mark.parametrize("later", [LIFE, timedelta(minutes=-1)], ids=["old", "from the future"])
def test_another_day_has_another_token(tmp_path: Path, later: timedelta) -> None:
    token = load_token(tmp_path, VAULT, NOW)

    assert load_token(tmp_path, VAULT, NOW + later) != token


def test_it_lies_encrypted_and_closed(tmp_path: Path) -> None:
    token = load_token(tmp_path, VAULT, NOW)
    path = tmp_path / FILE

    assert token.encode() not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert load_token(tmp_path, Vault(b"x" * 32), NOW) != token


@pytest.mark.parametrize("content", [b"", b"\x01", b"x" * 200])
def test_a_damaged_file_is_made_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    token = load_token(tmp_path, VAULT, NOW)

    assert load_token(tmp_path, VAULT, NOW) == token
