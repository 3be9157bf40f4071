"""The lock of the counter's pages: who works, sign in, lock."""

from typing import Final

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from terminal.web.asked import SignInAsked, read
from terminal.web.guard import counter

bp: Final = Blueprint("attendance", __name__, url_prefix="/ui/api/attendance")


@bp.get("")
def who() -> ResponseReturnValue:
    """Say who works, and who may."""
    return _answer()


@bp.post("")
def sign_in() -> ResponseReturnValue:
    """Let a teller in by a PIN."""
    asked = read(SignInAsked)
    counter().attendance.sign_in(asked.staff_no, asked.pin)
    return _answer()


@bp.delete("")
def lock() -> ResponseReturnValue:
    """Lock the counter."""
    counter().attendance.lock()
    return _answer()


def _answer() -> Response:
    at = counter()
    attendance, place = at.attendance, at.place
    with_pin = attendance.pins.staff()
    return jsonify(
        {
            "present": attendance.find(),
            "last": attendance.last,
            "locks_in_s": round(attendance.locks_in_s()),
            "bank": place.bank.name.text,
            "terminal": place.terminal,
            "tellers": [
                {"staff_no": no, "name": teller.name.text, "has_pin": no in with_pin}
                for no, teller in place.tellers.items()
            ],
        }
    )
