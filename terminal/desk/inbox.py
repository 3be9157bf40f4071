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
    CorrectionRequest,
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
        self._ended: dict[str, set[str]] = {}
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
        # A package that could not be opened is answered by its digest alone, and the steps of a
        # bundle have identifiers of their own.
        draft_id = self._owners.get(answer.package_sha256, "") or answer.application_id
        draft = self._draft(draft_id)
        is_ours = draft is None or self._owners.get(answer.package_sha256) == draft_id
        if draft is not None and is_ours:
            self._after[draft_id] = self._moved(draft, answer)
        if isinstance(answer, CertificateIssued) and is_ours:
            self.certificates.append(_awaited(answer, draft_id))
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
        ended = self._ended.setdefault(answer.package_sha256, self._ended_before(draft, answer))
        ended.add(answer.application_id)
        if answer.application_id and len(ended) < draft.parts:
            return draft
        return replace(draft, state=DraftState.CLOSED, changed_at=self._now)

    def _ended_before(self, draft: Draft, answer: Answer) -> set[str]:
        """Return the applications of a package on which the office's last word is here already."""
        return {
            item.answer.application_id
            for item in self._box.inbox()
            if item.answer.package_sha256 == answer.package_sha256
            and _is_last_word(draft.kind, item.answer)
        }


def _is_last_word(kind: RegistrationKind, answer: Answer) -> bool:
    """Say whether nothing more is to be done at this counter after an answer."""
    if isinstance(answer, Registered):
        # A discharge ends with the entry, and so does what the office says is not certified.
        return kind is RegistrationKind.CANCELLATION or not answer.certificate_follows
    return isinstance(answer, NonAcceptance | Refusal | Withdrawal | CertificateIssued)


def _awaited(answer: CertificateIssued, draft_id: str) -> CertificateItem:
    return CertificateItem(
        case_no=answer.case_no,
        draft_id=draft_id,
        certificate_no=answer.certificate_no,
        pdf_sha256=answer.pdf_sha256,
        verify_url=answer.verify_url,
        issued_at=answer.at,
        ofd_sha256=answer.ofd_sha256,
    )


def latest_answers(items: Iterable[InboxItem]) -> dict[str, InboxItem]:
    """Return each draft's last answer; a new answer stands in the place of all before it.

    Of a bundle it is that of the step which has most left to come.
    """
    latest = {
        (item.draft_id, item.answer.application_id): item
        for item in sorted(items, key=lambda item: item.cursor)
    }
    found: dict[str, InboxItem] = {}
    for (draft_id, _), item in latest.items():
        other = found.get(draft_id)
        if other is None or _weight(item) >= _weight(other):
            found[draft_id] = item
    return found


def _weight(item: InboxItem) -> tuple[bool, int]:
    """Return what makes an answer the one to show: that something is still to come, then age."""
    answer = item.answer
    is_over = isinstance(answer, Registered) and not answer.certificate_follows
    return not is_over, item.cursor


def corrections_of(draft: Draft, items: Iterable[InboxItem]) -> tuple[CorrectionRequest, ...]:
    """Return what the office asks to be corrected in this round, of each step of a draft."""
    cases = {draft.corrects, *draft.cases} - {""}
    asked = {
        item.case_no: item.answer
        for item in items
        if item.case_no in cases and isinstance(item.answer, CorrectionRequest)
    }
    return tuple(asked.values())
