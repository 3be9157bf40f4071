"""Acts on drafts from counter to counter: hand over, take back, accept."""

from datetime import timedelta
from functools import partial
from typing import Final

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from terminal.desk.between import parcel_of
from terminal.desk.draft import Draft, DraftState
from terminal.web.admission import present
from terminal.web.asked import OfferAsked, read
from terminal.web.guard import counter
from terminal.web.shown import JSON, summary_shown

_TOLD: Final = timedelta(days=1)
"""How long the page says that another counter took a draft."""

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
    asked, remote = read(OfferAsked), counter().remote
    part = partial(remote.part, draft_id) if remote else lambda: None
    sent = counter().passages.send(draft_id, to=asked.to, note=asked.note, part=part)
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
        "trouble": room.seen.trouble,
        "arriving": [
            {
                "parcel": p.parcel,
                "from": p.sender,
                "size": p.size,
                "at": p.left_at,
                "moved": _moved(p.parcel),
            }
            for p in room.seen.arriving
        ],
        "away": [_away(d) for d in room.away() if _is_of_present(d, DraftState.AWAY)],
        "taken": [_away(d) for d in room.handed() if _is_recent(d)],
    }


def _away(draft: Draft) -> JSON:
    parcel = parcel_of(draft)
    is_there = parcel in counter().passages.seen.waiting
    return summary_shown(draft) | {"moved": _moved(parcel), "is_there": is_there}


def _moved(parcel: str) -> JSON | None:
    """Return how many bytes of a parcel are across, of how many, while they are on their way."""
    moved = counter().passages.seen.moving.get(parcel)
    return None if moved is None else {"bytes": moved.bytes_here, "size": moved.size}


def _is_of_present(draft: Draft, state: DraftState) -> bool:
    return draft.state is state and draft.teller == present()


def _is_recent(draft: Draft) -> bool:
    is_new = counter().clock.now() - draft.changed_at < _TOLD
    return is_new and _is_of_present(draft, DraftState.HANDED)
