"""再问: a reviewer has an authority asked again, and the findings follow what it says now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from backend.errors import ConflictError, NotFoundError
from backend.office.case import Case, Stage, begin_round
from backend.office.companions import read_steps, siblings
from backend.office.enquiries import Enquiry, EnquiryRow, Reply
from backend.office.enquiring import Enquiring
from backend.office.ports import Clock, Work, Works
from backend.office.rows import StaffRow
from backend.office.rules import Matter, Page, Policy, find_questions, in_order, judge_reply
from backend.office.rulings import policy_of_case
from backend.office.stages import decisions_of_round
from registration import schema
from registration.application import Application
from registration.days import local_day
from registration.findings import Finding, Level

_JUST_AFTER: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingAgain:
    """Asks once more what was not answered, was made up, or is old; what was answered stays kept."""

    works: Works
    enquiring: Enquiring
    clock: Clock
    policy: Policy
    """From the settings, for cases from before examinations were kept."""
    lasts: timedelta
    """How long an answer is young: then nobody is asked again, about nobody."""

    def may_ask(self, row: EnquiryRow) -> bool:
        """Say whether there is a reason to ask again."""
        reply = row.reply
        if reply is None or not reply.is_answered or reply.is_simulated:
            return True
        return row.at < self.clock.now() - self.lasts

    def ask(self, case_no: str, request_no: str, *, staff: StaffRow) -> Case:
        """Put the question of a number again, under a new one; the same click twice asks once.

        Raises:
            NotFoundError: the case has no such question.
            ConflictError: the case is not in this reviewer's hands, or the answer is young.
        """
        with self.works.reading() as work:
            case = _require_held(work, case_no, staff)
            row = _find(work, case_no, request_no)
        if not self.may_ask(row):
            raise ConflictError("this answer is young")
        self.enquiring.ask(
            [(case, (row.enquiry,))], since=row.at + _JUST_AFTER, by=f"staff:{staff.staff_id}"
        )
        with self.works() as work:
            renewed = self._renew(work, _require_held(work, case_no, staff), row.enquiry, staff)
            work.commit()
        return renewed

    def _renew(self, work: Work, case: Case, enquiry: Enquiry, staff: StaffRow) -> Case:
        """Let the newest answer speak in place of those before it.

        What nobody knew who decided in this round begins a new one.
        """
        now = self.clock.now()
        matter, enquiries = self._matter(work, case, enquiry, now)
        replies = [_reply(row) for row in work.enquiries.of(case.case_no) if _is_same(row, enquiry)]
        *before, after = (
            tuple(f for one in enquiries for f in judge_reply(matter, replace(r, enquiry=one)))
            for r in replies
        )
        findings = _renewed(case.findings, before, after)
        news = [f for f in after if f not in case.findings and f.level is not Level.INFO]
        is_over = bool(news) and bool(decisions_of_round(work, case))
        saved = work.cases.save(
            replace(begin_round(case) if is_over else case, findings=findings), was=case
        )
        _move_marks(work, case, saved, staff)
        body = {
            "service": enquiry.service.value,
            "request_no": replies[-1].request_no,
            "findings": schema.format_findings(after),
        }
        work.journal.append(
            actor=f"staff:{staff.staff_id}",
            act="findings renewed",
            ref=case.case_no,
            body=schema.canonical(body),
            at=now,
        )
        return saved

    def _matter(
        self, work: Work, case: Case, enquiry: Enquiry, now: datetime
    ) -> tuple[Matter, tuple[Enquiry, ...]]:
        """Return what the answer is laid beside, and the question by each field that it is about."""
        application = _application(work, case)
        ours = (case.case_no, *(other.case_no for other in siblings(work, case)))
        extract = work.register.extract(case.unit_no, now, without=ours)
        policy = policy_of_case(work, case.case_no, self.policy, now)
        today = local_day(case.accepted_at or now)
        due = find_questions(application, extract, today=today, policy=policy)
        page = Page(extract=extract, today=today, policy=policy)
        same = (one for one in due if (one.service, one.subject) == _subject(enquiry))
        # The police's answer finds the people itself.
        pointers = {one.pointer: one for one in (enquiry, *same)}
        return Matter(application=application, page=page, checks=None), tuple(pointers.values())


def _require_held(work: Work, case_no: str, staff: StaffRow) -> Case:
    case = work.cases.get(case_no)
    if case.stage is not Stage.IN_REVIEW or case.holder != staff.staff_id:
        raise ConflictError("take the case first")
    return case


def _find(work: Work, case_no: str, request_no: str) -> EnquiryRow:
    for row in work.enquiries.of(case_no):
        if row.request_no == request_no:
            return row
    raise NotFoundError(f"enquiry {request_no}")


def _application(work: Work, case: Case) -> Application:
    steps = read_steps(work, case.case_no)
    return next(step.application for step in steps if step.case.case_no == case.case_no)


def _subject(enquiry: Enquiry) -> tuple[object, object]:
    return enquiry.service, enquiry.subject


def _is_same(row: EnquiryRow, enquiry: Enquiry) -> bool:
    return _subject(row.enquiry) == _subject(enquiry)


def _reply(row: EnquiryRow) -> Reply:
    """Return what came of a question; one whose answer was never kept has none."""
    none = Reply(request_no=row.request_no, enquiry=row.enquiry, verdict="", at=row.at)
    return row.reply or none


def _move_marks(work: Work, before: Case, after: Case, staff: StaffRow) -> None:
    """Let what the reviewer marked stay on its findings, which have other places now."""
    draft = work.drafts.find(before.case_no, staff.staff_id)
    if draft is None or not draft.marks:
        return
    marked = [f for at, f in enumerate(before.findings) if str(at) in draft.marks]
    marks = tuple(str(at) for at, f in enumerate(after.findings) if f in marked)
    work.drafts.save(replace(draft, marks=marks))


def _renewed(
    findings: Sequence[Finding], before: Sequence[Sequence[Finding]], after: Sequence[Finding]
) -> tuple[Finding, ...]:
    """Return findings without those of earlier answers, and with those of the newest."""
    gone = [finding for told in before for finding in told]
    return in_order([*(f for f in findings if f not in gone), *after])
