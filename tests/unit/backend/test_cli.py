"""`mortgage-backend` before there is an office."""

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
