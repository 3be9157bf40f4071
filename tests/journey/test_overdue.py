"""What is not corrected in time: closed lawfully, so that later cases on the unit go on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from backend.errors import NotAllowedError
from backend.office.case import Stage
from certs.authority import load_authority
from registration.findings import Level
from registration.outcomes import (
    CertificateIssued,
    CorrectionRequest,
    NonAcceptance,
    Refusal,
    Registered,
)
from tests.factories import LI, without_ink_of
from tests.journey.filing import Desk, contract, make_filing, make_large, only, open_desk, rules
from tests.journey.test_changes_meanwhile import work_off_for

pytestmark = pytest.mark.journey

DAYS = 10


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("office"), correction_days=DAYS) as found:
        yield found


def let_pass(desk: Desk, **span: float) -> None:
    """Let time pass in the office, its lists be published, and its worker come round."""
    desk.stand.clock.ahead += timedelta(**span)
    load_authority(desk.stand.settings.authority_dir).crl(desk.stand.clock.now())
    desk.stand.work_off()


def asked_after_acceptance(desk: Desk) -> CorrectionRequest:
    """File a large mortgage, and let the first reviewer ask for a supplement."""
    case_no = desk.file(desk.ready(make_large(desk.new_flat())))[0].case_no
    desk.decide_first(case_no, "correct", *desk.case(case_no).findings)
    return only(desk.answers_of(case_no), CorrectionRequest)


def test_an_accepted_case_goes_to_people_who_refuse_it_and_the_next_goes_on(desk: Desk) -> None:
    estate = desk.new_flat()
    first = desk.file_large(estate)
    asked = desk.decide_first(first, "correct", *desk.case(first).findings)
    second = desk.file(desk.ready(make_filing(estate, **contract())))[0].case_no
    desk.approve(second)
    assert desk.case(second).stage is Stage.APPROVED

    let_pass(desk, days=DAYS - 1)
    assert desk.case(first).stage is Stage.CORRECTION_REQUIRED
    let_pass(desk, days=3 * DAYS)

    case = desk.case(first)
    assert (case.stage, case.accepted_at is None) == (Stage.IN_REVIEW, False)
    found = case.findings[0]
    assert (found.rule, found.level) == ("SUPPLEMENT", Level.BLOCK)
    assert asked.correction_due is not None
    assert f"{asked.correction_due:%Y-%m-%d}" in found.zh
    with pytest.raises(NotAllowedError, match="SUPPLEMENT"):
        desk.decide_first(first, "approve")
    refusal = only(desk.refuse(first), Refusal)
    assert rules(refusal.findings) == ["SUPPLEMENT"]
    work_off_for(desk, second, Stage.CERTIFIED)
    assert only(desk.answers_of(second), Registered).rank == 1


def test_before_acceptance_it_lapses_by_itself(desk: Desk) -> None:
    whole = desk.ready(make_filing(desk.new_flat(), **contract()))
    (asked,) = desk.file(without_ink_of(whole, LI))
    assert isinstance(asked, CorrectionRequest)
    assert asked.due_at is not None
    assert asked.accepted_at is None

    let_pass(desk, days=3 * DAYS)

    assert desk.case(asked.case_no).stage is Stage.NOT_ACCEPTED
    told = desk.answers_of(asked.case_no)[-1]
    assert isinstance(told, NonAcceptance)
    assert sorted(rules(told.findings)) == ["R08", "R33", "SUPPLEMENT"]
    let_pass(desk, days=100)
    assert desk.answers_of(asked.case_no)[-1] == told


def test_a_supplement_that_comes_late_is_taken_until_people_decide(desk: Desk) -> None:
    estate = desk.new_flat()
    filing = desk.ready(make_large(estate))
    case_no = desk.file(filing)[0].case_no
    accepted_at = desk.case(case_no).accepted_at
    desk.decide_first(case_no, "correct", *desk.case(case_no).findings)
    let_pass(desk, days=3 * DAYS)
    desk.decide_first(case_no, "refuse")

    desk.join_again()
    desk.file(replace(filing, round=2, corrects=case_no))

    case = desk.case(case_no)
    assert (case.stage, case.round, case.accepted_at) == (Stage.IN_REVIEW, 2, accepted_at)
    assert not case.is_overdue
    assert isinstance(desk.approve(case_no)[-1], CertificateIssued)


def test_people_may_ask_again_and_a_new_time_runs(desk: Desk) -> None:
    asked = asked_after_acceptance(desk)
    let_pass(desk, days=3 * DAYS)

    again = desk.decide_first(asked.case_no, "correct", *desk.case(asked.case_no).findings)

    assert again.correction_due is not None
    assert asked.due_at is not None
    assert again.correction_due > asked.due_at + timedelta(days=2 * DAYS)
    let_pass(desk, days=1)
    assert desk.case(asked.case_no).stage is Stage.CORRECTION_REQUIRED


def test_a_correction_that_came_in_time_counts_though_it_is_opened_later(desk: Desk) -> None:
    whole = desk.ready(make_filing(desk.new_flat(), **contract()))
    (asked,) = desk.file(without_ink_of(whole, LI))
    package = desk.stand.seal(desk.branch, replace(whole, round=2, corrects=asked.case_no))
    desk.stand.receive(desk.branch, package)

    let_pass(desk, days=3 * DAYS)

    assert desk.case(asked.case_no).round == 2
    assert not [a for a in desk.answers_of(asked.case_no) if isinstance(a, NonAcceptance)]
