from datetime import date
from pathlib import Path

import pytest

from terminal.errors import MisconfiguredError
from terminal.settings import load

FILE = """\
home = "home"
port = 9000
readers = ["sam:/dev/ttyUSB0"]

[bank]
financial_licence = "B9999S241020001"

[[tellers]]
staff_no = "T0007"
name = "赵示例"
id_number = "41020419930418996X"
authority_number = "POA-2026-007"
authority_from = 2026-01-01
authority_to = 2026-12-31
matters = ["抵押权首次登记"]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "terminal.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read(tmp_path: Path) -> None:
    settings = load(write(tmp_path, FILE), {})

    assert settings.home == tmp_path / "home"
    assert (settings.port, settings.readers) == (9000, ("sam:/dev/ttyUSB0",))
    assert settings.bank.financial_licence == "B9999S241020001"
    (teller,) = settings.tellers
    assert (teller.staff_no, teller.authority_to) == ("T0007", date(2026, 12, 31))
    assert teller.matters == ("抵押权首次登记",)


def test_the_environment_comes_on_top(tmp_path: Path) -> None:
    environ = {
        "MRK_PORT": "9001",
        "MRK_READERS": "sam:a, sam:b",
        "MRK_ALLOW_FAILPOINTS": "true",
        "MRK_HOME": "other",
        "MRK_OFFLINE": "1",
    }

    settings = load(write(tmp_path, FILE), environ)

    assert (settings.port, settings.readers) == (9001, ("sam:a", "sam:b"))
    assert settings.allow_failpoints
    assert settings.home == tmp_path / "other"


def test_without_a_file_everything_lies_in_the_accounts_own_folder() -> None:
    assert load(None, {"HOME": "/home/x"}).home == Path("/home/x/.local/share/mortgage-terminal")
    assert load(None, {"XDG_DATA_HOME": "/data"}).home == Path("/data/mortgage-terminal")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("colour = 1", "colour"),
        ('port = "x"', "port"),
        ("port = true", "port"),
        ('readers = "sam:x"', "readers"),
        ("readers = [1]", "readers"),
        ("[bank]\ncolour = 1", "bank.colour"),
        ('bank = "x"', "bank"),
        ("[[tellers]]\nname = 'x'", "tellers[1].staff_no"),
        ("[[tellers]]\nstaff_no='1'\nname='x'\nid_number='1'\nage=1", "tellers[1].age"),
        ("[[tellers]]\nstaff_no=1\nname='x'\nid_number='1'", "tellers[1].staff_no"),
        ("= 1", "no TOML"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(MisconfiguredError, match=named.replace("[", r"\[")):
        load(write(tmp_path, text), {})


@pytest.mark.parametrize(
    ("name", "text"), [("PORT", "x"), ("ALLOW_FAILPOINTS", "x"), ("TELLERS", "x"), ("BANK", "x")]
)
def test_a_wrong_variable_is_named(name: str, text: str) -> None:
    with pytest.raises(MisconfiguredError, match=name.lower()):
        load(None, {f"MRK_{name}": text})


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(MisconfiguredError):
        load(tmp_path / "none.toml", {})


def test_reprs_hide_the_teller(tmp_path: Path) -> None:
    assert "41020419930418996X" not in repr(load(write(tmp_path, FILE), {}))
