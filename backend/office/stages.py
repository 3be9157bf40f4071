"""The steps of a review: which decision comes next on a case, and whose it is."""

from typing import Final

from backend.errors import NotAllowedError
from backend.office.case import Case
from backend.office.ports import Work
from backend.office.rows import Decision, StaffRow

MAY_DECIDE: Final = {
    "first": frozenset({"first_reviewer"}),
    "second": frozenset({"second_reviewer", "chief"}),
}


def decisions_of_round(work: Work, case: Case) -> tuple[Decision, ...]:
    """Return what was decided in the case's round of review."""
    return tuple(d for d in work.decisions.of(case.case_no) if d.round == case.review_round)


def next_stage(work: Work, case: Case) -> str:
    """Return the decision that comes next: "first" or "second"."""
    decided = {d.stage for d in decisions_of_round(work, case)}
    return "second" if "first" in decided else "first"


def require_stage(staff: StaffRow, stage: str) -> None:
    """Refuse who does not decide at this stage. Raises: NotAllowedError."""
    if not MAY_DECIDE[stage] & set(staff.roles):
        raise NotAllowedError(f"role for the {stage} decision")
