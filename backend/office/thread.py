"""讨论: what reviewers tell each other about a case, and what they do with it meanwhile.

Whoever works on a case may put it on hold, or hand it up to the head; both need a reason, which
stands in the thread. A hold stops no clock: the law knows no pause for the office's own doubts.
"""

from dataclasses import dataclass, replace
from typing import Final

from backend.errors import ConflictError
from backend.office.case import Case, Stage, free
from backend.office.ports import Clock, Work, Works
from backend.office.rows import Remark, StaffRow

KINDS: Final = ("remark", "hold", "resume", "escalate")
_ACTS: Final = {"hold": "put on hold", "resume": "taken off hold", "escalate": "handed up"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Keeps what is said; nothing of it is ever changed."""

    works: Works
    clock: Clock

    def say(self, case_no: str, *, staff: StaffRow, kind: str, text: str) -> Case:
        """Add a remark to an open case, and do what its kind says.

        Raises:
            ConflictError: the case is not in review; it is not in this reviewer's hands (hold,
                escalate); it is on hold already, or is not (hold, resume).
        """
        now = self.clock.now()
        with self.works() as work:
            case = work.cases.get(case_no)
            if case.stage is not Stage.IN_REVIEW:
                raise ConflictError("not in review")
            after = _after(case, kind, staff)
            remark = Remark(case_no=case_no, staff_id=staff.staff_id, kind=kind, text=text, at=now)
            work.remarks.add(remark)
            if after != case:
                after = work.cases.save(after, was=case)
            if kind in _ACTS:
                _note(work, remark, _ACTS[kind])
            work.commit()
        return after

    def reveal(self, case_no: str, *, staff: StaffRow, reason: str) -> None:
        """Keep why somebody looks at covered numbers, before he sees them, in any stage.

        Raises:
            NotFoundError: no such case.
        """
        now = self.clock.now()
        with self.works() as work:
            work.cases.get(case_no)
            remark = Remark(
                case_no=case_no, staff_id=staff.staff_id, kind="reveal", text=reason, at=now
            )
            work.remarks.add(remark)
            _note(work, remark, "numbers shown")
            work.commit()


def _after(case: Case, kind: str, staff: StaffRow) -> Case:
    """Return the case as a remark of a kind leaves it."""
    if kind == "resume":
        if not case.is_on_hold:
            raise ConflictError("not on hold")
        return replace(case, is_on_hold=False)
    if kind == "remark":
        return case
    if case.holder != staff.staff_id:
        raise ConflictError("take the case first")
    if kind == "hold":
        return replace(free(case), is_on_hold=True)
    return replace(free(case), chief_reason=case.chief_reason or "asked")


def _note(work: Work, remark: Remark, act: str) -> None:
    work.journal.append(
        actor=f"staff:{remark.staff_id}",
        act=act,
        ref=remark.case_no,
        body=remark.text.encode(),
        at=remark.at,
        is_kept=True,
    )
