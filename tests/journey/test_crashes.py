"""Power cuts between "the teller pressed submit" and "the certificate is stored", at every place.

A real process is killed at each named place and started again. Afterwards nothing that was
acknowledged may be lost, and nothing may exist twice.
"""

from collections.abc import Iterator
from itertools import count

import pytest

from backend.assembly import build_office
from backend.office import intake, issuing, log_keeping, reception, recording, uploads
from backend.office.case import Stage
from backend.office.register import MortgageEntry
from backend.store import blobs
from backend.store import uploads as kept_uploads
from registration.application import Application
from registration.outcomes import AcceptanceReceipt, CertificateIssued, Registered
from scripts.stand.processes import wait_until
from terminal.assembly import Station
from terminal.box import FAIL_POINTS as BOX_POINTS
from terminal.case_folder import CaseFolder, file_case, is_success, wait_for_outcome
from terminal.desk import courier, delivery, submission
from terminal.desk.items import CertificateState, ItemState, OutboxItem
from tests.factories import make_contents
from tests.journey.lives import KILLED, living
from tests.journey.premises import Premises, make_case, read_told

pytestmark = pytest.mark.journey

DOOR_POINTS = (
    *kept_uploads.FAIL_POINTS,
    *uploads.FAIL_POINTS,
    *reception.FAIL_POINTS,
    *blobs.FAIL_POINTS,
)
COUNTER_POINTS = (
    *submission.FAIL_POINTS,
    *BOX_POINTS,
    *delivery.FAIL_POINTS,
    *courier.FAIL_POINTS,
    "watch.kept",
)
WORKER_POINTS = (
    *intake.FAIL_POINTS,
    "enquiry.asked",
    *recording.FAIL_POINTS,
    *issuing.FAIL_POINTS,
    *log_keeping.FAIL_POINTS,
    *blobs.FAIL_POINTS,
)
KEPT_BEFORE = ("submit.before-seal", "submit.sealed", "box.written")
"""At these places the counter has promised nothing yet."""
_START_S = 90.0
_OUTCOME_S = 90.0
"""How long anything may take on a machine that is busy; it ends as soon as it is there."""


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    """Every case gets a flat of its own."""
    return count()


@pytest.fixture
def application(numbers: Iterator[int]) -> Application:
    return make_case(next(numbers))


def file(station: Station, application: Application) -> OutboxItem:
    """File and deliver, as often as somebody likes."""
    return file_case(station, CaseFolder(application, make_contents(application)))


def finish(premises: Premises, station: Station, item: OutboxItem) -> None:
    """Wait for the certificate, and until the worker has nothing more to do."""
    row = wait_for_outcome(station, item, timeout_s=_OUTCOME_S)
    assert is_success(row), row
    wait_until_idle(premises)


def wait_until_idle(premises: Premises) -> None:
    wait_until(lambda: premises.count("tasks", "1") == 0, what="the worker's last task")


def require_one_certificate(premises: Premises, application: Application) -> None:
    """Look at everything that both sides keep of a case: there is one of each."""
    with premises.station() as station:
        pdf = _require_counter(station, application)
        (paper,) = (c for c in station.box.certificates() if c.draft_id == _id(application))
    with premises.open_wall() as wall:
        assert wall.works.verify_journal().is_good
        with wall.works.reading() as work:
            case = work.cases.find_by_application(_id(application), paper_terminal(application))
            assert case is not None
            certificate = work.certificates.find_by_case(case.case_no)
            assert certificate is not None
            deed = work.register.get_deed(case.case_no)
            assert isinstance(deed, MortgageEntry)
            assert deed.rank == 1
        office = build_office(wall, lambda: True)
        assert office.verification.check_file(pdf).as_json()["verdict"] == "VALID"
    assert case.stage is Stage.CERTIFIED
    assert (paper.case_no, paper.pdf_sha256) == (case.case_no, certificate.pdf_sha256)
    _require_rows(premises, application, case.case_no)


def _id(application: Application) -> str:
    return application.application_id


def paper_terminal(application: Application) -> str:
    return application.counter.terminal


def _require_counter(station: Station, application: Application) -> bytes:
    (item,) = (i for i in station.box.outbox() if i.draft_id == _id(application))
    assert item.state is ItemState.DELIVERED
    assert item.receipt is not None
    answers = [i.answer for i in station.box.inbox() if i.draft_id == _id(application)]
    assert [type(a) for a in answers] == [AcceptanceReceipt, Registered, CertificateIssued]
    (paper,) = (c for c in station.box.certificates() if c.draft_id == _id(application))
    assert paper.state is CertificateState.CHECKED
    return station.courier.hand_over(paper.case_no)


def _require_rows(premises: Premises, application: Application, case_no: str) -> None:
    assert premises.count("cases", "application_id = ?", _id(application)) == 1
    unit_no = application.unit.unit_no.text
    assert premises.count("register_entries", "unit_no = ?", unit_no) == 1
    for table in ("packages", "decisions", "certificates", "register_entries"):
        assert premises.count(table, "case_no = ?", case_no) == 1, table
    assert premises.count("answers", "case_no = ?", case_no) == 3
    assert premises.count("receipts", "1") == premises.count("packages", "1")
    assert premises.count("tasks", "1") == 0


@pytest.mark.parametrize("point", COUNTER_POINTS)
def test_a_counter_that_dies_goes_on(
    premises: Premises, application: Application, point: str
) -> None:
    case = premises.lay_down(application)
    with living(premises.serve()), living(premises.work()):
        with living(premises.submit(case, point)) as first:
            assert first.wait(_OUTCOME_S) == KILLED, first.words()
        with premises.station() as station:
            kept = [i for i in station.box.outbox() if i.draft_id == _id(application)]
        assert len(kept) == (0 if point in KEPT_BEFORE else 1)

        with living(premises.submit(case)) as again:
            assert again.wait(_OUTCOME_S) == 0, again.words()
        wait_until_idle(premises)

    told = read_told(again)
    assert [told["package_sha256"]] == [i.package_sha256 for i in kept] or not kept
    require_one_certificate(premises, application)


@pytest.mark.parametrize("point", DOOR_POINTS)
def test_a_front_door_that_dies_gives_one_receipt(
    premises: Premises, application: Application, point: str
) -> None:
    with premises.station() as station:
        with living(premises.serve(point)) as server:
            item = station.submission.file(application, make_contents(application))
            assert station.courier.deliver() == 0
            assert server.wait(_START_S) == KILLED, server.words()
        assert station.box.get_item(item.sequence).state is ItemState.WAITING
        _require_true_beginnings(premises, station.box.package(item.sequence))

        with living(premises.serve()), living(premises.work()):
            finish(premises, station, file(station, application))

    require_one_certificate(premises, application)


def _require_true_beginnings(premises: Premises, package: bytes) -> None:
    """Whatever is said to be here of a package is here, and is how it begins."""
    for path in premises.settings().uploads.glob("*/*"):
        assert package.startswith(path.read_bytes()), path


@pytest.mark.parametrize("point", WORKER_POINTS)
def test_a_worker_that_dies_goes_on(
    premises: Premises, application: Application, point: str
) -> None:
    with premises.station() as station, living(premises.serve()):
        item = file(station, application)
        with living(premises.work(point)) as worker:
            assert worker.wait(_START_S) == KILLED, worker.words()

        with living(premises.work()):
            finish(premises, station, item)

        assert station.box.get_item(item.sequence).statement == item.statement
    require_one_certificate(premises, application)
