"""Who comes here to sign what another counter files: code, card, papers, ink, and the way back."""

from typing import Annotated, Final

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field

from terminal.desk.hosted import Expected, Hosted
from terminal.desk.visit_papers import HostedPaper
from terminal.desk.visiting import Visiting
from terminal.errors import NotFoundError
from terminal.web.admission import present
from terminal.web.asked import Asked, InkAsked, read
from terminal.web.asked_identity import ChipKeyAsked
from terminal.web.files import file_answer
from terminal.web.guard import counter
from terminal.web.identities import photo_answer, read_document
from terminal.web.people_shown import identity_shown, office_day
from terminal.web.shown import JSON, signer_key, time_shown

bp: Final = Blueprint("visits", __name__, url_prefix="/ui/api/visits")


class CodeAsked(Asked):
    """A voucher as typed or scanned."""

    code: Annotated[str, Field(min_length=1, max_length=80)]


class BeginAsked(CodeAsked):
    """A card to be read for a voucher."""

    reader: Annotated[str, Field(max_length=200)]
    key: ChipKeyAsked | None = None


@bp.get("")
def visits() -> ResponseReturnValue:
    """Return the visits of this teller, the latest first."""
    found = counter().visiting
    shown = [_hosted(one) for one in found.hosted(present())] if found else []
    return jsonify({"visits": shown})


@bp.post("/expected")
def expected() -> ResponseReturnValue:
    """Say who is expected with a code; opens nothing."""
    return jsonify(_expected(_visiting().expect(read(CodeAsked).code)))


@bp.post("")
def begin() -> ResponseReturnValue:
    """Wait for the card of the person who is expected, and open the papers for him."""
    asked, room = read(BeginAsked), _visiting()
    room.expect(asked.code)
    record = read_document(asked.reader, asked.key)
    return _answer(room.begin(asked.code, record, present())), 201


@bp.get("/<invitation>")
def visit(invitation: str) -> ResponseReturnValue:
    """Return one visit."""
    return _answer(_visiting().get(invitation, present()))


@bp.delete("/<invitation>")
def drop(invitation: str) -> ResponseReturnValue:
    """Forget a visit that is done, or came to nothing."""
    _visiting().drop(invitation, present())
    return "", 204


@bp.get("/<invitation>/photo")
def photo(invitation: str) -> ResponseReturnValue:
    """Return the chip's photo where a browser can draw it."""
    visit = _visiting().get(invitation, present()).visit
    if visit is None:
        raise NotFoundError("no document here")
    return photo_answer(visit.identity)


@bp.get("/<invitation>/papers")
def papers(invitation: str) -> ResponseReturnValue:
    """Return the papers as the signer's window shows them."""
    hosted = _visiting().get(invitation, present())
    return jsonify({"papers": [_paper(hosted, p) for p in _papers(invitation)]})


@bp.get("/<invitation>/papers/<code>/pdf")
def paper_pdf(invitation: str, code: str) -> ResponseReturnValue:
    """Return a paper byte for byte as it is signed, or a page of it drawn here."""
    for paper in _papers(invitation):
        if paper.key == code:
            return file_answer(paper.pdf, "application/pdf", code)
    raise NotFoundError("no such paper")


@bp.post("/<invitation>/papers/<code>/inks")
def sign(invitation: str, code: str) -> ResponseReturnValue:
    """Take the visitor's ink on one paper."""
    asked = read(InkAsked)
    hand = asked.as_handwriting(ended_at=counter().clock.now())
    signed = _visiting().sign(invitation, present(), key=code, sha256=asked.sha256, hand=hand)
    return _answer(signed), 201


@bp.post("/<invitation>/sending")
def finish(invitation: str) -> ResponseReturnValue:
    """Seal all that was signed and send it to the first counter."""
    return _answer(_visiting().finish(invitation, present()))


def _visiting() -> Visiting:
    found = counter().visiting
    if found is None:
        raise NotFoundError("nobody signs here for others")
    return found


def _papers(invitation: str) -> tuple[HostedPaper, ...]:
    return _visiting().papers(invitation, present())


def _answer(hosted: Hosted) -> Response:
    return jsonify(_hosted(hosted))


def _hosted(hosted: Hosted) -> JSON:
    visit = hosted.visit
    return {
        "invitation": hosted.invitation,
        "expected": _expected(hosted.expected),
        "state": hosted.state.value,
        "over": hosted.over,
        "signed": [ink.paper_sha256 for ink in hosted.inks],
        "identity": identity_shown(visit.identity, office_day(counter())) if visit else None,
        "began_at": time_shown(hosted.began_at),
        "signed_at": time_shown(hosted.signed_at),
        "sent_at": time_shown(hosted.sent_at),
    }


def _expected(expected: Expected) -> JSON:
    return {
        "name": expected.name,
        "number": expected.number,
        "branch": expected.branch,
        "terminal": expected.terminal,
        "titles": list(expected.titles),
        "expires_at": time_shown(expected.expires_at),
    }


def _paper(hosted: Hosted, paper: HostedPaper) -> JSON:
    """Return a paper in the form that the signer's window knows from this counter's own."""
    ink = next((i for i in hosted.inks if i.paper_sha256 == paper.sha256), None)
    number = hosted.visit.identity.document.number if hosted.visit else ""
    return {
        "code": paper.key,
        "title": paper.title,
        "title_en": paper.title_en,
        "sha256": paper.sha256,
        "pages": counter().keeper.report(paper.sha256, lambda: paper.pdf).pages,
        "signers": [
            {
                "signer": signer_key(number),
                "role": paper.role.value,
                "name": paper.signer_name,
                "is_signed": ink is not None,
                "signed_at": time_shown(ink.ended_at) if ink else None,
                "plain": [{"zh": zh, "en": en} for zh, en in paper.plain],
            }
        ],
    }
