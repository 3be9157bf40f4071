"""For the counters of a branch: sealed parcels from one to another, which nobody here can open."""

import hashlib

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from backend.office.relay import Relay
from backend.web import bodies
from backend.web.callers import office, terminal
from backend.web.parcel_pieces import fetched, format_parcel
from backend.web.problems import ProblemError

bp = Blueprint("relay", __name__, url_prefix="/api/v1/relay")

_SEALED = "application/octet-stream"


@bp.put("/key")
def put_key() -> ResponseReturnValue:
    """Keep the key that parcels to this counter are sealed to, as it vouched for it."""
    sender = terminal()
    _relay().put_key(sender, bodies.read_members(bodies.read_json(), statement=64_000)["statement"])
    return "", 204


@bp.get("/counters")
def counters() -> ResponseReturnValue:
    """Name the other counters of the branch that can take parcels, each with its key."""
    peers = _relay().peers(terminal())
    return jsonify({"counters": [{"terminal": p.terminal, "key": p.key} for p in peers]})


@bp.get("/parcels")
def parcels() -> ResponseReturnValue:
    """Tell how every parcel stands that this counter sent or may take, the newest first."""
    return jsonify({"parcels": [format_parcel(row) for row in _relay().list(terminal())]})


@bp.put("/parcels/<parcel:parcel>")
def leave(parcel: str) -> ResponseReturnValue:
    """Take a parcel in for the counter named by `to`; the same name again changes nothing."""
    sender = terminal()
    bodies.require_type(_SEALED)
    data = bodies.read_body(bodies.LARGEST_PACKAGE)
    bodies.require_digest(data)
    to = request.args.get("to", "")
    if not 1 <= len(to) <= 64:
        raise ProblemError(400, "http.recipient", "请写明 to", "Name the recipient in `to`")
    return jsonify(format_parcel(_relay().leave(parcel, data, sender=sender, to=to)))


@bp.get("/parcels/<parcel:parcel>")
def fetch(parcel: str) -> ResponseReturnValue:
    """Give a parcel's bytes, or a range, to whom it is for; they stay until it says they are safe."""
    data = _relay().fetch(parcel, recipient=terminal())
    return fetched(data, hashlib.sha256(data).hexdigest())


@bp.post("/parcels/<parcel:parcel>/taking")
def take(parcel: str) -> ResponseReturnValue:
    """Give a parcel over for good; again by the same counter is the same."""
    return jsonify(format_parcel(_relay().take(parcel, recipient=terminal())))


@bp.post("/parcels/<parcel:parcel>/recall")
def recall(parcel: str) -> ResponseReturnValue:
    """Give a parcel back to its sender; one that never came will never be taken in."""
    return jsonify(format_parcel(_relay().recall(parcel, sender=terminal())))


def _relay() -> Relay:
    found = office().relay
    if found is None:
        raise ProblemError(404, "office.not-found")
    return found
