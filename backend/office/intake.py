"""Behind the front door: opens a sealed package, files the case, examines it and answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from backend.errors import NotFoundError
from backend.office import evidence
from backend.office.answering import Answering
from backend.office.asking import questions_due, with_unasked
from backend.office.book_ports import Examination
from backend.office.calendar import Clocks
from backend.office.case import Case, Stage, move
from backend.office.checks import InkCheck, as_check
from backend.office.companions import read_steps
from backend.office.correcting import Correcting
from backend.office.enquiries import Reply, Service
from backend.office.enquiring import Enquiring
from backend.office.examined import keep_inputs, make_examinations
from backend.office.filing import file, find_list_misfit, find_misfit, misfit, unreadable
from backend.office.judging import Judged, Step, judge
from backend.office.ports import Blobs, Clock, FailPoints, Work, Works
from backend.office.register import Extract, OpenCase
from backend.office.rows import Decision, PackageRow
from backend.office.rules import Outcome, Policy, name_book, tell_other_case
from backend.office.rulings import policy_in_force
from backend.office.suspended import find_suspended
from certs.envelope import Opened
from certs.errors import CertsError
from registration import schema
from registration.application import Application
from registration.errors import RegistrationError
from registration.findings import Finding, Level
from registration.outcomes import Due, NonAcceptance
from registration.package import Package, PackagePart, unpack
from registration.requirements import check_package

Findings = tuple[Finding, ...]
FAIL_POINTS: Final = (
    "open.before-filing",
    "open.filed",
    "open.before-examination",
    "open.examined",
)
AUTOMATIC: Final = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Turns a package that was received into a case that was answered; repeating is harmless."""

    office: str
    """The office's credit code, as applications must be addressed."""
    works: Works
    blobs: Blobs
    open_package: Callable[[bytes, datetime], Opened]
    """Opens sealed bytes with the office's envelope key, as of a moment."""
    enquiring: Enquiring
    answering: Answering
    correcting: Correcting
    clock: Clock
    clocks: Clocks
    policy: Policy
    fail_point: FailPoints
    check_inks: Callable[[Application], tuple[InkCheck, ...]]
    """Says what the evidence of each signature is worth."""

    def open(self, sha256: str) -> None:
        """Open one package, file it and answer it.

        Raises:
            NotFoundError, IntegrityError: the bytes are not what the receipt says.
        """
        row = self._find(sha256)
        if row.case_no:
            self._examine(row.case_no, sha256)
            return
        if self._is_turned_away(sha256):
            return
        found = self._unpack(row)
        if not isinstance(found, Package):
            self._turn_away(row, found)
            return
        case_no = self._file(row, found)
        if case_no:
            self._examine(case_no, sha256)

    def _is_turned_away(self, sha256: str) -> bool:
        with self.works.reading() as work:
            return _was_turned_away(work, sha256)

    def _find(self, sha256: str) -> PackageRow:
        with self.works.reading() as work:
            row = work.packages.find(sha256)
        if row is None:
            raise NotFoundError(f"package {sha256}")
        return row

    def _unpack(self, row: PackageRow) -> Package | Findings:
        try:
            opened = self.open_package(self.blobs.get(row.sha256), row.received_at)
            parts = tuple(PackagePart(p.name, p.media_type, p.data) for p in opened.parts)
            package = unpack(parts)
        except CertsError as error:
            return (unreadable(error.code),)
        except RegistrationError as error:
            return (unreadable(error.code),)
        return self._find_misfit(row, package) or package

    def _find_misfit(self, row: PackageRow, package: Package) -> Findings:
        """Say why nothing of a package can be filed."""
        for application in package.applications:
            if application.counter.terminal != row.terminal:
                return (misfit("申请书写的终端与发送的终端不同", "Filed for another terminal"),)
            if application.office.text != self.office:
                return (misfit("申请书不是写给本登记机构的", "Addressed to another office"),)
        return check_package(package.applications) or find_list_misfit(package)

    def _turn_away(self, row: PackageRow, findings: Findings) -> None:
        with self.works() as work:
            self.answer_misfit(work, row, findings)
            work.commit()

    def answer_misfit(self, work: Work, row: PackageRow, findings: Findings) -> bool:
        """Answer a package that makes no case, once; say whether it had no answer yet."""
        if _was_turned_away(work, row.sha256):
            return False
        now = self.clock.now()
        answer = NonAcceptance(
            case_no="", application_id="", package_sha256=row.sha256, at=now, findings=findings
        )
        self.answering.give(work, row.terminal, answer, now)
        body = "; ".join(finding.en for finding in findings).encode()
        work.journal.append(actor=AUTOMATIC, act="turned away", ref=row.sha256, body=body, at=now)
        return True

    def _file(self, row: PackageRow, package: Package) -> str:
        """Make the cases of a package, or the next round of each.

        Returns the number of the first, or "" when the package fits none.
        """
        now = self.clock.now()
        with self.works() as work:
            if _was_turned_away(work, row.sha256):
                return ""
            bank = work.terminals.get(row.terminal).bank
            found = find_misfit(work, package.applications, terminal=row.terminal, bank=bank)
            if found is not None:
                self.answer_misfit(work, row, (found,))
                work.commit()
                return ""
            cases = [
                file(work, row, package, place=place, bank=bank, now=now)
                for place in range(len(package.applications))
            ]
            work.packages.set_case(row.sha256, cases[0].case_no)
            self.fail_point("open.before-filing")
            work.commit()
        self.fail_point("open.filed")
        return cases[0].case_no

    def _examine(self, case_no: str, sha256: str) -> None:
        with self.works.reading() as work:
            steps = read_steps(work, case_no)
            page = work.register.extract(steps[0].case.unit_no, self.clock.now())
            policy = policy_in_force(work, self.policy, self.clock.now())
        if any(
            s.case.stage is not Stage.RECEIVED or s.case.package_sha256 != sha256 for s in steps
        ):
            return
        # Other authorities are asked before the transaction: they may be slow.
        asked = self._ask(steps, page, policy)
        self.fail_point("open.before-examination")
        with self.works() as work:
            now = self.clock.now()
            self._decide(work, asked, now)
            work.commit()
        self.fail_point("open.examined")

    def _ask(self, steps: tuple[Step, ...], page: Extract, policy: Policy) -> tuple[Step, ...]:
        """Return the steps with what other authorities say of each."""
        due = questions_due(steps, page, now=self.clock.now(), policy=policy)
        replies = self.enquiring.ask([(s.case, of) for s, of in zip(steps, due, strict=True)])
        seen = (replace(step, inks=self.check_inks(step.application)) for step in steps)
        return tuple(_with_replies(step, replies[step.case.case_no]) for step in seen)

    def _decide(self, work: Work, steps: tuple[Step, ...], now: datetime) -> None:
        ours = tuple(step.case.case_no for step in steps)
        page = work.register.extract(steps[0].case.unit_no, now, without=ours)
        others = page.open_cases
        policy = policy_in_force(work, self.policy, now)
        steps = with_unasked(steps, page, now=now, policy=policy)
        steps = tuple(replace(s, suspended=find_suspended(work, s.application)) for s in steps)
        judged = judge(steps, page, now=now, policy=policy)
        outcome, book = judged[0].outcome, name_book(policy)
        inputs = keep_inputs(steps, page, now=now, policy=policy)
        for one, kept in zip(judged, make_examinations(judged, inputs), strict=True):
            work.examinations.add(kept)
            _note(work, one.step.case, "examined", now, body=_told(one, kept))
        for one in judged:
            if outcome is Outcome.NOT_ACCEPTED and one.step.case.accepted_at is None:
                self._leave(work, one.step.case, one.examined, now)
            elif outcome is Outcome.CORRECTION_REQUIRED:
                self._send_back(work, one.step.case, one.examined, now)
            else:
                in_review = self.accept(work, one.step.case, one.examined, now)
                if outcome is Outcome.APPROVED:
                    seen = evidence.digest(in_review, one.page, book)
                    _approve(work, in_review, seen, now, book=book)
        if outcome not in {Outcome.NOT_ACCEPTED, Outcome.CORRECTION_REQUIRED}:
            _tell_others(work, others, ours[0])

    def _leave(self, work: Work, case: Case, examined: Case, now: datetime) -> None:
        """Turn down a case that is not for this office or channel, and say who takes it."""
        turned = work.cases.save(move(examined, Stage.NOT_ACCEPTED), was=case)
        is_ours = self.policy.covers(case.unit_no)
        apply_at = "" if is_ours else self.policy.other_office(case.unit_no)
        self.answering.turn_away(work, turned, now, apply_at)

    def _send_back(self, work: Work, case: Case, examined: Case, now: datetime) -> None:
        """Ask for everything that must be corrected, once."""
        items = tuple(f for f in examined.findings if f.level is Level.CORRECT)
        self.correcting.ask(work, examined, items, now, was=case)

    def accept(self, work: Work, case: Case, examined: Case, now: datetime) -> Case:
        """Accept a case; return it in review."""
        accepted_at = case.accepted_at or work.cases.next_acceptance(case.unit_no, now)
        accepted = work.cases.save(
            replace(
                move(examined, Stage.ACCEPTED),
                accepted_at=accepted_at,
                due=self._due(case, accepted_at),
                paused_at=None,
            ),
            was=case,
        )
        self.answering.accept(work, accepted, now)
        told = {
            "calendar": self.clocks.calendar.sha256,
            "due": {due.name: due.at.isoformat() for due in accepted.due},
        }
        work.journal.append(
            actor=AUTOMATIC,
            act="accepted",
            ref=case.case_no,
            body=schema.canonical(told),
            at=accepted_at,
            is_kept=True,
        )
        return work.cases.save(move(accepted, Stage.IN_REVIEW), was=accepted)

    def _due(self, case: Case, accepted_at: datetime) -> tuple[Due, ...]:
        """Start the clocks, or let them go on from when the supplement came."""
        if not case.due:
            return self.clocks.start(accepted_at)
        if case.paused_at is None:
            return case.due
        return self.clocks.go_on(case.due, case.paused_at, case.received_at)


def _was_turned_away(work: Work, sha256: str) -> bool:
    return work.journal.of(sha256)[-1].act == "turned away"


def _with_replies(step: Step, replies: Sequence[Reply]) -> Step:
    is_police = [reply.enquiry.service is Service.IDENTITY for reply in replies]
    return replace(
        step,
        checks=tuple(as_check(r) for r, is_so in zip(replies, is_police, strict=True) if is_so),
        replies=tuple(r for r, is_so in zip(replies, is_police, strict=True) if not is_so),
    )


def _approve(work: Work, case: Case, evidence_sha256: str, now: datetime, *, book: str) -> None:
    """Let the rule book decide a clean case of an open kind."""
    work.decisions.add(
        Decision(
            case_no=case.case_no,
            round=case.review_round,
            stage="automatic",
            reviewer=AUTOMATIC,
            person=AUTOMATIC,
            verdict="approve",
            opinion=book,
            evidence_sha256=evidence_sha256,
            at=now,
        )
    )
    approved = replace(move(case, Stage.APPROVED), is_automatic=True)
    work.cases.save(approved, was=case)
    _note(work, case, "approved", now, body=evidence_sha256.encode())
    work.tasks.add("record", case.case_no, at=now)


def _told_of(check: InkCheck) -> list[str]:
    """Return what the journal keeps of a signature's evidence: fault, event, time stamp."""
    times = (check.attested_at, check.stamped_at)
    fault = check.fault or ("time stamp" if check.has_bad_stamp else "")
    return [fault, *(moment.isoformat() if moment else "" for moment in times)]


def _told(one: Judged, kept: Examination) -> bytes:
    """Return what the journal seals of an examination."""
    return schema.canonical(
        {
            "outcome": kept.outcome,
            "rule_book": kept.book,
            "evidence": evidence.digest(one.examined, one.page, kept.book),
            "inputs": kept.inputs_sha256,
            "result": kept.result_sha256,
            "checks": [[c.request_no, c.code, c.answer_sha256] for c in one.step.checks],
            "inks": [_told_of(check) for check in one.step.inks],
            "replies": [[r.request_no, r.verdict, r.answer_sha256] for r in one.step.replies],
        }
    )


def _note(work: Work, case: Case, act: str, at: datetime, *, body: bytes = b"") -> None:
    work.journal.append(actor=AUTOMATIC, act=act, ref=case.case_no, body=body, at=at)


def _tell_others(work: Work, others: Sequence[OpenCase], case_no: str) -> None:
    """Show a new case to the earlier ones on its unit too: a conflict has two sides (R34)."""
    for other in others:
        known = work.cases.get(other.case_no)
        found = tell_other_case(case_no)
        if known.stage is Stage.IN_REVIEW and found not in known.findings:
            work.cases.save(replace(known, findings=(*known.findings, found)), was=known)
