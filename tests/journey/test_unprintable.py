"""A character that no font draws: told before acceptance, with a paper that can be handed over."""

from dataclasses import replace

import pytest

from backend.office.case import Stage
from registration.findings import Level
from registration.outcomes import CertificateIssued, CorrectionRequest, NonAcceptance
from registration.papers.notices import draw_correction_request, draw_non_acceptance
from tests.factories import ZHANG, make_party
from tests.journey.filing import Desk, contract, make_filing, only
from tests.unit.registration.papers.reading import read_text

pytestmark = pytest.mark.journey

OLD = "\ue000"


def test_a_name_is_turned_away_before_acceptance_on_a_paper_that_says_why(desk: Desk) -> None:
    name = f"王{OLD}明"
    estate = desk.new_flat(owners=[{"name": name, "id_number": ZHANG}], co_ownership="0")
    filing = desk.ready(make_filing(estate, mortgagors=(make_party(name),)))

    (answer,) = desk.file(filing)

    assert isinstance(answer, NonAcceptance)
    told = {(f.rule, f.pointer) for f in answer.findings}
    assert told == {("PRINT", "/mortgagors"), ("PRINT", "/mortgagors/0/name")}
    paper = read_text(draw_non_acceptance(answer, filing, office="示例不动产登记中心"))
    assert "王〔U+E000〕明" in paper
    assert "请到登记机构窗口办理" in paper
    assert desk.stand.work_off() == 0


def test_a_scope_is_corrected_and_then_printed(desk: Desk) -> None:
    filing = desk.ready(make_filing(desk.new_flat(), **contract(security_scope=f"本金{OLD}利息")))

    (asked,) = desk.file(filing)

    assert isinstance(asked, CorrectionRequest)
    (item,) = asked.findings
    assert (item.rule, item.level, item.pointer) == (
        "PRINT",
        Level.CORRECT,
        "/mortgage/security_scope",
    )
    assert "U+E000" in read_text(draw_correction_request(asked, filing, office="示例"))
    assert desk.case(asked.case_no).accepted_at is None
    assert filing.mortgage is not None
    right = replace(filing.mortgage, security_scope="本金、利息")
    answers = desk.file(replace(filing, mortgage=right, round=2, corrects=asked.case_no))
    assert only(answers, CertificateIssued).case_no == asked.case_no
    assert desk.case(asked.case_no).stage is Stage.CERTIFIED
