"""Acts about signers elsewhere: invite, show link and code, look, vouch for, refuse, recall."""

from typing import Annotated, Final

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field

from registration.ink import RemoteLook
from registration.papers.qr import outline
from terminal.desk.draft import Draft
from terminal.desk.invitations import Invitation
from terminal.desk.remote import Remote
from terminal.errors import NotFoundError
from terminal.web.admission import present
from terminal.web.asked import Asked, read
from terminal.web.guard import counter
from terminal.web.shown import JSON, signer_key, time_shown, visit_shown

bp: Final = Blueprint("remote", __name__, url_prefix="/ui/api/drafts/<draft_id>/invitations")


class InviteAsked(Asked):
    """Invite one signer."""

    signer: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class WayAsked(InviteAsked):
    """How he will sign: over a link, or at another counter of the bank."""

    is_at_counter: bool = False


class ConfirmAsked(Asked):
    """Say how it is known who signed."""

    look: RemoteLook
    note: Annotated[str, Field(min_length=4, max_length=200, pattern=r"\S")]


@bp.get("")
def invitations(draft_id: str) -> ResponseReturnValue:
    """Return how every invitation of a draft stands, as the office was last asked."""
    return _shown(counter().box.get_draft(draft_id))


@bp.post("")
def invite(draft_id: str) -> ResponseReturnValue:
    """Invite a signer to sign elsewhere."""
    asked, room = read(WayAsked), _remote()
    for paper in counter().signing.papers(draft_id):
        for signer in paper.signers:
            if signer_key(signer.number) == asked.signer:
                made = room.invite(draft_id, signer.number, is_at_counter=asked.is_at_counter)
                return _shown(made), 201
    raise NotFoundError("no such signer")


@bp.post("/look")
def look(draft_id: str) -> ResponseReturnValue:
    """Ask the office now how everything stands."""
    _remote().mail.look()
    return _shown(counter().box.get_draft(draft_id))


@bp.delete("/<invitation>")
def recall(draft_id: str, invitation: str) -> ResponseReturnValue:
    """End an invitation."""
    return _shown(_remote().recall(draft_id, invitation))


@bp.post("/<invitation>/refusal")
def refuse(draft_id: str, invitation: str) -> ResponseReturnValue:
    """Throw away ink that nobody vouches for."""
    return _shown(_remote().refuse(draft_id, invitation))


@bp.post("/<invitation>/confirmation")
def confirm(draft_id: str, invitation: str) -> ResponseReturnValue:
    """Let ink from elsewhere count."""
    asked = read(ConfirmAsked)
    return _shown(
        _remote().confirm(
            draft_id, invitation, look=asked.look, note=asked.note, staff_no=present()
        )
    )


@bp.post("/<invitation>/attendance")
def confirm_visit(draft_id: str, invitation: str) -> ResponseReturnValue:
    """Let ink count that was given before a colleague at another counter."""
    return _shown(_remote().confirm_visit(draft_id, invitation, staff_no=present()))


def _remote() -> Remote:
    found = counter().remote
    if found is None:
        raise NotFoundError("nobody signs elsewhere")
    return found


def _shown(draft: Draft) -> Response:
    shown = [_invitation(one) for one in draft.invitations]
    return jsonify({"invitations": shown, "version": draft.version})


def _invitation(one: Invitation) -> JSON:
    is_waiting = one.state.value == "waiting"
    link, code = (one.link, one.code) if is_waiting else ("", "")
    shown = code if one.is_at_counter else link
    size, path = outline(shown) if shown else (0, "")
    return {
        "invitation": one.invitation,
        "signer": signer_key(one.number),
        "state": one.state.value,
        "ended": one.ended.value if one.ended else None,
        "papers": [key for key, _ in one.papers],
        "link": link,
        "qr": {"size": size, "path": path},
        "code": code,
        "is_at_counter": one.is_at_counter,
        "visit": visit_shown(one.visited.visit) if one.visited else None,
        "moved": _moved(one.invitation),
        "misses": one.misses,
        "made_at": time_shown(one.made_at),
        "expires_at": time_shown(one.expires_at),
        "opened_at": time_shown(one.opened_at),
        "answered_at": time_shown(one.answered_at),
        "strokes": [_strokes(one, at) for at in range(len(one.hands))],
    }


def _moved(invitation: str) -> JSON | None:
    """Return how many bytes of the papers are across, of how many, while they are on their way."""
    moved = _remote().mail.moving.get(invitation)
    return None if moved is None else {"bytes": moved.bytes_here, "size": moved.size}


def _strokes(one: Invitation, at: int) -> JSON:
    """Return the ink of a paper as the teller sees it before he vouches for it."""
    given = one.hands[at]
    lines = [[[p.x, p.y] for p in stroke.points] for stroke in given.hand.strokes]
    return {
        "paper": given.paper,
        "width": given.hand.width,
        "height": given.hand.height,
        "lines": lines,
        "ended_at": time_shown(given.hand.ended_at),
    }
