"""For a counter to which somebody came to sign what another counter of the bank files.

It shows its certificate, as with all it asks; which counter opened and answered is the office's to
know. The proof is that of an invitation: voucher and document number make it, the card says the latter.
"""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from backend.web import bodies
from backend.web.callers import terminal
from backend.web.guests import LARGEST_ANSWER, read_proof, told
from backend.web.invitations import SEALED, inviting
from backend.web.problems import ProblemError

bp = Blueprint("visits", __name__, url_prefix="/api/v1/visits/<parcel:invitation>")


@bp.get("")
def expected(invitation: str) -> ResponseReturnValue:
    """Tell how an invitation stands, and who is expected, sealed; opens nothing."""
    row = inviting().expected(invitation, counter=terminal())
    return jsonify(
        {
            "invitation": row.invitation,
            "state": row.state,
            "misses": row.misses,
            "expires_at": row.expires_at.isoformat(),
            "hint": row.hint,
        }
    )


@bp.post("/opening")
def open_papers(invitation: str) -> ResponseReturnValue:
    """Give the sealed papers to a counter that shows the proof."""
    counter, proof = terminal(), read_proof()
    with told():
        return Response(inviting().open(invitation, proof, counter), content_type=SEALED)


@bp.put("/answer")
def answer(invitation: str) -> ResponseReturnValue:
    """Take the sealed answer in, once; the same bytes again are the same answer."""
    counter, proof = terminal(), read_proof()
    bodies.require_type(SEALED)
    data = bodies.read_body(LARGEST_ANSWER)
    bodies.require_digest(data)
    if not data:
        raise ProblemError(422, "http.empty", "没有内容", "There is nothing in it")
    with told():
        inviting().answer(invitation, proof, data, counter)
    return "", 204
