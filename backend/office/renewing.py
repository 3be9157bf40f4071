"""Asks again, right before the entry, what has aged: a notice served while people decided is seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from backend.errors import NotReadyError
from backend.office.asking import questions_due
from backend.office.enquiries import Enquiry, Service
from backend.office.enquiring import Enquiring
from backend.office.judging import Step
from backend.office.ports import Clock
from backend.office.register import Extract
from backend.office.rules import Matter, Policy, judge_replies
from registration.findings import Finding, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewing:
    """Keeps an entry from resting on an answer that is too old."""

    enquiring: Enquiring
    clock: Clock
    services: frozenset[Service]
    """Whom to ask again; the police are never among them, for whom no page of the register matters."""
    lasts: timedelta
    """How long an answer is good for an entry, counted from when it was asked for."""

    def ask(self, steps: Sequence[Step], page: Extract, policy: Policy) -> tuple[Step, ...]:
        """Return the steps with what these services say, asked again where it is too old.

        What is asked and not answered since then is not asked a third time: who decided knew.
        """
        now = self.clock.now()
        due = self._due(steps, page, now, policy)
        asking = [(step.case, of) for step, of in zip(steps, due, strict=True)]
        replies = self.enquiring.ask(asking, since=now - self.lasts)
        return tuple(replace(step, replies=replies[step.case.case_no]) for step in steps)

    def require_asked(
        self, steps: Sequence[Step], page: Extract, now: datetime, policy: Policy
    ) -> None:
        """See that the page of now raises no question that the steps hold no reply to.

        Raises:
            NotReadyError: the register changed since they were asked; ask again.
        """
        for step, due in zip(steps, self._due(steps, page, now, policy), strict=True):
            asked = {(r.enquiry.service, r.enquiry.subject) for r in step.replies}
            if any((one.service, one.subject) not in asked for one in due):
                raise NotReadyError("another question arose while authorities were asked")

    def _due(
        self, steps: Sequence[Step], page: Extract, now: datetime, policy: Policy
    ) -> tuple[tuple[Enquiry, ...], ...]:
        due = questions_due(steps, page, now=now, policy=policy)
        return tuple(tuple(one for one in of if one.service in self.services) for of in due)


def find_renewed(matter: Matter, told: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return what the answers of now say that nobody knew who decided.

    An answer that was missing already when people decided is no news; one that was there is.
    """
    unanswered = {(f.rule, f.pointer) for f in told if f.level is Level.UNKNOWN}
    return tuple(
        f
        for f in judge_replies(matter)
        if f.level is not Level.INFO
        and f not in told
        and not (f.level is Level.UNKNOWN and (f.rule, f.pointer) in unanswered)
    )
