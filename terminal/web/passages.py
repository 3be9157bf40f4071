"""Acts on drafts from counter to counter: hand over, take back, accept."""

from typing import Final

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from terminal.desk.draft import Draft, DraftState
from terminal.web.admission import present
from terminal.web.asked import OfferAsked, read
from terminal.web.guard import counter
from terminal.web.shown import JSON, summary_shown

bp: Final = Blueprint("passages", __name__, url_prefix="/ui/api")


@bp.get("/passages")
def passages() -> ResponseReturnValue:
    """Return what is on its way, and what waits, as the relay was last asked; no line is needed."""
    return jsonify(_shown())


@bp.post("/passages/look")
def look() -> ResponseReturnValue:
    """Ask the relay now: what waits, and which counters a draft can be handed to."""
    counter().passages.look()
    return jsonify(_shown())


@bp.post("/drafts/<draft_id>/passage")
def send(draft_id: str) -> ResponseReturnValue:
    """Hand a draft to another counter."""
    asked = read(OfferAsked)
    sent = counter().passages.send(draft_id, to=asked.to, note=asked.note)
    return jsonify(summary_shown(sent)), 201


@bp.delete("/drafts/<draft_id>/passage")
def recall(draft_id: str) -> ResponseReturnValue:
    """Take a draft back that nobody has taken yet."""
    return jsonify(summary_shown(counter().passages.recall(draft_id)))


@bp.post("/passages/<parcel>/accept")
def accept(parcel: str) -> ResponseReturnValue:
    """Take a draft that another counter handed over."""
    return jsonify(summary_shown(counter().passages.accept(parcel, present()))), 201


def _shown() -> JSON:
    room = counter().passages
    return {
        "counters": list(room.seen.counters),
        "arriving": [
            {"parcel": p.parcel, "from": p.sender, "size": p.size, "at": p.left_at}
            for p in room.seen.arriving
        ],
        "away": [summary_shown(d) for d in room.away() if _is_of_present(d)],
    }


def _is_of_present(draft: Draft) -> bool:
    return draft.state is DraftState.AWAY and draft.teller == present()
