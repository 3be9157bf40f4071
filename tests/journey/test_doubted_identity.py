"""The police do not know one owner and say nothing of the other, for a case that a bank filed.

Sample case C12 on the way of `mortgage-terminal submit`: a reviewer gets it, nobody can approve
it, and the bank hears what to correct.
"""

from typing import Any

import pytest

from backend.assembly import build_office
from backend.errors import NotAllowedError
from backend.office.case import Stage
from backend.office.rows import StaffRow
from backend.wall import Wall
from registration.findings import Level
from registration.outcomes import CorrectionRequest
from tests.factories import LI, ZHANG
from tests.journey.premises import Premises, make_case, work_off

pytestmark = pytest.mark.journey

POLICE = f"simulated:{ZHANG}=999,{LI}=timeout"


def reviewer(wall: Wall) -> StaffRow:
    with wall.works.reading() as work:
        return work.staff.get("chushen")


def test_a_case_of_an_unknown_owner_comes_back_to_the_bank(premises: Premises) -> None:
    application = make_case(1)
    folder = premises.lay_down(application)
    with premises.serving(police_url=POLICE) as wall:
        premises.counter.run("submit", folder)
        work_off(wall)
        office, staff = build_office(wall, lambda: True), reviewer(wall)
        with wall.works.reading() as work:
            (case,), _ = work.cases.search(text=application.unit.unit_no.text)
        assert case.stage is Stage.IN_REVIEW
        assert [(f.rule, f.level, f.pointer) for f in case.findings] == [
            ("R32", Level.UNKNOWN, "/mortgagors/1"),
            ("R32", Level.CORRECT, "/mortgagors/0"),
        ]
        office.leases.take(case.case_no, staff=staff)
        facts: dict[str, Any] = {
            "staff": staff,
            "opinion": "公安机关未核实到该身份信息。",
            "evidence_sha256": office.review.open(case.case_no, staff=staff).evidence_sha256,
        }
        with pytest.raises(NotAllowedError, match="R32"):
            office.review.decide(case.case_no, verdict="approve", **facts)
        office.review.decide(case.case_no, verdict="correct", items=case.findings[1:], **facts)
        work_off(wall)

        with premises.station() as station:
            station.courier.collect(0)
            answers = [item.answer for item in station.box.inbox()]

    asked = answers[-1]
    assert isinstance(asked, CorrectionRequest)
    assert [finding.rule for finding in asked.findings] == ["R32"]
    assert "张示例" in asked.findings[0].zh
