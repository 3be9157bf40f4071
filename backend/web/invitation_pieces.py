"""For counters on slow lines: papers for a guest in pieces, by tus 1.0.0, named by the proof's digest."""

import json

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from backend.office.uploads import UploadRoom
from backend.web import piecewise, tus
from backend.web.callers import office
from backend.web.invitations import LARGEST_PAPERS, format_invitation
from backend.web.problems import ProblemError

bp = Blueprint(
    "invitation_pieces",
    __name__,
    url_prefix="/api/v1/relay/invitations/<parcel:invitation>/by/<sha256:proof>",
)
bp.before_request(tus.require_version)
bp.after_request(tus.add_headers)


@bp.post("")
def create(invitation: str, proof: str) -> ResponseReturnValue:
    """Begin the papers of an invitation, with their first bytes if they come along."""
    return piecewise.create(
        _room(invitation, proof),
        lambda sha256: url_for(
            "invitation_pieces.pieces", invitation=invitation, proof=proof, sha256=sha256
        ),
        most=LARGEST_PAPERS,
    )


@bp.route("/<sha256:sha256>", methods=["GET", "HEAD"])
def pieces(invitation: str, proof: str, sha256: str) -> ResponseReturnValue:
    """Tell how far the papers are; GET tells how the invitation stands once they are whole."""
    return piecewise.look(_room(invitation, proof), sha256)


@bp.patch("/<sha256:sha256>")
def append(invitation: str, proof: str, sha256: str) -> ResponseReturnValue:
    """Take the next bytes."""
    return piecewise.append(_room(invitation, proof), sha256)


@bp.delete("/<sha256:sha256>")
def terminate(invitation: str, proof: str, sha256: str) -> ResponseReturnValue:
    """Forget papers that are not whole."""
    return piecewise.terminate(_room(invitation, proof), sha256)


def _room(invitation: str, proof: str) -> UploadRoom:
    found = office().invitation_pieces
    if found is None:
        raise ProblemError(404, "office.not-found")
    told = found.inviting
    return found.room(invitation, proof, lambda row: json.dumps(format_invitation(told, row)))
