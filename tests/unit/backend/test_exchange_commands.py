"""Messages in and out, as an operator types it; and days that the old register did not tell."""

from pathlib import Path

import pytest

from tests.unit.backend.test_register_commands import FREE, Office


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


def test_a_unit_goes_out_and_comes_into_another_office(office: Office, tmp_path: Path) -> None:
    done = office.register("export", str(tmp_path / "out"), "--unit", FREE)
    assert (done.exit_code, done.stdout) == (0, "messages written 1, entries refused 0\n")
    (tmp_path / "other").mkdir()
    other = Office(tmp_path / "other")

    taken = other.register("import", str(tmp_path / "out"))
    assert taken.exit_code == 0, taken.output
    assert taken.stdout.startswith("units new 0, entries new 0")


def test_a_wrong_message_is_told_by_file_line_and_field(office: Office, tmp_path: Path) -> None:
    office.register("export", str(tmp_path), "--unit", FREE)
    (file,) = tmp_path.iterdir()
    text = file.read_text(encoding="utf-8").replace('GYFS="', 'GYFS="9')
    file.write_text(text, encoding="utf-8")

    refused = office.register("import", str(file))
    assert refused.exit_code == 1
    assert f"{file.name}:" in refused.stderr
    assert "ZTT_GY_QLR@GYFS" in refused.stderr


def test_what_cannot_be_told_is_named_and_the_exit_says_so(office: Office, tmp_path: Path) -> None:
    done = office.register("export", str(tmp_path))

    assert done.exit_code == 1
    assert "QLF_QL_DYAQ@DYFS" in done.stderr


def test_the_outbox_tells_its_folder_and_what_waits(office: Office) -> None:
    told = office.register("outbox", "--json")

    assert told.exit_code == 0
    assert '"to_collect": 0' in told.stdout


def test_no_day_is_made_up_where_the_old_register_told_none(office: Office) -> None:
    shown = office.shown(FREE)
    lines = office.register("show", FREE).stdout

    assert shown["history"][0]["at"] == ""
    assert "1970" not in lines
    assert "登记时间未载" in lines
