"""What a box is asked to keep: drafts, packages on their way, answers, certificates."""

import hashlib
from dataclasses import replace
from datetime import datetime

from registration.mortgage import RegistrationKind
from registration.outcomes import AcceptanceReceipt, Receipt
from terminal.desk.draft import Draft, DraftState, FieldSource, Slot, SlotRole, with_text
from terminal.desk.items import CertificateItem, InboxItem, OutboxItem
from terminal.desk.ports import Box
from tests.factories import CAPTURED_AT, make_application, make_identity


def make_draft(draft_id: str = "A1", **changes: object) -> Draft:
    draft = Draft(
        draft_id=draft_id,
        number="D0929-001",
        kind=RegistrationKind.FIRST,
        teller="T0007",
        slots=(Slot(slot_id="p1", role=SlotRole.MORTGAGOR, identity=make_identity()),),
        inks=make_application().inks,
        created_at=CAPTURED_AT,
        changed_at=CAPTURED_AT,
    )
    return replace(with_text(draft, "use", "住宅", FieldSource.HAND), **changes)  # type: ignore[arg-type]  # what a test changes


def make_item(sequence: int, package: bytes, draft_id: str = "A1") -> OutboxItem:
    return OutboxItem(
        sequence=sequence,
        draft_id=draft_id,
        number="D0929-001",
        kind=RegistrationKind.FIRST,
        round=1,
        label="张*",
        package_sha256=hashlib.sha256(package).hexdigest(),
        size=len(package),
        queued_at=CAPTURED_AT,
    )


def make_inbox(cursor: int, draft_id: str = "A1") -> InboxItem:
    answer = AcceptanceReceipt(
        case_no="C1",
        application_id=draft_id,
        package_sha256="0" * 64,
        accepted_at=CAPTURED_AT,
        due=(),
    )
    return InboxItem(
        cursor=cursor,
        draft_id=draft_id,
        case_no="C1",
        answer=answer,
        statement="a.b.c",
        received_at=CAPTURED_AT,
    )


def make_certificate(case_no: str = "C1", **changes: object) -> CertificateItem:
    item = CertificateItem(
        case_no=case_no,
        draft_id="A1",
        certificate_no="豫（2026）开封市不动产证明第0012345号",
        pdf_sha256="0" * 64,
        verify_url="https://office.example/verify",
        issued_at=CAPTURED_AT,
    )
    return replace(item, **changes)  # type: ignore[arg-type]  # what a test changes


def put_out(box: Box, draft: Draft, package: bytes = b"sealed") -> Draft:
    """Submit a draft as the desk does."""
    submitted = replace(draft, state=DraftState.SUBMITTED)
    return box.submit(submitted, lambda number: (make_item(number, package), package))


def make_receipt(item: OutboxItem, at: datetime) -> Receipt:
    """Return the office's receipt of a package."""
    return Receipt(
        receipt_no="R20260929-000001",
        package_sha256=item.package_sha256,
        terminal="KF-LT-02",
        sequence=item.sequence,
        received_at=at,
        journal_seq=41,
        journal_hash="0" * 64,
    )
