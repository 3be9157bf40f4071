"""Acts on one draft: open, people, fields, inquiry, register, materials."""

import logging
from typing import Final

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from terminal.desk.draft import Draft
from terminal.desk.gun import Gun
from terminal.desk.offers import OFFERS
from terminal.desk.sparing import Sparing
from terminal.desk.stating import Stating
from terminal.desk.windows import Windows, Written
from terminal.errors import ConflictError
from terminal.web.admission import present
from terminal.web.asked import (
    DraftAsked,
    ScannedAsked,
    SlotAsked,
    StatementAsked,
    TextsAsked,
    read,
)
from terminal.web.draft_page import draft_shown
from terminal.web.guard import counter
from terminal.web.shown import offer_shown, summary_shown

bp: Final = Blueprint("drafts", __name__, url_prefix="/ui/api/drafts")
_LOG = logging.getLogger(__name__)


@bp.get("")
def list_drafts() -> ResponseReturnValue:
    """Return the drafts that the teller has at work, and what may be begun."""
    own = [summary_shown(d) for d in counter().intake.drafts() if d.teller == present()]
    return jsonify({"drafts": own, "offers": [offer_shown(offer) for offer in OFFERS]})


@bp.post("")
def open_draft() -> ResponseReturnValue:
    """Open a draft."""
    asked = read(DraftAsked)
    if asked.teller != present():
        raise ConflictError("somebody else works here now")
    draft = counter().intake.open_draft(
        asked.kind, teller=asked.teller, form=asked.form, model=asked.model
    )
    return _answer(draft), 201


@bp.get("/<draft_id>")
def get_draft(draft_id: str) -> ResponseReturnValue:
    """Return one draft."""
    return _answer(counter().intake.get(draft_id))


@bp.delete("/<draft_id>")
def discard_draft(draft_id: str) -> ResponseReturnValue:
    """Forget a draft with its pages and signatures; with `?ink`, with what came from elsewhere too."""
    if remote := counter().remote:
        remote.leave_off(draft_id, with_ink="ink" in request.args)
    counter().intake.discard(draft_id)
    return "", 204


@bp.post("/<draft_id>/slots")
def add_slot(draft_id: str) -> ResponseReturnValue:
    """Make a place for one more person."""
    asked = read(SlotAsked)
    draft = counter().intake.add_slot(draft_id, asked.role, kind=asked.kind, ward=asked.ward)
    return _answer(draft), 201


@bp.put("/<draft_id>/slots/<slot_id>")
def set_slot(draft_id: str, slot_id: str) -> ResponseReturnValue:
    """Write what was typed about a person."""
    asked = read(TextsAsked)
    return _written(_windows().write_slot(draft_id, slot_id, asked.texts, asked.base))


@bp.delete("/<draft_id>/slots/<slot_id>")
def remove_slot(draft_id: str, slot_id: str) -> ResponseReturnValue:
    """Take a person out."""
    return _answer(counter().intake.remove_slot(draft_id, slot_id))


@bp.put("/<draft_id>/fields")
def set_fields(draft_id: str) -> ResponseReturnValue:
    """Write fields as typed."""
    asked = read(TextsAsked)
    return _written(_windows().write_fields(draft_id, asked.texts, asked.base))


@bp.post("/<draft_id>/fields/<name>/register")
def take_register_value(draft_id: str, name: str) -> ResponseReturnValue:
    """Replace a typed value by the register's."""
    return _answer(counter().intake.take_register_value(draft_id, name).draft)


@bp.put("/<draft_id>/inquiry")
def set_inquiry(draft_id: str) -> ResponseReturnValue:
    """Write answers of the inquiry record."""
    asked = read(TextsAsked)
    return _written(_windows().write_inquiry(draft_id, asked.texts, asked.base))


@bp.post("/<draft_id>/undo")
def undo(draft_id: str) -> ResponseReturnValue:
    """Take the last edit back."""
    return _answer(counter().intake.undo(draft_id))


@bp.post("/<draft_id>/redo")
def redo(draft_id: str) -> ResponseReturnValue:
    """Do again what was taken back last."""
    return _answer(counter().intake.redo(draft_id))


@bp.post("/<draft_id>/precheck")
def precheck(draft_id: str) -> ResponseReturnValue:
    """Ask the register about the unit."""
    return _answer(counter().intake.precheck(draft_id))


@bp.post("/<draft_id>/scanned")
def take_scanned(draft_id: str) -> ResponseReturnValue:
    """Write the number that a scan gun read; `scanned` names the field, empty for none."""
    gun = Gun(counter().intake, counter().number_of_code)
    draft, name = gun.take(draft_id, read(ScannedAsked).text)
    return jsonify(draft_shown(draft, counter()) | {"scanned": name})


@bp.post("/<draft_id>/enquiries")
def ask_authorities(draft_id: str) -> ResponseReturnValue:
    """Have the office ask other authorities which papers nobody need bring."""
    at = counter()
    sparing = Sparing(at.box, at.intake.link, at.clock, at.place)
    return _answer(sparing.ask(draft_id))


@bp.put("/<draft_id>/statements/<code>")
def choose_statement(draft_id: str, code: str) -> ResponseReturnValue:
    """Write a statement at the counter, or take the paper that was brought."""
    stating = Stating(counter().box, counter().clock)
    return _answer(stating.choose(draft_id, code, is_written=read(StatementAsked).is_written))


def _answer(draft: Draft) -> Response:
    return jsonify(draft_shown(draft, counter()))


def _windows() -> Windows:
    return Windows(counter().intake)


def _written(written: Written) -> Response:
    """Answer with the draft and with the texts that met others from another window."""
    clashes = [{"name": c.name, "ours": c.ours, "theirs": c.theirs} for c in written.clashes]
    return jsonify(draft_shown(written.draft, counter()) | {"clashes": clashes})
