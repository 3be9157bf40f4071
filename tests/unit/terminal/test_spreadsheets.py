"""Lists as spreadsheets: text in, text out, and nothing that is more than text."""

import io
import zipfile
from collections.abc import Callable
from datetime import date

import pytest

from terminal.desk.table import read_csv, read_rows, template_rows, write_csv
from terminal.errors import BadListError
from terminal.spreadsheets import is_spreadsheet, read_xlsx, write_xlsx
from tests.spreadsheets import make_book


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
        make_book(
            ["金额", "日", "数", "空", "字"], [860000.0, date(2026, 9, 28), 12.5, None, " 甲 "]
        )
    )

    assert cells[1] == ["860000", "2026-09-28", "12.5", "", " 甲 "]


def test_a_formula_is_named_and_never_computed() -> None:
    error = refused(make_book(["不动产登记证明号", "结清金额"], ["x", "=860000-1"]))

    assert (error.fault, error.columns) == ("formula", ("B2“结清金额”",))


def test_a_number_that_lost_its_last_digits_is_named() -> None:
    """Spreadsheets keep 15 digits: an ID number that was typed as a number is another number."""
    error = refused(make_book(["抵押人证件号码"], [410203198506159910]))

    assert (error.fault, error.columns) == ("number", ("A2“抵押人证件号码”",))


def test_too_many_rows_are_not_read_to_their_end() -> None:
    cells = read_xlsx(
        make_book(["不动产登记证明号", "抵押人", "抵押人证件号码"], *[["x"] * 3] * 700)
    )

    with pytest.raises(BadListError) as caught:
        read_rows(cells)
    assert caught.value.fault == "rows"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"PK\x03\x04", "damaged"),
        (b"PK\x03\x04" + b"\0" * 400, "damaged"),
        (b"no zip", "type"),
        (b"", "type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old"),
    ],
    ids=["cut", "zeros", "text", "empty", "of before 2007 or with a password"],
)
def test_what_is_no_spreadsheet_is_refused(data: bytes, fault: str) -> None:
    assert refused(data).fault == fault


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = changed(
        make_book(["x"]), lambda name, part: part, **{"xl/media.bin": b"\0" * 40_000_000}
    )

    assert len(bomb) < 100_000
    assert refused(bomb).fault == "unpacked"


def test_parts_that_lie_on_one_another_are_refused() -> None:
    """A bomb without large numbers: many entries that share one compressed stream."""
    data = bytearray(make_book(["x"]))
    at = data.rfind(b"PK\x01\x02")
    data[at + 42 : at + 46] = (0).to_bytes(4, "little")

    assert refused(bytes(data)).fault == "damaged"


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

    assert refused(changed(make_book(["x"]), change)).fault == "damaged"


def test_broken_xml_is_refused() -> None:
    def change(name: str, part: bytes) -> bytes:
        return part[: len(part) // 2] if name.startswith("xl/worksheets") else part

    assert refused(changed(make_book(["x"] * 50), change)).fault == "damaged"


def test_a_sheet_far_larger_than_a_list_is_not_read_to_its_end() -> None:
    """Row 1,048,576 and column XFD are where a sheet ends; nothing is made for the way there."""

    def change(name: str, part: bytes) -> bytes:
        if not name.startswith("xl/worksheets"):
            return part
        return part.replace(b'r="A2"', b'r="XFD2"').replace(b'r="3"', b'r="1048576"')

    cells = read_xlsx(changed(make_book(["一"], ["二"], ["三"]), change))

    assert cells == [["一"]]


def test_what_a_spreadsheet_could_not_compute_is_named() -> None:
    assert refused(make_book(["结清金额"], ["#REF!"])).columns == ("A2“结清金额”",)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_what_is_kept_is_no_formula_for_whoever_opens_it(text: str) -> None:
    (row,) = read_xlsx(write_xlsx("结果", [[text]]))

    assert row == [text]
    assert write_csv([[text]]).startswith("'")
