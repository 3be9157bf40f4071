"""For counters: invitations to sign elsewhere, which the office carries and cannot open."""

import re
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from backend.office.inviting import Inviting
from backend.office.inviting_ports import ANSWERED, InvitationRow
from backend.web import bodies
from backend.web.callers import office, terminal
from backend.web.problems import ProblemError

bp = Blueprint("invitations", __name__, url_prefix="/api/v1/relay/invitations")

SEALED: Final = "application/octet-stream"
LARGEST_PAPERS: Final = 16 * 1024 * 1024
_HINT: Final = re.compile(r"[A-Za-z0-9+/]{40,2000}={0,2}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@bp.get("")
def list_all() -> ResponseReturnValue:
    """Tell how every invitation of this counter stands, what is open first."""
    room = inviting()
    return jsonify({"invitations": [format_invitation(room, row) for row in room.list(terminal())]})


@bp.put("/<parcel:invitation>")
def leave(invitation: str) -> ResponseReturnValue:
    """Take sealed papers in for whoever shows the proof; the same name again changes nothing."""
    sender, room = terminal(), inviting()
    bodies.require_type(SEALED)
    data = bodies.read_body(LARGEST_PAPERS)
    bodies.require_digest(data)
    proof = request.args.get("proof", "")
    if not _DIGEST.fullmatch(proof):
        raise ProblemError(400, "http.query", "请写明 proof", "Name the proof's digest in `proof`")
    return jsonify(
        format_invitation(room, room.leave(invitation, data, proof_sha256=proof, terminal=sender))
    )


@bp.get("/<parcel:invitation>/answer")
def fetch(invitation: str) -> ResponseReturnValue:
    """Give the sealed answer; it stays until the counter says that it is safe."""
    data = inviting().fetch(invitation, terminal=terminal())
    return Response(data, content_type=SEALED)


@bp.put("/<parcel:invitation>/hint")
def offer(invitation: str) -> ResponseReturnValue:
    """Let other counters of the bank open it, and no guest; again is the same."""
    hint = bodies.read_members(bodies.read_json(), hint=2_002)["hint"]
    if not _HINT.fullmatch(hint):
        raise ProblemError(422, "http.hint", "hint 写得不对", "`hint` is base64 of at most 1.5 KB")
    room = inviting()
    return jsonify(format_invitation(room, room.offer(invitation, hint, terminal=terminal())))


@bp.post("/<parcel:invitation>/taking")
def take(invitation: str) -> ResponseReturnValue:
    """Forget an answer that the counter has; again is the same."""
    room = inviting()
    return jsonify(format_invitation(room, room.take(invitation, terminal=terminal())))


@bp.post("/<parcel:invitation>/recall")
def recall(invitation: str) -> ResponseReturnValue:
    """End an invitation; one that never came will never be taken in."""
    room, is_kept = inviting(), request.args.get("unless") == ANSWERED
    row = room.recall(invitation, terminal=terminal(), unless_answered=is_kept)
    return jsonify(format_invitation(room, row))


def inviting() -> Inviting:
    """Return the use case. Raises: ProblemError: this office has none."""
    found = office().inviting
    if found is None:
        raise ProblemError(404, "office.not-found")
    return found


def format_invitation(room: Inviting, row: InvitationRow) -> dict[str, Any]:
    """Return how an invitation stands, as its counter reads it."""
    # To the microsecond: what the counter says later is compared with what is kept here.
    times = {
        name: at.isoformat() if at is not None else None
        for name, at in (
            ("left_at", row.left_at),
            ("expires_at", row.expires_at),
            ("opened_at", row.opened_at),
            ("answered_at", row.answered_at),
        )
    }
    return {
        "invitation": row.invitation,
        "state": row.state,
        "misses": row.misses,
        "size": row.size,
        "answer_sha256": row.answer_sha256,
        "attended_by": row.attended_by,
        **times,
        "url": f"{room.public_url}/sign/",
    }
