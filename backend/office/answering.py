"""Answers to the terminals: signed, kept in order, written in the act's own transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backend.office.case import Case
from backend.office.ports import OfficeSigner, Work
from registration import schema
from registration.findings import Finding, Level
from registration.outcomes import (
    AcceptanceReceipt,
    Answer,
    CertificateIssued,
    CorrectionRequest,
    NonAcceptance,
    Progress,
    Refusal,
    Registered,
    Withdrawal,
)

# After acceptance it is too late for a non-acceptance; what would have been one is refused.
_REFUSING: Final = frozenset({Level.BLOCK, Level.NOT_ACCEPTED})


@dataclass(frozen=True, slots=True)
class Answering:
    """Says over the office's name what became of a case."""

    signer: OfficeSigner

    def give(self, work: Work, terminal: str, answer: Answer, at: datetime) -> None:
        """Sign an answer and leave it for a terminal."""
        kind, claims = schema.format_answer(answer)
        statement = self.signer.sign(kind, claims, at)
        work.answers.add(terminal, answer.case_no, answer, statement, at)

    def accept(self, work: Work, case: Case, at: datetime) -> None:
        """Give the acceptance receipt of an accepted case."""
        assert case.accepted_at is not None
        answer = AcceptanceReceipt(
            case_no=case.case_no,
            application_id=case.application_id,
            package_sha256=case.package_sha256,
            accepted_at=case.accepted_at,
            due=case.due,
            findings=case.findings,
        )
        self.give(work, case.terminal, answer, at)

    def ask(
        self, work: Work, case: Case, items: tuple[Finding, ...], at: datetime, note: str = ""
    ) -> None:
        """Ask for corrections, everything at once (Interim Regulations, art. 17)."""
        answer = CorrectionRequest(
            case_no=case.case_no,
            application_id=case.application_id,
            package_sha256=case.package_sha256,
            round=case.round,
            at=at,
            findings=items,
            note=note,
            due_at=case.correction_due,
            accepted_at=case.accepted_at,
        )
        self.give(work, case.terminal, answer, at)

    def turn_away(self, work: Work, case: Case, at: datetime, apply_at: str = "") -> None:
        """Say why a case is not accepted, and which office is competent instead (art. 17).

        What was to be corrected and was not is told again, as the law's notice has it.
        """
        is_lapsed = case.correction_due is not None
        told = {Level.NOT_ACCEPTED, Level.CORRECT} if is_lapsed else {Level.NOT_ACCEPTED}
        answer = NonAcceptance(
            case_no=case.case_no,
            application_id=case.application_id,
            package_sha256=case.package_sha256,
            at=at,
            findings=tuple(f for f in case.findings if f.level in told),
            apply_at=apply_at,
        )
        self.give(work, case.terminal, answer, at)

    def refuse(self, work: Work, case: Case, at: datetime, grounds: str) -> None:
        """Say why a case is refused (art. 22)."""
        answer = Refusal(
            case_no=case.case_no,
            application_id=case.application_id,
            package_sha256=case.package_sha256,
            at=at,
            findings=tuple(f for f in case.findings if f.level in _REFUSING),
            grounds=grounds,
        )
        self.give(work, case.terminal, answer, at)

    def withdraw(self, work: Work, case: Case, at: datetime) -> None:
        """Confirm a withdrawal (art. 15)."""
        answer = Withdrawal(
            case_no=case.case_no,
            application_id=case.application_id,
            package_sha256=case.package_sha256,
            at=at,
        )
        self.give(work, case.terminal, answer, at)

    def tell(self, work: Work, case: Case, at: datetime) -> None:
        """Tell where the case now stands."""
        answer = Progress(
            case_no=case.case_no,
            application_id=case.application_id,
            package_sha256=case.package_sha256,
            stage=case.stage.value,
            at=at,
        )
        self.give(work, case.terminal, answer, at)

    def register(
        self,
        work: Work,
        case: Case,
        *,
        entry_no: str,
        rank: int | None,
        at: datetime,
        title_no: str = "",
        certificate_follows: bool = True,
    ) -> None:
        """Say that the register now has it (art. 21)."""
        answer = Registered(
            case_no=case.case_no,
            application_id=case.application_id,
            package_sha256=case.package_sha256,
            entry_no=entry_no,
            rank=rank,
            at=at,
            title_no=title_no,
            certificate_follows=certificate_follows,
        )
        self.give(work, case.terminal, answer, at)

    def issue(
        self,
        work: Work,
        case: Case,
        *,
        certificate_no: str,
        pdf_sha256: str,
        ofd_sha256: str,
        verify_url: str,
        at: datetime,
    ) -> None:
        """Say that the sealed certificate can be fetched."""
        answer = CertificateIssued(
            case_no=case.case_no,
            application_id=case.application_id,
            package_sha256=case.package_sha256,
            certificate_no=certificate_no,
            pdf_sha256=pdf_sha256,
            ofd_sha256=ofd_sha256,
            verify_url=verify_url,
            at=at,
        )
        self.give(work, case.terminal, answer, at)
