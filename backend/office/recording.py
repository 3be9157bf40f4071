"""登簿: writes the entry of an approved case; registration is complete here (art. 21)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from backend.errors import NotReadyError
from backend.office.answering import Answering
from backend.office.case import Case, Stage, move
from backend.office.events import Act, end, enter
from backend.office.ports import Clock, FailPoints, Work, Works
from backend.office.register import Extract, MortgageEntry, Title
from backend.office.rows import CertificateStatus
from backend.office.rules import Policy, examine
from registration import schema
from registration.application import Application
from registration.days import local_day
from registration.findings import FORBIDDING, Finding
from registration.mortgage import Money, Mortgage, MortgageForm, RegistrationKind
from registration.requirements import check_application

FAIL_POINTS: Final = ("record.before-entry", "record.before-commit", "record.after-commit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Entry, stage, answer and the next task in one transaction; repeating is harmless."""

    works: Works
    answering: Answering
    clock: Clock
    policy: Policy
    fail_point: FailPoints

    def record(self, case_no: str) -> None:
        """Write the entry of a case that is approved; any other case is left as it is.

        When the register changed since the approval so that it cannot take the entry now, the
        case goes back to the reviewers with the new findings.

        Raises:
            NotReadyError: a case accepted earlier on the unit is still open; try again later.
        """
        with self.works() as work:
            case = work.cases.get(case_no)
            if case.stage is not Stage.APPROVED:
                return
            self.fail_point("record.before-entry")
            self._record(work, case)
            self.fail_point("record.before-commit")
            work.commit()
        self.fail_point("record.after-commit")

    def _record(self, work: Work, case: Case) -> None:
        now = self.clock.now()
        application = schema.parse_application(
            schema.decode_json(work.cases.application(case.case_no))
        )
        extract = work.register.extract(case.unit_no, now, without=(case.case_no,))
        _require_turn(case, extract)
        news = self._news(application, extract, now)
        if news:
            self._give_back(work, case, news, now)
        elif application.kind is RegistrationKind.CANCELLATION:
            self._discharge(work, case, application, extract, now)
        else:
            self._enter(work, case, application, extract, now)

    def _news(
        self, application: Application, extract: Extract, now: datetime
    ) -> tuple[Finding, ...]:
        """Return what keeps the register, as it is now, from taking the entry.

        Nothing of it stood when the case was approved. The people were checked and the papers
        were read then; only the register can have changed.
        """
        today = local_day(now)
        told = frozenset(check_application(application, today=today))
        findings = examine(application, extract, None, today=today, policy=self.policy)
        return tuple(f for f in findings if f.level in FORBIDDING and f not in told)

    def _give_back(self, work: Work, case: Case, news: tuple[Finding, ...], now: datetime) -> None:
        """Begin a new round of review: what was decided of the old register is over."""
        back = replace(
            move(case, Stage.IN_REVIEW),
            review_round=case.review_round + 1,
            findings=case.findings + news,
            is_automatic=False,
            holder="",
        )
        saved = work.cases.save(back, was=case)
        self.answering.tell(work, saved, now)
        _note(work, case, "given back", now, body=schema.canonical(schema.format_findings(news)))

    def _enter(
        self, work: Work, case: Case, application: Application, extract: Extract, now: datetime
    ) -> None:
        entry = _entry(work, case, application, extract, now)
        work.register.write(enter(entry))
        registered = work.cases.save(move(case, Stage.REGISTERED), was=case)
        self.answering.register(work, registered, entry_no=entry.entry_no, rank=entry.rank, at=now)
        _note(work, case, "registered", now, body=entry.entry_no.encode())
        work.tasks.add("issue", case.case_no, at=now)

    def _discharge(
        self, work: Work, case: Case, application: Application, extract: Extract, now: datetime
    ) -> None:
        assert application.discharge is not None
        number = application.discharge.certificate_no.text
        # The rule book has found it there, and current, in this very transaction.
        ended = extract.find_certificate(number)
        assert ended is not None
        note = application.discharge.cause.value
        event = end(ended, case.unit_no, act=Act.DISCHARGED, at=now, note=note)
        registrar = _registrar(work, case)
        work.register.write(replace(event, case_no=case.case_no, registrar=registrar))
        if ended.case_no:
            work.certificates.end(number, status=CertificateStatus.CANCELLED, at=now)
        registered = work.cases.save(move(case, Stage.REGISTERED), was=case)
        self.answering.register(work, registered, entry_no=ended.entry_no, rank=None, at=now)
        _note(work, case, "discharged", now, body=ended.entry_no.encode())
        work.cases.save(move(registered, Stage.DELIVERED), was=registered)


def _entry(
    work: Work, case: Case, application: Application, extract: Extract, now: datetime
) -> MortgageEntry:
    mortgage, secured, title, accepted_at = _found(case, application, extract)
    return MortgageEntry(
        entry_no=work.register.next_entry_no(now),
        case_no=case.case_no,
        unit_no=case.unit_no,
        title_no=title.title_no,
        location=title.location,
        rank=work.register.next_rank(case.unit_no),
        mortgagee=application.mortgagee.name.text,
        mortgagee_number=application.mortgagee.credit_code.text,
        # As the register writes its owners, code for code; the application was compared with it.
        mortgagors=tuple(owner.name for owner in title.owners),
        mortgagor_numbers=tuple(owner.id_number for owner in title.owners),
        debtors=tuple(party.name.text for party in application.debtors),
        form=mortgage.form.value,
        amount_fen=secured.fen,
        start=mortgage.start,
        end=mortgage.end,
        is_period_open=mortgage.is_period_open and mortgage.form is MortgageForm.MAXIMUM,
        security_scope=mortgage.security_scope,
        is_transfer_restricted=bool(mortgage.is_transfer_restricted),
        principal_contract_no=mortgage.principal_contract_no,
        mortgage_contract_no=mortgage.mortgage_contract_no,
        accepted_at=accepted_at,
        registered_at=now,
        registrar=_registrar(work, case),
    )


def _found(
    case: Case, application: Application, extract: Extract
) -> tuple[Mortgage, Money, Title, datetime]:
    """Return what the rule book has found to be there in this very transaction."""
    mortgage, title = application.mortgage, extract.title
    assert mortgage is not None
    assert mortgage.secured is not None
    assert title is not None
    assert case.accepted_at is not None
    return mortgage, mortgage.secured, title, case.accepted_at


def _require_turn(case: Case, extract: Extract) -> None:
    """Keep the order of acceptance, which is the order of ranks.

    Source: 民法典 art. 414; 不动产登记暂行条例 art. 17 (acceptance fixes the order).
    """
    mine = case.accepted_at
    if case.kind is RegistrationKind.CANCELLATION or mine is None:
        return
    for other in extract.open_cases:
        if other.accepted_at is not None and other.accepted_at < mine:
            raise NotReadyError(f"waits for case {other.case_no}")


def _registrar(work: Work, case: Case) -> str:
    """Return who answers for the entry: the last to approve it, or the rule book."""
    decided = [d for d in work.decisions.of(case.case_no) if d.round == case.review_round]
    return decided[-1].reviewer


def _note(work: Work, case: Case, act: str, at: datetime, *, body: bytes) -> None:
    work.journal.append(actor="system", act=act, ref=case.case_no, body=body, at=at)
