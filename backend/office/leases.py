"""领件: one reviewer works on a case at a time, and what he has written outlives his browser.

A case is taken under a lease. The page renews it while its reader shows signs of life, and sends
what is half written along; a browser that dies renews nothing, and when the lease is over others
may take the case. What was written stays with its writer, whoever has the case now.
"""

from dataclasses import dataclass
from datetime import datetime

from backend.errors import ConflictError
from backend.office.case import Case, Stage, free, hold
from backend.office.ports import Clock, Work, Works
from backend.office.rows import Draft, StaffRow
from backend.office.stages import require_stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Leases:
    """Says in whose hands a case is."""

    works: Works
    clock: Clock

    def take(self, case_no: str, *, staff: StaffRow) -> Case:
        """Take a case to work on; taking one's own again renews the lease.

        Raises:
            ConflictError: somebody else is at work on it, or it is not in review.
            NotAllowedError: not this reviewer's stage; NeedsOtherReviewerError comes when deciding.
        """
        now = self.clock.now()
        with self.works() as work:
            case = work.cases.get(case_no)
            if case.stage is not Stage.IN_REVIEW:
                raise ConflictError("not in review")
            if case.holder != staff.staff_id:
                _require_takeable(case, staff, now)
                _note(work, case, "taken over" if case.holder else "taken", staff, now)
            taken = work.cases.save(hold(case, staff.staff_id, now), was=case)
            work.commit()
        return taken

    def keep(self, draft: Draft, *, staff: StaffRow) -> Case:
        """Renew the lease on a case, and keep what is half written about it.

        The draft is kept even when the case is somebody else's by now: it is its writer's.

        Raises:
            ConflictError: the case is no longer in this reviewer's hands.
        """
        now = self.clock.now()
        with self.works() as work:
            case = work.cases.get(draft.case_no)
            work.drafts.save(draft)
            is_mine = case.stage is Stage.IN_REVIEW and case.holder == staff.staff_id
            if is_mine:
                case = work.cases.save(hold(case, staff.staff_id, now), was=case)
            work.commit()
        if not is_mine:
            raise ConflictError("not held by you")
        return case

    def find_draft(self, case: Case, *, staff: StaffRow) -> Draft | None:
        """Return what somebody wrote about a case in its round of review and has not sent."""
        with self.works.reading() as work:
            found = work.drafts.find(case.case_no, staff.staff_id)
        return found if found and found.review_round == case.review_round else None

    def release(self, case_no: str, *, staff: StaffRow) -> Case:
        """Give a case back to the queue. Raises: ConflictError: it is not this reviewer's."""
        now = self.clock.now()
        with self.works() as work:
            case = work.cases.get(case_no)
            if case.holder != staff.staff_id:
                raise ConflictError("not held by you")
            freed = work.cases.save(free(case), was=case)
            _note(work, freed, "released", staff, now)
            work.commit()
        return freed


def _require_takeable(case: Case, staff: StaffRow, now: datetime) -> None:
    if case.is_on_hold:
        raise ConflictError("on hold")
    if case.is_held(now):
        raise ConflictError(f"held by {case.holder}")
    require_stage(staff, case.awaiting)


def _note(work: Work, case: Case, act: str, staff: StaffRow, at: datetime) -> None:
    # Whose lease it was that ended is told, sealed into the digest, and nothing else.
    work.journal.append(
        actor=f"staff:{staff.staff_id}",
        act=act,
        ref=case.case_no,
        body=case.holder.encode() if act == "taken over" else b"",
        at=at,
    )
