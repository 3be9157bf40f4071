"""Acts on what went out and what came in: packages, answers, certificates, receipts."""

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from registration.application import Application
from registration.outcomes import (
    AcceptanceReceipt,
    CorrectionRequest,
    NonAcceptance,
    Refusal,
)
from registration.papers.notices import (
    draw_acceptance,
    draw_correction_request,
    draw_non_acceptance,
    draw_refusal,
)
from registration.papers.slips import Sealed, draw_receipt, draw_waiting_slip
from terminal.desk.draft import DraftState
from terminal.desk.freezing import freeze
from terminal.desk.inbox import corrections_of
from terminal.desk.items import CertificateItem, CertificateState, InboxItem
from terminal.errors import NotFoundError, NotReadyError
from terminal.web.admission import present, require_own
from terminal.web.draft_page import draft_shown
from terminal.web.files import file_answer
from terminal.web.guard import counter
from terminal.web.outbox_shown import (
    contact_shown,
    outbox_shown,
    outlook_shown,
    package_shown,
)
from terminal.web.shown import (
    JSON,
    answer_shown,
    certificate_shown,
    summary_shown,
    time_shown,
)
from terminal.web.where import located

bp: Final = Blueprint("tray", __name__, url_prefix="/ui/api")
_PDF: Final = "application/pdf"
_OFD: Final = "application/ofd"
_DRAW: Final[dict[type, Callable[..., bytes]]] = {
    AcceptanceReceipt: draw_acceptance,
    CorrectionRequest: draw_correction_request,
    NonAcceptance: draw_non_acceptance,
    Refusal: draw_refusal,
}


@bp.get("/tray")
def tray() -> ResponseReturnValue:
    """Return the packages, the answers, the certificates and the drafts that may be seen."""
    box = counter().box
    filed = {DraftState.SUBMITTED, DraftState.CLOSED}
    shown = [d for d in box.drafts() if d.teller == present() or d.state in filed]
    return jsonify(
        {
            "drafts": [summary_shown(d) for d in shown],
            "outbox": outbox_shown(counter()),
            "line": contact_shown(counter().courier.standing().contact),
            "outlook": outlook_shown(counter().courier.outlook),
            "doubts": len(box.doubts()),
            "answers": [answer_shown(i) for i in box.inbox()],
            "certificates": [certificate_shown(i) for i in box.certificates()],
        }
    )


@bp.get("/outlook")
def outlook() -> ResponseReturnValue:
    """Return how the line is, and how long cases take as the office last told it."""
    courier = counter().courier
    return jsonify(
        {
            "line": contact_shown(courier.standing().contact),
            "outlook": outlook_shown(courier.outlook),
        }
    )


@bp.post("/tray/exchange")
def exchange() -> ResponseReturnValue:
    """Try the line now: send what waits, fetch what is new."""
    courier = counter().courier
    told: dict[str, Any] = {"delivered": courier.deliver()}
    told["collected"] = courier.collect(0)
    told["certificates"] = courier.fetch_certificates()
    return jsonify(told)


@bp.post("/outbox/<int(max=9007199254740991):sequence>/retry")
def retry(sequence: int) -> ResponseReturnValue:
    """Let a package that stopped go out again; sealed anew where its seal is not taken any more."""
    item = counter().box.get_item(sequence)
    if item.has_bad_seal:
        sequence = counter().submission.submit(item.draft_id).sequence
    counter().courier.retry(sequence)
    return jsonify(package_shown(counter(), sequence))


@bp.get("/outbox/<int(max=9007199254740991):sequence>/receipt.pdf")
def receipt_pdf(sequence: int) -> ResponseReturnValue:
    """Draw the office's receipt of a package."""
    item = counter().box.get_item(sequence)
    if item.receipt is None:
        raise NotReadyError("no receipt yet")
    link = counter().place.receipt_url(item.receipt)
    application = _application(item.draft_id)
    data = draw_receipt(item.receipt, application, office=_office(), check_url=link)
    return file_answer(data, _PDF, f"receipt-{item.receipt.receipt_no}")


@bp.get("/outbox/<int(max=9007199254740991):sequence>/slip.pdf")
def slip_pdf(sequence: int) -> ResponseReturnValue:
    """Draw the slip for a package that has not arrived; it says so."""
    item, place = counter().box.get_item(sequence), counter().place
    if item.receipt is not None:
        raise NotReadyError("the receipt is here: print that")
    sealed = Sealed(
        number=item.number,
        sealed_at=item.queued_at,
        sha256=item.package_sha256,
        bank=place.bank.name.text,
        terminal=place.terminal,
    )
    data = draw_waiting_slip(sealed, _application(item.draft_id), office=_office())
    return file_answer(data, _PDF, f"waiting-{item.number}")


@bp.post("/outbox/<int(max=9007199254740991):sequence>/pass")
def let_pass(sequence: int) -> ResponseReturnValue:
    """Let a package go before an earlier one about the same unit."""
    counter().courier.let_pass(sequence)
    return jsonify(package_shown(counter(), sequence))


@bp.post("/outbox/<int(max=9007199254740991):sequence>/take-back")
def take_back(sequence: int) -> ResponseReturnValue:
    """Open the draft of a package that the office refused for good; its own teller may."""
    require_own(counter().box.get_item(sequence).draft_id)
    return jsonify(draft_shown(counter().submission.take_back(sequence), counter()))


@bp.get("/outbox/<int(max=9007199254740991):sequence>/package")
def package(sequence: int) -> ResponseReturnValue:
    """Return a sealed package exactly as it is sent, as the bank's own evidence."""
    data = counter().box.package(sequence)
    return file_answer(data, "application/octet-stream")


@bp.get("/answers/<int(max=9007199254740991):cursor>/paper.pdf")
def answer_pdf(cursor: int) -> ResponseReturnValue:
    """Draw an answer of the office as the paper for the customer."""
    item = _answer(cursor)
    draw = _DRAW.get(type(item.answer))
    if draw is None:
        raise NotFoundError("this answer has no paper")
    data = draw(
        item.answer, _application(item.draft_id, item.answer.application_id), office=_office()
    )
    return file_answer(data, _PDF, item.case_no)


@bp.post("/answers/<int(max=9007199254740991):cursor>/seen")
def mark_seen(cursor: int) -> ResponseReturnValue:
    """Note that the teller has seen an answer."""
    counter().courier.mark_seen(cursor)
    return jsonify(answer_shown(_answer(cursor)))


@bp.post("/answers/<int(max=9007199254740991):cursor>/reopen")
def reopen(cursor: int) -> ResponseReturnValue:
    """Open the draft for the correction that an answer asks for; again is harmless."""
    item = _answer(cursor)
    if not isinstance(item.answer, CorrectionRequest):
        raise NotReadyError("this answer asks for no correction")
    require_own(item.draft_id)
    draft = counter().intake.get(item.draft_id)
    if draft.state is not DraftState.OPEN or draft.corrects != item.case_no:
        draft = counter().intake.reopen(item.draft_id, item.answer)
    return jsonify(draft_shown(draft, counter()))


@bp.get("/drafts/<draft_id>/correction")
def correction(draft_id: str) -> ResponseReturnValue:
    """Return what the office asks to be corrected in this round, with the places."""
    draft = counter().intake.get(draft_id)
    asked: JSON = {"findings": [], "note": "", "at": None, "correct_by": None}
    asked["case_no"] = draft.corrects
    for answer in corrections_of(draft, counter().box.inbox()):
        asked["findings"] += [located(f, draft) for f in answer.findings if f.pointer != "/bundle"]
        asked |= {"note": answer.note or asked["note"], "at": time_shown(answer.at)}
        asked |= {"correct_by": time_shown(answer.due_at)}
    return jsonify(asked)


@bp.get("/certificates/<case_no>/pdf")
def certificate_pdf(case_no: str) -> ResponseReturnValue:
    """Return a checked certificate byte for byte; nothing else is ever handed over."""
    item = _certificate(case_no)
    if item.state is not CertificateState.CHECKED:
        raise NotReadyError("the certificate is not here, or its seal is not confirmed")
    return file_answer(counter().box.certificate_pdf(case_no), _PDF, item.certificate_no)


@bp.get("/certificates/<case_no>/ofd")
def certificate_ofd(case_no: str) -> ResponseReturnValue:
    """Fetch the same certificate as OFD from the office, and return it checked."""
    number = _certificate(case_no).certificate_no
    return file_answer(counter().courier.fetch_ofd(case_no), _OFD, number)


@bp.post("/certificates/<case_no>/handed")
def hand_over(case_no: str) -> ResponseReturnValue:
    """Return a checked certificate and note that it was handed over."""
    number = _certificate(case_no).certificate_no
    return file_answer(counter().courier.hand_over(case_no), _PDF, number)


@bp.post("/certificates/<case_no>/retry")
def retry_certificate(case_no: str) -> ResponseReturnValue:
    """Fetch a certificate again that was not believed."""
    counter().courier.retry_certificate(case_no)
    return jsonify(certificate_shown(_certificate(case_no)))


def _answer(cursor: int) -> InboxItem:
    for item in counter().box.inbox():
        if item.cursor == cursor:
            return item
    raise NotFoundError("no such answer")


def _certificate(case_no: str) -> CertificateItem:
    for item in counter().box.certificates():
        if item.case_no == case_no:
            return item
    raise NotFoundError("no such certificate")


def _application(draft_id: str, application_id: str = "") -> Application:
    """Return the application that a paper is about: the draft's, or one of its bundle's."""
    for application in freeze(counter().box.get_draft(draft_id), counter().place):
        if application_id in {"", application.application_id}:
            return application
    raise NotReadyError("the draft no longer holds the application")


def _office() -> str:
    return counter().place.office_name
