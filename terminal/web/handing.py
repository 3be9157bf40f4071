"""Acts on drafts from hand to hand: offer, accept, decline, take over."""

from typing import Final

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from terminal.desk.draft import Draft
from terminal.web.admission import present
from terminal.web.asked import ClaimAsked, NoteAsked, OfferAsked, read
from terminal.web.guard import counter
from terminal.web.shown import JSON, summary_shown, time_shown

bp: Final = Blueprint("handing", __name__, url_prefix="/ui/api")


@bp.get("/handovers")
def handovers() -> ResponseReturnValue:
    """Return what is offered to the teller, and that there are drafts of others, without names."""
    handing, teller = counter().handing, present()
    return jsonify(
        {
            "offered": [summary_shown(d) for d in handing.offered(teller)],
            "others": [_other(d) for d in handing.others(teller)],
        }
    )


@bp.put("/drafts/<draft_id>/offer")
def offer(draft_id: str) -> ResponseReturnValue:
    """Offer a draft to a colleague."""
    asked = read(OfferAsked)
    return jsonify(summary_shown(counter().handing.offer(draft_id, to=asked.to, note=asked.note)))


@bp.delete("/drafts/<draft_id>/offer")
def withdraw(draft_id: str) -> ResponseReturnValue:
    """Take an offer back."""
    return jsonify(summary_shown(counter().handing.withdraw(draft_id)))


@bp.post("/handovers/<offered_id>/accept")
def accept(offered_id: str) -> ResponseReturnValue:
    """Take an offered draft."""
    return jsonify(summary_shown(counter().handing.accept(offered_id, present())))


@bp.post("/handovers/<offered_id>/decline")
def decline(offered_id: str) -> ResponseReturnValue:
    """Say no to an offered draft."""
    counter().handing.decline(offered_id, present(), note=read(NoteAsked).note)
    return "", 204


@bp.post("/handovers/<absent_id>/claim")
def claim(absent_id: str) -> ResponseReturnValue:
    """Take over the draft of somebody who is away; a second person agrees."""
    asked = read(ClaimAsked)
    draft = counter().handing.claim(
        absent_id, present(), reason=asked.reason, witness=asked.staff_no, pin=asked.pin
    )
    return jsonify(summary_shown(draft))


def _other(draft: Draft) -> JSON:
    return {
        "draft_id": draft.draft_id,
        "number": draft.number,
        "kind": draft.kind.value,
        "form": draft.text("form"),
        "teller": draft.teller,
        "round": draft.round,
        "changed_at": time_shown(draft.changed_at),
    }
