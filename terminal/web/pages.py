"""Acts on the pages of a draft: files in, pages in order, straight and small, out again."""

from typing import Final
from urllib.parse import unquote

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from quarantine.keeper import WIDEST_PX
from registration.application import Capture
from terminal.desk.binder import Arriving
from terminal.desk.draft import Draft
from terminal.errors import NotFoundError
from terminal.web.asked import EditAsked, OrderAsked, PagesAsked, read, read_file
from terminal.web.draft_page import draft_shown
from terminal.web.files import file_answer, read_number
from terminal.web.guard import counter
from terminal.web.problems import BadRequestError

bp: Final = Blueprint("pages", __name__, url_prefix="/ui/api/drafts/<draft_id>")
_UPLOADED: Final = {"file": Capture.FILE, "camera": Capture.CAMERA}
_PDF: Final = "application/pdf"


@bp.post("/materials/<code>")
def add_file(draft_id: str, code: str) -> ResponseReturnValue:
    """Keep a file under a material code; its pages wait to be made ready."""
    label, data = read_file()
    file = Arriving(
        code=code,
        name=unquote(label, errors="replace"),
        data=data,
        capture=_capture(),
        after=request.args.get("after", ""),
        replaces=request.args.get("replaces", ""),
    )
    return answer(counter().binder.add(draft_id, file)), 201


@bp.get("/materials/<sha256>")
def material(draft_id: str, sha256: str) -> ResponseReturnValue:
    """Return a material exactly as it travels."""
    materials = counter().intake.get(draft_id).materials
    found = next((m for m in materials if m.sha256 == sha256), None)
    if found is None:
        raise NotFoundError("no such file")
    return file_answer(counter().binder.material_bytes(draft_id, sha256), _PDF, found.code)


@bp.post("/pages/develop")
def develop(draft_id: str) -> ResponseReturnValue:
    """Make the next waiting page ready."""
    return answer(counter().binder.develop(draft_id))


@bp.put("/pages/order")
def arrange(draft_id: str) -> ResponseReturnValue:
    """Put the pages into another order, or under another material."""
    return answer(counter().binder.arrange(draft_id, read(OrderAsked).as_pairs()))


@bp.post("/pages/remove")
def remove(draft_id: str) -> ResponseReturnValue:
    """Take pages out."""
    return answer(counter().binder.remove(draft_id, read(PagesAsked).pages))


@bp.post("/pages/undo")
def undo(draft_id: str) -> ResponseReturnValue:
    """Take the last act on pages back."""
    return answer(counter().binder.undo(draft_id))


@bp.put("/pages/<page_id>/edit")
def edit(draft_id: str, page_id: str) -> ResponseReturnValue:
    """Cut and turn a page."""
    return answer(counter().binder.edit(draft_id, page_id, read(EditAsked).as_edit()))


@bp.post("/pages/<page_id>/retry")
def retry(draft_id: str, page_id: str) -> ResponseReturnValue:
    """Make a page ready once more that was stopped."""
    return answer(counter().binder.retry(draft_id, page_id))


@bp.post("/pages/<page_id>/keep")
def keep(draft_id: str, page_id: str) -> ResponseReturnValue:
    """Let a page stand with what is remarked upon it."""
    return answer(counter().binder.keep(draft_id, page_id))


@bp.get("/pages/<page_id>/picture")
def picture(draft_id: str, page_id: str) -> ResponseReturnValue:
    """Return a page as it travels, or with `?as=came` as it came."""
    width = read_number("width", 16, WIDEST_PX, default="900")
    as_it_came = request.args.get("as") == "came"
    shown = counter().binder.picture(draft_id, page_id, width=width, as_it_came=as_it_came)
    return Response(shown, content_type="image/jpeg")


def answer(draft: Draft) -> Response:
    """Return a draft as the pages draw it."""
    return jsonify(draft_shown(draft, counter()))


def _capture() -> Capture:
    found = _UPLOADED.get(request.headers.get("X-Capture", "file"))
    if found is None:
        raise BadRequestError((("/capture", "file or camera"),))
    return found
