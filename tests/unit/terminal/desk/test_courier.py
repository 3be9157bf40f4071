import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from certs.bundle import TrustBundle
from certs.identity import Role
from certs.trust import TrustStore
from registration.mortgage import RegistrationKind
from registration.outcomes import (
    AcceptanceReceipt,
    CertificateIssued,
    CorrectionRequest,
    NonAcceptance,
    Refusal,
    Registered,
)
from terminal.desk.draft import DraftState
from terminal.desk.items import CertificateState, ItemState
from terminal.desk.ports import SealVerdict
from terminal.errors import (
    BadAnswerError,
    LinkError,
    NotFoundError,
    NotReadyError,
    OfficeBusyError,
    OfficeRefusedError,
    OfficeUnreachableError,
    OfficeUntrustedError,
)
from tests.unit.terminal.desk.counter import DRAFT_ID, Counter
from tests.unit.terminal.desk.office import CASE_NO, make_answer

PDF = b"%PDF-made-up"


def item(counter: Counter) -> tuple[ItemState, str | None]:
    (found,) = counter.box.outbox()
    return found.state, found.trouble.code if found.trouble else None


def test_a_verified_receipt_makes_a_package_delivered(counter: Counter) -> None:
    counter.submit()

    assert counter.courier.deliver() == 1

    (found,) = counter.box.outbox()
    assert found.state is ItemState.DELIVERED
    assert found.receipt is not None
    assert found.receipt.package_sha256 == found.package_sha256
    assert found.statement == counter.office.receipts[found.package_sha256]


def test_a_delivered_package_is_not_sent_again(counter: Counter) -> None:
    counter.deliver()

    assert counter.courier.deliver() == 0
    assert len(counter.office.packages) == 1


@pytest.mark.parametrize(
    "fault",
    [OfficeUnreachableError("cut"), OfficeUntrustedError("who"), OfficeBusyError("office.busy")],
    ids=lambda fault: type(fault).__name__,
)
def test_a_package_that_did_not_get_through_goes_out_again_later(
    counter: Counter, fault: LinkError
) -> None:
    counter.submit()
    counter.office.faults.append(fault)

    assert counter.courier.deliver() == 0
    assert item(counter) == (ItemState.WAITING, fault.code)
    assert counter.courier.deliver() == 0, "not before its time"
    counter.clock.advance(seconds=2)
    assert counter.courier.deliver() == 1


def test_a_busy_office_says_when_to_come_back(counter: Counter) -> None:
    counter.submit()
    counter.office.faults.append(OfficeBusyError("office.not-ready", retry_after_s=60))

    counter.courier.deliver()

    assert counter.contact.state.next_try_at == counter.clock.now() + timedelta(seconds=60)


def test_the_same_bytes_go_out_after_a_lost_answer(counter: Counter) -> None:
    counter.submit()
    counter.office.lost.append(OfficeUnreachableError("cut"))
    counter.courier.deliver()
    counter.clock.advance(minutes=5)

    assert counter.courier.deliver() == 1
    assert counter.office.packages[0] == counter.office.packages[1]
    assert len(counter.office.receipts) == 1


def test_a_refused_package_waits_for_a_decision(counter: Counter) -> None:
    counter.submit()
    counter.office.faults.append(
        OfficeRefusedError("office.sequence-conflict", status=409, zh="序号已用", en="taken")
    )

    counter.courier.deliver()
    counter.clock.advance(days=1)

    assert counter.courier.deliver() == 0
    assert item(counter) == (ItemState.NEEDS_YOU, "office.sequence-conflict")


def test_a_suspended_counter_keeps_its_packages_waiting(counter: Counter) -> None:
    """They are good; they go out when the counter is let in again."""
    counter.submit()
    counter.office.faults.append(OfficeRefusedError("office.terminal-suspended", status=403))

    counter.courier.deliver()

    assert item(counter) == (ItemState.WAITING, "office.terminal-suspended")


def test_a_stopped_package_can_be_tried_again(counter: Counter) -> None:
    counter.submit()
    counter.office.faults.append(OfficeRefusedError("office.not-allowed", status=403))
    counter.courier.deliver()

    counter.courier.retry(1)

    assert counter.courier.deliver() == 1
    with pytest.raises(NotReadyError):
        counter.courier.retry(1)


def test_a_receipt_of_another_package_is_not_believed(counter: Counter) -> None:
    sealed = counter.submit()
    package = counter.box.package(sealed.sequence)
    counter.office.spoiled = counter.office.receipt(package, package_sha256="0" * 64)

    assert counter.courier.deliver() == 0
    assert item(counter) == (ItemState.WAITING, "terminal.bad-answer")


@pytest.mark.parametrize("role", [Role.TIMESTAMP, Role.QR])
def test_a_receipt_that_the_office_did_not_sign_is_not_believed(
    counter: Counter, role: Role
) -> None:
    counter.submit()
    counter.office.spoiled = counter.office.sign("receipt/1", {}, role)

    assert counter.courier.deliver() == 0
    assert item(counter) == (ItemState.WAITING, "terminal.bad-answer")


def test_answers_are_kept_in_order(counter: Counter) -> None:
    counter.deliver()

    counter.answered(AcceptanceReceipt, Registered)

    assert [type(i.answer) for i in counter.box.inbox()] == [AcceptanceReceipt, Registered]
    assert counter.box.cursor() == 2
    assert counter.courier.collect(0) == 0


def test_a_forged_answer_moves_nothing_and_holds_up_no_other(counter: Counter) -> None:
    package = counter.deliver()
    good = make_answer(AcceptanceReceipt, package, DRAFT_ID, counter.clock.now())
    bad = make_answer(Refusal, package, DRAFT_ID, counter.clock.now())
    counter.office.answer(bad, role=Role.QR)
    counter.office.answer(good)

    assert counter.courier.collect(0) == 1
    assert [i.cursor for i in counter.box.inbox()] == [2]
    assert [(d.cursor, d.code) for d in counter.box.doubts()] == [(1, "certs.signer-not-trusted")]
    assert counter.box.get_draft(DRAFT_ID).state is DraftState.SUBMITTED
    assert counter.courier.collect(0) == 0


def test_an_answer_in_doubt_is_believed_when_the_offices_key_is_known(counter: Counter) -> None:
    package = counter.deliver()
    counter.office.answer(make_answer(Refusal, package, DRAFT_ID, counter.clock.now()))
    nothing = TrustBundle(organisation="示例", roots=(), intermediates=())
    counter.believed.append(TrustStore(nothing))
    assert counter.courier.collect(0) == 0
    assert len(counter.box.doubts()) == 1

    counter.believed.clear()
    assert counter.courier.collect(0) == 1
    assert counter.box.doubts() == ()
    assert counter.box.get_draft(DRAFT_ID).state is DraftState.CLOSED


def test_a_statement_of_another_kind_is_no_answer(counter: Counter) -> None:
    package = counter.deliver()
    counter.office.statements.append((1, counter.office.receipt(package)))

    assert counter.courier.collect(0) == 0
    assert [d.code for d in counter.box.doubts()] == ["unknown kind"]


def test_answers_in_no_order_are_not_read_at_all(counter: Counter) -> None:
    package = counter.deliver()
    for _ in range(2):
        counter.office.answer(
            make_answer(AcceptanceReceipt, package, DRAFT_ID, counter.clock.now())
        )
    counter.office.statements.reverse()

    with pytest.raises(BadAnswerError):
        counter.courier.collect(0)
    assert counter.box.inbox() == ()


def test_an_answer_to_another_package_moves_nothing(counter: Counter) -> None:
    counter.deliver()
    counter.office.answer(make_answer(Refusal, b"other", DRAFT_ID, counter.clock.now()))

    counter.courier.collect(0)

    assert counter.box.get_draft(DRAFT_ID).state is DraftState.SUBMITTED


def test_an_unreadable_package_is_answered_by_its_digest(counter: Counter) -> None:
    package = counter.deliver()
    answer = make_answer(NonAcceptance, package, DRAFT_ID, counter.clock.now())
    counter.office.answer(replace(answer, case_no="", application_id=""))

    counter.courier.collect(0)

    assert counter.box.get_draft(DRAFT_ID).state is DraftState.CLOSED


@pytest.mark.parametrize("last", [NonAcceptance, Refusal, CertificateIssued])
def test_the_last_word_closes_the_draft(counter: Counter, last: type) -> None:
    counter.deliver()

    counter.answered(last)

    assert counter.box.get_draft(DRAFT_ID).state is DraftState.CLOSED


def test_a_discharge_ends_with_its_entry(counter: Counter) -> None:
    counter.deliver()
    draft = counter.box.get_draft(DRAFT_ID)
    counter.box.save_draft(replace(draft, kind=RegistrationKind.CANCELLATION))

    counter.answered(Registered)

    assert counter.box.get_draft(DRAFT_ID).state is DraftState.CLOSED


def test_a_correction_leaves_the_draft_to_the_teller(counter: Counter) -> None:
    counter.deliver()

    counter.answered(CorrectionRequest)

    assert counter.box.get_draft(DRAFT_ID).state is DraftState.SUBMITTED


def test_a_certificate_is_kept_when_seal_and_digest_are_good(counter: Counter) -> None:
    counter.deliver()
    counter.answered(CertificateIssued)
    counter.office.papers[CASE_NO] = PDF

    assert counter.courier.fetch_certificates() == 1

    assert counter.box.certificates()[0].verdict == "VALID"
    assert counter.courier.hand_over(CASE_NO) == PDF
    assert counter.box.certificates()[0].printed_at == counter.clock.now()


OFD = b"PK made up"


def with_ofd(counter: Counter) -> None:
    """Let the office issue a certificate whose answer names an OFD too."""
    counter.deliver()
    counter.answered(CertificateIssued)
    counter.office.papers[CASE_NO] = PDF
    counter.courier.fetch_certificates()
    (item,) = counter.box.certificates()
    digest = hashlib.sha256(OFD).hexdigest()
    counter.box.save_certificate(replace(item, ofd_sha256=digest), PDF)


def test_the_ofd_is_given_when_seal_and_digest_are_good(counter: Counter) -> None:
    with_ofd(counter)
    counter.office.ofds[CASE_NO] = OFD

    assert counter.courier.fetch_ofd(CASE_NO) == OFD


@pytest.mark.parametrize(("ofd", "word"), [(OFD + b"x", "VALID"), (OFD, "INVALID")])
def test_another_ofd_than_the_office_signed_for_is_not_given(
    counter: Counter, ofd: bytes, word: str
) -> None:
    with_ofd(counter)
    counter.office.ofds[CASE_NO] = ofd
    counter.verdicts.append(SealVerdict(word=word))

    with pytest.raises(NotReadyError):
        counter.courier.fetch_ofd(CASE_NO)


def test_a_certificate_without_ofd_has_none(counter: Counter) -> None:
    counter.deliver()
    counter.answered(CertificateIssued)
    counter.office.papers[CASE_NO] = PDF
    counter.courier.fetch_certificates()

    with pytest.raises(NotFoundError):
        counter.courier.fetch_ofd(CASE_NO)


def test_other_bytes_than_the_office_signed_for_are_not_kept(counter: Counter) -> None:
    counter.deliver()
    counter.answered(CertificateIssued)
    counter.office.papers[CASE_NO] = PDF + b"\n"

    assert counter.courier.fetch_certificates() == 0

    assert counter.box.certificates()[0].state is CertificateState.NEEDS_YOU
    with pytest.raises(NotReadyError):
        counter.courier.hand_over(CASE_NO)


@pytest.mark.parametrize("word", ["INVALID", "REVOKED", "INDETERMINATE"])
def test_a_paper_whose_seal_is_not_good_is_not_handed_over(counter: Counter, word: str) -> None:
    counter.deliver()
    counter.answered(CertificateIssued)
    counter.office.papers[CASE_NO] = PDF
    counter.verdicts.append(SealVerdict(word=word, code="coverage", zh="盖章之后有改动"))

    assert counter.courier.fetch_certificates() == 0
    with pytest.raises(NotReadyError):
        counter.courier.hand_over(CASE_NO)
    with pytest.raises(NotFoundError):
        counter.box.certificate_pdf(CASE_NO)

    counter.courier.retry_certificate(CASE_NO)
    assert counter.courier.fetch_certificates() == 1


def test_a_seal_that_cannot_be_judged_yet_is_looked_at_again_by_itself(counter: Counter) -> None:
    """A revocation list of yesterday proves nothing; tomorrow's may."""
    counter.deliver()
    counter.answered(CertificateIssued)
    counter.office.papers[CASE_NO] = PDF
    counter.verdicts.append(SealVerdict(word="INDETERMINATE", code="status-stale"))
    assert counter.courier.fetch_certificates() == 0
    assert counter.box.certificates()[0].state is CertificateState.AWAITED

    counter.clock.advance(minutes=10)

    assert counter.courier.fetch_certificates() == 1


def test_a_certificate_is_fetched_again_after_a_cut_line(counter: Counter) -> None:
    counter.deliver()
    counter.answered(CertificateIssued)
    counter.office.papers[CASE_NO] = PDF
    counter.office.faults.append(OfficeUnreachableError("cut"))

    assert counter.courier.fetch_certificates() == 0
    counter.clock.advance(seconds=2)
    assert counter.courier.fetch_certificates() == 1


def test_an_answer_is_seen_once(counter: Counter) -> None:
    counter.deliver()
    counter.answered(AcceptanceReceipt)

    counter.courier.mark_seen(1)

    assert counter.box.inbox()[0].is_seen
