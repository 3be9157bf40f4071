"""One application through the real office: package, examination, entry, certificate."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from backend.office.case import Case, Stage
from backend.office.rows import StaffRow
from backend.wall import build_account_room
from registration.application import Application
from registration.identifiers import parse_certificate_no
from registration.outcomes import (
    AcceptanceReceipt,
    CertificateIssued,
    CorrectionRequest,
    NonAcceptance,
    Registered,
)
from tests.factories import make_application, make_authority, make_discharge, make_mortgagee
from tests.factories_today import captured_now
from tests.journey.office import OfficeStand

pytestmark = pytest.mark.journey


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[OfficeStand]:
    found = OfficeStand(tmp_path)
    yield found
    found.close()


def now_filed(application: Application) -> Application:
    """Return an application of today: the office judges documents and authority by its own day."""
    return replace(
        captured_now(application),
        mortgagee=make_mortgagee(
            agent=replace(
                application.mortgagee.agent, authority=make_authority(valid_to=date(2030, 12, 31))
            )
        ),
    )


def test_a_clean_case_gets_its_certificate_without_a_person(stand: OfficeStand) -> None:
    branch = stand.enrol()

    answers = stand.file(branch, now_filed(make_application()))

    assert [type(a) for a in answers] == [AcceptanceReceipt, Registered, CertificateIssued]
    issued = answers[-1]
    assert isinstance(issued, CertificateIssued)
    pdf = stand.office.review.certificate_of_bank(issued.case_no, bank=branch.row.bank)
    assert stand.office.verification.check_file(pdf).as_json()["verdict"] == "VALID"


def test_a_discharge_ends_the_certificate(stand: OfficeStand) -> None:
    branch = stand.enrol()
    issued = stand.file(branch, now_filed(make_application()))[-1]
    assert isinstance(issued, CertificateIssued)
    discharge = make_discharge()
    assert discharge.discharge is not None
    discharge = replace(
        discharge,
        discharge=replace(
            discharge.discharge, certificate_no=parse_certificate_no(issued.certificate_no)
        ),
    )

    answers = stand.file(branch, now_filed(discharge))

    assert isinstance(answers[-1], Registered)
    code = issued.verify_url.rpartition("?c=")[2]
    verified = stand.office.verification.check_number(issued.certificate_no, code)
    assert verified.as_json()["verdict"] == "REVOKED"


def test_the_same_package_gets_the_same_receipt(stand: OfficeStand) -> None:
    branch = stand.enrol()
    package = stand.seal(branch, now_filed(make_application()))

    first = stand.receive(branch, package)
    stand.work_off()

    assert stand.receive(branch, package) == first
    assert stand.work_off() == 0


def test_missing_signatures_are_asked_for_at_once_and_then_accepted(stand: OfficeStand) -> None:
    branch = stand.enrol()
    whole = now_filed(make_application())

    asked = stand.file(branch, replace(whole, inks=()))[-1]

    assert isinstance(asked, CorrectionRequest)
    assert len(asked.findings) >= 2
    again = replace(whole, round=2, corrects=asked.case_no)
    assert isinstance(stand.file(branch, again)[-1], CertificateIssued)


def test_another_package_of_the_same_application_is_turned_away(stand: OfficeStand) -> None:
    branch = stand.enrol()
    application = now_filed(make_application())
    stand.file(branch, application)

    answer = stand.file(branch, application)[-1]

    assert isinstance(answer, NonAcceptance)
    assert "已立案" in answer.findings[0].zh


def test_two_people_decide_what_the_rule_book_may_not(tmp_path: Path) -> None:
    stand = OfficeStand(tmp_path, is_straight_through=False)
    branch = stand.enrol()
    room = build_account_room(stand.wall)
    first = room.add(
        "zhou",
        person="P1",
        name="周",
        roles=("first_reviewer",),
        password="longting-2026-a!",
        by="operator:test",
    )
    second = room.add(
        "wu",
        person="P2",
        name="吴",
        roles=("second_reviewer",),
        password="longting-2026-b!",
        by="operator:test",
    )
    case_no = stand.file(branch, now_filed(make_application()))[-1].case_no

    stages = [_approve(stand, case_no, staff).stage for staff in (first, second)]
    stand.work_off()

    assert stages == [Stage.IN_REVIEW, Stage.APPROVED]
    assert isinstance(stand.answers()[-1], CertificateIssued)
    stand.close()


def _approve(stand: OfficeStand, case_no: str, staff: StaffRow) -> Case:
    review = stand.office.review
    stand.office.leases.take(case_no, staff=staff)
    evidence = review.open(case_no, staff=staff).evidence_sha256
    return review.decide(
        case_no, staff=staff, verdict="approve", opinion="同意", evidence_sha256=evidence
    )
