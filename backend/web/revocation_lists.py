"""Revocation lists as files, where certificates say that they are: for validators of others."""

from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding
from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from backend.errors import NotFoundError
from backend.web.callers import office
from certs.bundle import from_json
from certs.lists import find_list

bp = Blueprint("revocation_lists", __name__)

_MEDIA_TYPE: Final = "application/pkix-crl"


@bp.get("/crl/<string(length=40):key_id>.crl")
def revocation_list(key_id: str) -> ResponseReturnValue:
    """Give the newest list, in DER, of the root or issuing authority whose key has this id.

    Source: RFC 5280 section 4.2.1.13; RFC 2585 section 4.2.
    """
    found = find_list(from_json(office().trust()), key_id)
    if found is None:
        raise NotFoundError("revocation list")
    answer = Response(found.public_bytes(Encoding.DER), content_type=_MEDIA_TYPE)
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer
