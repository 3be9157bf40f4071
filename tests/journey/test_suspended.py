"""A case that rests on a suspended certificate: no machine decides what people look into."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend.office.case import Stage
from backend.office.replay import run_again
from backend.office.rows import ActKind
from registration.findings import Level
from registration.identifiers import parse_certificate_no
from registration.outcomes import AcceptanceReceipt, CertificateIssued
from tests.factories import make_application, make_discharge
from tests.journey.office import Branch, OfficeStand
from tests.journey.test_office import now_filed
from tests.rows import make_staff

pytestmark = pytest.mark.journey


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[OfficeStand]:
    found = OfficeStand(tmp_path)
    yield found
    found.close()


def suspend(stand: OfficeStand, number: str) -> None:
    room = stand.office.suspending
    qian = make_staff("qian", person="P-1", roles=("first_reviewer",))
    sun = make_staff("sun", person="P-2", roles=("second_reviewer",))
    room.propose(number, ActKind.SUSPEND, basis="更正〔2026〕1号", reason="核查", staff=qian)
    room.decide(number, is_confirmed=True, staff=sun)


@pytest.mark.parametrize("is_early", [True, False], ids=["before filing", "before the entry"])
def test_a_clean_discharge_of_it_goes_to_a_person(stand: OfficeStand, is_early: bool) -> None:
    branch: Branch = stand.enrol()
    issued = stand.file(branch, now_filed(make_application()))[-1]
    assert isinstance(issued, CertificateIssued)
    number, base = issued.certificate_no, make_discharge()
    assert base.discharge is not None
    told = replace(base.discharge, certificate_no=parse_certificate_no(number))
    if is_early:
        suspend(stand, number)

    stand.receive(branch, stand.seal(branch, now_filed(replace(base, discharge=told))))
    assert stand.rounds.step()  # The rule book examines it.
    if not is_early:
        suspend(stand, number)
    stand.work_off()

    accepted = [one for one in stand.answers() if isinstance(one, AcceptanceReceipt)][-1]
    with stand.wall.works.reading() as work:
        case = work.cases.get(accepted.case_no)
        kept = work.examinations.find(accepted.case_no)
    assert case.stage is Stage.IN_REVIEW
    found = [(f.rule, f.level, f.pointer) for f in case.findings]
    assert ("R45", Level.MANUAL, "/discharge/certificate_no") in found
    assert number in next(f.zh for f in case.findings if f.rule == "R45")
    assert kept is not None
    assert kept.inputs.steps[0].suspended == ((number,) if is_early else ())
    assert run_again(kept).is_same
