"""The doctor of the office: each thing that is broken has its line, and nothing stops it."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from backend.cli import main
from backend.doctor import Line
from backend.examination.keys import check_keys, check_life
from backend.examination.root_lists import check_root_lists
from backend.examination.store import check_store
from backend.examination.whole import examine
from backend.logbook import build_log_keeper
from backend.settings import Settings
from backend.store.engine import open_engine
from backend.store.upgrades import upgrade
from backend.supervision import at_work
from backend.wall import open_vault, open_wall
from certs.authority import load_authority
from certs.bundle import load_bundle
from certs.checkpoints import Checkpoint, sign_checkpoint
from certs.founding import add_suite, init_authority
from certs.identity import Role, SuiteName
from certs.places import certificate_path, key_path
from certs.renewal import renew_key

BANK = "91410200MA0X00015B"
NOW = datetime.now(UTC)
_ROLES = ("issuing", "server", "envelope", "office", "seal", "timestamp", "log", "qr")


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded")
    init_authority(folder / "authority", "示例市不动产登记中心", NOW)
    settings = make_settings(folder)
    open_vault(settings)
    upgrade(settings.database)
    return folder


@pytest.fixture
def office(founded: Path, tmp_path: Path) -> Settings:
    folder = tmp_path / "office"
    shutil.copytree(founded, folder)
    return make_settings(folder)


def make_settings(folder: Path) -> Settings:
    return Settings(
        data_dir=folder / "data", authority_dir=folder / "authority", banks=(BANK,), port=1
    )


def levels(lines: Iterator[Line] | tuple[Line, ...]) -> dict[str, str]:
    return {line.name: line.level for line in lines}


def bad(settings: Settings) -> set[str]:
    return {name for name, level in levels(examine(settings)).items() if level == "bad"}


def test_nothing_is_wrong_with_an_office_that_was_just_founded(office: Settings) -> None:
    lines = examine(office)

    assert bad(office) == set()
    assert {"seal", "database", "blobs", "key.at-rest", "list", "trust"} <= set(levels(lines))
    assert all(line.remedy_zh and line.remedy_en for line in lines if line.level != "ok")
    assert all(line.zh and line.en for line in lines)


Damage = Callable[[Settings], object]


def roll_back(settings: Settings) -> None:
    """Leave the memory of a head over more records than the journal has."""
    wall = open_wall(settings)
    keeper = build_log_keeper(wall)
    head = Checkpoint(origin=keeper.begin(), size=99, root=bytes(32))
    keeper.memory.remember(sign_checkpoint(head, keeper.signer(head.origin)))
    wall.works.close()


def cut_a_restore_off(settings: Settings) -> None:
    settings.blobs.mkdir(mode=0o700, exist_ok=True)
    (settings.blobs / ".restoring").touch()


DAMAGES: dict[str, tuple[Damage, set[str]]] = {
    "data folder open": (lambda s: s.data_dir.chmod(0o755), {"folder.data"}),
    "authority open": (lambda s: s.authority_dir.chmod(0o750), {"folder.authority"}),
    "no data": (lambda s: shutil.rmtree(s.data_dir), {"folder.data", "database"}),
    "no authority": (
        lambda s: shutil.rmtree(s.authority_dir),
        {"folder.authority", "trust", "seal", "log", *(f"key.{r}" for r in _ROLES)} | {"server"},
    ),
    "seal's key open": (
        lambda s: key_path(s.authority_dir, Role.SEAL).chmod(0o644),
        {"key.seal", "seal"},
    ),
    "log key gone": (lambda s: key_path(s.authority_dir, Role.LOG).unlink(), {"key.log", "log"}),
    "an older copy of the office": (roll_back, {"log"}),
    "QR key gone": (lambda s: key_path(s.authority_dir, Role.QR).unlink(), {"key.qr"}),
    "key of another role": (
        lambda s: shutil.copy(
            key_path(s.authority_dir, Role.LOG), key_path(s.authority_dir, Role.OFFICE)
        ),
        {"key.office"},
    ),
    "certificate that is none": (
        lambda s: certificate_path(s.authority_dir, Role.ENVELOPE).write_text("none"),
        {"key.envelope"},
    ),
    "trust bundle damaged": (
        lambda s: (s.authority_dir / "trust.json").write_bytes(b"{}"),
        {"trust", "seal", "server"},
    ),
    "key at rest of another office": (
        lambda s: (s.data_dir / "at-rest.key").write_text("ab" * 32),
        {"key.at-rest"},
    ),
    "key at rest gone": (lambda s: (s.data_dir / "at-rest.key").unlink(), {"database"}),
    "key at rest open": (lambda s: (s.data_dir / "at-rest.key").chmod(0o640), {"database"}),
    "database of another form": (
        lambda s: execute(s, "UPDATE alembic_version SET version_num = '0001'"),
        {"database"},
    ),
    "no database": (
        lambda s: (s.data_dir / "office.db").write_bytes(b"none of ours" * 1000),
        {"database"},
    ),
    "a restore that was cut off": (cut_a_restore_off, {"database"}),
    "blobs are a file": (lambda s: s.blobs.write_text("x"), {"blobs"}),
    "a clock that went back": (
        lambda s: write_act(s, datetime.now(UTC) + timedelta(hours=2)),
        {"clock"},
    ),
    "a task that fails": (
        lambda s: leave_task(s, tries=9, minutes=-5),
        {"tasks.failing", "worker"},
    ),
    "a task that waits": (lambda s: leave_task(s, tries=0, minutes=9), {"tasks.waiting", "worker"}),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_each_damage_has_its_lines_and_no_others(office: Settings, name: str) -> None:
    damage, lines = DAMAGES[name]
    if name == "key at rest of another office":
        seal_something(office)

    damage(office)

    assert bad(office) == lines


def test_a_case_that_cannot_go_on_is_told_with_reason_and_since_when(office: Settings) -> None:
    leave_task(office, tries=9, minutes=-5)
    wall = open_wall(office)

    (line,) = [line for line in check_store(wall, NOW) if line.name == "tasks.failing"]

    wall.works.close()
    told = "20260929-0000001 issue since 2026-09-29T10:12+08:00, 9 tries"
    assert f"{told} (registration.paper-overflow: location)" in line.zh


def execute(settings: Settings, statement: str) -> None:
    engine = open_engine(settings.database, is_writing=True)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def write_act(settings: Settings, at: datetime) -> None:
    wall = open_wall(settings)
    with wall.works() as work:
        work.journal.append(actor="auto", act="made up", ref="x", body=b"", at=at)
        work.commit()
    wall.works.close()


def leave_task(settings: Settings, *, tries: int, minutes: int) -> None:
    wall, now = open_wall(settings), datetime.now(UTC)
    with wall.works() as work:
        work.tasks.add("issue", "20260929-0000001", at=now - timedelta(minutes=minutes))
        work.commit()
    wall.works.close()
    since = "'2026-09-29 02:12:00.000000'" if tries else "NULL"
    reason = "registration.paper-overflow: location"
    values = f"tries = {tries}, reason = '{reason}', failing_since = {since}"
    execute(settings, f"UPDATE tasks SET {values}")


def seal_something(settings: Settings) -> None:
    wall = open_wall(settings)
    _, wrapped = wall.works.vault.make_child("register")
    wall.works.close()
    engine = open_engine(settings.database, is_writing=True)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO data_keys VALUES ('register', :wrapped)"), {"wrapped": wrapped}
        )
    engine.dispose()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_files_of_another_account_are_told(office: Settings) -> None:
    """A command that was run as root leaves files that the office cannot read."""
    os.chown(key_path(office.authority_dir, Role.SEAL), 65534, 65534)
    assert levels(examine(office))["folder.authority"] == "bad"
    os.chown(office.data_dir, 65534, 65534)
    assert levels(examine(office))["folder.data"] == "bad"


@pytest.mark.parametrize(
    ("days", "level"), [(-1, "bad"), (0, "ok"), (1000, "ok"), (1070, "warn"), (1097, "bad")]
)
def test_a_certificate_is_told_before_it_ends(office: Settings, days: int, level: str) -> None:
    (certificate,) = load_bundle(office.authority_dir / "trust.json").certificates(Role.SEAL)
    line = check_life(
        "key.seal",
        certificate,
        NOW + timedelta(days=days),
        title=("章", "The seal"),
        folder=office.authority_dir,
    )
    assert line.level == level


@pytest.mark.parametrize(("hours", "level"), [(1, "ok"), (13, "warn"), (25, "bad")])
def test_a_list_is_told_before_it_ends(office: Settings, hours: int, level: str) -> None:
    assert levels(check_keys(office, NOW + timedelta(hours=hours)))["list"] == level


def test_an_older_envelope_key_that_is_gone_is_told(office: Settings) -> None:
    first = key_path(office.authority_dir, Role.ENVELOPE)
    renew_key(office.authority_dir, Role.ENVELOPE, NOW)
    assert "key.envelope.1" not in levels(check_keys(office, NOW))
    first.unlink()
    assert levels(check_keys(office, NOW))["key.envelope.1"] == "warn"


def test_the_keys_of_the_national_suite_are_looked_at_too(office: Settings) -> None:
    opened = replace(office, suites=("international", "national"))
    assert levels(check_keys(opened, NOW))["suite.national"] == "bad"

    add_suite(office.authority_dir, NOW, office="office")
    found = {line.name: line for line in check_keys(office, NOW)}
    assert found["key.national-seal"].level == found["trust"].level == "ok"
    assert "key.national-server" not in found

    renew_key(office.authority_dir, Role.QR, NOW, suite=SuiteName.NATIONAL)
    aged = {line.name: line for line in check_keys(office, NOW + timedelta(days=1080))}
    assert aged["key.national-seal"].remedy_en.endswith("authority seal --suite national")
    key_path(office.authority_dir / "national", Role.OFFICE).chmod(0o644)
    assert levels(check_keys(office, NOW))["key.national-office"] == "bad"


def test_a_worker_at_work_is_seen(office: Settings) -> None:
    wall = open_wall(office)
    assert levels(check_store(wall, NOW))["worker"] == "warn"
    with at_work(office.data_dir):
        assert levels(check_store(wall, NOW))["worker"] == "ok"
    wall.works.close()


@pytest.mark.parametrize(
    ("changes", "name", "level"),
    [
        ({"banks": ()}, "settings.banks", "bad"),
        ({"public_url": "https://registration.example"}, "settings.public_url", "bad"),
        ({"seal": "pades"}, "settings.timestamp", "warn"),
        ({"police_url": "https://127.0.0.1:9/share"}, "settings.police", "ok"),
        ({"timestamp_url": "http://127.0.0.1:1/tsa"}, "timestamp.127.0.0.1:1", "warn"),
    ],
    ids=["no bank", "another host", "own time stamps", "police", "no time stamps"],
)
def test_settings_are_judged(
    office: Settings, changes: dict[str, Any], name: str, level: str
) -> None:
    assert levels(examine(replace(office, **changes)))[name] == level


def test_the_command_tells_programs_and_its_exit_status_everybody(office: Settings) -> None:
    config = office.data_dir.parent / "backend.toml"
    config.write_text(
        f'data_dir = "data"\nauthority_dir = "authority"\nport = 1\nbanks = ["{BANK}"]\n'
    )
    whole = CliRunner().invoke(main, ["--config", str(config), "doctor", "--json"])
    key_path(office.authority_dir, Role.SEAL).chmod(0o644)
    broken = CliRunner().invoke(main, ["--config", str(config), "doctor"])

    assert (whole.exit_code, broken.exit_code) == (0, 1)
    assert {line["name"] for line in json.loads(whole.stdout)} >= {"seal", "key.seal"}
    assert broken.stdout.startswith("bad   key.seal: ")
    assert "→ chmod 600" in broken.stdout


def test_a_root_without_a_list_is_told_with_the_command_that_makes_one(office: Settings) -> None:
    load_authority(office.authority_dir).publish(lambda b: replace(b, crls=b.crls[:1]))
    (line,) = [one for one in check_keys(office, NOW) if one.name == "list.root"]
    assert (line.level, "root-list" in line.remedy_en) == ("warn", True)


def test_a_roots_list_is_renewed_in_time(office: Settings) -> None:
    found = {
        days: next(
            one.level
            for one in check_root_lists(
                load_bundle(office.authority_dir / "trust.json"), NOW + timedelta(days=days), Path()
            )
        )
        for days in (1, 360, 400)
    }
    assert found == {1: "ok", 360: "warn", 400: "warn"}
