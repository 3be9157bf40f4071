"""What happens over time: ranks, discharges, rounds of correction, withdrawal, who comes first."""

from dataclasses import replace
from typing import Any

import pytest

from backend.errors import IllegalMoveError
from backend.office.case import Stage
from backend.store.estate_file import Estate
from registration.identifiers import parse_certificate_no
from registration.mortgage import Discharge, DischargeCause, Money
from registration.outcomes import (
    AcceptanceReceipt,
    Answer,
    CertificateIssued,
    CorrectionRequest,
    NonAcceptance,
    Registered,
    Withdrawal,
)
from tests.factories import LI, without_ink_of
from tests.journey.filing import (
    Desk,
    contract,
    make_filing,
    make_release,
    only,
    rules,
    sample,
)

pytestmark = pytest.mark.journey


def release_of(desk: Desk, estate: Estate, issued: CertificateIssued) -> tuple[Answer, ...]:
    return desk.file(desk.ready(make_release(estate, issued.certificate_no)))


def test_a_rank_in_force_is_never_given_again(desk: Desk) -> None:
    estate = desk.new_flat()
    first, second = desk.enter(estate), desk.enter(estate)
    assert desk.ranks(estate) == [1, 2]

    assert only(release_of(desk, estate, first), Registered).rank is None
    third = desk.file(desk.ready(make_filing(estate, **contract())))

    assert only(third, Registered).rank == 3
    assert desk.ranks(estate) == [2, 3]
    assert dict(desk.facts(third).other_items)["抵押顺位"] == "第 3 顺位"
    entry = desk.extract(estate).find_certificate(second.certificate_no)
    assert entry is not None
    assert entry.rank == 2


def test_a_discharged_mortgage_is_not_discharged_again(desk: Desk) -> None:
    estate = desk.new_flat()
    issued = desk.enter(estate)
    release_of(desk, estate, issued)

    (asked,) = release_of(desk, estate, issued)

    assert isinstance(asked, CorrectionRequest)
    assert rules(asked.findings) == ["R38"]
    assert "已经注销" in asked.findings[0].zh


def test_a_bank_does_not_discharge_another_banks_mortgage(desk: Desk) -> None:
    estate = sample("16")

    (asked,) = desk.file(desk.ready(make_release(estate, "豫（2024）开封市不动产证明第0003001号")))

    assert isinstance(asked, CorrectionRequest)
    assert rules(asked.findings) == ["R38"]
    assert "抵押权人不是申请人" in asked.findings[0].zh
    assert desk.ranks(estate) == [1]


def test_a_proof_of_another_amount_does_not_discharge(desk: Desk) -> None:
    estate = desk.new_flat()
    number = parse_certificate_no(desk.enter(estate).certificate_no)
    discharge = Discharge(
        certificate_no=number,
        cause=DischargeCause.DEBT_CLEARED,
        cleared_amount=Money(85_999_999),
    )
    filing = desk.ready(make_release(estate, number.text, discharge=discharge))

    (asked,) = desk.file(filing)

    assert isinstance(asked, CorrectionRequest)
    assert [(f.rule, f.pointer) for f in asked.findings] == [("R38", "/discharge/cleared_amount")]
    right = replace(discharge, cleared_amount=Money(86_000_000))
    again = desk.file(replace(filing, discharge=right, round=2, corrects=asked.case_no))
    assert only(again, Registered).rank is None
    assert desk.ranks(estate) == []


def test_a_certificate_of_another_unit_is_not_discharged(desk: Desk) -> None:
    estate, other = desk.new_flat(), desk.new_flat()
    issued = desk.enter(other)

    (asked,) = desk.file(desk.ready(make_release(estate, issued.certificate_no)))

    assert isinstance(asked, CorrectionRequest)
    assert rules(asked.findings) == ["R38"]
    assert desk.ranks(other) == [1]


def test_the_same_contract_is_not_registered_twice(desk: Desk) -> None:
    estate, same = desk.new_flat(), contract()
    desk.file(desk.ready(make_filing(estate, **same)))

    (turned_away,) = desk.file(desk.ready(make_filing(estate, **same)))

    assert isinstance(turned_away, NonAcceptance)
    assert rules(turned_away.findings) == ["R35"]
    assert turned_away.apply_at == ""


def test_three_rounds_of_correction_and_then_the_certificate(desk: Desk) -> None:
    whole = desk.ready(make_filing(desk.new_flat(), **contract(amount_words="捌拾柒万元整")))

    (first,) = desk.file(without_ink_of(whole, LI))
    assert isinstance(first, CorrectionRequest)
    assert sorted(rules(first.findings)) == ["R08", "R22", "R33"]
    (second,) = desk.file(replace(whole, round=2, corrects=first.case_no))
    assert isinstance(second, CorrectionRequest)
    assert (second.round, rules(second.findings)) == (2, ["R22"])
    right = replace(whole, round=3, corrects=first.case_no, **contract())
    answers = desk.file(right)

    assert only(answers, Registered).rank == 1
    assert only(answers, CertificateIssued).case_no == first.case_no
    assert desk.case(first.case_no).round == 3


@pytest.mark.parametrize(
    "changes",
    [{"round": 3}, {"round": 2, "corrects": "20260101-0000001"}, {"round": 1, "corrects": ""}],
    ids=["a round left out", "another case", "a new one of the same number"],
)
def test_only_the_next_round_of_the_case_is_taken(desk: Desk, changes: dict[str, Any]) -> None:
    whole = desk.ready(make_filing(desk.new_flat(), **contract()))
    (asked,) = desk.file(without_ink_of(whole, LI))
    assert isinstance(asked, CorrectionRequest)

    (turned_away,) = desk.file(replace(whole, **({"corrects": asked.case_no} | changes)))

    assert isinstance(turned_away, NonAcceptance)
    assert desk.case(asked.case_no).stage is Stage.CORRECTION_REQUIRED
    answers = desk.file(replace(whole, round=2, corrects=asked.case_no))
    assert only(answers, Registered).rank == 1


def test_a_case_in_review_is_withdrawn_and_stays_so(desk: Desk) -> None:
    estate = desk.new_flat()
    case_no = desk.file_large(estate)
    desk.decide_first(case_no, "approve")

    assert desk.withdraw(case_no) is Stage.WITHDRAWN

    assert desk.withdraw(case_no) is Stage.WITHDRAWN
    assert [type(a) for a in desk.answers_of(case_no)] == [AcceptanceReceipt, Withdrawal]
    assert desk.ranks(estate) == []


def test_an_approved_case_is_withdrawn_until_its_entry(desk: Desk) -> None:
    estate = desk.new_flat()
    case_no = desk.file_large(estate)
    desk.decide_first(case_no, "approve")
    desk.decide_second(case_no, "approve")

    assert desk.withdraw(case_no) is Stage.WITHDRAWN

    desk.stand.work_off()
    assert isinstance(desk.answers_of(case_no)[-1], Withdrawal)
    assert desk.ranks(estate) == []


def test_a_registered_case_is_not_withdrawn(desk: Desk) -> None:
    """Interim Regulations, art. 15."""
    estate = desk.new_flat()
    issued = desk.enter(estate)

    with pytest.raises(IllegalMoveError):
        desk.withdraw(issued.case_no)
    assert desk.ranks(estate) == [1]


def test_a_withdrawn_case_takes_no_correction(desk: Desk) -> None:
    whole = desk.ready(make_filing(desk.new_flat(), **contract()))
    (asked,) = desk.file(without_ink_of(whole, LI))
    desk.withdraw(asked.case_no)

    (turned_away,) = desk.file(replace(whole, round=2, corrects=asked.case_no))

    assert isinstance(turned_away, NonAcceptance)
    assert desk.case(asked.case_no).stage is Stage.WITHDRAWN
