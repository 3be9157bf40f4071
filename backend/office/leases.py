"""领件: one reviewer works on a case at a time, and what he has written outlives his browser.

A case is taken under a lease. The page renews it while its reader shows signs of life, and sends
what is half written along; a browser that dies renews nothing, and when the lease is over others
may take the case. What was written stays with its writer, whoever has the case now.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from backend.errors import ConflictError
from backend.office.case import Case, Stage, free, hold
from backend.office.ports import Clock, Work, Works
from backend.office.rows import Draft, StaffRow
from backend.office.stages import require_stage
from registration.findings import Finding

MOST_ITEMS: Final = 100
"""Of a reviewer's own on one list."""


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
            kept = _of_round(work.drafts.find(draft.case_no, staff.staff_id), draft.review_round)
            work.drafts.save(replace(draft, items=kept.items if kept else ()))
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
        return _of_round(found, case.review_round)

    def pin(self, case_no: str, item: Finding, *, staff: StaffRow) -> Case:
        """Add an item to what the reviewer at work will ask to be corrected; twice is once.

        Raises:
            ConflictError: the case is not in this reviewer's hands, or the list is full.
        """
        return self._change_items(case_no, staff, lambda items: (*items, item))

    def unpin(self, case_no: str, at: int, *, staff: StaffRow) -> Case:
        """Take an item off the list again, by its place from 0; none there is harmless.

        Raises:
            ConflictError: the case is not in this reviewer's hands.
        """
        return self._change_items(case_no, staff, lambda items: (*items[:at], *items[at + 1 :]))

    def _change_items(
        self,
        case_no: str,
        staff: StaffRow,
        change: Callable[[tuple[Finding, ...]], tuple[Finding, ...]],
    ) -> Case:
        now = self.clock.now()
        with self.works() as work:
            case = work.cases.get(case_no)
            if case.stage is not Stage.IN_REVIEW or case.holder != staff.staff_id:
                raise ConflictError("take the case first")
            kept = _of_round(work.drafts.find(case_no, staff.staff_id), case.review_round)
            draft = kept or Draft(
                case_no=case_no,
                staff_id=staff.staff_id,
                review_round=case.review_round,
                opinion="",
                marks=(),
                at=now,
            )
            items = tuple(dict.fromkeys(change(draft.items)))
            if len(items) > MOST_ITEMS:
                raise ConflictError("the list is full")
            work.drafts.save(replace(draft, items=items, at=now))
            held = work.cases.save(hold(case, staff.staff_id, now), was=case)
            work.commit()
        return held

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


def _of_round(draft: Draft | None, review_round: int) -> Draft | None:
    return draft if draft and draft.review_round == review_round else None


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
