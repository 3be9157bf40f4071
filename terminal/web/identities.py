"""Who the people of a draft are: cards read, documents typed, and the second look at those."""

import logging
from typing import Final

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from registration.people import IdentityRecord
from terminal.desk.draft import Draft, Slot
from terminal.desk.identities import Typed
from terminal.desk.ports import ChipKey, IdReader
from terminal.errors import NotFoundError
from terminal.reader_errors import ReaderBusyError
from terminal.web.asked import read
from terminal.web.asked_identity import (
    CardAsked,
    CheckAsked,
    ChipKeyAsked,
    NextCardAsked,
    TypedAsked,
)
from terminal.web.draft_page import draft_shown
from terminal.web.guard import counter

bp: Final = Blueprint("identities", __name__, url_prefix="/ui/api/drafts/<draft_id>")
_LOG = logging.getLogger(__name__)
_PICTURES: Final = {"jpeg": "image/jpeg", "png": "image/png"}


@bp.post("/card")
def read_next_card(draft_id: str) -> ResponseReturnValue:
    """Wait for a card, and put it where nobody stands yet; into a new place if need be."""
    asked = read(NextCardAsked)
    counter().intake.get(draft_id)
    record = read_document(asked.reader, asked.key)
    draft, slot_id = counter().identities.put_next(draft_id, record)
    return jsonify(draft_shown(draft, counter()) | {"read_into": slot_id})


@bp.post("/slots/<slot_id>/card")
def read_card(draft_id: str, slot_id: str) -> ResponseReturnValue:
    """Wait for a card on a reader and put it into a person's place."""
    asked = read(CardAsked)
    _slot(draft_id, slot_id)
    record = read_document(asked.reader, asked.key)
    put = counter().identities.put
    return _answer(put(draft_id, slot_id, record, replace_other=asked.is_replacing))


@bp.put("/slots/<slot_id>/identity")
def type_identity(draft_id: str, slot_id: str) -> ResponseReturnValue:
    """Take a document that the teller typed because no chip could be read."""
    asked = read(TypedAsked)
    typed = Typed(**asked.model_dump(exclude={"is_replacing"}))
    put = counter().identities.type
    return _answer(put(draft_id, slot_id, typed, replace_other=asked.is_replacing))


@bp.post("/slots/<slot_id>/identity/check")
def check_identity(draft_id: str, slot_id: str) -> ResponseReturnValue:
    """Note a second person's look at what was typed."""
    asked = read(CheckAsked)
    confirm = counter().identities.confirm
    draft = confirm(draft_id, slot_id, staff_no=asked.staff_no, pin=asked.pin, number=asked.number)
    _LOG.info("typed document checked draft=%s slot=%s by=%s", draft_id, slot_id, asked.staff_no)
    return _answer(draft)


@bp.post("/slots/<slot_id>/reveal")
def reveal_number(draft_id: str, slot_id: str) -> ResponseReturnValue:
    """Show a masked number; showing it is an act, so it is logged."""
    identity = _identity(draft_id, slot_id)
    _LOG.info("number shown draft=%s slot=%s", draft_id, slot_id)
    return jsonify({"number": identity.document.number})


@bp.get("/slots/<slot_id>/photo")
def photo(draft_id: str, slot_id: str) -> ResponseReturnValue:
    """Return the chip's photo where a browser can draw it."""
    return photo_answer(_identity(draft_id, slot_id))


def photo_answer(identity: IdentityRecord) -> Response:
    """Return a photo that a browser can draw. Raises: NotFoundError: there is none."""
    for data, codec in (
        (identity.portrait, identity.portrait_codec),
        (identity.photo, identity.photo_codec),
    ):
        if codec in _PICTURES:
            return Response(data, content_type=_PICTURES[codec])
    raise NotFoundError("no photo that can be shown")


def read_document(name: str, key: ChipKeyAsked | None) -> IdentityRecord:
    """Read a document on a reader; a wait of ours in a window that is gone makes room for this one.

    Raises: ReaderError, NotFoundError: there is no such reader.
    """
    reader = _reader(name)
    given = ChipKey(**key.model_dump()) if key else None
    try:
        return reader.read(given)
    except ReaderBusyError:
        reader.close()
        return reader.read(given)


def _reader(name: str) -> IdReader:
    reader = counter().readers.get(name)
    if reader is None:
        raise NotFoundError("no such reader")
    return reader


def _slot(draft_id: str, slot_id: str) -> Slot:
    slot = counter().intake.get(draft_id).find_slot(slot_id)
    if slot is None:
        raise NotFoundError("no such person")
    return slot


def _identity(draft_id: str, slot_id: str) -> IdentityRecord:
    identity = _slot(draft_id, slot_id).identity
    if identity is None:
        raise NotFoundError("no document here")
    return identity


def _answer(draft: Draft) -> Response:
    return jsonify(draft_shown(draft, counter()))
