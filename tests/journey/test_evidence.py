"""A case's evidence for a court: whole, checked by a bare Python without a network, each change found."""

import io
import json
import runpy
import subprocess
import sys
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding

from backend.assembly import build_handing
from backend.cli import main
from backend.logbook import build_log_keeper, publish_links
from backend.office.handing import Files
from backend.packing import pack, read_kit
from certs.identity import SuiteName
from registration.outcomes import CertificateIssued, CorrectionRequest
from tests.factories import make_application, make_authority, make_mortgagee
from tests.factories_today import captured_now
from tests.journey.office import BANK, OfficeStand
from tests.rows import make_staff

pytestmark = pytest.mark.journey
ALONE = ("-I", "-S")
"""No site-packages, no variables: what any Python on any machine has."""
NO_NETWORK = """
import socket, sys
def no(*_args, **_more): raise SystemExit("it opened a socket")
socket.socket = socket.create_connection = socket.getaddrinfo = no
import runpy
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@dataclass(frozen=True, slots=True)
class Handed:
    """The evidence of a case that was corrected once, and what one may know of its office."""

    files: Files
    root: str
    journal: list[tuple[str, str]]
    case_no: str
    config: Path
    asked: bytes
    """What the worker made for somebody at the desk: the same as a ZIP."""


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handed]:
    yield from hand(OfficeStand(tmp_path_factory.mktemp("evidence")))


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handed]:
    yield from hand(OfficeStand(tmp_path_factory.mktemp("national"), suites=("national",)))


def hand(stand: OfficeStand) -> Iterator[Handed]:
    """Let an office correct and issue a case, and hand its evidence out."""
    authority = stand.wall.keys.authorities()()[SuiteName.INTERNATIONAL]
    publish_links(stand.wall, authority, build_log_keeper(stand.wall).begin())
    application = captured_now(make_application())
    agent = replace(
        application.mortgagee.agent, authority=make_authority(valid_to=date(2030, 12, 31))
    )
    whole = replace(application, mortgagee=make_mortgagee(agent=agent))
    branch = stand.enrol()
    asked = stand.file(branch, replace(whole, inks=whole.inks[:-1]))[-1]
    assert isinstance(asked, CorrectionRequest)
    issued = stand.file(branch, replace(whole, round=2, corrects=asked.case_no))[-1]
    assert isinstance(issued, CertificateIssued)
    handing = build_handing(stand.wall, read_kit())
    files = handing.hand_out(issued.case_no, by="operator:test", reason="（2026）示例民初1号")
    made = ask_at_desk(stand, issued.case_no)
    with stand.wall.works.reading() as work:
        told = [(r.actor, r.act) for r in work.journal.of(issued.case_no)]
    config = stand.settings.data_dir.parent / "backend.toml"
    config.write_text(
        f'data_dir = "{stand.settings.data_dir}"\n'
        f'authority_dir = "{stand.settings.authority_dir}"\nbanks = ["{BANK}"]\n'
    )
    root = stand.wall.trust().bundle.roots[-1]
    digest = sha256(root.public_bytes(Encoding.DER)).hexdigest()
    yield Handed(files, digest, told, issued.case_no, config, made)
    stand.close()


def ask_at_desk(stand: OfficeStand, case_no: str) -> bytes:
    """Ask as the head does on the case page; the worker makes it, and the desk hands it out."""
    staff = make_staff("zhao", roles=("chief",))
    desk = stand.office.evidence
    desk.ask(case_no, staff=staff, reason="（2026）示例民初1号")
    stand.work_off()
    (wish,) = desk.wishes(case_no, staff=staff)
    return desk.fetch(case_no, wish.number, staff=staff)


def check(files: Files, folder: Path, *more: str) -> tuple[int, str]:
    """Unpack and check as somebody does who has a USB stick and a Python."""
    with ZipFile(io.BytesIO(pack(files))) as archive:
        archive.extractall(folder)
    done = subprocess.run(
        [sys.executable, *ALONE, "-c", NO_NETWORK, str(folder / "verify.py"), *more],
        capture_output=True, text=True, check=False, cwd=folder, env={"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert "socket" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def test_a_bare_python_finds_it_whole(handed: Handed, tmp_path: Path) -> None:
    status, said = check(handed.files, tmp_path, "--root", handed.root)

    assert (status, said.splitlines()[-1]) == (0, "TRUE"), said
    assert "✘" not in said
    for name in ("certificate.pdf", "decisions.json", "trust.json"):
        assert name in handed.files
    for folder in ("round-1/", "round-2/"):
        assert f"{folder}package.bin" in handed.files
        assert f"{folder}receipt.jws" in handed.files
        assert any(name.startswith(f"{folder}parts/materials/") for name in handed.files)
        assert f"✔ {folder[:-1]} 签字 ink" in said
    assert "✔ 印章 seal: sealed on 20" in said


def test_a_national_office_s_evidence_is_checked_to_the_end(
    national: Handed, tmp_path: Path
) -> None:
    """Statements, package and certificates are signed with SM2: the verifier computes it itself."""
    status, said = check(national.files, tmp_path, "--root", national.root)

    assert (status, said.splitlines()[-1]) == (0, "TRUE"), said
    manifest = national.files["round-1/package-manifest.jws"].split(b".")[0] + b"=="
    assert b"1.2.156.10197.1.501" in urlsafe_b64decode(manifest)
    package = national.files["round-2/package.bin"]
    changed = package[:-20] + bytes([package[-20] ^ 1]) + package[-19:]
    wrong = _findings(national.files | {"round-2/package.bin": changed})
    assert [line for line in wrong if line.startswith("✘ round-2 资料包 package")]


def test_another_office_s_root_is_seen(handed: Handed, tmp_path: Path) -> None:
    assert check(handed.files, tmp_path, "--root", "0" * 64)[0] == 1


def test_the_journal_says_who_had_it(handed: Handed) -> None:
    assert ("operator:test", "evidence handed out") in handed.journal


def test_what_the_desk_hands_out_is_checked_the_same(handed: Handed, tmp_path: Path) -> None:
    with ZipFile(io.BytesIO(handed.asked)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    status, said = check(files, tmp_path, "--root", handed.root)

    assert (status, said.splitlines()[-1]) == (0, "TRUE"), said
    acts = [act for actor, act in handed.journal if actor == "staff:zhao"]
    assert acts == ["evidence asked for", "evidence handed out"]


VERIFIER = runpy.run_path(str(Path(__file__).parents[2] / "backend" / "evidence_kit" / "verify.py"))
"""The verifier as a module, so that a hundred changes do not start a hundred Pythons."""


def is_listed(files: Files) -> bool:
    """Say whether the signed list is that of these files: the first of the verifier's checks."""
    try:
        trust = VERIFIER["Trust"](files["trust.json"])
    except (KeyError, ValueError):
        return False
    return bool(VERIFIER["try_check"](VERIFIER["check_manifest"], files, trust)[0] == 0)


def test_each_member_that_is_changed_left_out_or_added_is_found(handed: Handed) -> None:
    assert is_listed(handed.files)
    missed = []
    for name, data in handed.files.items():
        middle = len(data) // 2
        changed = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        if is_listed(handed.files | {name: changed}):
            missed.append(f"{name} changed")
    for name in ("certificate.pdf", "case.json", "verify.py"):
        without = {one: held for one, held in handed.files.items() if one != name}
        if is_listed(without):
            missed.append(f"{name} left out")
    if is_listed(handed.files | {"more.txt": b"x"}):
        missed.append("added")
    assert missed == []


def test_who_signs_the_list_anew_is_found_by_the_rest(handed: Handed) -> None:
    """Each finding stands by itself: the manifest is not the only lock."""
    found = {}
    of_each = ("package.bin", "receipt.jws", "package-manifest.jws")
    sent = [f"round-{number}/{name}" for number in (1, 2) for name in of_each]
    for name in (*sent, "certificate.pdf"):
        data = handed.files[name]
        files = handed.files | {name: data[:-20] + bytes([data[-20] ^ 1]) + data[-19:]}
        found[name] = _findings(files)
    for folder in ("round-1", "round-2"):
        part = next(n for n in handed.files if n.startswith(f"{folder}/parts/materials/"))
        found[part] = _findings(handed.files | {part: b"another paper"})
        assert [line for line in found[part] if line.startswith(f"✘ {folder} ")]
    journal = json.loads(handed.files["journal.json"])
    journal[0]["actor"] = "terminal:OTHER"
    found["journal.json"] = _findings(handed.files | {"journal.json": json.dumps(journal).encode()})
    assert {name: len(wrong) > 1 for name, wrong in found.items()} == dict.fromkeys(found, True)


def test_a_round_that_is_left_out_swapped_or_put_twice_is_found(handed: Handed) -> None:
    """Each folder holds by itself; the log's records say which rounds there were."""
    first, second = VERIFIER["rounds"](handed.files).values()
    others = {n: d for n, d in handed.files.items() if not n.startswith("round-")}
    missed = []
    for told in ((second,), (first,), (second, first), (second, second), (first, second, second)):
        files = dict(others)
        for number, sent in enumerate(told, start=1):
            files |= {f"round-{number}/{name}": data for name, data in sent.items()}
        wrong = _findings(files)
        if not any(line.startswith("✘ 轮次 rounds") for line in wrong):
            missed.append((len(told), wrong))
    assert missed == []
    assert _findings(handed.files) == []


def _findings(files: Files) -> list[str]:
    said = io.StringIO()
    with redirect_stdout(said):
        VERIFIER["check"](files, "")
    return [line for line in said.getvalue().splitlines() if line.startswith("✘")]


def test_the_command_writes_a_file_for_nobody_else_and_never_over_another(
    handed: Handed, tmp_path: Path
) -> None:
    out = tmp_path / "evidence.zip"
    asked = ["--config", str(handed.config), "evidence", handed.case_no, "--out", str(out)]

    first = CliRunner().invoke(main, [*asked, "--reason", "（2026）示例民初1号"])
    again = CliRunner().invoke(main, [*asked, "--reason", "（2026）示例民初1号"])
    blank = CliRunner().invoke(main, [*asked[:-1], str(tmp_path / "x"), "--reason", " "])

    assert first.exit_code == 0, first.output
    assert out.stat().st_mode & 0o777 == 0o600
    with ZipFile(out) as archive:
        assert set(handed.files) <= set(archive.namelist())
    assert (again.exit_code, blank.exit_code) == (2, 2)
    assert not (tmp_path / "x").exists()
