"""A counter whose tray holds a certified case and one that has to be corrected."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from registration.outcomes import AcceptanceReceipt, CertificateIssued, CorrectionRequest
from terminal.desk.draft import DraftState
from terminal.desk.items import CertificateItem, CertificateState, ItemState, OutboxItem
from tests.boxes import make_receipt
from tests.factories import PROOF_NO, UNIT_NO, make_pdf
from tests.web.terminal.test_tray import CASE_NO
from tests.web.terminal.world import SHA, World


def fill_tray(world: World) -> None:
    """Give one case that is certified and one that has to be corrected."""
    for number in (1, 2):
        draft = world.box.get_draft(world.draft(unit_no=UNIT_NO, amount="860000")["draft_id"])
        submitted = replace(draft, state=DraftState.SUBMITTED)
        saved = world.box.submit(submitted, partial(_package, world, draft))
        item = world.box.get_item(saved.sequence or 0)
        receipt = make_receipt(item, world.clock.now())
        world.box.save_item(replace(item, state=ItemState.DELIVERED, receipt=receipt))
        world.clock.advance(minutes=5)
        world.keep_answer(_answer(world, number, draft.draft_id), draft.draft_id, number)
        if number == 2:
            _certify(world, draft.draft_id)


def _package(world: World, draft: Any, sequence: int) -> tuple[OutboxItem, bytes]:
    item = OutboxItem(
        sequence=sequence, draft_id=draft.draft_id, number=draft.number, kind=draft.kind,
        round=1, label="张*、李*", amount="860,000.00", package_sha256=f"{sequence:064d}",
        size=5_100_000, queued_at=world.clock.now() + timedelta(milliseconds=400),
    )  # fmt: skip
    return item, b"package %d" % sequence


def _answer(world: World, number: int, draft_id: str) -> Any:
    told: dict[str, Any] = {
        "case_no": f"{CASE_NO[:-1]}{number}",
        "application_id": draft_id,
        "package_sha256": SHA,
    }
    if number == 1:
        due = world.clock.now() + timedelta(days=20)
        return CorrectionRequest(
            round=1, at=world.clock.now(), findings=(), note="请改", due_at=due, **told
        )
    return AcceptanceReceipt(accepted_at=world.clock.now(), due=(), **told)


def _certify(world: World, draft_id: str) -> None:
    case_no = f"{CASE_NO[:-1]}2"
    issued = CertificateIssued(
        case_no=case_no, application_id=draft_id, package_sha256=SHA, certificate_no=PROOF_NO,
        pdf_sha256=SHA, verify_url="https://x.test/v", at=world.clock.now(),
    )  # fmt: skip
    world.keep_answer(issued, draft_id, 3)
    certificate = CertificateItem(
        case_no=case_no, draft_id=draft_id, certificate_no=PROOF_NO, pdf_sha256=SHA,
        verify_url="https://x.test/v", issued_at=world.clock.now(), verdict="VALID",
        state=CertificateState.CHECKED, checked_at=world.clock.now(),
    )  # fmt: skip
    world.box.save_certificate(certificate, make_pdf("certificate"))
