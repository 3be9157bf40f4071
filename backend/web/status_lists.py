"""Which certificates still stand, for anybody who checks without asking about each."""

from typing import Final

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from backend.web.callers import office

bp = Blueprint("status_lists", __name__)

_MEDIA_TYPE: Final = "application/statuslist+jwt"


@bp.get("/status/<int:year>/<int:block>")
def status_list(year: int, block: int) -> ResponseReturnValue:
    """Give the signed list of a year's block of certificates."""
    answer = Response(office().status_lists.give(year, block), content_type=_MEDIA_TYPE)
    answer.headers["Cache-Control"] = "public, max-age=60"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
