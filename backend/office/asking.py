"""Which questions are due of cases that were applied for together, and which nobody asked; pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from backend.office.effects import foresee
from backend.office.enquiries import Enquiry, Reply, Service
from backend.office.judging import Step
from backend.office.register import Extract
from backend.office.rules import Policy, find_questions
from registration.days import local_day

UNASKED: Final = "unasked"


def questions_due(
    steps: Sequence[Step], page: Extract, *, now: datetime, policy: Policy
) -> tuple[tuple[Enquiry, ...], ...]:
    """Return the questions of each step, of the page as the earlier ones will leave it.

    After a sale the buyer is the owner: the marriage in question is his.
    """
    due, today = [], local_day(now)
    for step in steps:
        due.append(find_questions(step.application, page, today=today, policy=policy))
        _, page = foresee(step.application, page, now)
    return tuple(due)


def with_unasked(
    steps: Sequence[Step], page: Extract, *, now: datetime, policy: Policy
) -> tuple[Step, ...]:
    """Return the steps with a reply, without answer, to each question that nobody asked.

    The register may have changed between asking and examining: what is in question now and was
    not then is unknown, and never passed over. The police are left out: whom they are asked
    about does not depend on the register.
    """
    due = questions_due(steps, page, now=now, policy=policy)
    return tuple(
        replace(step, replies=(*step.replies, *_unasked(step, enquiries, now)))
        for step, enquiries in zip(steps, due, strict=True)
    )


def _unasked(step: Step, due: Sequence[Enquiry], now: datetime) -> tuple[Reply, ...]:
    asked = {(reply.enquiry.service, reply.enquiry.subject) for reply in step.replies}
    return tuple(
        Reply(request_no="—", enquiry=enquiry, verdict="", at=now, fault=UNASKED)
        for enquiry in due
        if enquiry.service is not Service.IDENTITY
        and (enquiry.service, enquiry.subject) not in asked
    )
