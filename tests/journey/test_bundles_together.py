"""Several applications as one through the real office: all of them go one way, or none.


People and firms are made up; the estates are those of the samples or flats of their own.
"""

from dataclasses import replace

import pytest

from backend.assembly import build_rounds
from backend.office.case import Stage
from backend.office.events import Act
from registration.findings import Level
from registration.outcomes import (
    CorrectionRequest,
    Progress,
    Refusal,
    Registered,
    Withdrawal,
)
from tests.factories import make_mortgage
from tests.journey.filing import Desk, only, rules
from tests.journey.kinds import (
    accepted,
    acts,
    approve_all,
    sale_and_mortgage,
    stages,
)

pytestmark = pytest.mark.journey

PRESALE = "410202001003GB00016F00020001"


def test_what_is_wrong_with_one_sends_all_back_and_they_come_again_together(desk: Desk) -> None:
    estate = desk.new_flat()
    sale, mortgage = desk.ready_together(*sale_and_mortgage(estate))
    wrong = replace(mortgage, mortgage=make_mortgage(amount_words="捌拾柒万元整"))

    asked = desk.file(sale, wrong)

    assert [type(a) for a in asked if not isinstance(a, Progress)] == [CorrectionRequest] * 2
    by_case = {a.application_id: a for a in asked if isinstance(a, CorrectionRequest)}
    assert rules(by_case[sale.application_id].findings) == ["BUNDLE"]
    assert rules(by_case[mortgage.application_id].findings) == ["R22"]
    again = tuple(
        replace(a, round=2, corrects=by_case[a.application_id].case_no) for a in (sale, mortgage)
    )
    (alone,) = desk.file(again[1])
    assert alone.case_no == ""
    passed, entered = approve_all(desk, desk.file(*again)[-2:])
    assert only(passed, Registered).title_no
    assert only(entered, Registered).rank == 1


def test_both_are_refused_when_one_is(desk: Desk) -> None:
    cases = accepted(desk.file(*desk.ready_together(*sale_and_mortgage(desk.new_flat()))))

    desk.refuse(cases[1])

    assert stages(desk, cases) == [Stage.REFUSED] * 2
    first = only(desk.answers_of(cases[0]), Refusal)
    assert cases[1] in first.findings[-1].zh


def test_both_are_withdrawn_when_one_is(desk: Desk) -> None:
    cases = accepted(desk.file(*desk.ready_together(*sale_and_mortgage(desk.new_flat()))))
    desk.decide_first(cases[0], "approve")
    desk.decide_second(cases[0], "approve")

    desk.withdraw(cases[1])

    assert stages(desk, cases) == [Stage.WITHDRAWN] * 2
    assert isinstance(only(desk.answers_of(cases[0]), Withdrawal), Withdrawal)


def test_an_approval_waits_for_the_rest_and_is_taken_back_with_it(desk: Desk) -> None:
    estate = desk.new_flat()
    cases = accepted(desk.file(*desk.ready_together(*sale_and_mortgage(estate))))
    desk.decide_first(cases[0], "approve")
    desk.decide_second(cases[0], "approve")
    desk.stand.work_off()
    assert stages(desk, cases) == [Stage.APPROVED, Stage.IN_REVIEW]
    assert acts(desk, estate) == [Act.BROUGHT_IN]

    finding = desk.case(cases[1]).findings[0]
    desk.decide_first(cases[1], "correct", replace(finding, level=Level.CORRECT))

    assert stages(desk, cases) == [Stage.CORRECTION_REQUIRED] * 2


def test_a_seizure_before_the_entry_sends_both_back(desk: Desk) -> None:
    estate = desk.new_flat()
    cases = accepted(desk.file(*desk.ready_together(*sale_and_mortgage(estate))))
    for case_no in cases:
        desk.decide_first(case_no, "approve")
        desk.decide_second(case_no, "approve")
    desk.add_entry(
        estate,
        {
            "entry_no": "CF-BUNDLE-1",
            "kind": "seizure",
            "recorded_at": "2026-09-29T15:00:00+08:00",
            "holder": "示例人民法院",
            "document_no": "（2026）示例执保9号",
            "seizure_type": "1",
        },
    )

    desk.stand.work_off()

    assert stages(desk, cases) == [Stage.IN_REVIEW] * 2
    assert Act.PASSED not in acts(desk, estate)
    assert "R01" in rules(desk.case(cases[0]).findings)


class _PowerCutError(BaseException):
    """The machine stops."""


def test_a_power_cut_before_the_commit_leaves_nothing_of_a_bundle(desk: Desk) -> None:
    estate = desk.new_flat()
    cases = accepted(desk.file(*desk.ready_together(*sale_and_mortgage(estate))))
    for case_no in cases:
        desk.decide_first(case_no, "approve")
        desk.decide_second(case_no, "approve")

    def stop(name: str) -> None:
        if name == "record.before-commit":
            raise _PowerCutError

    with pytest.raises(_PowerCutError):
        build_rounds(replace(desk.stand.wall, fail_point=stop)).step()
    assert acts(desk, estate) == [Act.BROUGHT_IN]
    assert stages(desk, cases) == [Stage.APPROVED] * 2

    desk.stand.rounds.begin()
    desk.stand.work_off()
    assert acts(desk, estate) == [Act.BROUGHT_IN, Act.PASSED, Act.ENTERED]
    assert stages(desk, cases) == [Stage.DELIVERED, Stage.CERTIFIED]
