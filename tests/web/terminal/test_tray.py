"""What went out and what came in, through the JSON API."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from registration.findings import Finding, Level
from registration.outcomes import (
    AcceptanceReceipt,
    CertificateIssued,
    CorrectionRequest,
    NonAcceptance,
    Progress,
    Refusal,
    Registered,
    Withdrawal,
)
from terminal.desk.draft import DraftState
from terminal.desk.items import CertificateItem, CertificateState, ItemState, OutboxItem, Trouble
from tests.boxes import make_receipt
from tests.factories import PROOF_NO, UNIT_NO, make_pdf
from tests.web.terminal.world import SHA, World
from tests.witness import raise_alarm

CASE_NO = "20260929-0000001"
_FINDING = Finding(
    rule="R23", level=Level.CORRECT, zh="合同号不一致", en="Contract numbers differ",
    basis="《不动产登记暂行条例》第十八条", pointer="/mortgage/mortgage_contract_no",
)  # fmt: skip


def _submitted(world: World, *, with_receipt: bool = False) -> str:
    """Put a draft into the outbox as if it had been sealed; return its id."""
    draft_id = str(world.draft(unit_no=UNIT_NO, amount="860000")["draft_id"])
    now = world.clock.now()

    def seal(sequence: int) -> tuple[OutboxItem, bytes]:
        item = OutboxItem(
            sequence=sequence, draft_id=draft_id, number="D0929-001",
            kind=draft.kind, round=1, label="张*、李*", amount="860,000.00",
            package_sha256=SHA, size=5_100_000, queued_at=now,
        )  # fmt: skip
        return item, b"package"

    draft = world.box.get_draft(draft_id)
    saved = world.box.submit(replace(draft, state=DraftState.SUBMITTED), seal)
    if with_receipt:
        item = world.box.get_item(saved.sequence or 0)
        receipt = make_receipt(item, now)
        world.box.save_item(
            replace(item, state=ItemState.DELIVERED, receipt=receipt, delivered_at=now)
        )
    return draft_id


def _of(kind: type, world: World, draft_id: str, **more: Any) -> Any:
    at = {"accepted_at" if kind is AcceptanceReceipt else "at": world.clock.now()}
    return kind(case_no=CASE_NO, application_id=draft_id, package_sha256=SHA, **(at | more))


def _tray(world: World) -> dict[str, Any]:
    told = world.call("GET", "/ui/api/tray").json
    assert told is not None
    return dict(told)


def test_a_waiting_package_says_why_and_when_it_goes(world: World) -> None:
    _submitted(world)
    item = world.box.outbox()[0]
    trouble = Trouble(
        code="terminal.office-unreachable", zh="连不上", en="No line", at=item.queued_at
    )
    later = item.queued_at + timedelta(minutes=1)
    world.box.save_item(replace(item, tries=3, next_try_at=later, trouble=trouble))
    shown = _tray(world)["outbox"][0]

    assert shown["trouble"]["zh"] == "连不上"
    assert shown["next_try_at"] == later.isoformat()


@pytest.mark.parametrize(
    ("kind", "more", "word"),
    [
        (AcceptanceReceipt, {"due": ()}, "acceptance"),
        (CorrectionRequest, {"round": 1, "findings": (_FINDING,)}, "correction"),
        (NonAcceptance, {"findings": (_FINDING,), "apply_at": "兰考县"}, "non-acceptance"),
        (Refusal, {"findings": (_FINDING,), "grounds": "查封"}, "refusal"),
        (Withdrawal, {}, "withdrawal"),
        (Progress, {"stage": "in_review"}, "progress"),
        (Registered, {"entry_no": "41020020260000001", "rank": 1}, "registered"),
        (
            CertificateIssued,
            {"certificate_no": PROOF_NO, "pdf_sha256": SHA, "verify_url": "https://x.test/v"},
            "certificate-issued",
        ),
    ],
)
def test_every_answer_of_the_office_is_shown(
    world: World, kind: type, more: dict[str, Any], word: str
) -> None:
    draft_id = _submitted(world)
    world.keep_answer(_of(kind, world, draft_id, **more), draft_id)

    assert _tray(world)["answers"][0]["kind"] == word


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (AcceptanceReceipt, {"due": ()}),
        (CorrectionRequest, {"round": 1, "findings": (_FINDING,)}),
        (NonAcceptance, {"findings": (_FINDING,)}),
        (Refusal, {"findings": (_FINDING,), "grounds": "查封"}),
    ],
)
def test_answers_with_a_paper_are_drawn(world: World, kind: type, more: dict[str, Any]) -> None:
    draft_id = _submitted(world)
    world.keep_answer(_of(kind, world, draft_id, **more), draft_id)
    answer = world.call("GET", "/ui/api/answers/1/paper.pdf")

    assert answer.content_type == "application/pdf", answer.json
    assert answer.get_data().startswith(b"%PDF-")


def test_progress_has_no_paper(world: World) -> None:
    draft_id = _submitted(world)
    world.keep_answer(_of(Progress, world, draft_id, stage="in_review"), draft_id)

    assert world.call("GET", "/ui/api/answers/1/paper.pdf").status_code == 404


def test_the_receipt_is_drawn_once_it_is_here(world: World) -> None:
    _submitted(world)
    before = world.call("GET", "/ui/api/outbox/1/receipt.pdf")
    item = world.box.get_item(1)
    world.box.save_item(replace(item, receipt=make_receipt(item, item.queued_at)))
    after = world.call("GET", "/ui/api/outbox/1/receipt.pdf")

    assert (before.status_code, after.content_type) == (409, "application/pdf")


def test_a_page_of_a_paper_is_a_picture(world: World) -> None:
    _submitted(world, with_receipt=True)
    answer = world.call("GET", "/ui/api/outbox/1/receipt.pdf?page=1&width=300")

    assert answer.content_type == "image/jpeg"
    assert answer.headers["X-Page-Count"] == "1"


def test_a_correction_opens_the_draft_with_the_places(world: World) -> None:
    draft_id = _submitted(world)
    due = world.clock.now() + timedelta(days=20)
    more = {"findings": (_FINDING,), "note": "请改", "due_at": due}
    world.keep_answer(_of(CorrectionRequest, world, draft_id, round=1, **more), draft_id)
    opened = world.call("POST", "/ui/api/answers/1/reopen").json
    asked = world.call("GET", f"/ui/api/drafts/{draft_id}/correction").json

    assert opened is not None
    assert (opened["round"], opened["corrects"]) == (2, CASE_NO)
    assert asked is not None
    assert [(f["step"], f["target"]) for f in asked["findings"]] == [(2, "mortgage_contract_no")]
    assert asked["correct_by"] == _tray(world)["answers"][0]["correct_by"] == due.isoformat()


def test_reopening_twice_is_harmless(world: World) -> None:
    draft_id = _submitted(world)
    request = _of(CorrectionRequest, world, draft_id, round=1, findings=(_FINDING,))
    world.keep_answer(request, draft_id)
    world.call("POST", "/ui/api/answers/1/reopen")
    again = world.call("POST", "/ui/api/answers/1/reopen").json

    assert again is not None
    assert again["round"] == 2


def test_an_answer_that_was_looked_at_is_not_new(world: World) -> None:
    draft_id = _submitted(world)
    world.keep_answer(_of(Withdrawal, world, draft_id), draft_id)
    world.call("POST", "/ui/api/answers/1/seen")
    told = world.call("GET", "/ui/api/station").json

    assert told is not None
    assert told["unseen"] == 0


def test_an_alarm_of_the_log_is_told_to_every_page(world: World) -> None:
    assert (world.call("GET", "/ui/api/station").json or {})["alarm"] is None
    raise_alarm(world.box, world.clock.now())
    told = (world.call("GET", "/ui/api/station").json or {})["alarm"]

    assert (told["name"], told["level"]) == ("log", "bad")
    assert "变短" in told["zh"]
    assert "shorter" in told["en"]
    assert "mortgage-terminal log" in told["remedy_zh"]


def _certificate(world: World, state: CertificateState) -> None:
    world.box.save_certificate(
        CertificateItem(
            case_no=CASE_NO, draft_id=_submitted(world), certificate_no=PROOF_NO, pdf_sha256=SHA,
            verify_url="https://x.test/v", issued_at=world.clock.now(), state=state,
            verdict="VALID", checked_at=world.clock.now(),
        ),
        make_pdf("certificate"),
    )  # fmt: skip


def test_a_checked_certificate_is_given_byte_for_byte(world: World) -> None:
    _certificate(world, CertificateState.CHECKED)
    answer = world.call("GET", f"/ui/api/certificates/{CASE_NO}/pdf")

    assert answer.get_data() == make_pdf("certificate")


@pytest.mark.parametrize("state", [CertificateState.AWAITED, CertificateState.NEEDS_YOU])
def test_a_certificate_that_was_not_confirmed_is_never_shown(
    world: World, state: CertificateState
) -> None:
    _certificate(world, state)
    answer = world.call("GET", f"/ui/api/certificates/{CASE_NO}/pdf")

    assert answer.status_code == 409


def test_handing_over_is_noted(world: World) -> None:
    _certificate(world, CertificateState.CHECKED)
    world.call("POST", f"/ui/api/certificates/{CASE_NO}/handed")

    assert _tray(world)["certificates"][0]["printed_at"] is not None


def test_a_delivered_package_is_not_sent_again(world: World) -> None:
    _submitted(world, with_receipt=True)

    assert world.call("POST", "/ui/api/outbox/1/retry").status_code == 409


def test_trying_the_line_tells_what_came(world: World) -> None:
    told = world.call("POST", "/ui/api/tray/exchange").json

    assert told == {"delivered": 0, "collected": 0, "certificates": 0}


def test_the_self_check_tells_levels_and_remedies(world: World) -> None:
    told = world.call("GET", "/ui/api/doctor").json

    assert told is not None
    assert told["checks"][0]["remedy_zh"] == "清出磁盘空间"


def test_a_reader_that_waits_can_be_let_go(world: World) -> None:
    world.call("POST", "/ui/api/readers/cards/cancel")

    assert world.reader.is_closed
