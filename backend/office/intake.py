"""Behind the front door: opens a sealed package, files the case, examines it and answers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from backend.errors import NotFoundError
from backend.office import evidence
from backend.office.answering import Answering
from backend.office.case import Case, Stage, move
from backend.office.checks import IdentityCheck
from backend.office.correcting import Correcting
from backend.office.ports import Blobs, Clock, FailPoints, Sharing, Work, Works
from backend.office.rows import Decision, PackageRow
from backend.office.rules import (
    RULE_BOOK,
    Outcome,
    Policy,
    examine,
    find_hindrance,
    outcome_of,
    people_to_check,
)
from certs.envelope import Opened
from certs.errors import CertsError
from registration import schema
from registration.application import Application
from registration.days import local_day
from registration.errors import RegistrationError
from registration.findings import Finding, Level
from registration.outcomes import Due, NonAcceptance
from registration.package import Package, PackagePart, unpack

FAIL_POINTS: Final = (
    "open.before-filing",
    "open.filed",
    "open.before-examination",
    "open.examined",
)
AUTOMATIC: Final = "auto"
_FORM_LAW: Final = "《不动产登记暂行条例》第十七条第一款第三项"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Turns a package that was received into a case that was answered; repeating is harmless."""

    office: str
    """The office's credit code, as applications must be addressed."""
    works: Works
    blobs: Blobs
    open_package: Callable[[bytes, datetime], Opened]
    """Opens sealed bytes with the office's envelope key, as of a moment."""
    sharing: Sharing
    answering: Answering
    correcting: Correcting
    clock: Clock
    due_times: Callable[[datetime], tuple[Due, ...]]
    policy: Policy
    fail_point: FailPoints

    def open(self, sha256: str) -> None:
        """Open one package, file it and answer it.

        Raises:
            NotFoundError, IntegrityError: the bytes are not what the receipt says.
        """
        row = self._find(sha256)
        if row.case_no:
            self._examine(row.case_no, sha256)
            return
        found = self._unpack(row)
        if isinstance(found, Finding):
            self._turn_away(row, found)
            return
        case_no = self._file(row, found)
        if case_no:
            self._examine(case_no, sha256)

    def _find(self, sha256: str) -> PackageRow:
        with self.works.reading() as work:
            row = work.packages.find(sha256)
        if row is None:
            raise NotFoundError(f"package {sha256}")
        return row

    def _unpack(self, row: PackageRow) -> Package | Finding:
        try:
            opened = self.open_package(self.blobs.get(row.sha256), row.received_at)
            parts = tuple(PackagePart(p.name, p.media_type, p.data) for p in opened.parts)
            package = unpack(parts)
        except CertsError as error:
            return _unreadable(error.code)
        except RegistrationError as error:
            return _unreadable(error.code)
        if len(package.applications) != 1:
            return _misfit("本渠道一个包只受理一件申请", "One application a package")
        application = package.applications[0]
        if application.counter.terminal != row.terminal:
            return _misfit("申请书写的终端与发送的终端不同", "Filed for another terminal")
        if application.office.text != self.office:
            return _misfit("申请书不是写给本登记机构的", "Addressed to another office")
        return package

    def _turn_away(self, row: PackageRow, finding: Finding) -> None:
        with self.works() as work:
            self._answer_misfit(work, row, finding)
            work.commit()

    def _answer_misfit(self, work: Work, row: PackageRow, finding: Finding) -> None:
        """Answer a package that makes no case, once."""
        if work.journal.of(row.sha256)[-1].act == "turned away":
            return
        now = self.clock.now()
        answer = NonAcceptance(
            case_no="", application_id="", package_sha256=row.sha256, at=now, findings=(finding,)
        )
        self.answering.give(work, row.terminal, answer, now)
        work.journal.append(
            actor=AUTOMATIC, act="turned away", ref=row.sha256, body=finding.en.encode(), at=now
        )

    def _file(self, row: PackageRow, package: Package) -> str:
        """Make a case, or the next round of one; return its number, or "" when it fits none."""
        application = package.applications[0]
        now = self.clock.now()
        with self.works() as work:
            known = work.cases.find_by_application(application.application_id, row.terminal)
            bank = work.terminals.get(row.terminal).bank
            misfit = _bank_misfit(application, bank) or _round_misfit(application, known)
            if misfit is not None:
                self._answer_misfit(work, row, misfit)
                work.commit()
                return ""
            case = (
                _reopen(work, known, row, application)
                if known
                else _new_case(work, row, application, bank, now)
            )
            _keep(work, case, row, package, now)
            self.fail_point("open.before-filing")
            work.commit()
        self.fail_point("open.filed")
        return case.case_no

    def _examine(self, case_no: str, sha256: str) -> None:
        with self.works.reading() as work:
            case = work.cases.get(case_no)
            application = _application(work, case_no)
        if case.stage is not Stage.RECEIVED or case.package_sha256 != sha256:
            return
        # Other authorities are asked before the transaction: they may be slow.
        checks = self._check_people(application, case_no)
        self.fail_point("open.before-examination")
        with self.works() as work:
            now = self.clock.now()
            self._decide(work, case, application, checks, now)
            work.commit()
        self.fail_point("open.examined")

    def _check_people(self, application: Application, case_no: str) -> tuple[IdentityCheck, ...]:
        return tuple(
            self.sharing.check_identity(
                name=person.name,
                number=person.number,
                case_no=case_no,
                at=self.clock.now(),
            )
            for person in people_to_check(application)
        )

    def _decide(
        self,
        work: Work,
        case: Case,
        application: Application,
        checks: tuple[IdentityCheck, ...],
        now: datetime,
    ) -> None:
        extract = work.register.extract(case.unit_no, now, without=(case.case_no,))
        findings = examine(application, extract, checks, today=local_day(now), policy=self.policy)
        outcome = outcome_of(findings, application, self.policy)
        hindrance = find_hindrance(application, self.policy)
        if outcome is Outcome.MANUAL and hindrance is not None:
            findings = (*findings, hindrance)
        examined = replace(case, findings=findings)
        told = {
            "outcome": outcome.value,
            "rule_book": RULE_BOOK,
            "evidence": evidence.digest(examined, extract, RULE_BOOK),
            "checks": [[c.request_no, c.code, c.answer_sha256] for c in checks],
        }
        _note(work, case, "examined", now, body=schema.canonical(told))
        if outcome is Outcome.NOT_ACCEPTED and case.accepted_at is None:
            self._leave(work, case, examined, now)
        elif outcome is Outcome.CORRECTION_REQUIRED:
            self._send_back(work, case, examined, now)
        else:
            in_review = self._accept(work, case, examined, now)
            if outcome is Outcome.APPROVED:
                _approve(work, in_review, evidence.digest(in_review, extract, RULE_BOOK), now)

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

    def _accept(self, work: Work, case: Case, examined: Case, now: datetime) -> Case:
        """Accept a case; return it in review."""
        accepted_at = case.accepted_at or work.cases.next_acceptance(case.unit_no, now)
        accepted = work.cases.save(
            replace(
                move(examined, Stage.ACCEPTED),
                accepted_at=accepted_at,
                due=case.due or self.due_times(accepted_at),
            ),
            was=case,
        )
        self.answering.accept(work, accepted, now)
        _note(work, case, "accepted", accepted_at)
        return work.cases.save(move(accepted, Stage.IN_REVIEW), was=accepted)


def _approve(work: Work, case: Case, evidence_sha256: str, now: datetime) -> None:
    """Let the rule book decide a clean case of an open kind."""
    work.decisions.add(
        Decision(
            case_no=case.case_no,
            round=case.review_round,
            stage="automatic",
            reviewer=AUTOMATIC,
            person=AUTOMATIC,
            verdict="approve",
            opinion=RULE_BOOK,
            evidence_sha256=evidence_sha256,
            at=now,
        )
    )
    approved = replace(move(case, Stage.APPROVED), is_automatic=True)
    work.cases.save(approved, was=case)
    _note(work, case, "approved", now, body=evidence_sha256.encode())
    work.tasks.add("record", case.case_no, at=now)


def _note(work: Work, case: Case, act: str, at: datetime, *, body: bytes = b"") -> None:
    work.journal.append(actor=AUTOMATIC, act=act, ref=case.case_no, body=body, at=at)


def _new_case(
    work: Work, row: PackageRow, application: Application, bank: str, now: datetime
) -> Case:
    secured = application.mortgage.secured if application.mortgage else None
    case = Case(
        case_no=work.cases.next_case_no(now),
        stage=Stage.RECEIVED,
        version=1,
        application_id=application.application_id,
        terminal=row.terminal,
        bank=bank,
        branch=application.counter.branch,
        kind=application.kind,
        unit_no=application.unit.unit_no.text,
        location=application.unit.location,
        mortgagee=application.mortgagee.name.text,
        amount_fen=secured.fen if secured else None,
        round=1,
        package_sha256=row.sha256,
        received_at=row.received_at,
    )
    work.cases.add(case, schema.canonical(schema.format_application(application)))
    return case


def _reopen(work: Work, known: Case, row: PackageRow, application: Application) -> Case:
    secured = application.mortgage.secured if application.mortgage else None
    # Acceptance fixes the rank on its unit; on another unit there is none to keep.
    is_same_unit = application.unit.unit_no.text == known.unit_no
    changed = replace(
        move(known, Stage.RECEIVED),
        kind=application.kind,
        unit_no=application.unit.unit_no.text,
        location=application.unit.location,
        amount_fen=secured.fen if secured else None,
        round=application.round,
        review_round=known.review_round + 1,
        package_sha256=row.sha256,
        received_at=row.received_at,
        accepted_at=known.accepted_at if is_same_unit else None,
        due=known.due if is_same_unit else (),
        correction_due=None,
        findings=(),
        is_automatic=False,
        holder="",
    )
    data = schema.canonical(schema.format_application(application))
    return work.cases.save(changed, was=known, application=data)


def _keep(work: Work, case: Case, row: PackageRow, package: Package, now: datetime) -> None:
    """Keep the materials of the round, and note where the package went."""
    work.cases.set_materials(
        case.case_no,
        [
            (m.code, m.media_type, package.contents[m.sha256])
            for m in package.applications[0].materials
        ],
    )
    work.packages.set_case(row.sha256, case.case_no)
    work.journal.append(
        actor=f"terminal:{row.terminal}",
        act="filed",
        ref=case.case_no,
        body=row.sha256.encode(),
        at=now,
    )


def _bank_misfit(application: Application, bank: str) -> Finding | None:
    """Say why a counter may not file for a mortgagee: it files for its own bank alone."""
    if application.mortgagee.credit_code.text == bank:
        return None
    return _misfit("抵押权人不是本终端所属的银行", "The mortgagee is not this counter's bank")


def _round_misfit(application: Application, known: Case | None) -> Finding | None:
    """Say why an application is neither a new one nor the next round of a known one."""
    if known is None:
        if application.round == 1 and not application.corrects:
            return None
        return _misfit("补正的案件不存在", "It corrects a case that is not here")
    is_next = (
        known.awaits_correction
        and application.corrects == known.case_no
        and application.round == known.round + 1
    )
    if is_next:
        return None
    return _misfit(
        f"申请编号已立案 {known.case_no}，不能重复提交",
        f"Filed already as case {known.case_no}",
    )


def _misfit(zh: str, en: str) -> Finding:
    return Finding(rule="FORMAT", level=Level.NOT_ACCEPTED, zh=zh, en=en, basis=_FORM_LAW)


def _unreadable(code: str) -> Finding:
    return _misfit(
        f"资料包打不开（{code}），请重新封装后提交", f"The package does not open: {code}"
    )


def _application(work: Work, case_no: str) -> Application:
    return schema.parse_application(schema.decode_json(work.cases.application(case_no)))
