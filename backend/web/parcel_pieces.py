"""For counters on slow lines: a parcel in pieces, by tus 1.0.0; the last one says how it stands."""

import json
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from backend.office.relay_ports import ParcelRow
from backend.office.uploads import UploadRoom
from backend.web import bodies, piecewise, tus
from backend.web.callers import office
from backend.web.problems import ProblemError

bp = Blueprint("parcel_pieces", __name__, url_prefix="/api/v1/relay/parcels/<parcel:parcel>/to")
bp.before_request(tus.require_version)
bp.after_request(tus.add_headers)


@bp.post("/<string:to>")
def create(parcel: str, to: str) -> ResponseReturnValue:
    """Begin a parcel for a counter, with its first bytes if they come along; one that came is done."""
    return piecewise.create(
        _room(parcel, to),
        lambda sha256: url_for("parcel_pieces.pieces", parcel=parcel, to=to, sha256=sha256),
    )


@bp.route("/<string:to>/<sha256:sha256>", methods=["GET", "HEAD"])
def pieces(parcel: str, to: str, sha256: str) -> ResponseReturnValue:
    """Tell how far a parcel is; GET tells how one stands that is whole."""
    return piecewise.look(_room(parcel, to), sha256)


@bp.patch("/<string:to>/<sha256:sha256>")
def append(parcel: str, to: str, sha256: str) -> ResponseReturnValue:
    """Take the next bytes."""
    return piecewise.append(_room(parcel, to), sha256)


@bp.delete("/<string:to>/<sha256:sha256>")
def terminate(parcel: str, to: str, sha256: str) -> ResponseReturnValue:
    """Forget a parcel that is not whole."""
    return piecewise.terminate(_room(parcel, to), sha256)


def format_parcel(row: ParcelRow) -> dict[str, Any]:
    """Return how a parcel stands, as its counters read it."""
    return {
        "parcel": row.parcel,
        "sender": row.sender,
        "recipient": row.recipient,
        "state": row.state,
        "size": row.size,
        "left_at": bodies.as_text(row.left_at),
        "expires_at": bodies.as_text(row.expires_at),
    }


def fetched(data: bytes, digest: str) -> ResponseReturnValue:
    """Give a parcel's bytes, or the rest of them after a cut (RFC 9110, 14)."""
    answer = Response(data, content_type="application/octet-stream")
    answer.set_etag(digest)
    return answer.make_conditional(request, accept_ranges=True, complete_length=len(data))


def _room(parcel: str, to: str) -> UploadRoom:
    found = office().parcel_pieces
    if found is None:
        raise ProblemError(404, "office.not-found")
    return found.room(parcel, to, lambda row: json.dumps(format_parcel(row)))
