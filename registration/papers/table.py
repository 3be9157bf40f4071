"""The certificate's table: what its rows say, at what size, and what goes on to the annex.

The table is never crowded and never cut: where it does not hold everything at a size that reads
well, the longest contents stand whole on the annex and the table says so in their place.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from registration.errors import PaperOverflowError
from registration.outcomes import RegistrationCertificate
from registration.papers.setting import Setting, wrap
from registration.papers.sheet import MM

CONTINUED: Final = "见附页"
LEAST_ROW: Final = 10.5
PADDING: Final = 2.6
"""mm."""
_SIZES: Final = (11.5, 11.0, 10.5, 10.0, 9.5, 9.0)
"""Points; the whole table has one size, so that it stays calm."""
_CALM: Final = 10.5
"""Points: a table that has to be continued anyway is set no smaller than this."""
_NEVER: Final = frozenset({"right", "unit_no"})
"""The rows that are always short."""
_LONGEST_FIRST: Final = 30
_HANG: Final = "　"
"""Before the later lines of an item, so that none of them passes for another item."""


@dataclass(frozen=True, slots=True)
class Item:
    """One content of a row."""

    text: str
    label: str = ""
    """Inside its row; empty where the row has one content."""
    names: tuple[str, ...] = ()
    """The people, where the content is a list of them."""

    @property
    def line(self) -> str:
        return f"{self.label}：{self.text}" if self.label else self.text

    @property
    def brief(self) -> "Item":
        """The item as the table has it when its text stands on the annex."""
        count = len(self.names)
        if count < 2:
            return Item(CONTINUED, self.label)
        first = f"{self.names[0]}等" if len(self.names[0]) <= _LONGEST_FIRST else "共"
        return Item(f"{first} {count} 人（{CONTINUED}）", self.label)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table."""

    field: str
    label: str
    items: tuple[Item, ...]
    share: float = 0.0
    """What part of the spare height the row takes."""

    def set(self, *, width: float, size: float) -> Setting:
        """Return the row's lines at a size, both in points."""
        if len(self.items) == 1 and not self.items[0].label:
            return Setting(wrap(self.items[0].line, width=width, size=size), size)
        lines = [line for item in self.items for line in _hung(item.line, width, size)]
        return Setting(tuple(lines), size)


@dataclass(frozen=True, slots=True)
class Entry:
    """One content that stands on the annex."""

    label: str
    text: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as they are drawn, and what stands on the annex instead."""

    rows: tuple[Row, ...]
    settings: tuple[Setting, ...]
    entries: tuple[Entry, ...]


def read_rows(certificate: RegistrationCertificate) -> tuple[Row, ...]:
    """Return the rows of the form, in its order."""
    obligors = certificate.obligors
    return (
        Row("right", "证明权利或事项", (Item(certificate.right),)),
        Row("holder", "权利人(申请人)", (Item(certificate.holder),)),
        Row("obligors", "义务人", (Item("、".join(obligors), names=obligors),)),
        Row("location", "坐落", (Item(certificate.location),)),
        Row("unit_no", "不动产单元号", (Item(certificate.unit_no.grouped),)),
        Row("other_items", "其他", _other_items(certificate), share=0.7),
        Row("remarks", "附记", tuple(_remarks(certificate.remarks)), share=0.3),
    )


def _other_items(certificate: RegistrationCertificate) -> tuple[Item, ...]:
    items = tuple(Item(text, label) for label, text in certificate.other_items)
    return items or (Item(""),)


def _remarks(text: str) -> Iterator[Item]:
    """Yield the lines of the remarks: each begins with what it is about."""
    for line in text.split("\n"):
        label, is_labelled, rest = line.partition("：")
        yield Item(rest, label) if is_labelled else Item(line)


def lay_table(rows: tuple[Row, ...], *, width: float, height: float) -> Table:
    """Fit the rows into a table; width of the contents in points, height in mm.

    Raises:
        PaperOverflowError: even a table that only points to the annex does not fit.
    """
    settings = _fit(rows, width=width, height=height)
    entries: tuple[Entry, ...] = ()
    if not settings:
        rows, entries = _continue(rows, width=width, height=height)
        settings = _fit(rows, width=width, height=height)
    if not settings:
        longest = max(rows, key=lambda row: row.set(width=width, size=_SIZES[-1]).height)
        raise PaperOverflowError(longest.field)
    return Table(rows, settings, entries)


def least_height(setting: Setting) -> float:
    """Return what a row needs, mm."""
    return max(LEAST_ROW, setting.height / MM + 2 * PADDING)


def _hung(text: str, width: float, size: float) -> Iterator[str]:
    first, *later = wrap(text, width=width, size=size, hang=size)
    yield first
    yield from (_HANG + line for line in later)


def _fit(rows: tuple[Row, ...], *, width: float, height: float) -> tuple[Setting, ...]:
    """Return the rows at the first size at which all fit; nothing where they do not."""
    if not _fits(_set(rows, width, _SIZES[-1]), height):
        return ()
    return next(s for size in _SIZES if _fits(s := _set(rows, width, size), height))


def _set(rows: tuple[Row, ...], width: float, size: float) -> tuple[Setting, ...]:
    return tuple(row.set(width=width, size=size) for row in rows)


def _fits(settings: tuple[Setting, ...], height: float) -> bool:
    return sum(map(least_height, settings)) <= height


def _continue(
    rows: tuple[Row, ...], *, width: float, height: float
) -> tuple[tuple[Row, ...], tuple[Entry, ...]]:
    """Send the longest items to the annex, one after another, until the rest reads calmly."""
    moved: set[tuple[int, int]] = set()
    for place in _longest_first(rows, width=width):
        moved.add(place)
        shown = _without(rows, moved)
        if _fits(_set(shown, width, _CALM), height):
            return shown, tuple(_entries(rows, moved))
    # Even the labels of so many items are too much: their rows go as a whole.
    return _without_rows(rows), tuple(_entries(rows, _places(rows)))


def _longest_first(rows: tuple[Row, ...], *, width: float) -> list[tuple[int, int]]:
    """Return row and place of the items whose going makes room, the most first."""
    gains = {}
    for r, i in _places(rows):
        item = rows[r].items[i]
        gain = len(wrap(item.line, width=width, size=_CALM))
        gains[r, i] = gain - len(wrap(item.brief.line, width=width, size=_CALM))
    return sorted((p for p in gains if gains[p] > 0), key=lambda p: (-gains[p], p))


def _without(rows: tuple[Row, ...], moved: set[tuple[int, int]]) -> tuple[Row, ...]:
    return tuple(
        replace(
            row,
            items=tuple(
                item.brief if (r, i) in moved else item for i, item in enumerate(row.items)
            ),
        )
        for r, row in enumerate(rows)
    )


def _without_rows(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    briefs = {row.field: Item(CONTINUED) for row in rows if row.field not in _NEVER}
    return tuple(
        replace(row, items=(briefs[row.field],)) if row.field in briefs else row for row in rows
    )


def _places(rows: tuple[Row, ...]) -> set[tuple[int, int]]:
    return {
        (r, i)
        for r, row in enumerate(rows)
        for i in range(len(row.items))
        if row.field not in _NEVER
    }


def _entries(rows: tuple[Row, ...], moved: set[tuple[int, int]]) -> Iterator[Entry]:
    for r, i in sorted(moved):
        item = rows[r].items[i]
        yield Entry(item.label or rows[r].label, item.text, item.names)
