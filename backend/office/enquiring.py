"""Asks other authorities: each question is noted, asked once, and its answer kept as evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from backend.office.case import Case
from backend.office.enquiries import Enquiry, EnquiryRow, Reply, Service
from backend.office.enquiry_ports import Authorities
from backend.office.ports import Clock, FailPoints, Work, Works
from registration import schema
from registration.days import local_day

FAIL_POINTS: Final = ("enquiry.noted", "enquiry.asked", "enquiry.kept")
Asking = Sequence[tuple[Case, tuple[Enquiry, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiring:
    """Questions about cases of one package, asked at the same time.

    A question has its number before it goes out. After a crash a question without an answer
    goes out again under the same number, so that the authority sees one question; an answer
    that is here is not asked for again, nor what was answered for the case on the same day. Only
    the courts are asked anew in each round: a seizure that was served meanwhile must be seen.
    Whoever names a moment wants no answer to a question that was asked before it. An answer that
    has aged, as of a package that lay for long, is asked for anew.
    """

    works: Works
    authorities: Authorities
    clock: Clock
    fail_point: FailPoints
    lasts: timedelta = timedelta(hours=4)
    """How long an answer is good, counted from when it was asked for."""

    def ask(
        self, asking: Asking, *, since: datetime | None = None, by: str = "auto"
    ) -> Mapping[str, tuple[Reply, ...]]:
        """Return the replies by case, in the order of the questions; a missing answer is a reply."""
        if not any(enquiries for _, enquiries in asking):
            return {case.case_no: () for case, _ in asking}
        noted = self._note(asking, since)
        rows = {row.request_no: row for _, row in noted}
        self.fail_point("enquiry.noted")
        waiting = tuple(row for row in rows.values() if row.reply is None)
        replies = self.authorities.ask(waiting) if waiting else ()
        self.fail_point("enquiry.asked")
        self._keep(waiting, replies, by)
        self.fail_point("enquiry.kept")
        known = {row.request_no: row.reply for row in rows.values() if row.reply is not None}
        known |= {reply.request_no: reply for reply in replies}
        return {
            case.case_no: tuple(
                replace(known[row.request_no], enquiry=enquiry)
                for enquiry, row in noted
                if row.case_no == case.case_no
            )
            for case, _ in asking
        }

    def _note(
        self, asking: Asking, since: datetime | None
    ) -> tuple[tuple[Enquiry, EnquiryRow], ...]:
        """Return each question with its row, new ones under new numbers."""
        noted: list[tuple[Enquiry, EnquiryRow]] = []
        is_new = False
        with self.works() as work:
            for case, enquiries in asking:
                known = list(work.enquiries.of(case.case_no))
                for enquiry in enquiries:
                    row = (
                        self._find_known(known, case, enquiry)
                        if since is None
                        else find_asked_since(known, enquiry, since)
                    )
                    if row is None:
                        row, is_new = self._add(work, case, enquiry), True
                        known.append(row)
                    noted.append((enquiry, row))
            if is_new:
                work.commit()
        return tuple(noted)

    def _find_known(
        self, known: Sequence[EnquiryRow], case: Case, enquiry: Enquiry
    ) -> EnquiryRow | None:
        """Return a question that need not be asked again; one without an answer never ages."""
        now = self.clock.now()
        row = find_known(known, case, enquiry, local_day(now))
        is_old = row is not None and row.reply is not None and row.at < now - self.lasts
        return None if is_old else row

    def _add(self, work: Work, case: Case, enquiry: Enquiry) -> EnquiryRow:
        now = self.clock.now()
        row = EnquiryRow(
            request_no=work.enquiries.next_request_no(self.authorities.area, now),
            case_no=case.case_no,
            round=case.round,
            enquiry=enquiry,
            at=now,
        )
        work.enquiries.note(row)
        return row

    def _keep(self, waiting: Sequence[EnquiryRow], replies: Sequence[Reply], by: str) -> None:
        if not replies:
            return
        with self.works() as work:
            for reply in replies:
                work.enquiries.keep(reply)
            for case_no in dict.fromkeys(row.case_no for row in waiting):
                told = [
                    [reply.request_no, reply.enquiry.service.value, reply.answer_sha256]
                    for row, reply in zip(waiting, replies, strict=True)
                    if row.case_no == case_no
                ]
                body = schema.canonical({"replies": told})
                now = self.clock.now()
                work.journal.append(
                    actor=by, act="authorities asked", ref=case_no, body=body, at=now
                )
            work.commit()


def find_known(
    known: Sequence[EnquiryRow], case: Case, enquiry: Enquiry, day: date
) -> EnquiryRow | None:
    """Return the same question of this round, or one that was answered the same day."""
    same = [row for row in known if _is_same(row.enquiry, enquiry)]
    this = [row for row in same if row.round == case.round]
    if this or enquiry.service is Service.SEIZURES:
        return this[-1] if this else None
    good = (row for row in reversed(same) if row.reply is not None and row.reply.is_answered)
    return next((row for row in good if local_day(row.at) == day), None)


def find_asked_since(
    known: Sequence[EnquiryRow], enquiry: Enquiry, since: datetime
) -> EnquiryRow | None:
    """Return the same question as it was last asked since a moment, answered or not."""
    same = (r for r in reversed(known) if r.at >= since and _is_same(r.enquiry, enquiry))
    return next(same, None)


def _is_same(one: Enquiry, other: Enquiry) -> bool:
    return (one.service, one.subject) == (other.service, other.subject)
