"""The overview: each application of this counter in one row, from draft to certificate."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from registration.mortgage import RegistrationKind
from registration.outcomes import (
    AcceptanceReceipt,
    Answer,
    CertificateIssued,
    CorrectionRequest,
    Due,
    NonAcceptance,
    Progress,
    Receipt,
    Refusal,
    Registered,
    Withdrawal,
)
from terminal.desk.draft import Draft, DraftState
from terminal.desk.inbox import latest_answers
from terminal.desk.items import (
    CertificateItem,
    CertificateState,
    InboxItem,
    ItemState,
    OutboxItem,
    Trouble,
)
from terminal.desk.ports import Box


class RowStage(enum.Enum):
    """How far an application is, in the teller's words; the value is stable."""

    WAITING = "waiting"
    """Sealed; goes out by itself."""
    STOPPED = "stopped"
    """The office would not take the package: somebody must decide."""
    DELIVERED = "delivered"
    """The signed receipt is here; the office has not answered yet."""
    CORRECTION = "correction"
    ACCEPTED = "accepted"
    IN_REVIEW = "in-review"
    NOT_ACCEPTED = "not-accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REGISTERED = "registered"
    CERTIFICATE_AWAITED = "certificate-awaited"
    CERTIFICATE_STOPPED = "certificate-stopped"
    """What came is not the paper that the office signed for."""
    CERTIFICATE_HERE = "certificate-here"
    CERTIFICATE_HANDED_OVER = "certificate-handed-over"

    @property
    def zh(self) -> str:
        """The stage for people."""
        return _WORDS[self][0]

    @property
    def en(self) -> str:
        """The stage for people, in English."""
        return _WORDS[self][1]

    @property
    def needs_teller(self) -> bool:
        """Whether nothing goes on until somebody here does something."""
        return self in _NEEDS_TELLER


_WORDS = {
    RowStage.WAITING: ("待发", "Waiting to go out"),
    RowStage.STOPPED: ("未发出，请处理", "Not taken; act"),
    RowStage.DELIVERED: ("已送达，待受理", "Delivered"),
    RowStage.CORRECTION: ("待补正", "To be corrected"),
    RowStage.ACCEPTED: ("已受理", "Accepted"),
    RowStage.IN_REVIEW: ("审核中", "In review"),
    RowStage.NOT_ACCEPTED: ("不予受理", "Not accepted"),
    RowStage.REFUSED: ("不予登记", "Refused"),
    RowStage.WITHDRAWN: ("已撤回", "Withdrawn"),
    RowStage.REGISTERED: ("已登簿", "Registered"),
    RowStage.CERTIFICATE_AWAITED: ("已登簿，取证中", "Registered; fetching the certificate"),
    RowStage.CERTIFICATE_STOPPED: ("证明未通过核验，请处理", "The certificate failed its check"),
    RowStage.CERTIFICATE_HERE: ("证明已到", "Certificate here"),
    RowStage.CERTIFICATE_HANDED_OVER: ("证明已交付", "Certificate handed over"),
}
_NEEDS_TELLER = frozenset(
    {
        RowStage.STOPPED,
        RowStage.CORRECTION,
        RowStage.NOT_ACCEPTED,
        RowStage.REFUSED,
        RowStage.CERTIFICATE_STOPPED,
        RowStage.CERTIFICATE_HERE,
    }
)
_ANSWER_STAGES: Mapping[type[Answer], RowStage] = {
    AcceptanceReceipt: RowStage.ACCEPTED,
    CorrectionRequest: RowStage.CORRECTION,
    NonAcceptance: RowStage.NOT_ACCEPTED,
    Refusal: RowStage.REFUSED,
    Withdrawal: RowStage.WITHDRAWN,
    Progress: RowStage.IN_REVIEW,
    Registered: RowStage.REGISTERED,
    CertificateIssued: RowStage.CERTIFICATE_AWAITED,
}
_PAPER_STAGES = {
    CertificateState.AWAITED: RowStage.CERTIFICATE_AWAITED,
    CertificateState.NEEDS_YOU: RowStage.CERTIFICATE_STOPPED,
    CertificateState.CHECKED: RowStage.CERTIFICATE_HERE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One application that left the draft stage."""

    draft_id: str
    number: str
    """For people at this counter: D0929-007."""
    label: str
    """Masked names of the mortgagors."""
    kind: RegistrationKind
    amount: str
    """Yuan with two decimals; empty for a discharge."""
    round: int
    sequence: int
    """Of the last package."""
    stage: RowStage
    at: datetime
    """When it came to this stage."""
    case_no: str = ""
    """Empty until the office's first answer."""
    due: tuple[Due, ...] = ()
    """The clocks that run since the acceptance."""
    trouble: Trouble | None = None
    receipt: Receipt | None = None
    answer: InboxItem | None = None
    """The office's last answer."""
    certificate: CertificateItem | None = None
    is_seen: bool = True
    """False while somebody has yet to look at the last answer."""
    may_correct: bool = False
    """Whether the draft can be opened for the correction that is asked."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Joins drafts, outbox, answers and certificates for the tray."""

    box: Box

    def rows(self, *, text: str = "", needs_teller: bool | None = None) -> tuple[Row, ...]:
        """Return a row for each submitted application, the last moved first.

        `text` is looked for in number, label, case and certificate number.
        """
        return tuple(
            row
            for row in self._all()
            if _has_text(row, text) and needs_teller in {None, row.stage.needs_teller}
        )

    def find(self, draft_id: str) -> Row | None:
        """Return the row of one application; None while nothing of it was submitted."""
        return next((row for row in self._all() if row.draft_id == draft_id), None)

    def counts(self) -> Mapping[str, int]:
        """Return how many wait to go out, wait for an answer, or wait for the teller."""
        rows = self._all()
        return {
            "outgoing": sum(row.stage is RowStage.WAITING for row in rows),
            "answers": sum(row.stage in _UNDER_WAY for row in rows),
            "teller": sum(row.stage.needs_teller for row in rows),
            "unseen": sum(not row.is_seen for row in rows),
        }

    def _all(self) -> list[Row]:
        drafts = {draft.draft_id: draft for draft in self.box.drafts()}
        inbox = self.box.inbox()
        latest, dues = latest_answers(inbox), _dues(inbox)
        papers = _papers(self.box.certificates())
        packages = {
            item.draft_id: item
            for item in self.box.outbox()
            if item.state is not ItemState.TAKEN_BACK
        }
        rows = [
            _row(item, drafts.get(key), latest.get(key), papers.get(key), dues.get(key, ()))
            for key, item in packages.items()
        ]
        return sorted(rows, key=lambda row: (row.at, row.sequence), reverse=True)


_UNDER_WAY = frozenset(
    {
        RowStage.DELIVERED,
        RowStage.ACCEPTED,
        RowStage.IN_REVIEW,
        RowStage.REGISTERED,
        RowStage.CERTIFICATE_AWAITED,
    }
)


def _papers(items: Iterable[CertificateItem]) -> dict[str, CertificateItem]:
    """Return the certificate of each draft; of a bundle's, one that was not handed over yet."""
    found: dict[str, CertificateItem] = {}
    for item in items:
        if item.draft_id not in found or found[item.draft_id].printed_at is not None:
            found[item.draft_id] = item
    return found


def _dues(items: Iterable[InboxItem]) -> dict[str, tuple[Due, ...]]:
    return {i.draft_id: i.answer.due for i in items if isinstance(i.answer, AcceptanceReceipt)}


def _row(
    item: OutboxItem,
    draft: Draft | None,
    latest: InboxItem | None,
    paper: CertificateItem | None,
    due: tuple[Due, ...],
) -> Row:
    # After a correction the last answer is about an older package until the office speaks again.
    answer = latest if latest and _speaks_of(latest.answer, item) else None
    paper = paper if answer else None
    stage, at = _stage(item, answer, paper)
    return Row(
        draft_id=item.draft_id,
        number=item.number,
        label=item.label,
        kind=item.kind,
        amount=item.amount,
        round=item.round,
        sequence=item.sequence,
        stage=stage,
        at=at,
        case_no=latest.case_no if latest else "",
        due=due if answer else (),
        trouble=(paper.trouble if paper else None) or item.trouble,
        receipt=item.receipt,
        answer=answer,
        certificate=paper,
        is_seen=answer is None or answer.is_seen,
        may_correct=stage is RowStage.CORRECTION and draft is not None and _may_reopen(draft),
    )


def _may_reopen(draft: Draft) -> bool:
    """Whether the pages can correct it; what was filed ready-made has no form to correct."""
    return draft.state is DraftState.SUBMITTED and bool(draft.slots)


def _speaks_of(answer: Answer, item: OutboxItem) -> bool:
    return answer.package_sha256 == item.package_sha256


def _stage(
    item: OutboxItem, answer: InboxItem | None, paper: CertificateItem | None
) -> tuple[RowStage, datetime]:
    if paper is not None:
        if paper.printed_at is not None:
            return RowStage.CERTIFICATE_HANDED_OVER, paper.printed_at
        return _PAPER_STAGES[paper.state], paper.checked_at or paper.issued_at
    if answer is not None:
        return _ANSWER_STAGES[type(answer.answer)], answer.received_at
    if item.state is ItemState.DELIVERED:
        return RowStage.DELIVERED, item.delivered_at or item.queued_at
    at = item.tried_at or item.queued_at
    return (RowStage.STOPPED if item.state is ItemState.NEEDS_YOU else RowStage.WAITING), at


def _has_text(row: Row, text: str) -> bool:
    wanted = "".join(text.split()).upper()
    paper = row.certificate.certificate_no if row.certificate else ""
    found = (row.number, row.label, row.case_no, paper)
    return not wanted or any(wanted in "".join(part.split()).upper() for part in found)
