"""`mortgage-backend staff` and `terminals`, as an operator types them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from backend.cli import main
from certs.founding import init_authority
from terminal.enrolment import load_bundle_file

BANK = "91410200MA0X00015B"
BANK_NAME = "示例商业银行股份有限公司开封龙亭支行"
PASSWORD = "four plain words here\n"
HEAD = "branch,bank,bank_name,terminal\n"


@dataclass(frozen=True)
class Office:
    """An office in a folder, by its commands."""

    folder: Path

    def run(self, *arguments: str | Path, given: str | bytes = "") -> Result:
        words = ["--config", str(self.folder / "backend.toml"), *map(str, arguments)]
        return CliRunner().invoke(main, words, input=given)

    def add(self, *arguments: str | Path) -> Result:
        return self.run("terminals", "add", *arguments)

    def terminals(self, *arguments: str) -> dict[str, Any]:
        told = json.loads(self.run("terminals", "list", "--json", *arguments).stdout)
        return {row["terminal"]: row for row in told}

    def table(self, text: str, name: str = "counters.csv", encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return path


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("office")
    (folder / "backend.toml").write_text(
        f'data_dir = "data"\nauthority_dir = "authority"\nbanks = ["{BANK}"]\n', encoding="utf-8"
    )
    init_authority(folder / "authority", "示例市不动产登记中心", datetime.now(UTC))
    made = Office(folder)
    assert made.run("migrate").exit_code == 0
    return made


def one(branch: str = "KF-LT") -> tuple[str, ...]:
    return (branch, "--bank", BANK, "--bank-name", BANK_NAME)


# --- staff


def test_an_account_from_its_beginning_to_its_end(office: Office) -> None:
    assert (
        office.run(
            *("staff", "add", "zhou", "--name", "周初审", "--role", "first_reviewer"),
            given=PASSWORD,
        ).exit_code
        == 0
    )
    assert office.run("staff", "roles", "zhou", "--role", "second_reviewer").exit_code == 0
    assert office.run("staff", "password", "zhou", given="another long sentence\n").exit_code == 0
    (row,) = json.loads(office.run("staff", "list", "--json").stdout)
    assert (row["name"], row["roles"], row["status"]) == ("周初审", ["second_reviewer"], "active")

    assert office.run("staff", "remove", "zhou").exit_code == 0

    assert json.loads(office.run("staff", "list", "--json").stdout) == []
    (row,) = json.loads(office.run("staff", "list", "--json", "--all").stdout)
    assert row["status"] == "removed"


@pytest.mark.parametrize(
    "given", [b"", b"\n", b"\xff\xfe\xff", b"short\n"], ids=["none", "empty", "no text", "short"]
)
def test_a_password_that_will_not_do_is_one_sentence(office: Office, given: bytes) -> None:
    words = ("staff", "add", "wu", "--name", "吴", "--role", "auditor")
    done = office.run(*words, given=given)

    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "password" in done.stderr


def test_a_password_file_of_a_windows_editor_is_taken(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "password.txt"
    path.write_bytes(b"\xef\xbb\xbffour plain words here\r\n")
    words = ("staff", "add", "sun", "--name", "孙", "--role", "auditor", "--password-file", path)
    assert office.run(*words).exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("staff", "add", "../x", "--name", "周", "--role", "auditor"),
        ("staff", "add", "x", "--name", "周\u3000审", "--role", "auditor"),
        ("staff", "add", "x", "--name", "周", "--role", "king"),
        ("staff", "roles", "zhou"),
        ("staff", "remove", "a b"),
        ("terminals", "add", "KF\u00a0LT", "--bank", BANK, "--bank-name", "银行"),
        ("terminals", "add", "KF", "--bank", "123", "--bank-name", "银行"),
        ("terminals", "add", "KF", "--bank", BANK, "--bank-name", "行" * 65),
        ("terminals", "add", "KF", "--bank", BANK, "--bank-name", "银行", "--terminal", "../x"),
        ("terminals", "add", "KF", "--bank", BANK, "--bank-name", "银行", "--count", "3"),
        ("terminals", "add", "KF", "--bank", BANK, "--bank-name", "银行", "--hours", "0"),
        ("terminals", "add", "KF"),
        ("terminals", "add", "--from", __file__),
        ("terminals", "list", "--status", "odd"),
    ],
    ids=lambda words: " ".join(words)[:40],
)
def test_what_cannot_be_meant_is_wrong_usage(office: Office, words: tuple[str, ...]) -> None:
    done = office.run(*words, given=PASSWORD)

    assert done.exit_code == 2
    assert "\nError: " in done.stderr
    assert "Traceback" not in done.output


# --- terminals


def test_one_counter_gets_a_code_on_the_screen_or_in_a_closed_file(office: Office) -> None:
    shown = office.add(*one("QT"))
    out = office.folder / "invitation.json"
    written = office.add(*one("QT"), "--out", out)
    again = office.add(*one("QT"), "--out", out)

    assert "terminal: QT-01" in shown.stdout
    assert "code: " in shown.stdout
    assert "code: " not in written.stdout
    assert load_bundle_file(out).terminal == "QT-02"
    assert out.stat().st_mode & 0o777 == 0o600
    assert (again.exit_code, list(office.terminals("--branch", "QT"))) == (1, ["QT-01", "QT-02"])


def test_hundreds_are_invited_at_once_into_a_closed_folder(office: Office) -> None:
    folder = office.folder / "many"
    done = office.add(
        *one("KF-ZX"), "--count", "120", "--out-dir", folder, "--hours", "72", "--json"
    )

    told = json.loads(done.stdout)
    codes = {load_bundle_file(Path(row["file"])).code for row in told}
    assert len(codes) == 120
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert len(office.terminals("--branch", "KF-ZX", "--status", "invited")) == 120
    until = datetime.fromisoformat(told[0]["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=71) < until <= timedelta(hours=72)


def test_a_folder_that_others_may_open_gets_no_codes(office: Office) -> None:
    folder = office.folder / "open"
    folder.mkdir(mode=0o755)
    done = office.add(*one("OP"), "--count", "2", "--out-dir", folder)

    assert done.exit_code == 1
    assert "chmod 700" in done.stderr
    assert office.terminals("--branch", "OP") == {}


def test_a_table_invites_counters_of_many_branches(office: Office) -> None:
    lines = (
        f"T-A,{BANK},{BANK_NAME},\n龙亭支行,{BANK},{BANK_NAME},T-A-01\nT-A,{BANK},{BANK_NAME},\n"
    )
    table = office.table("\ufeff" + HEAD + lines)
    folder = office.folder / "table"

    assert office.add("--from", table, "--out-dir", folder).exit_code == 0

    assert {path.name for path in folder.iterdir()} == {f"T-A-0{n}.json" for n in (1, 2, 3)}
    assert office.terminals()["T-A-01"]["branch"] == "龙亭支行"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("branch,bank\n", "must name the columns"),
        (HEAD, "has 0 counters"),
        (HEAD + f"B1,{BANK}\n", "line 2: it has more or fewer cells"),
        (HEAD + f"B1,{BANK},x,B1-01,y\n", "line 2: it has more or fewer cells"),
        (HEAD + f"B1,123,银行,\nB\u3000,{BANK},银行,\n", "line 3: branch"),
        (HEAD + f"B1,123,银行,\nB\u3000,{BANK},银行,\n", "line 2: bank"),
        (HEAD + f"龙亭,{BANK},银行,\n", "name the counter too"),
        (HEAD + f"B1,{BANK},银行,B1-09\nB1,{BANK},银行,b1-09\n", "given twice"),
        (HEAD + f'B1,{BANK},"银行,B1-09\n', "line"),
    ],
    ids=[
        "columns",
        "empty",
        "short",
        "long",
        "all lines",
        "each line",
        "Chinese",
        "twice",
        "quote",
    ],
)
def test_a_bad_table_invites_nobody_and_names_its_lines(
    office: Office, text: str, said: str
) -> None:
    done = office.add("--from", office.table(text), "--out-dir", office.folder / "bad")

    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert said in done.stderr
    assert not [name for name in office.terminals() if name.startswith("B1")]
    assert not list((office.folder / "bad").glob("*"))


def test_a_table_in_another_encoding_is_told(office: Office) -> None:
    table = office.table(HEAD + f"B1,{BANK},银行,\n", encoding="gb18030")
    done = office.add("--from", table, "--out-dir", office.folder / "bad")

    assert "CSV UTF-8" in done.stderr


def test_a_full_disk_invites_nobody(office: Office) -> None:
    """A code that nobody holds would keep the name until it is revoked."""
    folder = office.folder / "full"
    folder.mkdir(mode=0o700)
    (folder / "FD-02.json").mkdir()
    done = office.add(*one("FD"), "--count", "2", "--out-dir", folder)

    assert done.exit_code == 1
    assert not list(folder.glob("*.json.*")) + list(folder.glob(".*"))


def test_a_bank_outside_the_channel_is_warned_of(office: Office) -> None:
    done = office.add("OB", "--bank", "91410200MA0X000236", "--bank-name", "另一示例银行")

    assert done.exit_code == 0
    assert "not among `banks`" in done.stderr


def test_a_counter_is_shown_and_shut_out(office: Office) -> None:
    office.add(*one("SH"))
    told = json.loads(office.run("terminals", "show", "SH-01", "--json").stdout)
    assert (told["status"], told["bank_name"]) == ("invited", BANK_NAME)

    done = office.run("terminals", "revoke", "SH-01", "SH-99")

    assert done.exit_code == 1, "one of them is unknown"
    assert "SH-01 is shut out" in done.stdout
    assert "there is no counter SH-99" in done.stderr
    assert office.terminals()["SH-01"]["status"] == "revoked"
