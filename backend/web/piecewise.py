"""Something for the office to carry, in pieces, by tus 1.0.0; the last one says how it stands, in JSON."""

from collections.abc import Callable
from typing import Final

from flask import Response, request

from backend.errors import NotFoundError
from backend.office.uploads import Standing, UploadRoom
from backend.web import tus
from backend.web.bodies import LARGEST_PACKAGE
from backend.web.callers import terminal

_KIND: Final = "application/json"


def create(
    room: UploadRoom, locate: Callable[[str], str], *, most: int = LARGEST_PACKAGE
) -> Response:
    """Begin it, with its first bytes if they come along; what came before is done at once.

    `locate` gives the address at which a digest goes on; `most` is how many bytes it may have.
    """
    sender, sha256, length = terminal(), tus.read_sha256(), tus.read_length(most)
    standing = room.begin(terminal=sender, sha256=sha256, length=length)
    status = 201 if standing.is_new else 200
    if request.mimetype == tus.PIECE_TYPE and standing.offset == 0 and not standing.receipt:
        standing = _write(room, sha256, 0)
    told = tus.answer(standing, status, is_told=tus.is_receipt_wanted(), kind=_KIND)
    told.headers["Location"] = locate(sha256)
    return told


def look(room: UploadRoom, sha256: str) -> Response:
    """Tell how far it is; GET tells how one stands that is whole. Raises: NotFoundError."""
    standing = room.look(terminal=terminal(), sha256=sha256)
    if request.method == "GET" and not standing.receipt:
        raise NotFoundError("not whole yet")
    return tus.answer(standing, 200, is_told=request.method == "GET", kind=_KIND)


def append(room: UploadRoom, sha256: str) -> Response:
    """Take the next bytes."""
    standing = _write(room, sha256, tus.read_offset())
    is_told = bool(standing.receipt) and tus.is_receipt_wanted()
    return tus.answer(standing, 200 if is_told else 204, is_told=is_told, kind=_KIND)


def terminate(room: UploadRoom, sha256: str) -> tuple[str, int]:
    """Forget what is not whole."""
    room.end(terminal=terminal(), sha256=sha256)
    return "", 204


def _write(room: UploadRoom, sha256: str, offset: int) -> Standing:
    return room.write(terminal=terminal(), sha256=sha256, offset=offset, pieces=tus.read_pieces)
