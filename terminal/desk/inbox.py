"""The office's answers, verified, and what follows from each for drafts and certificates."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from certs.errors import CertsError, StatementKindError
from certs.identity import Role
from certs.statements import check_statement
from certs.trust import TrustStore
from registration import schema
from registration.errors import RegistrationError
from registration.mortgage import RegistrationKind
from registration.outcomes import (
    Answer,
    CertificateIssued,
    NonAcceptance,
    Refusal,
    Registered,
    Withdrawal,
)
from terminal.desk.draft import Draft, DraftState
from terminal.desk.items import CertificateItem, InboxItem
from terminal.desk.ports import Box
from terminal.errors import BadAnswerError, NotFoundError


def read_answer(statement: str, trust: TrustStore, at: datetime) -> Answer:
    """Return what the office said over its name.

    Raises:
        BadAnswerError: not signed by the office, or nothing that an office answers.
    """
    for kind in schema.ANSWER_KINDS:
        try:
            claims = check_statement(statement, kind, trust, Role.OFFICE, at)
            return schema.parse_answer(kind, claims)
        except StatementKindError:
            continue
        except (CertsError, RegistrationError) as exc:
            raise BadAnswerError(exc.code) from exc
    raise BadAnswerError("unknown kind")


class Post:
    """Answers as they are read one after another, and everything that they change."""

    def __init__(self, box: Box, now: datetime) -> None:
        self._box = box
        self._now = now
        self._owners = {item.package_sha256: item.draft_id for item in box.outbox()}
        self._before: dict[str, Draft] = {}
        self._after: dict[str, Draft] = {}
        self.certificates: list[CertificateItem] = []

    @property
    def changed_drafts(self) -> tuple[Draft, ...]:
        """The drafts that the answers moved on."""
        return tuple(d for key, d in self._after.items() if d is not self._before[key])

    def take(self, cursor: int, statement: str, answer: Answer) -> InboxItem:
        """Note one verified answer.

        It moves a draft only if it speaks of a package that this counter sealed for that draft;
        answers to others (a draft that was purged, a box restored from a copy) are just kept.
        """
        # A package that could not be opened is answered by its digest alone.
        draft_id = answer.application_id or self._owners.get(answer.package_sha256, "")
        draft = self._draft(draft_id)
        is_ours = draft is None or self._owners.get(answer.package_sha256) == draft_id
        if draft is not None and is_ours:
            self._after[draft_id] = self._moved(draft, answer)
        if isinstance(answer, CertificateIssued) and is_ours:
            self.certificates.append(_awaited(answer))
        return InboxItem(
            cursor=cursor,
            draft_id=draft_id,
            case_no=answer.case_no,
            answer=answer,
            statement=statement,
            received_at=self._now,
        )

    def _draft(self, draft_id: str) -> Draft | None:
        if draft_id in self._after:
            return self._after[draft_id]
        try:
            draft = self._box.get_draft(draft_id)
        except NotFoundError:
            return None
        self._before[draft_id] = draft
        return draft

    def _moved(self, draft: Draft, answer: Answer) -> Draft:
        if draft.state is DraftState.CLOSED or not _is_last_word(draft.kind, answer):
            return draft
        return replace(draft, state=DraftState.CLOSED, changed_at=self._now)


def _is_last_word(kind: RegistrationKind, answer: Answer) -> bool:
    """Say whether nothing more is to be done at this counter after an answer."""
    if isinstance(answer, Registered):
        # A discharge ends with the entry, and so does what the office says is not certified.
        return kind is RegistrationKind.CANCELLATION or not answer.certificate_follows
    return isinstance(answer, NonAcceptance | Refusal | Withdrawal | CertificateIssued)


def _awaited(answer: CertificateIssued) -> CertificateItem:
    return CertificateItem(
        case_no=answer.case_no,
        draft_id=answer.application_id,
        certificate_no=answer.certificate_no,
        pdf_sha256=answer.pdf_sha256,
        verify_url=answer.verify_url,
        issued_at=answer.at,
        ofd_sha256=answer.ofd_sha256,
    )


def latest_answers(items: Iterable[InboxItem]) -> dict[str, InboxItem]:
    """Return each draft's last answer; a new answer stands in the place of all before it."""
    return {item.draft_id: item for item in sorted(items, key=lambda item: item.cursor)}
