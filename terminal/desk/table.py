"""A list of discharges as a bank's system writes it: rows of text, and what each of them means."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from registration.mortgage import DischargeCause
from terminal.errors import BadListError

MOST_ROWS: Final = 500
LARGEST_LIST: Final = 2 * 1024 * 1024
"""Bytes."""
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "certificate_no": ("不动产登记证明号", "certificate_no"),
    "names": ("抵押人", "mortgagors"),
    "numbers": ("抵押人证件号码", "mortgagor_numbers"),
    "cause": ("注销原因", "cause"),
    "cleared_amount": ("结清金额", "cleared_amount"),
}
"""The columns by our name, with what may stand over them; several mortgagors with 、 between."""
_NEEDED: Final = ("certificate_no", "names", "numbers")
_LONGEST: Final = 400
_BOM: Final = b"\xef\xbb\xbf"
_CAUSES: Final = {cause.title_zh: cause.value for cause in DischargeCause} | {
    "": DischargeCause.DEBT_CLEARED.value,
    "已结清": DischargeCause.DEBT_CLEARED.value,
    "放弃": DischargeCause.ABANDONED.value,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRow:
    """One line of a list, as it was written."""

    line: int
    """As a spreadsheet counts them: the heading is line 1."""
    certificate_no: str
    people: tuple[tuple[str, str], ...]
    """Name and number of each mortgagor."""
    cause: str
    """A code of `DischargeCause`, or what was written where that is none."""
    cleared_amount: str

    def __repr__(self) -> str:
        return f"ListedRow(line={self.line})"


def read_csv(data: bytes) -> list[list[str]]:
    """Return the cells of a CSV, in UTF-8 or GB 18030, with commas, semicolons or tabs.

    Raises:
        BadListError: too large, or no text.
    """
    if len(data) > LARGEST_LIST:
        raise BadListError("size")
    text = _decoded(data.removeprefix(_BOM))
    if "\0" in text:
        raise BadListError("type")
    mark = max(",;\t", key=text.partition("\n")[0].count)
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark)]
    except csv.Error as exc:
        raise BadListError("type") from exc


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadListError("type")


def read_rows(cells: Sequence[Sequence[str]]) -> tuple[ListedRow, ...]:
    """Return the lines of a table; empty ones are left out.

    Raises:
        BadListError: it has too many lines, none at all, or lacks a column; `columns` names them.
    """
    if len(cells) > MOST_ROWS + 1:
        raise BadListError("rows")
    heads = [_plain(cell) for cell in cells[0]] if cells else []
    places = {name: _place(heads, words) for name, words in COLUMNS.items()}
    if missing := [COLUMNS[name][0] for name in _NEEDED if places[name] is None]:
        raise BadListError("columns", tuple(missing))
    rows = [
        _row(line, {n: _cell(row, at) for n, at in places.items()})
        for line, row in enumerate(cells[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    if not rows:
        raise BadListError("empty")
    return tuple(rows)


def _place(heads: Sequence[str], words: Sequence[str]) -> int | None:
    return next((heads.index(_plain(word)) for word in words if _plain(word) in heads), None)


def _plain(text: str) -> str:
    return "".join(text.split()).lower()


def _cell(row: Sequence[str], at: int | None) -> str:
    return row[at].strip()[:_LONGEST] if at is not None and at < len(row) else ""


def _row(line: int, texts: Mapping[str, str]) -> ListedRow:
    names, numbers = _parts(texts["names"]), _parts(texts["numbers"])
    count = max(len(names), len(numbers))
    filled = ((*names, *[""] * count)[:count], (*numbers, *[""] * count)[:count])
    return ListedRow(
        line=line,
        certificate_no=texts["certificate_no"],
        people=tuple(zip(*filled, strict=True)),
        cause=_CAUSES.get(texts["cause"], texts["cause"]),
        cleared_amount=texts["cleared_amount"],
    )


def _parts(text: str) -> tuple[str, ...]:
    for mark in (",", "，", ";", "；", "/", "\n"):
        text = text.replace(mark, "、")
    return tuple(part.strip() for part in text.split("、") if part.strip())


def template() -> str:
    """Return the heading of an empty list, with one made-up line, as CSV."""
    return write_csv(template_rows())


def write_csv(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as CSV; what a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    csv.writer(out).writerows([[_harmless(text) for text in row] for row in rows])
    return out.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def template_rows() -> list[list[str]]:
    """Return the heading of an empty list, with one made-up line."""
    heads = [words[0] for words in COLUMNS.values()]
    line = ["豫（2026）开封市不动产证明第0012345号", "张示例、李示例"]
    line += ["41020319850615991X、41020319871102992X", "已结清", "860000"]
    return [heads, line]
