"""Blocks that flow down the pages of a form: titles, ruled rows, paragraphs, signature lines.

A block measures itself and draws itself; `lay_out` breaks pages between blocks, so a row is
never cut in two, unless it is taller than a page: then its lines go on over leaf, nothing is cut
off and its name is said again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from registration.errors import PaperOverflowError
from registration.papers.faces import Face
from registration.papers.handwriting import Frame, Given, draw_ink
from registration.papers.setting import LEADING, Setting, line_size, wrap
from registration.papers.sheet import INK, MM, PORTRAIT, RULE, SOFT, Align, Imprint, Pen, Sheet

LEFT, WIDTH = 20.0, 170.0
"""mm: the text area of an A4 page."""
_TOP, _BOTTOM = 18.0, 276.0
_BODY = 10.5
_LABEL = 10.0
_FOOT = 8.5
_MORE = "（续）"
_LEAST_LINES = 2
"""So many lines of a row stand together at the foot of a page, or none."""
_ONE_LINE = (12.0, 11.0, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
"""Points, for text that must stay on one line: the first that fits."""
_PADDING = 1.6


class Block(Protocol):
    """A piece of a form that stays on one page."""

    @property
    def height(self) -> float:
        """Millimetres."""

    def draw(self, sheet: Sheet, top: float) -> None:
        """Draw downward from `top`, mm."""


@runtime_checkable
class Divisible(Block, Protocol):
    """A block that may go on over leaf."""

    def split(self, room: float) -> "tuple[Block, Block] | None":
        """Return what fits into so many millimetres, and the rest; None where nothing does."""


@dataclass(frozen=True, slots=True)
class Title:
    """The name of the paper."""

    text: str

    @property
    def height(self) -> float:
        return 15.0

    def draw(self, sheet: Sheet, top: float) -> None:
        pen = Pen(20, face=Face.BOLD, align=Align.CENTRE, spacing=3)
        sheet.text(LEFT + WIDTH / 2, top + 8.5, self.text, pen)


@dataclass(frozen=True, slots=True)
class Ends:
    """Small text at both ends of a line."""

    left: str
    right: str = ""

    @property
    def _both(self) -> str:
        return f"{self.left}　　{self.right}"

    @property
    def height(self) -> float:
        return max(6.5, _small_print(self._both, most=9.5).height / MM + 2)

    def draw(self, sheet: Sheet, top: float) -> None:
        setting = _small_print(self._both, most=9.5)
        if len(setting.lines) > 1:
            sheet.lines(LEFT, top, setting)
            return
        sheet.text(LEFT, top + 4.4, self.left, Pen(setting.size))
        sheet.text(LEFT + WIDTH, top + 4.4, self.right, Pen(setting.size, align=Align.RIGHT))


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a ruled row."""

    text: str
    width: float
    """mm."""
    is_label: bool = False
    size: float = _BODY

    @property
    def setting(self) -> Setting:
        room = (self.width - 2 * _PADDING) * MM
        return Setting(wrap(self.text, width=room, size=self.size), self.size)


@dataclass(frozen=True, slots=True)
class Row:
    """A ruled row; its cells fill the width."""

    cells: tuple[Cell, ...]
    least: float = 7.4
    """mm."""

    @property
    def height(self) -> float:
        tallest = max(cell.setting.height for cell in self.cells) / MM
        return max(self.least, tallest + 2 * _PADDING)

    def draw(self, sheet: Sheet, top: float) -> None:
        x, height = LEFT, self.height
        for cell in self.cells:
            setting = cell.setting
            sheet.box(x, top, cell.width, height, width=0.4)
            inset = (height - setting.height / MM) / 2
            if cell.is_label:
                pen = Pen(cell.size, align=Align.CENTRE, colour=SOFT)
                sheet.lines(x + cell.width / 2, top + inset, setting, pen)
            else:
                sheet.lines(x + _PADDING, top + inset, setting)
            x += cell.width

    def split(self, room: float) -> "tuple[Block, Block] | None":
        """Return the row's first lines and the others, under the same name."""
        largest = max(cell.size for cell in self.cells)
        count = int((room - 2 * _PADDING) * MM / (largest * LEADING))
        if count < _LEAST_LINES:
            return None
        parts = [(c.setting.lines[:count], c.setting.lines[count:]) for c in self.cells]
        rest = [replace(c, text="\n".join(r)) for c, (_, r) in zip(self.cells, parts, strict=True)]
        name = self.cells[0]
        if name.is_label:
            rest[0] = replace(name, text=f"{name.text.removesuffix(_MORE)}{_MORE}")
        first = (replace(c, text="\n".join(f)) for c, (f, _) in zip(self.cells, parts, strict=True))
        return Row(tuple(first), self.least), Row(tuple(rest), self.least)


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a group of rows, on a line of its own inside the ruled table."""

    text: str

    @property
    def height(self) -> float:
        return 7.6

    def draw(self, sheet: Sheet, top: float) -> None:
        sheet.box(LEFT, top, WIDTH, self.height, width=0.4)
        pen = Pen(_BODY, face=Face.BOLD)
        sheet.text(LEFT + _PADDING, top + 5.2, self.text, pen)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; two characters of indent where `is_indented`."""

    text: str
    is_indented: bool = True
    size: float = 11.0
    after: float = 1.5
    """mm of space that follows."""

    @property
    def _setting(self) -> Setting:
        text = ("　　" if self.is_indented else "") + self.text
        return Setting(wrap(text, width=WIDTH * MM, size=self.size), self.size)

    @property
    def height(self) -> float:
        return self._setting.height / MM + self.after

    def draw(self, sheet: Sheet, top: float) -> None:
        sheet.lines(LEFT, top, self._setting)


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on, side by side, each with a place for the date."""

    labels: tuple[str, ...]
    """One or two."""
    given: tuple[Given | None, ...] = ()
    """The signatures themselves, where the finished paper is drawn."""

    @property
    def _settings(self) -> tuple[Setting, ...]:
        room = (WIDTH / 2 - 6) * MM
        return tuple(Setting(wrap(text, width=room, size=_BODY), _BODY) for text in self.labels)

    @property
    def _label_height(self) -> float:
        return max(setting.height for setting in self._settings) / MM

    @property
    def height(self) -> float:
        return self._label_height + 18

    def draw(self, sheet: Sheet, top: float) -> None:
        base = top + self._label_height + 10.5
        for i, setting in enumerate(self._settings):
            x = LEFT + i * WIDTH / 2
            sheet.lines(x, top + 3, setting)
            sheet.rule(x, base, x + WIDTH / 2 - 6, base, width=0.4, colour=RULE)
            given = self.given[i] if i < len(self.given) else None
            sheet.text(x, base + 5, f"日期：{given.when if given else ''}", Pen(9.0, colour=SOFT))
            if given:
                draw_ink(sheet, given, Frame(x + 16, base - 9, WIDTH / 2 - 26, 9))


@dataclass(frozen=True, slots=True)
class Seal:
    """The office's name and the day at the lower right, with room for a round seal."""

    office: str
    day: str

    @property
    def height(self) -> float:
        return 46.0

    def draw(self, sheet: Sheet, top: float) -> None:
        x = LEFT + WIDTH - 42
        size = _one_line(self.office, most=12.0, width=84)
        sheet.text(x, top + 18, self.office, Pen(size, align=Align.CENTRE))
        sheet.text(x, top + 27, self.day, Pen(12.0, align=Align.CENTRE))
        sheet.text(x, top + 35, "（登记机构章）", Pen(9.5, align=Align.CENTRE, colour=SOFT))


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty space."""

    height: float

    def draw(self, sheet: Sheet, top: float) -> None:
        """Draw nothing."""


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks that must not be parted, such as a heading and its first row."""

    blocks: tuple[Block, ...]

    @property
    def height(self) -> float:
        return sum(block.height for block in self.blocks)

    def draw(self, sheet: Sheet, top: float) -> None:
        for block in self.blocks:
            block.draw(sheet, top)
            top += block.height

    def split(self, room: float) -> "tuple[Block, Block] | None":
        """Part the first block that reaches beyond the room; what comes before it stays."""
        for place, block in enumerate(self.blocks):
            if block.height > room:
                parts = block.split(room) if isinstance(block, Divisible) else None
                if parts is None:
                    return None
                before, after = self.blocks[:place], self.blocks[place + 1 :]
                return Group((*before, parts[0])), Group((parts[1], *after))
            room -= block.height
        return None


def headed(heading: str, rows: Sequence[Block]) -> tuple[Block, ...]:
    """Return rows under a heading that stays with the first of them."""
    return (Group((Heading(heading), rows[0])), *rows[1:])


def row(label: str, text: str, *, label_width: float = 36.0, size: float = _BODY) -> Row:
    """Return a row of one label and one value, at a size in points, over the whole width."""
    value = Cell(text, WIDTH - label_width, size=size)
    return Row((Cell(label, label_width, is_label=True, size=_LABEL), value))


def pair(first: tuple[str, str], second: tuple[str, str]) -> Row:
    """Return a row of two labels with their values, in halves."""
    label, value = 36.0, WIDTH / 2 - 36.0
    return Row(
        tuple(
            cell
            for name, text in (first, second)
            for cell in (Cell(name, label, is_label=True, size=_LABEL), Cell(text, value))
        )
    )


def lay_out(imprint: Imprint, blocks: Sequence[Block], *, foot: str, mark: str = "") -> bytes:
    """Set the blocks on A4 pages, with `foot` at the lower left and the page count in the middle.

    `mark` is written in the upper right corner of each page, where it is not empty.

    Raises:
        PaperOverflowError: one block is taller than a page.
        MissingGlyphError: a character that cannot be drawn.
    """
    small = _small_print(foot, most=_FOOT)
    bottom = _BOTTOM - (small.height - small.size * LEADING) / MM
    pages = _paginate(blocks, bottom)
    sheet = Sheet(imprint, PORTRAIT)
    for number, page in enumerate(pages, start=1):
        top = _TOP
        for block in page:
            block.draw(sheet, top)
            top += block.height
        middle = Pen(9.0, align=Align.CENTRE, colour=INK)
        sheet.lines(LEFT, bottom + 3.6, small, Pen(small.size, colour=SOFT))
        sheet.text(LEFT + WIDTH / 2, 288, f"第 {number} 页 共 {len(pages)} 页", middle)
        if mark:
            sheet.text(LEFT + WIDTH, 12, mark, Pen(9.0, align=Align.RIGHT, colour=SOFT))
        if number < len(pages):
            sheet.next_page()
    return sheet.finish()


def _one_line(text: str, *, most: float, width: float) -> float:
    sizes = tuple(size for size in _ONE_LINE if size <= most)
    return line_size(text, field="line", width=width * MM, sizes=sizes)


def _small_print(text: str, *, most: float) -> Setting:
    """Set a text on one line over the whole width, or on several where it is too long for one."""
    try:
        size = _one_line(text, most=most, width=WIDTH)
    except PaperOverflowError:
        size = _ONE_LINE[-1]
    return Setting(wrap(text, width=WIDTH * MM, size=size), size)


def _paginate(blocks: Sequence[Block], bottom: float) -> list[list[Block]]:
    pages: list[list[Block]] = [[]]
    top = _TOP
    left = list(reversed(blocks))
    while left:
        block = left.pop()
        if block.height > bottom - _TOP:
            # Taller than a page: it goes on from page to page, and begins where it stands.
            parts = _split(block, bottom - top) or (
                _split(block, bottom - _TOP) if pages[-1] else None
            )
            if parts is None:
                raise PaperOverflowError(_name(block))
            left += reversed(parts)
            continue
        if top + block.height > bottom and pages[-1]:
            pages.append([])
            top = _TOP
        pages[-1].append(block)
        top += block.height
    return pages


def _split(block: Block, room: float) -> tuple[Block, Block] | None:
    return block.split(room) if isinstance(block, Divisible) else None


def _name(block: Block) -> str:
    """Return what an overflowing block is called: a row's label, never its contents."""
    if isinstance(block, Group):
        return _name(max(block.blocks, key=lambda part: part.height))
    return block.cells[0].text if isinstance(block, Row) else type(block).__name__.lower()
