"""What a browser says for a security key, read from a form."""

from flask import request

from backend.errors import BadCodeError
from registration import schema
from registration.errors import RegistrationError

_LONGEST_ANSWER = 20_000


def read_answer() -> dict[str, object]:
    """Read what the browser says for a key. Raises: BadCodeError: it is no JSON object."""
    text = request.form.get("answer", "")
    try:
        told = schema.decode_json(text.encode()) if len(text) <= _LONGEST_ANSWER else None
    except (RegistrationError, UnicodeEncodeError) as exc:
        raise BadCodeError("answer") from exc
    if not isinstance(told, dict):
        raise BadCodeError("answer")
    return told
