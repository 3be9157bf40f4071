"""What a cell does that reads spreadsheets (XLSX): text out of the first sheet, nothing computed.

The file is looked at as a ZIP before anything is unpacked, and no part of it may name entities.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any, Final, NamedTuple

import openpyxl

from quarantine.cell import Answer, Answers
from quarantine.errors import ForeignFileError
from quarantine.messages import Head

_MOST_PARTS: Final = 200
_LARGEST_WHOLE: Final = 8 * 1024 * 1024
"""Bytes of all parts unpacked: 500 lines need a tenth of it."""
_EXACT: Final = 10**15
"""Spreadsheets keep 15 digits of a number: an ID number that was typed as one is lost already."""
_MOST_TOLD: Final = 20
_LONGEST_HEADING: Final = 40
_OLD: Final = b"\xd0\xcf\x11\xe0"
"""A compound file: a spreadsheet of before 2007, or one that is locked with a password."""
_MARKS: Final = (b"<!DOCTYPE", b"<!ENTITY", b"\xff\xfe", b"\xfe\xff")
"""Office Open XML has no document type, and is UTF-8 (ECMA-376 part 2, 8.1.1; part 1, 17.2)."""
_FAULTS: Final = {"f": "formulas", "e": "errors"}


class _Cell(NamedTuple):
    text: str = ""
    fault: str = ""
    """What is wrong with it: a member of the answer, or nothing."""
    place: str = ""


def open_table(data: bytes, head: Head) -> tuple[object, Answer]:
    """Read a spreadsheet at once: where cells are wrong, and the others' texts as JSON.

    `rows` and `columns` of the head say how much is read at the most.

    Raises:
        ForeignFileError: "type", "old", "size" or "damaged".
    """
    if data.startswith(_OLD):
        raise ForeignFileError("old")
    if not data.startswith(b"PK\x03\x04"):
        raise ForeignFileError("type")
    try:
        _require_harmless(data)
    except zipfile.BadZipFile as exc:
        raise ForeignFileError("damaged") from exc
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    sheet = book.worksheets[0]
    rows = [list(row) for row in _rows(sheet, int(head["rows"]), int(head["columns"]))]
    texts = [[cell.text for cell in row] for row in rows]
    while texts and not any(texts[-1]):
        texts.pop()
    return data, (_faults(rows), json.dumps([_trimmed(row) for row in texts]).encode())


def _require_harmless(data: bytes) -> None:
    """Look at the ZIP's directory, then for what XML must not say, before anybody parses it."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        infos = sorted(parts.infolist(), key=lambda info: info.header_offset)
        ends = [info.header_offset + info.compress_size for info in infos]
        if any(end > after.header_offset for end, after in zip(ends, infos[1:], strict=False)):
            raise ForeignFileError("damaged")
        if any(info.flag_bits & 1 for info in infos):
            raise ForeignFileError("encrypted")
        if len(infos) > _MOST_PARTS or sum(info.file_size for info in infos) > _LARGEST_WHOLE:
            raise ForeignFileError("size")
        for info in infos:
            text = parts.read(info)
            if info.filename.endswith((".xml", ".rels")) and any(mark in text for mark in _MARKS):
                raise ForeignFileError("damaged")


def _rows(sheet: Any, most_rows: int, most_columns: int) -> Iterator[Iterator[_Cell]]:
    for row in sheet.iter_rows(max_row=most_rows, max_col=most_columns):
        yield (_cell(cell) for cell in row)


def _cell(cell: Any) -> _Cell:
    value = cell.value
    if value is None:
        return _Cell()
    place = str(getattr(cell, "coordinate", ""))
    if cell.data_type in _FAULTS:
        return _Cell("", _FAULTS[cell.data_type], place)
    if isinstance(value, bool):
        return _Cell("1" if value else "0")
    if isinstance(value, int | float):
        return _Cell("", "numbers", place) if abs(value) >= _EXACT else _Cell(_plain(value))
    if isinstance(value, datetime):
        return _Cell(value.date().isoformat())
    return _Cell(value.isoformat() if isinstance(value, date) else str(value))


def _plain(value: float) -> str:
    """Write a number as people do: 860000, not 860000.0 or 8.6e+05."""
    number = Decimal(str(value))
    whole = number.to_integral_value()
    return f"{whole:f}" if number == whole else f"{number:f}"


def _faults(rows: list[list[_Cell]]) -> Head:
    """Say which cells are wrong in which way, each with the heading of its column."""
    told: Head = {"formulas": [], "numbers": [], "errors": []}
    for row in rows:
        for cell, head in zip_longest(row, rows[0], fillvalue=_Cell()):
            if cell.fault and len(told[cell.fault]) < _MOST_TOLD:
                heading = head.text.strip()[:_LONGEST_HEADING]
                told[cell.fault].append(f"{cell.place}“{heading}”" if heading else cell.place)
    return told


def _trimmed(row: list[str]) -> list[str]:
    """Return a row without the empty cells at its end, which the library adds."""
    while row and not row[-1]:
        row.pop()
    return row


def rehearse() -> None:
    """Do everything once on a small sheet, so that nothing is left to be loaded later."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (["甲", "乙"], ["=1+1", 1.5], [date(2026, 9, 28), True]):
        book.active.append(row)
    book.save(out)
    open_table(out.getvalue(), {"rows": 9, "columns": 9})


OPENING: Final = open_table
ANSWERS: Final[Answers] = {}
"""Everything is told when the file is opened."""
