"""Lists as spreadsheets (XLSX): text out of one, and one made of text; nothing in it is computed.

A bank's system wrote the file, and somebody may have put something else in its place: another
process reads it.
"""

import importlib
import io
from collections.abc import Sequence
from typing import Any, Final

from quarantine.errors import ForeignFileError
from quarantine.tables import read_table
from terminal.desk.table import LARGEST_LIST, MOST_ROWS
from terminal.errors import BadListError

_MOST_COLUMNS: Final = 40
_SHEETS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How a spreadsheet begins today, and how it did before 2007."""
_REASONS: Final = {"size": "unpacked", "encrypted": "old", "crashed": "damaged"}
"""Where a list has a word of its own for what is wrong with a file."""


def is_spreadsheet(data: bytes) -> bool:
    """Say whether a file looks like one, of whatever age."""
    return data.startswith(_SHEETS)


def read_xlsx(data: bytes) -> list[list[str]]:
    """Return the cells of the first sheet as text, as they would be typed.

    Raises:
        BadListError: no spreadsheet, or too large; "formula", "number" or "error" with the cells
            that hold a formula, a number too long to be kept exactly, or no value at all.
        WardenGoneError: this machine gives no process that would open it.
    """
    if len(data) > LARGEST_LIST:
        raise BadListError("size")
    try:
        rows, faults = read_table(data, rows=MOST_ROWS + 2, columns=_MOST_COLUMNS)
    except ForeignFileError as exc:
        raise BadListError(_REASONS.get(exc.reason, exc.reason)) from exc
    places = {"formula": faults.formulas, "number": faults.numbers, "error": faults.errors}
    for reason, cells in places.items():
        if cells:
            raise BadListError(reason, cells)
    return rows


def write_xlsx(title: str, rows: Sequence[Sequence[str]]) -> bytes:
    """Return a spreadsheet of one sheet; every cell is text, whatever it begins with."""
    book = _library().Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([_text_cell(sheet, text) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _library() -> Any:
    """Import it when a list is written: a quarter of a second, which no start of the counter pays."""
    return importlib.import_module("openpyxl")


def _text_cell(sheet: Any, text: str) -> Any:
    cell = _library().cell.WriteOnlyCell(sheet, value=text)
    # What begins with "=" would be a formula on whoever's machine opens it.
    cell.data_type = "s"
    return cell
