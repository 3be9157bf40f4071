"""Acts on what went out and what came in: packages, answers, certificates, receipts."""

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, jsonify
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
    draw_receipt,
    draw_refusal,
)
from terminal.desk.draft import DraftState
from terminal.desk.freezing import freeze
from terminal.desk.items import CertificateItem, CertificateState, InboxItem
from terminal.errors import NotFoundError, NotReadyError
from terminal.web.draft_page import draft_shown
from terminal.web.guard import counter
from terminal.web.shown import answer_shown, certificate_shown, outbox_shown, summary_shown

bp: Final = Blueprint("tray", __name__, url_prefix="/ui/api")
_DRAW: Final[dict[type, Callable[..., bytes]]] = {
    AcceptanceReceipt: draw_acceptance,
    CorrectionRequest: draw_correction_request,
    NonAcceptance: draw_non_acceptance,
    Refusal: draw_refusal,
}


@bp.get("/tray")
def tray() -> ResponseReturnValue:
    """Return the drafts at work, the packages, the answers and the certificates."""
    box = counter().box
    return jsonify(
        {
            "drafts": [summary_shown(d) for d in box.drafts()],
            "outbox": [outbox_shown(i) for i in box.outbox()],
            "answers": [answer_shown(i) for i in box.inbox()],
            "certificates": [certificate_shown(i) for i in box.certificates()],
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


@bp.post("/outbox/<int:sequence>/retry")
def retry(sequence: int) -> ResponseReturnValue:
    """Let a package that stopped go out again."""
    counter().box.get_item(sequence)
    counter().courier.retry(sequence)
    return jsonify(outbox_shown(counter().box.get_item(sequence)))


@bp.get("/outbox/<int:sequence>/receipt.pdf")
def receipt_pdf(sequence: int) -> ResponseReturnValue:
    """Draw the office's receipt of a package."""
    item = counter().box.get_item(sequence)
    if item.receipt is None:
        raise NotReadyError("no receipt yet")
    data = draw_receipt(item.receipt, _application(item.draft_id), office=_office())
    return _pdf(data, f"receipt-{item.receipt.receipt_no}")


@bp.get("/answers/<int:cursor>/paper.pdf")
def answer_pdf(cursor: int) -> ResponseReturnValue:
    """Draw an answer of the office as the paper for the customer."""
    item = _answer(cursor)
    draw = _DRAW.get(type(item.answer))
    if draw is None:
        raise NotFoundError("this answer has no paper")
    return _pdf(draw(item.answer, _application(item.draft_id), office=_office()), item.case_no)


@bp.post("/answers/<int:cursor>/seen")
def mark_seen(cursor: int) -> ResponseReturnValue:
    """Note that the teller has seen an answer."""
    counter().courier.mark_seen(cursor)
    return jsonify(answer_shown(_answer(cursor)))


@bp.post("/answers/<int:cursor>/reopen")
def reopen(cursor: int) -> ResponseReturnValue:
    """Open the draft for the correction that an answer asks for; again is harmless."""
    item = _answer(cursor)
    if not isinstance(item.answer, CorrectionRequest):
        raise NotReadyError("this answer asks for no correction")
    draft = counter().intake.get(item.draft_id)
    if draft.state is not DraftState.OPEN or draft.corrects != item.case_no:
        draft = counter().intake.reopen(item.draft_id, item.answer)
    return jsonify(draft_shown(draft, counter()))


@bp.get("/certificates/<case_no>/pdf")
def certificate_pdf(case_no: str) -> ResponseReturnValue:
    """Return a checked certificate byte for byte; nothing else is ever handed over."""
    item = _certificate(case_no)
    if item.state is not CertificateState.CHECKED:
        raise NotReadyError("the certificate is not here, or its seal is not confirmed")
    return _pdf(counter().box.certificate_pdf(case_no), item.certificate_no)


@bp.post("/certificates/<case_no>/handed")
def hand_over(case_no: str) -> ResponseReturnValue:
    """Return a checked certificate and note that it was handed over."""
    number = _certificate(case_no).certificate_no
    return _pdf(counter().courier.hand_over(case_no), number)


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


def _application(draft_id: str) -> Application:
    application = freeze(counter().box.get_draft(draft_id), counter().place)
    if application is None:
        raise NotReadyError("the draft no longer holds the application")
    return application


def _office() -> str:
    return counter().place.office_name


def _pdf(data: bytes, name: str) -> Response:
    response = Response(data, content_type="application/pdf")
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-.") else "-" for c in name)
    response.headers["Content-Disposition"] = f'inline; filename="{plain}.pdf"'
    return response
