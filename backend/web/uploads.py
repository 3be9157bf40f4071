"""For terminals on slow lines: a package in pieces, by tus 1.0.0; the last one brings the receipt."""

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from backend.errors import NotFoundError
from backend.office.rows import TerminalRow
from backend.office.uploads import Standing
from backend.web import tus
from backend.web.callers import office, terminal
from backend.web.problems import ProblemError

bp = Blueprint("uploads", __name__, url_prefix="/api/v1/uploads")
bp.before_request(tus.require_version)
bp.after_request(tus.add_headers)


@bp.route("", methods=["OPTIONS"], provide_automatic_options=False)
def discover() -> ResponseReturnValue:
    """Tell what of tus is spoken here."""
    return Response(status=204, headers=tus.discovery())


@bp.post("")
def create() -> ResponseReturnValue:
    """Begin an upload, with its first bytes if they come along; a known package is done at once."""
    sender, sha256, length = terminal(), tus.read_sha256(), tus.read_length()
    standing = office().uploads.begin(terminal=sender, sha256=sha256, length=length)
    status = 201 if standing.is_new else 200
    if request.mimetype == tus.PIECE_TYPE and standing.offset == 0:
        standing = _write(sender, sha256, 0)
    told = tus.answer(standing, status, is_told=tus.is_receipt_wanted())
    told.headers["Location"] = url_for("uploads.upload", sha256=sha256)
    return told


@bp.route("/<sha256:sha256>", methods=["GET", "HEAD"])
def upload(sha256: str) -> ResponseReturnValue:
    """Tell how far an upload is; GET gives the receipt of one that is received."""
    standing = office().uploads.look(terminal=terminal(), sha256=sha256)
    if request.method == "GET" and not standing.receipt:
        raise NotFoundError("not received yet")
    return tus.answer(standing, 200, is_told=request.method == "GET")


@bp.patch("/<sha256:sha256>")
def append(sha256: str) -> ResponseReturnValue:
    """Take the next bytes."""
    standing = _write(terminal(), sha256, tus.read_offset())
    is_told = bool(standing.receipt) and tus.is_receipt_wanted()
    return tus.answer(standing, 200 if is_told else 204, is_told=is_told)


@bp.delete("/<sha256:sha256>")
def terminate(sha256: str) -> ResponseReturnValue:
    """Forget an upload that is not whole."""
    office().uploads.end(terminal=terminal(), sha256=sha256)
    return "", 204


@bp.post("/<sha256:sha256>")
def override(sha256: str) -> ResponseReturnValue:
    """Do what `X-HTTP-Method-Override` says, for clients behind what lets only POST through."""
    acts = {"PATCH": append, "DELETE": terminate}
    act = acts.get(request.headers.get("X-HTTP-Method-Override", "").upper())
    if act is None:
        raise ProblemError(405, "http.405")
    return act(sha256)


def _write(sender: TerminalRow, sha256: str, offset: int) -> Standing:
    return office().uploads.write(
        terminal=sender, sha256=sha256, offset=offset, pieces=tus.read_pieces
    )
