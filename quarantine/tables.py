"""Spreadsheets from outside as plain text: each is read by a process of its own that then ends."""

from typing import Annotated, Final

from annotated_types import Len
from pydantic import TypeAdapter, ValidationError

from quarantine.custody import Cell, Warden, checked
from quarantine.errors import ForeignFileError, WardenGoneError
from quarantine.values import TableFaults

TABLING: Final = "quarantine.tabling"
_ACT_S: Final = 20.0
_LONGEST: Final = 32_767
"""Characters of a cell. Source: Microsoft, Excel specifications and limits."""
_Row = Annotated[list[Annotated[str, Len(0, _LONGEST)]], Len(0, 100)]
_ROWS: Final[TypeAdapter[list[list[str]]]] = TypeAdapter(Annotated[list[_Row], Len(0, 2000)])
_FAULTS: Final = TypeAdapter(TableFaults)


def read_table(
    data: bytes, *, rows: int, columns: int, room: str = TABLING, act_s: float = _ACT_S
) -> tuple[list[list[str]], TableFaults]:
    """Return the texts of the first sheet's cells, and which cells are wrong.

    No more than `rows` and `columns` of it are read. A cell that is wrong has no text.

    Raises:
        ForeignFileError: no spreadsheet that can be read; `reason` says why.
        WardenGoneError: this machine gives no process.
    """
    warden = Warden(room)
    try:
        with _new_cell(warden, act_s) as cell:
            head, body = cell.ask({"rows": rows, "columns": columns}, data)
    finally:
        warden.end()
    faults = checked(_FAULTS, head)
    try:
        return _ROWS.validate_json(body), faults
    except ValidationError:
        # Without the cause: its message would hold what the file made the cell say.
        raise ForeignFileError("damaged") from None


def _new_cell(warden: Warden, act_s: float) -> Cell:
    try:
        return warden.make_cell(act_s)
    except (OSError, ForeignFileError) as exc:
        raise WardenGoneError("no cell could be made") from exc
