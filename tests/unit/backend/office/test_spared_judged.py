"""Papers that an authority's answer spares, judged by the office's own answers alone."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from backend.office.enquiries import EnquiryRow, Reply, Service
from backend.office.judging import Step, judge
from backend.office.rules import Outcome, judge_reply
from backend.office.rules.matter import Matter, Page
from backend.office.rules.questions import questions_about
from backend.office.rules.sparing import SPARING_WORDS
from backend.sharing.sources import SOURCES
from registration.application import Application
from registration.catalogue import SHIPPED
from registration.findings import Finding, Level
from registration.sparing import Spare
from tests.factories import TODAY, make_inks
from tests.factories_kinds import make_mortgage_notice, make_presale_bundle, make_sale_and_mortgage
from tests.factories_office import (
    make_checks,
    make_extract,
    make_notice,
    make_page,
    make_policy,
)
from tests.known import known
from tests.rows import AT, make_case
from tests.spared import make_answers
from tests.unit.backend.office.test_sparing import GOOD, Answers, Stage


def spared(application: Application, code: str) -> Application:
    """Return an application in which a paper's answers are named in its place."""
    bare = replace(
        application,
        materials=tuple(m for m in application.materials if m.code != code),
        spares=(Spare(code=code, answers=make_answers(code)),),
    )
    return replace(bare, inks=make_inks(bare))


def sale(says: Answers | None = None) -> tuple[Outcome, list[Finding]]:
    """Judge a sale with mortgage whose M14 is claimed spared, as the authorities answer now."""
    first, second = make_sale_and_mortgage()
    return judged((spared(first, "M14"), second), GOOD if says is None else says)


def judged(applications: Sequence[Application], says: Answers) -> tuple[Outcome, list[Finding]]:
    stage, steps, page = Stage(says=says), [], make_page()
    for place, one in enumerate(applications, 1):
        matter = Matter(
            application=one,
            page=Page(extract=page, today=TODAY, policy=make_policy()),
            checks=None,
        )
        rows = [
            EnquiryRow(request_no=f"{place}-{at}", case_no="", round=1, enquiry=e, at=AT)
            for at, e in enumerate(questions_about(matter))
            if e.service is not Service.IDENTITY
        ]
        replies = tuple(
            replace(r, verdict="clear", fault="")
            if r.enquiry.service is Service.SEIZURES
            else replace(r, verdict="good", fault="")
            if "licence" in r.enquiry.service.value
            else r
            for r in stage.ask(rows)
        )
        steps.append(
            Step(case=make_case(place), application=one, checks=make_checks(one), replies=replies)
        )
    result = judge(steps, page, now=AT, policy=make_policy())
    return result[0].outcome, [f for one in result for f in one.examined.findings]


def of_spares(findings: Sequence[Finding]) -> list[tuple[Level, str]]:
    return [(f.level, f.pointer) for f in findings if f.rule == "R49"]


def test_the_offices_own_answers_spare_the_paper_and_say_so() -> None:
    outcome, findings = sale()

    assert outcome is Outcome.MANUAL
    assert of_spares(findings) == [(Level.INFO, "/spares/0")] * 2
    assert all("模拟" in f.zh for f in findings if f.rule == "R49")


@pytest.mark.parametrize(
    ("service", "word"),
    [
        (Service.SALE_CONTRACT, "differs"),
        (Service.SALE_CONTRACT, "nothing"),
        (Service.SALE_CONTRACT, "unfiled"),
        (Service.DEED_TAX, "unpaid"),
        (Service.DEED_TAX, "differs"),
    ],
)
def test_an_answer_that_changed_asks_for_the_paper_with_all_else(
    service: Service, word: str
) -> None:
    """条例 17: what is to be corrected is told once; the paper is part of that list."""
    outcome, findings = sale(GOOD | {service: word})

    assert outcome is Outcome.CORRECTION_REQUIRED
    assert (Level.CORRECT, "/spares/0") in of_spares(findings)
    assert any("M14" in f.zh for f in findings if f.level is Level.CORRECT)
    assert len([f for f in findings if f.level is Level.CORRECT and f.rule != "BUNDLE"]) >= 2


def test_an_answer_that_cannot_be_had_brings_the_case_before_people() -> None:
    """A list of corrections would not be complete; and nobody may approve without the paper."""
    outcome, findings = sale({Service.SALE_CONTRACT: "filed"})

    assert outcome is Outcome.UNKNOWN
    assert (Level.CORRECT, "/spares/0") in of_spares(findings)


def test_a_claim_about_what_nobody_was_asked_is_not_believed() -> None:
    first, second = make_sale_and_mortgage()
    assert first.sale is not None
    untold = replace(spared(first, "M14"), sale=replace(first.sale, contract_no=""))

    _, findings = judged((untold, second), GOOD)

    assert [level for level, _ in of_spares(findings)].count(Level.CORRECT) == 2


def test_both_notices_of_a_presale_rest_on_one_contract() -> None:
    applications = tuple(spared(one, "M13") for one in make_presale_bundle())

    _, findings = judged(applications[:1], GOOD)

    assert of_spares(findings) == [(Level.INFO, "/spares/0")]


def test_an_answer_may_not_stand_for_any_paper() -> None:
    first, second = make_sale_and_mortgage()
    bold = replace(second, spares=(Spare(code="M06", answers=make_answers("M13")),))

    _, findings = judged((first, bold), GOOD)

    assert of_spares(findings) == [(Level.CORRECT, "/spares/0")]


def test_asked_again_one_answer_is_judged_by_itself() -> None:
    first, _ = make_sale_and_mortgage()
    page = Page(extract=make_page(), today=TODAY, policy=make_policy())
    matter = Matter(application=spared(first, "M14"), page=page, checks=None)
    (tax,) = (e for e in questions_about(matter) if e.service is Service.DEED_TAX)
    reply = Reply(request_no="1", enquiry=tax, verdict="paid", at=AT)

    assert of_spares(judge_reply(matter, reply)) == [(Level.INFO, "/spares/0")]


@pytest.mark.parametrize(("is_claimed", "asked"), [(False, 0), (True, 1)])
def test_the_notices_contract_is_asked_only_where_its_paper_is_spared(
    is_claimed: bool, asked: int
) -> None:
    application = make_mortgage_notice()
    number = known(application.notice_no).text
    notice = make_notice(certificate_no=number, contract_no="YS-2025-000610")
    page = Page(extract=make_extract(notice), today=TODAY, policy=make_policy())
    claimed = spared(application, "M13") if is_claimed else application

    services = [
        e.service for e in questions_about(Matter(application=claimed, page=page, checks=None))
    ]

    assert services.count(Service.SALE_CONTRACT) == asked


# --- the data


def test_the_catalogue_names_services_and_words_that_there_are() -> None:
    services = {service.value for service in SOURCES}
    for line in SHIPPED.materials.values():
        for answers in line.spared.values():
            assert answers.keys() <= services
            assert {word for words in answers.values() for word in words} <= SPARING_WORDS
