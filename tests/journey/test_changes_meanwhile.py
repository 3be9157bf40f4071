"""Cases that meet: on one unit at a time, and with a register that changes while they wait."""

import time
from dataclasses import replace

import pytest

from backend.errors import NotAllowedError
from backend.office.case import Stage
from backend.store.estate_file import Estate
from registration.findings import Level
from registration.mortgage import Money
from registration.outcomes import (
    AcceptanceReceipt,
    CertificateIssued,
    CorrectionRequest,
    Progress,
    Refusal,
    Registered,
)
from tests.journey.filing import (
    Desk,
    contract,
    make_filing,
    make_large,
    make_release,
    only,
    rules,
)

pytestmark = pytest.mark.journey


def two_at_once(desk: Desk, estate: Estate) -> tuple[str, str]:
    """File two mortgages that both go to people; return the first accepted, then the second."""
    first = desk.file_large(estate)
    (received,) = desk.file(desk.ready(make_filing(estate, **contract())))
    assert isinstance(received, AcceptanceReceipt)
    assert [(f.rule, f.level) for f in received.findings] == [("R34", Level.MANUAL)]
    assert first in received.findings[0].zh
    return first, received.case_no


def work_off_for(desk: Desk, case_no: str, stage: Stage) -> None:
    """Let the worker come round until a case that waits for another has gone on."""
    deadline = time.monotonic() + 20
    while desk.case(case_no).stage is not stage and time.monotonic() < deadline:
        desk.stand.work_off()
        time.sleep(0.05)
    assert desk.case(case_no).stage is stage


def test_who_was_accepted_first_is_recorded_first(desk: Desk) -> None:
    estate = desk.new_flat()
    first, second = two_at_once(desk, estate)

    desk.approve(second)
    assert desk.case(second).stage is Stage.APPROVED
    assert desk.ranks(estate) == []
    answers = desk.approve(first)

    assert only(answers, Registered).rank == 1
    work_off_for(desk, second, Stage.CERTIFIED)
    assert only(desk.answers_of(second), Registered).rank == 2


@pytest.mark.parametrize("end", ["refused", "withdrawn"])
def test_who_waited_goes_on_when_the_first_is_gone(desk: Desk, end: str) -> None:
    estate = desk.new_flat()
    first, second = two_at_once(desk, estate)
    desk.approve(second)

    if end == "refused":
        desk.refuse(first)
    else:
        desk.withdraw(first)

    work_off_for(desk, second, Stage.CERTIFIED)
    assert only(desk.answers_of(second), Registered).rank == 1


def seize(desk: Desk, estate: Estate) -> None:
    entry = {
        "entry_no": f"CF-{estate.title.unit_no[-4:]}",
        "kind": "seizure",
        "recorded_at": "2026-09-29T15:00:00+08:00",
        "holder": "示例人民法院",
        "document_no": "（2026）示例执保9号",
        "seizure_type": "1",
    }
    desk.add_entry(estate, entry)


def dissent(desk: Desk, estate: Estate) -> None:
    entry = {
        "entry_no": f"YY-{estate.title.unit_no[-4:]}",
        "kind": "dissent",
        "recorded_at": "2026-09-29T15:00:00+08:00",
        "holder": "孙示例",
        "is_suit_filed": True,
    }
    desk.add_entry(estate, entry)


def approved_by_two(desk: Desk, estate: Estate) -> str:
    case_no = desk.file_large(estate)
    desk.decide_first(case_no, "approve")
    desk.decide_second(case_no, "approve")
    return case_no


def test_a_seizure_between_approval_and_entry_sends_the_case_back(desk: Desk) -> None:
    estate = desk.new_flat()
    case_no = approved_by_two(desk, estate)
    seize(desk, estate)

    desk.stand.work_off()

    case = desk.case(case_no)
    assert (case.stage, case.round, case.review_round) == (Stage.IN_REVIEW, 1, 2)
    assert ("R01", Level.BLOCK) in [(f.rule, f.level) for f in case.findings]
    told = [a.stage for a in desk.answers_of(case_no) if isinstance(a, Progress)]
    assert told == ["approved", "in_review"]
    with pytest.raises(NotAllowedError, match="R01"):
        desk.decide_first(case_no, "approve")
    refusal = only(desk.refuse(case_no), Refusal)
    assert rules(refusal.findings) == ["R01"]
    assert desk.ranks(estate) == []


def test_a_case_that_came_back_is_corrected_and_decided_anew(desk: Desk) -> None:
    estate = desk.new_flat()
    filing = desk.ready(make_large(estate))
    case_no = desk.file(filing)[0].case_no
    desk.decide_first(case_no, "approve")
    desk.decide_second(case_no, "approve")
    dissent(desk, estate)
    desk.stand.work_off()
    (found,) = [f for f in desk.case(case_no).findings if f.level is Level.CORRECT]
    assert found.rule == "R02"

    desk.decide_first(case_no, "correct", found)
    asked = only(desk.answers_of(case_no), CorrectionRequest)
    committed = desk.with_material(filing, "M18")
    desk.file(replace(committed, round=asked.round + 1, corrects=case_no))

    answers = desk.approve(case_no)
    assert only(answers, Registered).rank == 1
    assert isinstance(answers[-1], CertificateIssued)


def test_two_discharges_of_one_mortgage_end_it_once(desk: Desk) -> None:
    estate = desk.new_flat()
    issued = desk.enter(estate)
    waiting = desk.file_large(estate)
    releases = [
        desk.file(desk.ready(make_release(estate, issued.certificate_no)))[0].case_no
        for _ in range(2)
    ]

    for case_no in releases:
        desk.approve(case_no)

    assert desk.case(releases[0]).stage is Stage.DELIVERED
    late = desk.case(releases[1])
    assert late.stage is Stage.IN_REVIEW
    assert ("R38", Level.CORRECT) in [(f.rule, f.level) for f in late.findings]
    assert isinstance(desk.refuse(late.case_no)[-1], Refusal)
    assert only(desk.approve(waiting), Registered).rank == 1


def test_one_contract_filed_twice_at_once_is_entered_once(desk: Desk) -> None:
    estate = desk.new_flat()
    same = contract(amount=Money(200_000_000), amount_words="贰佰万元整")
    first, second = (
        desk.file(desk.ready(make_filing(estate, **same)))[0].case_no for _ in range(2)
    )

    desk.approve(first)
    desk.approve(second)

    assert desk.ranks(estate) == [1]
    late = desk.case(second)
    assert late.stage is Stage.IN_REVIEW
    assert "R35" in rules(late.findings)
    assert rules(only(desk.refuse(second), Refusal).findings) == ["R35"]


def test_a_correction_does_not_carry_an_acceptance_to_another_unit(desk: Desk) -> None:
    """Rank follows acceptance; nobody gets ahead on a unit that he names later."""
    early, wanted = desk.new_flat(), desk.new_flat()
    filing = desk.ready(make_large(early))
    moved = desk.file(filing)[0].case_no
    other = desk.file_large(wanted)
    asked = desk.decide_first(moved, "correct", *desk.case(moved).findings)
    assert asked.stage is Stage.CORRECTION_REQUIRED

    unit = make_filing(wanted).unit
    desk.file(replace(filing, unit=unit, round=2, corrects=moved))

    here, there = desk.case(moved).accepted_at, desk.case(other).accepted_at
    assert here is not None
    assert there is not None
    assert here > there
