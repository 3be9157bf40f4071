"""What becomes of the cases that were applied for together, and what is told to each; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from backend.office.case import Case
from backend.office.checks import IdentityCheck, InkCheck
from backend.office.effects import foresee
from backend.office.enquiries import Reply
from backend.office.register import Extract
from backend.office.rules import (
    Matter,
    Outcome,
    Page,
    Policy,
    Seen,
    TraceLine,
    examine_traced,
    find_hindrance,
    outcome_of,
)
from backend.office.wording import check_wording
from registration.application import Application
from registration.days import local_day
from registration.findings import Finding, Level
from registration.requirements import check_together

_ORDER: Final = tuple(Outcome)
_BASIS: Final = "《不动产登记暂行条例》第十四条"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One case with its application; most are alone, a bundle's come in their order."""

    case: Case
    application: Application
    checks: tuple[IdentityCheck, ...] = ()
    inks: tuple[InkCheck, ...] = ()
    replies: tuple[Reply, ...] = ()
    """Of the other authorities, the police left out."""
    suspended: tuple[str, ...] = ()
    """Numbers of the certificates that it names and that are suspended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One step after its examination."""

    step: Step
    page: Extract
    """The register as the earlier steps will leave it."""
    examined: Case
    """The case with everything that was found."""
    outcome: Outcome
    """Of the whole bundle: all of it goes one way."""
    trace: tuple[TraceLine, ...] = ()
    """What became of each rule."""


def judge(
    steps: Sequence[Step], page: Extract, *, now: datetime, policy: Policy
) -> tuple[Judged, ...]:
    """Examine each step on the page as the earlier ones will leave it; accept all or none."""
    examined = _examine(steps, page, now=now, policy=policy)
    outcomes = [
        outcome_of(findings, step.application, policy)
        for step, (_, findings, _) in zip(steps, examined, strict=True)
    ]
    whole = min(outcomes, key=_ORDER.index)
    return tuple(
        Judged(
            step=step,
            page=seen,
            examined=replace(
                step.case, findings=(*findings, *_more(steps, place, outcomes, policy))
            ),
            outcome=whole,
            trace=trace,
        )
        for place, (step, (seen, findings, trace)) in enumerate(zip(steps, examined, strict=True))
    )


def _examine(
    steps: Sequence[Step], page: Extract, *, now: datetime, policy: Policy
) -> list[tuple[Extract, tuple[Finding, ...], tuple[TraceLine, ...]]]:
    """Return for each step the page that it meets, what is found, and what became of each rule."""
    applications = [step.application for step in steps]
    unfit = check_together(applications) if len(steps) > 1 else ((),)
    examined = []
    for step, more in zip(steps, unfit, strict=True):
        matter = Matter(
            application=step.application,
            page=Page(extract=page, today=local_day(now), policy=policy),
            checks=step.checks,
            together=tuple(a for a in applications if a is not step.application),
            seen=Seen(inks=step.inks, replies=step.replies, suspended=step.suspended),
        )
        findings, trace = examine_traced(matter, came_at=step.case.received_at)
        plan, after = foresee(step.application, page, now)
        unprintable = check_wording(plan.deed if plan else None, findings)
        examined.append((page, (*findings, *more, *unprintable), trace))
        page = after
    return examined


def _more(
    steps: Sequence[Step], place: int, outcomes: Sequence[Outcome], policy: Policy
) -> tuple[Finding, ...]:
    """Return what a step is told beside its own findings: the others' fate, or who decides."""
    whole, own = min(outcomes, key=_ORDER.index), outcomes[place]
    if own is not whole and whole in _TOLD:
        level, zh, en = _TOLD[whole]
        other = steps[outcomes.index(whole)].case.case_no
        return (
            Finding(
                rule="BUNDLE",
                level=level,
                zh=zh.format(case_no=other),
                en=en.format(case_no=other),
                basis=_BASIS,
                pointer="/bundle",
            ),
        )
    hindrance = find_hindrance(steps[place].application, policy)
    return (hindrance,) if whole is Outcome.MANUAL and hindrance is not None else ()


_TOLD: Final = {
    Outcome.NOT_ACCEPTED: (
        Level.NOT_ACCEPTED,
        "一并申请的业务{case_no}不予受理，本业务一并不予受理。",
        "Case {case_no} of the same bundle is not accepted, and so is this one.",
    ),
    Outcome.CORRECTION_REQUIRED: (
        Level.CORRECT,
        "一并申请的业务{case_no}须补正，补正后本业务一并重新提交。",
        "Case {case_no} of the same bundle must be corrected; this one is filed again with it.",
    ),
    Outcome.REFUSED: (
        Level.MANUAL,
        "一并申请的业务{case_no}存在不予登记的情形，须一并处理。",
        "The law stands against case {case_no} of the same bundle; both are decided together.",
    ),
}
