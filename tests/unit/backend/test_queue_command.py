"""`mortgage-backend queue overdue`: an exit status that a program can watch."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backend.cli import main
from backend.office.case import Stage, move
from backend.settings import Settings
from backend.wall import Wall, open_wall
from certs.founding import init_authority
from registration.outcomes import Due
from tests.rows import open_case


@pytest.fixture
def wall(tmp_path: Path) -> Iterator[Wall]:
    (tmp_path / "backend.toml").write_text(
        'data_dir = "data"\nauthority_dir = "authority"\n', encoding="utf-8"
    )
    init_authority(tmp_path / "authority", "示例市不动产登记中心", datetime.now(UTC))
    assert run(tmp_path, "migrate").exit_code == 0
    opened = open_wall(Settings(data_dir=tmp_path / "data", authority_dir=tmp_path / "authority"))
    yield opened
    opened.works.close()


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(folder / "backend.toml"), *words])


def test_a_late_case_is_listed_and_changes_the_exit_status(tmp_path: Path, wall: Wall) -> None:
    calm = run(tmp_path, "queue", "overdue", "--json")
    assert (calm.exit_code, json.loads(calm.stdout)) == (0, [])
    case = open_case(wall.works)
    with wall.works() as work:
        case = work.cases.save(move(case, Stage.ACCEPTED), was=case)
        due = (Due(name="channel", at=datetime(2020, 1, 2, tzinfo=UTC)),)
        work.cases.save(replace(move(case, Stage.IN_REVIEW), due=due), was=case)
        work.commit()

    late = run(tmp_path, "queue", "overdue", "--json")

    assert late.exit_code == 1
    told = [(row["case_no"], row["is_late"]) for row in json.loads(late.stdout)]
    assert told == [(case.case_no, True)]
    assert "1 overdue, 0 due soon, 0 packages unanswered" in late.stderr
