"""The process is killed at every named place: nothing acknowledged is lost, nothing is doubled.

The office's places are passed in a forked process that dies by SIGKILL over the real files; the
counter's in the real command, which files one case from the check to the stored certificate.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from backend.assembly import build_office, build_rounds
from backend.office import intake, issuing, reception, recording
from backend.office.case import Stage
from backend.office.register import EncumbranceKind
from backend.settings import load
from backend.store.estates import load_estates
from backend.wall import Wall, open_wall
from registration import schema
from registration.application import Application
from registration.identifiers import parse_certificate_no, parse_unit_no
from registration.outcomes import CertificateIssued
from scripts.stand.case import Flat
from scripts.stand.counter import Counter
from scripts.stand.office import Office
from scripts.stand.processes import free_port
from terminal.desk import courier, submission
from tests.factories import make_application, make_authority, make_mortgagee, make_pdf, make_unit
from tests.journey.office import Branch, OfficeStand

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("kills")]

_FLATS = count(700)


def make_case(flat: Flat) -> Application:
    """Return a clean application of today for a flat."""
    base = make_application(
        application_id=f"A-KILL-{flat.number:06d}",
        unit=make_unit(
            unit_no=parse_unit_no(flat.unit_no),
            title_no=parse_certificate_no(flat.title_no),
            location=flat.location,
        ),
        mortgagee=make_mortgagee(
            agent=replace(
                make_mortgagee().agent,
                authority=make_authority(valid_to=datetime(2030, 12, 31, tzinfo=UTC).date()),
            )
        ),
    )
    return replace(base, captured_at=datetime.now(UTC) - timedelta(minutes=5))


def estates(*flats: Flat) -> bytes:
    """Return flats as the register's import takes them."""
    file = {"schema": "register/1", "estates": [flat.estate() for flat in flats]}
    return json.dumps(file, ensure_ascii=False).encode()


def require_once(wall: Wall, flat: Flat) -> None:
    """Find exactly one case, one entry and one published certificate of a flat."""
    with wall.works.reading() as work:
        cases, total = work.cases.search(text=flat.unit_no)
        extract = work.register.extract(flat.unit_no, wall.clock.now())
        certificate = work.certificates.find_by_case(cases[0].case_no)
        acts = [r.act for r in work.journal.of(cases[0].case_no)]
    assert total == 1
    assert cases[0].stage is Stage.CERTIFIED
    assert len(extract.find_current(EncumbranceKind.MORTGAGE)) == 1
    assert certificate is not None
    assert certificate.status == "published"
    assert wall.works.blobs.get(certificate.pdf_sha256).startswith(b"%PDF")
    assert sorted(set(acts)) == sorted(acts)
    assert wall.works.verify_journal().is_good


# --- the office


@dataclass
class Killing:
    """An office whose processes die on demand."""

    stand: OfficeStand
    branch: Branch

    def die(self, name: str, act: Callable[[Wall], object]) -> None:
        """Let a process of its own do something, and see it killed at a named place."""
        settings = replace(self.stand.settings, allow_failpoints=True, failpoints=f"{name}=kill")
        child = os.fork()
        if child == 0:
            # The parent's connections are not ours: everything is opened anew, nothing closed.
            act(open_wall(settings))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status)
        assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.fixture(scope="module")
def killing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killing]:
    stand = OfficeStand(tmp_path_factory.mktemp("office"))
    yield Killing(stand, stand.enrol())
    stand.close()


def work_off(wall: Wall) -> None:
    """Do everything that is due."""
    rounds = build_rounds(wall)
    while rounds.step():
        pass


@pytest.mark.parametrize("name", reception.FAIL_POINTS)
def test_killed_while_receiving(killing: Killing, name: str) -> None:
    stand, flat = killing.stand, Flat(next(_FLATS))
    load_estates(stand.wall.works, estates(flat), stand.wall.clock.now())
    package = stand.seal(killing.branch, make_case(flat))

    def receive(wall: Wall) -> None:
        stand.office = build_office(wall, lambda: True)
        stand.receive(killing.branch, package)

    killing.die(name, receive)
    receipts = {stand.receive(killing.branch, package) for _ in range(2)}
    stand.work_off()

    assert len(receipts) == 1
    require_once(stand.wall, flat)


@pytest.mark.parametrize(
    "name", [*intake.FAIL_POINTS, *recording.FAIL_POINTS, *issuing.FAIL_POINTS]
)
def test_killed_while_working(killing: Killing, name: str) -> None:
    stand, flat = killing.stand, Flat(next(_FLATS))
    load_estates(stand.wall.works, estates(flat), stand.wall.clock.now())
    stand.receive(killing.branch, stand.seal(killing.branch, make_case(flat)))

    killing.die(name, work_off)
    _end_leases(stand)
    stand.work_off()

    require_once(stand.wall, flat)
    issued = [
        a
        for a in map(stand.read, stand.office.review.answers("KF-LT-01", 0))
        if isinstance(a, CertificateIssued) and a.application_id == f"A-KILL-{flat.number:06d}"
    ]
    assert len(issued) == 1


def _end_leases(stand: OfficeStand) -> None:
    """Give back what the dead process had taken, as two minutes of waiting would."""
    later = stand.wall.clock.now() + timedelta(minutes=3)
    with stand.wall.works() as work:
        while task := work.tasks.take(
            kinds=("open", "record", "issue"), at=later, lease=timedelta(0)
        ):
            work.tasks.put_off(task.task_id, until=stand.wall.clock.now(), reason="killed")
            later = stand.wall.clock.now() - timedelta(seconds=1)
        work.commit()


# --- the counter


@dataclass(frozen=True)
class Street:
    """A running office with one counter that has joined it."""

    office: Office
    counter: Counter
    wall: Wall

    def submit(self, case: Path, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the counter's command on a case to its end."""
        command = [sys.executable, "-m", "terminal", "--config", str(self.counter.config)]
        return subprocess.run(
            [*command, "submit", str(case), "--wait", "--timeout", "60", "--json"],
            capture_output=True,
            text=True,
            env={**os.environ, **environ},
            check=False,
        )


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("street")
    office = Office(folder / "office", free_port())
    counter = Counter(folder / "counter", free_port())
    office.found()
    server = office.start()
    counter.furnish(folder / "no-reader")
    counter.join(office)
    wall = open_wall(load(office.config, {}))
    yield Street(office, counter, wall)
    wall.works.close()
    server.end()


def lay_down(folder: Path, application: Application) -> Path:
    """Lay a case down as a bank's system does."""
    (folder / "materials").mkdir(parents=True)
    text = schema.canonical(schema.format_application(application))
    (folder / "application.json").write_bytes(text)
    for material in application.materials:
        (folder / "materials" / f"{material.code}.pdf").write_bytes(make_pdf(material.code))
    return folder


@pytest.mark.parametrize("name", [*submission.FAIL_POINTS, *courier.FAIL_POINTS])
def test_the_counter_is_killed_between_submitting_and_the_stored_certificate(
    street: Street, tmp_path: Path, name: str
) -> None:
    flat = Flat(next(_FLATS))
    load_estates(street.wall.works, estates(flat), street.wall.clock.now())
    case = lay_down(tmp_path / "case", make_case(flat))

    killed = street.submit(case, MRK_ALLOW_FAILPOINTS="1", MRK_FAILPOINTS=f"{name}=kill")
    again = street.submit(case)

    assert killed.returncode == -signal.SIGKILL
    assert again.returncode == 0, again.stderr
    assert (case / "certificate.pdf").read_bytes().startswith(b"%PDF")
    require_once(street.wall, flat)
