"""Lists as spreadsheets (XLSX): text out of one, and one made of text; nothing in it is computed.

A bank's system wrote the file, and somebody may have put something else in its place: it is looked
at as a ZIP before anything is unpacked, and no part of it may name entities.
"""

import importlib
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from terminal.desk.table import LARGEST_LIST, MOST_ROWS
from terminal.errors import BadListError

_MOST_PARTS: Final = 200
_LARGEST_WHOLE: Final = 8 * 1024 * 1024
"""Bytes of all parts unpacked: 500 lines need a tenth of it."""
_MOST_COLUMNS: Final = 40
_EXACT: Final = 10**15
"""Spreadsheets keep 15 digits of a number: an ID number that was typed as one is lost already."""
_MARKS: Final = (b"<!DOCTYPE", b"<!ENTITY", b"\xff\xfe", b"\xfe\xff")
"""Office Open XML has no document type, and is UTF-8 (ECMA-376 part 2, 8.1.1; part 1, 17.2)."""
_MALFORMED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    EOFError,
    RuntimeError,
    SyntaxError,
)
"""What the library raises on files that somebody made up; its XML errors are SyntaxErrors."""


def is_spreadsheet(data: bytes) -> bool:
    """Say whether a file looks like one: a ZIP."""
    return data.startswith(b"PK\x03\x04")


def read_xlsx(data: bytes) -> list[list[str]]:
    """Return the cells of the first sheet as text, as they would be typed.

    Raises:
        BadListError: no spreadsheet, or too large; `formula` or `number` with the cells that hold
            a formula, or a number too long to be kept exactly.
    """
    if len(data) > LARGEST_LIST:
        raise BadListError("size")
    try:
        _require_harmless(data)
        book = _library().load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        rows = [list(row) for row in _rows(book.worksheets[0])]
    except _MALFORMED as exc:
        raise BadListError("type") from exc
    bad = [(kind, place) for row in rows for kind, place, _ in row if kind]
    for kind in ("formula", "number"):
        if places := tuple(place for found, place in bad if found == kind):
            raise BadListError(kind, places[:20])
    return [_trimmed([text for _, _, text in row]) for row in rows]


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
    """Import it when a list comes: a quarter of a second, which no start of the counter pays."""
    return importlib.import_module("openpyxl")


def _require_harmless(data: bytes) -> None:
    """Look at the ZIP's directory, then for what XML must not say, before anybody parses it."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        infos = sorted(parts.infolist(), key=lambda info: info.header_offset)
        ends = [info.header_offset + info.compress_size for info in infos]
        is_lapping = any(
            end > after.header_offset for end, after in zip(ends, infos[1:], strict=False)
        )
        if (
            len(infos) > _MOST_PARTS
            or is_lapping
            or sum(info.file_size for info in infos) > _LARGEST_WHOLE
            or any(info.flag_bits & 1 for info in infos)
        ):
            raise BadListError("type")
        for info in infos:
            text = parts.read(info)
            if info.filename.endswith((".xml", ".rels")) and any(mark in text for mark in _MARKS):
                raise BadListError("type")


def _rows(sheet: Any) -> Iterator[Iterator[tuple[str, str, str]]]:
    for row in sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=_MOST_COLUMNS):
        yield (_cell(cell) for cell in row)


def _cell(cell: Any) -> tuple[str, str, str]:
    """Return what is wrong with a cell, where it is, and its text."""
    value = cell.value
    if value is None:
        return "", "", ""
    place = str(getattr(cell, "coordinate", ""))
    if cell.data_type == "f":
        return "formula", place, ""
    if isinstance(value, bool):
        return "", place, "1" if value else "0"
    if isinstance(value, int | float):
        return ("number", place, "") if abs(value) >= _EXACT else ("", place, _plain(value))
    if isinstance(value, datetime):
        return "", place, value.date().isoformat()
    return "", place, value.isoformat() if isinstance(value, date) else str(value)


def _trimmed(row: list[str]) -> list[str]:
    """Return a row without the empty cells at its end, which the library adds."""
    while row and not row[-1]:
        row.pop()
    return row


def _plain(value: float) -> str:
    """Write a number as people do: 860000, not 860000.0 or 8.6e+05."""
    number = Decimal(str(value))
    return (
        f"{number.to_integral_value():f}" if number == number.to_integral_value() else f"{number:f}"
    )


def _text_cell(sheet: Any, text: str) -> Any:
    cell = _library().cell.WriteOnlyCell(sheet, value=text)
    # What begins with "=" would be a formula on whoever's machine opens it.
    cell.data_type = "s"
    return cell
