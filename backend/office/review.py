"""审核: reviewers take a case, give opinions, approve or refuse; never one person alone."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from backend.errors import ConflictError, NotAllowedError, NotFoundError
from backend.office import evidence
from backend.office.answering import Answering
from backend.office.case import Case, Stage, free, hold, move
from backend.office.companions import draw_along, siblings
from backend.office.correcting import Correcting
from backend.office.differences import Difference, find_differences
from backend.office.enquiries import EnquiryRow
from backend.office.items import MaterialItem, list_materials
from backend.office.journal_words import read_words
from backend.office.ports import Blobs, Clock, Work, Works
from backend.office.queue import QueuePage, first_waiting, read_queue
from backend.office.register import Extract
from backend.office.rows import (
    OFTEN,
    CertificateStatus,
    Decision,
    JournalRecord,
    Remark,
    Spot,
    StaffRow,
    StuckTask,
)
from backend.office.rulings import book_of_case, chief_in_force
from backend.office.stages import (
    ChiefPolicy,
    decisions_of_round,
    find_chief_reason,
    require_stage,
)
from registration import schema
from registration.application import Application
from registration.findings import FORBIDDING, Finding

_VERDICTS: Final = frozenset({"approve", "refuse", "correct"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """Everything that a decision needs, on one page."""

    case: Case
    application: Application
    extract: Extract
    decisions: tuple[Decision, ...]
    journal: tuple[JournalRecord, ...]
    words: Mapping[int, str]
    """What people wrote with these acts, by the records' numbers."""
    materials: tuple[MaterialItem, ...]
    evidence_sha256: str
    """Of what this page shows; a decision must name it."""
    stage: str
    """The decision that comes next: "first", "second" or "chief"; empty when none does."""
    chief_reason: str = ""
    """Why the head would have to decide once the second reviewer approves as the first did."""
    thread: tuple[Remark, ...] = ()
    enquiries: tuple[EnquiryRow, ...] = ()
    """What other authorities were asked, and answered."""
    differences: tuple[Difference, ...] = ()
    """Against the submission before, where there was one."""
    stuck: tuple[StuckTask, ...] = ()
    """What the worker tries for this case in vain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The review room, and what the bank may see of its cases."""

    works: Works
    blobs: Blobs
    answering: Answering
    correcting: Correcting
    clock: Clock
    chief: ChiefPolicy

    def queue(
        self,
        *,
        staff: StaffRow,
        view: str,
        text: str = "",
        after: Spot | None = None,
        before: Spot | None = None,
    ) -> QueuePage:
        """Return one page of a view: mine, free, second, chief, late, hold, correction, done or all."""
        with self.works.reading() as work:
            return read_queue(
                work, staff, view, now=self.clock.now(), text=text, after=after, before=before
            )

    def waiting(self, stage: str) -> tuple[Case, ...]:
        """Return the first few cases that wait in nobody's hands for a decision."""
        with self.works.reading() as work:
            return first_waiting(work, stage, now=self.clock.now())

    def open(self, case_no: str, *, staff: StaffRow) -> CaseFile:
        """Return the whole file of a case; that it was opened is kept in the journal.

        For whoever holds it, his lease begins anew.

        Raises:
            NotFoundError: no such case.
        """
        now = self.clock.now()
        with self.works() as work:
            file = _file(work, case_no, now, self.chief)
            if file.case.stage is Stage.IN_REVIEW and file.case.holder == staff.staff_id:
                held = hold(file.case, staff.staff_id, now)
                file = replace(file, case=work.cases.save(held, was=file.case))
            _note(work, file.case, f"staff:{staff.staff_id}", "opened", now)
            work.commit()
        return file

    def material(self, case_no: str, sha256: str, *, staff: StaffRow) -> tuple[str, bytes]:
        """Return media type and bytes of one paper. Raises: NotFoundError."""
        with self.works.reading() as work:
            work.cases.get(case_no)
            for _, media_type, data in work.cases.materials(case_no):
                if hashlib.sha256(data).hexdigest() == sha256:
                    return media_type, data
        raise NotFoundError("material")

    def application(self, case_no: str) -> Application:
        """Return what was applied for; looking at a part of an open case is no new opening.

        Raises:
            NotFoundError: no such case.
        """
        with self.works.reading() as work:
            work.cases.get(case_no)
            return schema.parse_application(schema.decode_json(work.cases.application(case_no)))

    def decide(
        self,
        case_no: str,
        *,
        staff: StaffRow,
        verdict: str,
        opinion: str,
        evidence_sha256: str,
        items: tuple[Finding, ...] = (),
        factor: str = "",
    ) -> Case:
        """Write a reviewer's decision, and what follows from it.

        Two different people must agree; where they do not, or the policy asks for it, the head
        decides as the third. One alone may ask for corrections; `items` are then all of them,
        told once.

        Raises:
            NotAllowedError: the role does not decide this stage.
            NeedsOtherReviewerError: the same person decided in this round already.
            ConflictError: the case is not held by this reviewer, or what it rests on changed.
        """
        now = self.clock.now()
        with self.works() as work:
            file = _file(work, case_no, now, self.chief)
            _require_decidable(file, staff, verdict, evidence_sha256)
            decision = _decision(file, staff, verdict, opinion, now)
            decision = replace(decision, statement=self._sign(decision, factor))
            work.decisions.add(decision)
            decided = self._follow(work, file.case, decision, items)
            work.drafts.drop(case_no, staff.staff_id)
            _note_decision(work, decision)
            work.commit()
        return decided

    def _sign(self, decision: Decision, factor: str) -> str:
        """Sign over the office's name who decided what on which evidence, shown by which factor."""
        claims: dict[str, object] = {
            "case_no": decision.case_no,
            "round": decision.round,
            "stage": decision.stage,
            "reviewer": decision.reviewer,
            "verdict": decision.verdict,
            "opinion_sha256": hashlib.sha256(decision.opinion.encode()).hexdigest(),
            "evidence_sha256": decision.evidence_sha256,
            "factor": factor,
        }
        return self.answering.signer.sign("decision/1", claims, decision.at)

    def _follow(
        self, work: Work, case: Case, decision: Decision, items: tuple[Finding, ...]
    ) -> Case:
        """Move the case as the decision says."""
        freed = free(case)
        if decision.verdict == "correct":
            if not items:
                raise ConflictError("a correction request names what to correct")
            asked = replace(freed, findings=items)
            saved = self.correcting.ask(
                work, asked, items, decision.at, was=case, note=decision.opinion
            )
            draw_along(work, self.correcting, saved, at=decision.at)
            return saved
        if decision.stage == "first":
            return work.cases.save(replace(freed, awaiting="second"), was=case)
        if decision.stage == "second":
            verdicts = [d.verdict for d in decisions_of_round(work, case)]
            chief = chief_in_force(work, self.chief, decision.at)
            reason = find_chief_reason(case, verdicts, chief)
            if reason:
                handed = replace(freed, awaiting="chief", chief_reason=reason)
                return work.cases.save(handed, was=case)
        return self._conclude(work, case, freed, decision)

    def _conclude(self, work: Work, case: Case, freed: Case, decision: Decision) -> Case:
        """Let the last decision of a round take effect."""
        if decision.verdict == "refuse":
            refused = work.cases.save(move(freed, Stage.REFUSED), was=case)
            self.answering.refuse(work, refused, decision.at, decision.opinion)
            draw_along(work, self.correcting, refused, at=decision.at, note=decision.opinion)
            return refused
        approved = work.cases.save(move(freed, Stage.APPROVED), was=case)
        work.tasks.add("record", case.case_no, at=decision.at)
        self.answering.tell(work, approved, decision.at)
        return approved

    def case_of_bank(self, case_no: str, *, bank: str) -> Case:
        """Return a case to the bank that filed it. Raises: NotFoundError, for others' cases too."""
        with self.works.reading() as work:
            return _of_bank(work, case_no, bank)

    def certificate_of_bank(
        self, case_no: str, *, bank: str, is_ofd: bool = False, is_newest: bool = False
    ) -> bytes:
        """Return a sealed certificate as issued, or its newest version. Raises: NotFoundError."""
        with self.works.reading() as work:
            _of_bank(work, case_no, bank)
            row = work.certificates.find_by_case(case_no)
            if row is None or row.status in {CertificateStatus.PREPARED, CertificateStatus.SEALED}:
                raise NotFoundError("certificate")
            file = work.files.newest(row.certificate_no) if is_newest else row
        return self.blobs.get(file.ofd_sha256 if is_ofd else file.pdf_sha256)

    def withdraw(self, case_no: str, *, bank: str, terminal: str) -> Case:
        """Withdraw a case before its entry (Interim Regulations, art. 15); again is harmless.

        Raises:
            NotFoundError: another bank's case.
            IllegalMoveError: the entry is written, or the case is closed.
        """
        now = self.clock.now()
        with self.works() as work:
            case = _of_bank(work, case_no, bank)
            if case.stage is Stage.WITHDRAWN:
                return case
            withdrawn = work.cases.save(free(move(case, Stage.WITHDRAWN)), was=case)
            self.answering.withdraw(work, withdrawn, now)
            draw_along(work, self.correcting, withdrawn, at=now)
            _note(work, withdrawn, f"terminal:{terminal}", "withdrawn", now)
            work.commit()
        return withdrawn


def _file(work: Work, case_no: str, now: datetime, chief: ChiefPolicy) -> CaseFile:
    case = work.cases.get(case_no)
    application = schema.parse_application(schema.decode_json(work.cases.application(case_no)))
    ours = (case_no, *(other.case_no for other in siblings(work, case)))
    extract = work.register.extract(case.unit_no, now, without=ours)
    return CaseFile(
        case=case,
        application=application,
        extract=extract,
        decisions=work.decisions.of(case_no),
        journal=work.journal.of(case_no),
        words=read_words(work, case_no),
        materials=list_materials(application),
        enquiries=work.enquiries.of(case_no),
        evidence_sha256=evidence.digest(case, extract, book_of_case(work, case_no)),
        stage=case.awaiting if case.stage is Stage.IN_REVIEW else "",
        chief_reason=find_chief_reason(case, ("approve",), chief_in_force(work, chief, now)),
        thread=work.remarks.of(case_no),
        differences=_differences(work, case_no),
        stuck=tuple(t for t in work.tasks.stuck(least_tries=OFTEN) if t.case_no == case_no),
    )


def _differences(work: Work, case_no: str) -> tuple[Difference, ...]:
    earlier = work.cases.earlier_application(case_no)
    if earlier is None:
        return ()
    before, now = (schema.decode_json(d) for d in (earlier, work.cases.application(case_no)))
    if not (isinstance(before, dict) and isinstance(now, dict)):
        return ()
    return find_differences(before, now)


def _decision(
    file: CaseFile, staff: StaffRow, verdict: str, opinion: str, at: datetime
) -> Decision:
    return Decision(
        case_no=file.case.case_no,
        round=file.case.review_round,
        stage=file.stage,
        reviewer=staff.staff_id,
        person=staff.person,
        verdict=verdict,
        opinion=opinion,
        evidence_sha256=file.evidence_sha256,
        at=at,
    )


def _require_decidable(file: CaseFile, staff: StaffRow, verdict: str, evidence: str) -> None:
    """Keep a decision from being taken blindly, by the wrong person, or against the law."""
    case = file.case
    if verdict not in _VERDICTS:
        raise ConflictError("no such verdict")
    if case.stage is not Stage.IN_REVIEW or case.holder != staff.staff_id:
        raise ConflictError("take the case first")
    if file.evidence_sha256 != evidence:
        raise ConflictError("the register or the case changed since the page was read")
    require_stage(staff, file.stage)
    if verdict == "approve":
        _require_approvable(case)


def _require_approvable(case: Case) -> None:
    """Keep people from approving what the law forbids or what is not complete."""
    standing = sorted({f.rule for f in case.findings if f.level in FORBIDDING})
    if standing:
        raise NotAllowedError(f"findings stand against it: {', '.join(standing)}")


def _of_bank(work: Work, case_no: str, bank: str) -> Case:
    case = work.cases.get(case_no)
    if case.bank != bank:
        raise NotFoundError(f"case {case_no}")
    return case


def _note(work: Work, case: Case, actor: str, act: str, at: datetime) -> None:
    work.journal.append(actor=actor, act=act, ref=case.case_no, body=b"", at=at)


def _note_decision(work: Work, decision: Decision) -> None:
    told = {"evidence_sha256": decision.evidence_sha256, "opinion": decision.opinion}
    work.journal.append(
        actor=f"staff:{decision.reviewer}",
        act=f"{decision.stage} {decision.verdict}",
        ref=decision.case_no,
        body=schema.canonical(told),
        at=decision.at,
        is_kept=True,
    )
