"""Discharges by a list: a table in, a draft for each line, and what became of each."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from registration.listed import MOST_LISTED
from terminal.desk.list_signing import ListSigning, find_drawn
from terminal.desk.listing import Listing
from terminal.desk.lists import RowResult
from terminal.desk.table import read_csv, read_rows, template_rows, write_csv
from terminal.errors import AnothersDraftError
from terminal.spreadsheets import is_spreadsheet, read_xlsx, write_xlsx
from terminal.web.admission import present
from terminal.web.asked import ListAsked, ResultsAsked, read, read_file
from terminal.web.guard import counter
from terminal.web.shown import JSON

bp: Final = Blueprint("lists", __name__, url_prefix="/ui/api/lists")

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/template")
def empty_list() -> ResponseReturnValue:
    """Return an empty list, as a spreadsheet or as CSV."""
    return _table("discharges", template_rows())


@bp.post("")
def begin() -> ResponseReturnValue:
    """Begin the discharges of a list that was uploaded; say what became of each line."""
    _, data = read_file()
    rows = read_rows(read_xlsx(data) if is_spreadsheet(data) else read_csv(data))
    return jsonify(_rows_shown(Listing(counter().intake).begin(rows, teller=present()))), 201


@bp.get("")
def last() -> ResponseReturnValue:
    """Return the list that this teller brought in last, each line as it stands now."""
    found = Listing(counter().intake).last(present())
    return jsonify(_rows_shown(found or ()))


@bp.post("/results")
def results() -> ResponseReturnValue:
    """Return the results that the page shows as a table to be kept; nothing is looked up."""
    return _table("results", read(ResultsAsked).rows)


@bp.post("/forms")
def draw_form() -> ResponseReturnValue:
    """Draw the list that is signed once for several drafts of this teller's."""
    asked = read(ListAsked)
    now = counter()
    if any(now.intake.get(draft_id).teller != present() for draft_id in asked.drafts):
        raise AnothersDraftError("one of the drafts")
    drawn = ListSigning(now.box, now.place, now.clock).draw(asked.drafts)
    left_out = [
        {"draft_id": one.draft_id, "number": one.number, "told": _told(one.told)}
        for one in drawn.left_out
    ]
    made = {"list_id": drawn.list_id, "drafts": drawn.draft_ids, "left_out": left_out}
    return jsonify(made | {"is_signed": drawn.is_signed}), 201


def _told(told: Sequence[tuple[str, str]]) -> list[JSON]:
    return [{"zh": zh, "en": en} for zh, en in told]


def _table(name: str, rows: Sequence[Sequence[str]]) -> Response:
    """Return rows as the address asks: `as=csv`, in UTF-8 with its mark, or a spreadsheet."""
    if request.args.get("as") == "csv":
        data, kind, ending = write_csv(rows).encode("utf-8-sig"), "text/csv; charset=utf-8", "csv"
    else:
        data, kind, ending = write_xlsx("清单", rows), _XLSX, "xlsx"
    response = Response(data, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response


def _rows_shown(results: Sequence[RowResult]) -> JSON:
    """Return lines, the papers that their drafts hold, and the list that lies ready to be signed."""
    now = counter()
    drafts = [now.intake.get(row.draft_id) for row in results if row.draft_id]
    codes = Counter(code for draft in drafts for code in {page.code for page in draft.pages})
    drawn = find_drawn(drafts)
    return {
        "rows": [_shown(result) for result in results],
        "most_signed": MOST_LISTED,
        "papers": [{"name": code, "to": codes[code]} for code in sorted(codes)],
        "signing": {
            "list_id": drawn.list_id,
            "drafts": drawn.draft_ids,
            "left_out": [],
            "is_signed": drawn.is_signed,
        }
        if drawn
        else None,
    }


def _shown(result: RowResult) -> JSON:
    return {
        "line": result.line,
        "certificate_no": result.certificate_no,
        "label": result.label,
        "state": result.state.value,
        "draft_id": result.draft_id,
        "number": result.number,
        "told": _told(result.told),
    }
