"""Lists as spreadsheets: text in, text out, and nothing that is more than text."""

import importlib
import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from terminal.desk.table import read_csv, read_rows, template_rows, write_csv
from terminal.errors import BadListError
from terminal.spreadsheets import is_spreadsheet, read_xlsx, write_xlsx

openpyxl: Any = importlib.import_module("openpyxl")


def book(*rows: list[Any]) -> bytes:
    """Return a spreadsheet as a bank's system writes it."""
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def refused(data: bytes) -> BadListError:
    with pytest.raises(BadListError) as caught:
        read_xlsx(data)
    return caught.value


def changed(data: bytes, change: Callable[[str, bytes], bytes], **more: bytes) -> bytes:
    """Return a spreadsheet with its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in more.items():
            new.writestr(name, part)
    return out.getvalue()


def test_the_template_reads_like_the_one_in_csv() -> None:
    data = write_xlsx("清单", template_rows())

    assert is_spreadsheet(data)
    assert read_rows(read_xlsx(data)) == read_rows(read_csv(write_csv(template_rows()).encode()))


def test_cells_are_read_as_they_would_be_typed() -> None:
    cells = read_xlsx(
        book(["金额", "日", "数", "空", "字"], [860000.0, date(2026, 9, 28), 12.5, None, " 甲 "])
    )

    assert cells[1] == ["860000", "2026-09-28", "12.5", "", " 甲 "]


def test_a_formula_is_named_and_never_computed() -> None:
    error = refused(book(["不动产登记证明号", "结清金额"], ["x", "=860000-1"]))

    assert (error.reason, error.columns) == ("formula B2", ("B2",))


def test_a_number_that_lost_its_last_digits_is_named() -> None:
    """Spreadsheets keep 15 digits: an ID number that was typed as a number is another number."""
    error = refused(book(["抵押人证件号码"], [410203198506159910]))

    assert error.columns == ("A2",)


def test_too_many_rows_are_not_read_to_their_end() -> None:
    cells = read_xlsx(book(["不动产登记证明号", "抵押人", "抵押人证件号码"], *[["x"] * 3] * 700))

    with pytest.raises(BadListError) as caught:
        read_rows(cells)
    assert caught.value.reason == "rows"


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04", b"PK\x03\x04" + b"\0" * 400, b"no zip", b""],
    ids=["cut", "zeros", "text", "empty"],
)
def test_what_is_no_spreadsheet_is_refused(data: bytes) -> None:
    assert refused(data).reason == "type"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = changed(book(["x"]), lambda name, part: part, **{"xl/media.bin": b"\0" * 40_000_000})

    assert len(bomb) < 100_000
    assert refused(bomb).reason == "type"


def test_parts_that_lie_on_one_another_are_refused() -> None:
    """A bomb without large numbers: many entries that share one compressed stream."""
    data = bytearray(book(["x"]))
    at = data.rfind(b"PK\x01\x02")
    data[at + 42 : at + 46] = (0).to_bytes(4, "little")

    assert refused(bytes(data)).reason == "type"


@pytest.mark.parametrize(
    "head",
    [
        b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">]>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd">',
    ],
    ids=["entities", "outside"],
)
def test_entities_are_refused(head: bytes) -> None:
    def change(name: str, part: bytes) -> bytes:
        return head + part if name == "xl/workbook.xml" else part

    assert refused(changed(book(["x"]), change)).reason == "type"


def test_broken_xml_is_refused() -> None:
    def change(name: str, part: bytes) -> bytes:
        return part[: len(part) // 2] if name.startswith("xl/worksheets") else part

    assert refused(changed(book(["x"] * 50), change)).reason == "type"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_what_is_kept_is_no_formula_for_whoever_opens_it(text: str) -> None:
    (row,) = read_xlsx(write_xlsx("结果", [[text]]))

    assert row == [text]
    assert write_csv([[text]]).startswith("'")
