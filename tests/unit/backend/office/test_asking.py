"""What is asked of other authorities, when again, and what becomes of what nobody asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.failpoints import load_failpoints
from backend.office.asking import questions_due, with_unasked
from backend.office.case import Case
from backend.office.enquiries import EnquiryRow, Reply, Service
from backend.office.enquiring import Enquiring, find_known
from backend.office.judging import Step, judge
from backend.office.register import Extract
from registration.application import Application
from registration.days import local_day
from registration.findings import Level
from tests.clock import FrozenClock
from tests.factories import BUYER, make_application
from tests.factories_kinds import make_sale_and_mortgage
from tests.factories_office import make_page, make_policy
from tests.fakes import MemoryWorks
from tests.rows import AT, make_case
from tests.web.backend.plain import PlainCourts

POLICY = make_policy()


def steps_of(*applications: Application) -> tuple[Step, ...]:
    return tuple(
        Step(case=make_case(place), application=application)
        for place, application in enumerate(applications, 1)
    )


def due_of(steps: tuple[Step, ...], page: Extract) -> list[list[Service]]:
    due = questions_due(steps, page, now=AT, policy=POLICY)
    return [[enquiry.service for enquiry in enquiries] for enquiries in due]


def test_after_a_sale_the_buyers_marriage_is_asked() -> None:
    """It was never asked: every step met the page on which the seller is the owner."""
    steps = steps_of(*make_sale_and_mortgage())

    of_mortgage = questions_due(steps, make_page(), now=AT, policy=POLICY)[1]

    asked = [e.get("number") for e in of_mortgage if e.service is Service.MARRIAGE]
    assert asked == [BUYER]


def test_what_nobody_asked_is_unknown() -> None:
    """Between asking and examining the register can change what is in question."""
    steps = steps_of(make_application())

    (step,) = with_unasked(steps, make_page(), now=AT, policy=POLICY)

    (judged,) = judge((step,), make_page(), now=AT, policy=POLICY)
    unknown = {f.rule for f in judged.examined.findings if f.level is Level.UNKNOWN}
    assert unknown >= {"R01", "R30"}


def test_what_was_asked_is_not_told_again() -> None:
    (step,) = steps_of(make_application())
    (due,) = questions_due((step,), make_page(), now=AT, policy=POLICY)
    replies = tuple(
        Reply(request_no="1", enquiry=enquiry, verdict="clear", at=AT)
        for enquiry in due
        if enquiry.service is not Service.IDENTITY
    )
    asked = replace(step, replies=replies)

    assert with_unasked((asked,), make_page(), now=AT, policy=POLICY) == (asked,)


def row_of(service: Service, case: Case) -> tuple[EnquiryRow, EnquiryRow]:
    """Return a question of a case with a good answer, and the same without one."""
    (due,) = questions_due(steps_of(make_application()), make_page(), now=AT, policy=POLICY)
    enquiry = next(e for e in due if e.service is service)
    row = EnquiryRow(request_no="1", case_no=case.case_no, round=1, enquiry=enquiry, at=AT)
    return replace(row, reply=Reply(request_no="1", enquiry=enquiry, verdict="good", at=AT)), row


def test_the_courts_are_asked_anew_in_each_round() -> None:
    """A seizure that was served between two rounds of one day stayed unseen."""
    case = make_case()
    answered, _ = row_of(Service.SEIZURES, case)
    licence, _ = row_of(Service.FINANCIAL_LICENCE, case)
    day, later = local_day(AT), replace(case, round=2)

    assert find_known((answered,), case, answered.enquiry, day) == answered
    assert find_known((answered,), later, answered.enquiry, day) is None
    assert find_known((licence,), later, licence.enquiry, day) == licence


@pytest.mark.parametrize(("hours", "is_known"), [(3, True), (5, False)])
def test_an_answer_that_lay_for_long_is_asked_for_anew(hours: int, is_known: bool) -> None:
    """A package may lie before it is examined; a paper is spared by a young answer alone."""
    case = make_case()
    answered, _ = row_of(Service.FINANCIAL_LICENCE, case)
    enquiring = Enquiring(
        works=MemoryWorks(),
        authorities=PlainCourts(),
        clock=FrozenClock(AT + timedelta(hours=hours)),
        fail_point=load_failpoints(""),
    )

    known = enquiring._find_known([answered], case, answered.enquiry)

    assert (known == answered) is is_known
