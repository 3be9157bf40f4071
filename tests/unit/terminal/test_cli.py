"""`mortgage-terminal` from the outside: what it prints, and its exit status."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from certs.identity import Role
from registration import schema
from registration.application import Application
from registration.outcomes import CorrectionRequest, Refusal
from terminal.cli import main
from terminal.enrolment import enrol, read_bundle
from terminal.folder import lock_folder
from tests.clock import FrozenClock
from tests.factories import make_application, make_authority, make_mortgagee, make_pdf
from tests.hostile import closed_pdf
from tests.pki import PKI, make_pki, make_signer
from tests.unit.terminal.desk.office import FakeOffice, make_answer
from tests.unit.terminal.joining import TERMINAL, JoiningOffice, make_bundle
from tests.unit.terminal.line import Desk, serving

SETTINGS = """\
home = "home"
poll_s = 0
log_level = "CRITICAL"

[[tellers]]
staff_no = "T0007"
name = "赵示例"
id_number = "41020419930418996X"
"""


@dataclass
class Branch:
    """A folder with settings, and an office at the other end of the line."""

    folder: Path
    office: FakeOffice
    url: str

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(
            main, ["--config", str(self.folder / "terminal.toml"), *arguments]
        )

    def join(self) -> None:
        home = self.folder / "home"
        home.mkdir(mode=0o700)
        joining = JoiningOffice(self.office.pki, now=self.office.clock.now())
        bundle = make_bundle(self.office.pki, office_url=self.url)
        enrol(read_bundle(bundle), home, connect=joining.connect, now=self.office.clock.now)

    def lay_down(self, application: Application) -> Path:
        """Lay a case down as a bank's system does."""
        case = self.folder / "case"
        shutil.rmtree(case, ignore_errors=True)
        (case / "materials").mkdir(parents=True)
        text = schema.canonical(schema.format_application(application))
        (case / "application.json").write_bytes(text)
        for material in application.materials:
            (case / "materials" / f"{material.code}.pdf").write_bytes(make_pdf(material.code))
        return case


@pytest.fixture(scope="module")
def office_pki(tmp_path_factory: pytest.TempPathFactory) -> PKI:
    """An authority by the machine's own clock, as TLS and the command line want it."""
    now = datetime.now(UTC)
    pki = make_pki(tmp_path_factory.mktemp("cli") / "authority", now)
    signer = make_signer(pki.authority, Role.PACKAGE, name=TERMINAL, now=now)
    return replace(pki, package_signer=signer)


@pytest.fixture
def lone(tmp_path: Path, office_pki: PKI) -> Branch:
    """A branch whose line leads nowhere."""
    (tmp_path / "terminal.toml").write_text(SETTINGS, encoding="utf-8")
    office = FakeOffice(office_pki, FrozenClock(datetime.now(UTC)))
    return Branch(tmp_path, office, "https://127.0.0.1:9")


@pytest.fixture
def branch(lone: Branch) -> Iterator[Branch]:
    """A branch that joined, and whose office answers."""
    with ExitStack() as stack:
        lone.url = stack.enter_context(serving(Desk(lone.office), lone.office.pki))
        lone.join()
        yield lone


def make_case() -> Application:
    """Return the base case with papers that are good on any day."""
    mortgagee = make_mortgagee()
    authority = make_authority(valid_from=date(2020, 1, 1), valid_to=date(2099, 12, 31))
    return make_application(
        mortgagee=replace(mortgagee, agent=replace(mortgagee.agent, authority=authority))
    )


def test_help_names_every_command(lone: Branch) -> None:
    told = lone.run("--help").output

    for command in ("enroll", "serve", "submit", "queue", "doctor", "renew"):
        assert command in told
        assert lone.run(command, "--help").exit_code == 0


def test_wrong_usage_is_2(lone: Branch) -> None:
    assert lone.run("submit").exit_code == 2
    assert lone.run("colour").exit_code == 2


@pytest.mark.parametrize("command", ["serve", "queue", "renew"])
def test_a_counter_that_did_not_join_says_so(lone: Branch, command: str) -> None:
    done = lone.run(command)

    assert done.exit_code == 1
    assert done.stderr.startswith("terminal.not-enrolled: ")
    assert done.stderr.count("\n") == 1


def test_the_doctor_tells_a_counter_that_did_not_join_what_to_do(lone: Branch) -> None:
    done = lone.run("doctor", "--json")

    lines = {line["name"]: line for line in json.loads(done.stdout)}
    assert done.exit_code == 1
    assert lines["joined"]["level"] == "bad"
    assert "mortgage-terminal enroll" in lines["joined"]["remedy_en"]
    assert not (lone.folder / "home" / "box.key").exists(), "looking must make nothing"


def test_a_key_that_others_may_read_is_told_with_its_remedy(branch: Branch) -> None:
    """A new invitation would not help."""
    (key,) = (branch.folder / "home").glob("identity-*/package-key.pem")
    key.chmod(0o644)

    lines = {line["name"]: line for line in json.loads(branch.run("doctor", "--json").stdout)}
    submitted = branch.run("submit", str(branch.lay_down(make_case())))

    assert lines["permissions"]["level"] == "bad"
    assert f"{key} is open to other accounts" in lines["permissions"]["en"]
    assert "chmod" in lines["joined"]["remedy_en"]
    assert submitted.stderr.startswith(f"terminal.open-to-others: {key} is open to other accounts")


def test_an_office_that_cannot_be_reached_is_told_in_words(lone: Branch) -> None:
    lone.join()

    done = lone.run("renew")

    assert done.exit_code == 1
    assert "登记中心" in done.stderr
    assert "office" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_wrong_setting_is_told(lone: Branch) -> None:
    (lone.folder / "terminal.toml").write_text("colour = 1", encoding="utf-8")

    done = lone.run("queue")

    assert (done.exit_code, done.stderr) == (
        1,
        "terminal.misconfigured: unknown setting: colour\n",
    )


def test_a_bundle_that_is_none_is_told(lone: Branch) -> None:
    done = lone.run("enroll", str(lone.folder / "terminal.toml"))

    assert done.exit_code == 1
    assert "terminal.bad-bundle" in done.stderr


def test_a_case_is_filed_and_its_receipt_printed(branch: Branch) -> None:
    case = branch.lay_down(make_case())

    done = branch.run("submit", str(case))

    assert done.exit_code == 0, done.stderr
    assert "receipt: R0000000001" in done.output


def test_filing_again_prints_the_same_receipt(branch: Branch) -> None:
    case = branch.lay_down(make_case())
    filed = branch.run("submit", str(case), "--json")

    again = branch.run("submit", str(case), "--json")

    first = json.loads(filed.stdout)
    assert json.loads(again.stdout) == first
    assert (filed.stderr, again.stderr) == ("", "")
    assert first["receipt"]["package_sha256"] == first["package_sha256"]
    assert len(branch.office.packages) == 1


def test_the_outcome_is_waited_for(branch: Branch) -> None:
    application = make_case()
    case = branch.lay_down(application)
    branch.run("submit", str(case))
    package, at = branch.office.packages[0], branch.office.clock.now()
    branch.office.answer(make_answer(Refusal, package, application.application_id, at))

    done = branch.run("submit", str(case), "--wait", "--timeout", "20")

    assert done.exit_code == 1, "a refusal is no certificate"
    assert "outcome: refused" in done.output
    assert "terminal.no-certificate: 不予登记" in done.stderr


def test_a_correction_says_by_when(branch: Branch) -> None:
    application = make_case()
    case = branch.lay_down(application)
    branch.run("submit", str(case))
    package, at = branch.office.packages[0], branch.office.clock.now()
    asked = make_answer(CorrectionRequest, package, application.application_id, at)
    assert isinstance(asked, CorrectionRequest)
    branch.office.answer(replace(asked, due_at=at + timedelta(days=20)))

    done = branch.run("submit", str(case), "--wait", "--timeout", "20")

    assert "outcome: correction" in done.output
    assert f"correct by: {(at + timedelta(days=20)).isoformat()}" in done.output


def test_waiting_ends(branch: Branch) -> None:
    case = branch.lay_down(make_case())

    done = branch.run("submit", str(case), "--wait", "--timeout", "1", "--json")

    assert done.exit_code == 1
    assert json.loads(done.stdout)["stage"] == "delivered"


def test_everything_that_is_missing_is_told_at_once(branch: Branch) -> None:
    application = replace(make_case(), inks=())
    case = branch.lay_down(application)

    done = branch.run("submit", str(case))

    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) >= 2
    assert "R08 /inks: " in done.stderr
    assert branch.office.packages == []


def test_programs_are_told_what_is_missing_too(branch: Branch) -> None:
    case = branch.lay_down(replace(make_case(), inks=()))

    done = branch.run("submit", str(case), "--json")

    assert done.exit_code == 1
    findings = json.loads(done.stdout)["findings"]
    assert ("R08", "correct", "/inks") in {(f["rule"], f["level"], f["pointer"]) for f in findings}


def test_a_broken_application_tells_where(branch: Branch) -> None:
    case = branch.lay_down(make_case())
    value = json.loads((case / "application.json").read_bytes())
    del value["unit"], value["office"]
    (case / "application.json").write_text(json.dumps(value), encoding="utf-8")

    done = branch.run("submit", str(case))

    assert done.exit_code == 1
    assert "/unit" in done.stderr
    assert "/office" in done.stderr


def test_a_missing_paper_is_named(branch: Branch) -> None:
    case = branch.lay_down(make_case())
    (case / "materials" / "M06.pdf").unlink()

    done = branch.run("submit", str(case))

    assert done.exit_code == 1
    assert "M06.pdf" in done.stderr


def test_a_paper_that_nobody_could_open_is_told_before_it_is_sent(branch: Branch) -> None:
    closed = closed_pdf()
    digest = hashlib.sha256(closed).hexdigest()
    case = make_case()
    m06 = next(m for m in case.materials if m.code == "M06")
    others = tuple(m for m in case.materials if m.code != "M06")
    changed = replace(m06, sha256=digest, size=len(closed))
    folder = branch.lay_down(replace(case, materials=(*others, changed)))
    (folder / "materials" / "M06.pdf").write_bytes(closed)
    done = branch.run("submit", str(folder))

    assert done.exit_code == 1
    assert done.stderr.startswith("terminal.case-folder: M06.pdf cannot be opened: encrypted")


def test_a_case_is_kept_while_the_office_is_away(lone: Branch) -> None:
    lone.join()
    case = lone.lay_down(make_case())

    done = lone.run("submit", str(case))

    assert done.exit_code == 1
    assert "terminal.not-delivered" in done.stderr
    (row,) = json.loads(lone.run("queue", "--json").stdout)
    assert (row["stage"], row["label"]) == ("waiting", "张*、李*")


def test_the_doctor_tells_what_to_do(lone: Branch) -> None:
    lone.join()

    done = lone.run("doctor", "--json")

    lines = {line["name"]: line for line in json.loads(done.stdout)}
    assert done.exit_code == 1
    assert lines["line"]["level"] == "bad"
    assert lines["line"]["remedy_zh"]
    assert lines["certificate.tls"]["level"] == "ok"


def test_a_healthy_counter_is_0(branch: Branch) -> None:
    done = branch.run("doctor")

    assert done.exit_code == 0, done.output


def test_only_one_process_serves(branch: Branch) -> None:
    lock = lock_folder(branch.folder / "home")

    done = branch.run("serve")
    lock.release()

    assert done.exit_code == 1
    assert "terminal.box-in-use" in done.stderr
