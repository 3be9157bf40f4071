"""`mortgage-backend register`, as an operator types it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from backend.cli import main
from backend.settings import Settings
from backend.wall import open_wall
from certs.founding import init_authority

FLAT = "410202001003GB00012F00010013"
"""Of the samples: seized."""
FREE = "410202001003GB00012F00010012"


class Office:
    """An office in a folder with the sample register, by its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "backend.toml").write_text(
            'data_dir = "data"\nauthority_dir = "authority"\n', encoding="utf-8"
        )
        init_authority(folder / "authority", "示例市不动产登记中心", datetime.now(UTC))
        assert self.run("migrate").exit_code == 0
        assert self.register("import").exit_code == 0

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["--config", str(self.folder / "backend.toml"), *words])

    def register(self, *words: str) -> Result:
        return self.run("register", *words)

    def shown(self, unit: str, *words: str) -> dict[str, Any]:
        result = self.register("show", unit, "--json", *words)
        assert result.exit_code == 0, result.output
        record: dict[str, Any] = json.loads(result.stdout)
        return record

    def acts(self, unit: str) -> list[str]:
        settings = Settings(data_dir=self.folder / "data", authority_dir=self.folder / "authority")
        wall = open_wall(settings)
        try:
            with wall.works.reading() as work:
                return [record.act for record in work.journal.of(unit)]
        finally:
            wall.works.close()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


def test_a_units_page_and_story_are_shown_with_people_masked(office: Office) -> None:
    shown = office.shown(FREE)

    assert shown["title"]["owners"] == ["张*", "李*"]
    assert [event["act"] for event in shown["history"]] == ["brought_in"]
    told = office.register("show", FREE).stdout
    assert "张示例" not in told
    assert "41020319850615991X" not in told
    assert "豫（2021）开封市不动产权第0012345号" in told


def test_a_reason_opens_the_names_and_is_kept(office: Office) -> None:
    assert office.shown(FREE, "--reason", "法院调查令")["title"]["owners"] == ["张示例", "李示例"]
    assert "register opened" in office.acts(FREE)


def test_an_auditor_reads_the_reason_and_leaves_one(office: Office) -> None:
    office.shown(FREE, "--reason", "法院调查令")

    result = office.run("journal", FREE, "--reason", "年度检查", "--json")

    told = [(r["act"], r["words"], r["is_same"]) for r in json.loads(result.stdout)]
    assert ("register opened", "法院调查令", True) in told
    again = json.loads(office.run("journal", FREE, "--reason", "x", "--json").stdout)
    assert (again[-1]["act"], again[-1]["words"]) == ("journal read", "年度检查")
    assert office.run("journal", FREE, "--reason", " ").exit_code == 1
    assert office.run("journal", "nothing", "--reason", "x").exit_code == 1


def test_a_seizure_is_entered_queued_and_lifted(office: Office) -> None:
    before = datetime.now(UTC)
    court = (
        "--court",
        "示例人民法院",
        "--document",
        "（2026）示例执保9号",
        "--until",
        "2029-08-01",
    )
    first = office.register("seize", FREE, *court)
    second = office.register("seize", FREE, *court)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert second.stdout.strip().endswith("seizure queued")

    lifted = office.register("lift", FREE, first.stdout.split()[0], "--document", "解除9号")

    assert lifted.stdout.split() == [
        first.stdout.split()[0], "lifted", second.stdout.split()[0], "took_effect",
    ]  # fmt: skip
    shown = office.shown(FREE)
    assert [(e["state"], e["seizure_type"], e["until"]) for e in shown["entries"]] == [
        ("2", "1", "2029-08-01"),
        ("1", "1", "2029-08-01"),
    ]
    assert shown["history"][-1]["changes"] == [
        {"field": "seizure_type", "before": "2", "after": "1"}
    ]
    earlier = office.shown(FREE, "--at", (before - timedelta(seconds=1)).isoformat())
    assert earlier["entries"] == []
    assert office.acts(FREE)[-4:] == [
        "seizure entered", "seizure entered", "seizure lifted", "seizure took_effect",
    ]  # fmt: skip


def test_dissents_habitation_and_restrictions_are_entered(office: Office) -> None:
    unit = "410202001003GB00012F00010016"
    entered = [
        office.register("dissent", unit, "--who", "吴示例", "--matter", "对所有权归属有异议"),
        office.register("habitation", unit, "--who", "周示例", "--document", "合同1号"),
        office.register(
            "restrict", unit, "--who", "示例区政府", "--matter", "征收冻结", "--document", "公告1号"
        ),
    ]
    assert [result.exit_code for result in entered] == [0, 0, 0]
    assert office.register("suit", unit, entered[0].stdout.split()[0]).exit_code == 0

    assert [e["kind"] for e in office.shown(unit)["entries"]][-3:] == [
        "dissent",
        "habitation",
        "restriction",
    ]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("show", "410202001003GB00012F00019999"), 1, "office.not-found"),
        (("show", "nonsense"), 2, "unit number"),
        (("show", FREE, "--at", "yesterday"), 2, "no moment"),
        (("lift", FREE, "DJ-unknown", "--document", "x"), 1, "office.not-found"),
        (("seize", FREE, "--court", "x"), 2, "--document"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    office: Office, words: tuple[str, ...], status: int, said: str
) -> None:
    result = office.register(*words)

    assert result.exit_code == status
    assert said in result.stderr
