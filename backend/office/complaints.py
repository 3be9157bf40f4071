"""投诉: each is taken down, has somebody who answers it, and a day by which he has to."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from backend.errors import ConflictError, NeedsOtherReviewerError, NotAllowedError, NotFoundError
from backend.office.calendar import Calendar, days_due
from backend.office.complaint_ports import Complaint
from backend.office.ports import Clock, Work, Works
from backend.office.rows import StaffRow

CHANNELS: Final = ("phone", "visit", "letter", "hotline", "online", "bank")
OUTCOMES: Final = ("justified", "partly", "unfounded")
HANDLERS: Final = frozenset({"first_reviewer", "second_reviewer", "chief", "registrar"})
"""Roles that answer complaints: whoever audits the work does not do it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintRoom:
    """Takes complaints down and sees to it that each is answered, by none of those it is about."""

    works: Works
    clock: Clock
    calendar: Callable[[], Calendar]
    days: int
    """Working days in which the office answers: its own promise."""

    def take(
        self,
        *,
        staff: StaffRow,
        channel: str,
        text: str,
        who: str = "",
        case_no: str = "",
        branch: str = "",
        handler: str = "",
    ) -> Complaint:
        """Take a complaint down; without a handler it is the taker's own.

        Raises:
            NotFoundError: no such case or handler. NotAllowedError: the handler's role answers none.
            NeedsOtherReviewerError: the handler decided on the case that it is about.
        """
        now = self.clock.now()
        due_at, is_provisional = days_due(now, self.calendar(), self.days)
        with self.works() as work:
            complaint = Complaint(
                complaint_no=work.complaints.next_no(now),
                received_at=now,
                channel=channel,
                case_no=case_no,
                branch=_branch(work, case_no) or branch,
                who=who,
                text=text,
                taken_by=staff.staff_id,
                handler=handler or staff.staff_id,
                due_at=due_at,
                is_provisional=is_provisional,
            )
            self._keep(work, complaint, staff)
        return complaint

    def _keep(self, work: Work, complaint: Complaint, staff: StaffRow) -> None:
        _require_fit(work, complaint)
        work.complaints.add(complaint)
        _note(work, complaint, "complaint taken", staff, complaint.received_at)
        work.commit()

    def open(self, complaint_no: str, *, staff: StaffRow) -> Complaint:
        """Return a complaint with all that it says; that it was opened is kept in the journal.

        Raises:
            NotFoundError: no such complaint.
        """
        with self.works() as work:
            found = work.complaints.get(complaint_no)
            _note(work, found, "complaint opened", staff, self.clock.now())
            work.commit()
        return found

    def list(self, *, is_open: bool) -> tuple[Complaint, ...]:
        """Return the open ones, soonest due first, or the closed ones, latest first."""
        with self.works.reading() as work:
            return work.complaints.list(is_open=is_open)

    def handlers(self) -> tuple[StaffRow, ...]:
        """Return who may answer complaints."""
        with self.works.reading() as work:
            present = [row for row in work.staff.list() if row.removed_at is None]
        return tuple(row for row in present if HANDLERS & set(row.roles))

    def assign(self, complaint_no: str, handler: str, *, staff: StaffRow) -> Complaint:
        """Give a complaint to somebody else; its handler may, and the head.

        Raises:
            NotFoundError, NotAllowedError, NeedsOtherReviewerError: as `take`.
            ConflictError: it is closed.
        """
        now = self.clock.now()
        with self.works() as work:
            found = _get_open(work, complaint_no, staff)
            changed = replace(found, handler=handler)
            _require_fit(work, changed)
            saved = work.complaints.save(changed)
            _note(work, saved, "complaint assigned", staff, now)
            work.commit()
        return saved

    def answer(self, complaint_no: str, *, staff: StaffRow, outcome: str, answer: str) -> Complaint:
        """Close a complaint with what its complainant was answered.

        Raises:
            NotFoundError: no such complaint. ConflictError: it is closed.
            NotAllowedError: somebody else has it, and this is not the head.
            NeedsOtherReviewerError: whoever answers decided on the case.
        """
        now = self.clock.now()
        with self.works() as work:
            found = _get_open(work, complaint_no, staff)
            _require_apart(work, found.case_no, staff)
            closed = replace(
                found, answer=answer, outcome=outcome, closed_at=now, closed_by=staff.staff_id
            )
            saved = work.complaints.save(closed)
            _note(work, saved, "complaint answered", staff, now)
            work.commit()
        return saved


def _branch(work: Work, case_no: str) -> str:
    """Return the branch that filed a case; empty where none is named. Raises: NotFoundError."""
    return work.cases.get(case_no).branch if case_no else ""


def _get_open(work: Work, complaint_no: str, staff: StaffRow) -> Complaint:
    found = work.complaints.get(complaint_no)
    if found.closed_at is not None:
        raise ConflictError("closed")
    if found.handler != staff.staff_id and "chief" not in staff.roles:
        raise NotAllowedError("somebody else has it")
    return found


def _require_fit(work: Work, complaint: Complaint) -> None:
    """Have a handler who may answer and is not meant."""
    row = work.staff.find(complaint.handler)
    if row is None or row.removed_at is not None:
        raise NotFoundError("handler")
    if not HANDLERS & set(row.roles):
        raise NotAllowedError("the role answers no complaints")
    _require_apart(work, complaint.case_no, row)


def _require_apart(work: Work, case_no: str, staff: StaffRow) -> None:
    """Let nobody answer a complaint about a case that he decided on."""
    if case_no and any(d.person == staff.person for d in work.decisions.of(case_no)):
        raise NeedsOtherReviewerError


def _note(work: Work, complaint: Complaint, act: str, staff: StaffRow, at: datetime) -> None:
    told = {"handler": complaint.handler, "outcome": complaint.outcome}
    work.journal.append(
        actor=f"staff:{staff.staff_id}",
        act=act,
        ref=complaint.complaint_no,
        body=json.dumps(told, sort_keys=True).encode(),
        at=at,
    )
