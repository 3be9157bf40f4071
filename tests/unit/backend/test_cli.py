"""`mortgage-backend` before there is an office."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from backend.cli import main


@pytest.mark.parametrize("command", [("staff", "list"), ("terminals", "list"), ("verify-log",)])
def test_a_command_before_migrate_says_what_to_do(tmp_path: Path, command: tuple[str, ...]) -> None:
    config = tmp_path / "backend.toml"
    config.write_text('data_dir = "data"\nauthority_dir = "authority"\n', encoding="utf-8")

    result = CliRunner().invoke(main, ["--config", str(config), *command])

    assert result.exit_code == 1
    assert "mortgage-backend migrate" in result.output
    assert len(result.output.strip().splitlines()) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give folders away")
@pytest.mark.parametrize(
    "command", [("migrate",), ("staff", "list"), ("restore", "."), ("terminals", "list")]
)
def test_root_leaves_nothing_behind_in_another_accounts_office(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    """What root makes there is closed to the office, which stops at its next start."""
    config = tmp_path / "backend.toml"
    config.write_text('data_dir = "data"\nauthority_dir = "authority"\n', encoding="utf-8")
    (tmp_path / "data").mkdir(mode=0o700)
    os.chown(tmp_path / "data", 65534, 65534)

    result = CliRunner().invoke(main, ["--config", str(config), *command])

    assert result.exit_code == 1
    assert "belongs to the account" in result.output
    assert list((tmp_path / "data").iterdir()) == []
