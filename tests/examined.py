"""Examinations of made-up cases, as the office keeps them."""

from backend.office.book_ports import Examination
from backend.office.examined import keep_inputs, make_examinations
from backend.office.judging import Step, judge
from backend.office.register import Extract
from backend.office.rules import Policy
from registration.application import Application
from tests.factories import make_application
from tests.factories_office import make_checks, make_extract
from tests.rows import AT, make_case


def make_kept(
    case_no: str,
    policy: Policy,
    application: Application | None = None,
    page: Extract | None = None,
) -> Examination:
    """Return the examination of one case by a policy."""
    application = application or make_application()
    page = page or make_extract()
    case = make_case(int(case_no[-7:]))
    step = Step(case=case, application=application, checks=make_checks(application))
    judged = judge((step,), page, now=AT, policy=policy)
    (kept,) = make_examinations(judged, keep_inputs((step,), page, now=AT, policy=policy))
    return kept
