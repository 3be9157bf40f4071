"""Discharges by a list: a table in, a draft for each line, and what became of each."""

from typing import Final

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from terminal.desk.listing import Listing, RowResult
from terminal.desk.table import read_csv, read_rows, template
from terminal.web.admission import present
from terminal.web.asked import read_file
from terminal.web.guard import counter
from terminal.web.shown import JSON

bp: Final = Blueprint("lists", __name__, url_prefix="/ui/api/lists")


@bp.get("/template")
def empty_list() -> ResponseReturnValue:
    """Return an empty list as a spreadsheet opens it: UTF-8 with its mark."""
    response = Response(template().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="discharges.csv"'
    return response


@bp.post("")
def begin() -> ResponseReturnValue:
    """Begin the discharges of a list that was uploaded; say what became of each line."""
    _, data = read_file()
    rows = read_rows(read_csv(data))
    results = Listing(counter().intake).begin(rows, teller=present())
    return jsonify({"rows": [_shown(result) for result in results]}), 201


def _shown(result: RowResult) -> JSON:
    return {
        "line": result.line,
        "certificate_no": result.certificate_no,
        "label": result.label,
        "state": result.state.value,
        "draft_id": result.draft_id,
        "number": result.number,
        "told": [{"zh": zh, "en": en} for zh, en in result.told],
    }
