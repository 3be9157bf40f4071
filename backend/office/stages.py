"""The steps of a review: which decision comes next on a case, and whose it is.

初审 and 复审 are two people's. A third, the head (负责人), approves (核定) what the first two see
differently, what is above an amount, what has a finding of a list, and what one of them hands up.

Source: 不动产登记操作规范（试行）1.7 and 4.5 (first and second examination, approval by the head).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from backend.errors import NotAllowedError
from backend.office.case import Case
from backend.office.ports import Work
from backend.office.rows import Decision, StaffRow

MAY_DECIDE: Final = {
    "first": frozenset({"first_reviewer"}),
    "second": frozenset({"second_reviewer"}),
    "chief": frozenset({"chief"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChiefPolicy:
    """What the head approves himself; the law leaves it to the office."""

    limit_fen: int = 1_000_000_000
    """Above this secured amount; equal does not reach him."""
    rules: frozenset[str] = frozenset()
    """Findings of these rules, whatever their level."""


def find_chief_reason(case: Case, verdicts: Sequence[str], policy: ChiefPolicy) -> str:
    """Say why the head decides once two people have; empty when he need not.

    "opinions": they differ. "asked": one of them handed it up. "amount" and "finding": an approval
    of what the policy names.
    """
    if len(set(verdicts)) > 1:
        return "opinions"
    if case.chief_reason == "asked":
        return "asked"
    if "approve" not in verdicts:
        return ""
    if (case.amount_fen or 0) > policy.limit_fen:
        return "amount"
    return "finding" if policy.rules & {f.rule for f in case.findings} else ""


def decisions_of_round(work: Work, case: Case) -> tuple[Decision, ...]:
    """Return what was decided in the case's round of review."""
    return tuple(d for d in work.decisions.of(case.case_no) if d.round == case.review_round)


def require_stage(staff: StaffRow, stage: str) -> None:
    """Refuse who does not decide at this stage. Raises: NotAllowedError."""
    if not MAY_DECIDE[stage] & set(staff.roles):
        raise NotAllowedError(f"role for the {stage} decision")
