"""The annex (附页): what the certificate's table has no room for, whole, on leaves of its own.

Contents flow down the two pages of each leaf and on to the next; there is always another leaf.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from registration.outcomes import RegistrationCertificate
from registration.papers.dates import format_day
from registration.papers.faces import Face, text_width
from registration.papers.guilloche import DEEP
from registration.papers.leaf import LEFT_MIDDLE, TITLE, draw_leaf, draw_specimen
from registration.papers.qr import draw_qr
from registration.papers.setting import LEADING, Setting, fit, line_size, wrap
from registration.papers.sheet import MM, SOFT, Align, Pen, Sheet
from registration.papers.table import PADDING, Entry

ANNEX_TITLE: Final = "附页"
_SIZE: Final = 10.5
"""Points."""
_SMALL_SIZES: Final = (9.5, 9.0, 8.5, 8.0)
_LINE: Final = _SIZE * LEADING / MM
"""mm."""
_WIDTH: Final = 122.0
_LABEL_WIDTH: Final = 31.0
_TEXT_WIDTH: Final = (_WIDTH - _LABEL_WIDTH - 2 * PADDING) * MM
"""Points."""
_TOP: Final = 46.0
_COLUMNS: Final = ((20.5, 102.0), (154.5, 142.0))
"""x and height of the table on the left and on the right page, mm."""
_LEAST_ROW: Final = 9.0
_LEAST_LINES: Final = 2
"""So many lines of a content stand together at the foot of a column, or none."""
_GAP: Final = 9.0
"""Points between two names."""
_AFTER_NUMBER: Final = 3.0
_END: Final = "（以下空白）"

Line = tuple[tuple[float, str], ...]
"""Texts of one line, each with its place in points from the left."""


@dataclass(frozen=True, slots=True)
class _Block:
    """As much of a content as stands in one column."""

    label: Setting
    lines: tuple[Line, ...]

    @property
    def height(self) -> float:
        """Millimetres."""
        tallest = max(len(self.lines) * _LINE, self.label.height / MM)
        return max(_LEAST_ROW, tallest + 2 * PADDING)


def draw_annex(
    sheet: Sheet,
    certificate: RegistrationCertificate,
    entries: Sequence[Entry],
    *,
    is_specimen: bool,
) -> None:
    """Draw the leaves of the annex after the pages that are there; nothing without entries.

    Raises:
        MissingGlyphError: a character that cannot be drawn.
        PaperOverflowError: the link is too long for a code.
    """
    columns = tuple(_flow(entries)) if entries else ()
    leaves = [columns[i : i + 2] for i in range(0, len(columns), 2)]
    for number, leaf in enumerate(leaves, start=1):
        sheet.next_page()
        draw_leaf(sheet, certificate.certificate_no.text)
        _draw_head(sheet, certificate, f"第 {number} 页　共 {len(leaves)} 页")
        ends = [
            (x, _draw_column(sheet, x, blocks))
            for (x, _), blocks in zip(_COLUMNS, leaf, strict=False)
        ]
        if number == len(leaves):
            _draw_end(sheet, *ends[-1])
        _draw_foot(sheet, certificate)
        if is_specimen:
            draw_specimen(sheet)


def _flow(entries: Sequence[Entry]) -> Iterator[tuple[_Block, ...]]:
    """Yield the blocks of each column, left and right in turn."""
    blocks: list[_Block] = []
    place, left = 0, _COLUMNS[0][1]
    for entry in entries:
        lines, is_first = list(_lines(entry)), True
        while lines:
            count = int((left - 2 * PADDING) / _LINE)
            if count < min(_LEAST_LINES, len(lines)) or left < _LEAST_ROW:
                yield tuple(blocks)
                blocks, place = [], place + 1
                left = _COLUMNS[place % 2][1]
                continue
            block = _Block(_label(entry, is_first=is_first), tuple(lines[:count]))
            blocks.append(block)
            lines, is_first, left = lines[count:], False, left - block.height
    yield tuple(blocks)


def _label(entry: Entry, *, is_first: bool) -> Setting:
    count = f"\n（共 {len(entry.names)} 人）" if len(entry.names) > 1 else ""
    text = entry.label + count if is_first else f"{entry.label}\n（续）"
    return Setting(wrap(text, width=(_LABEL_WIDTH - 4) * MM, size=_SIZE), _SIZE)


def _lines(entry: Entry) -> Iterator[Line]:
    if len(entry.names) > 1:
        yield from _name_lines(entry.names)
    else:
        for line in wrap(entry.text, width=_TEXT_WIDTH, size=_SIZE):
            yield ((0.0, line),)


def _name_lines(names: Sequence[str]) -> Iterator[Line]:
    """Yield people side by side in even columns, each with a number before the name."""
    numbers = [f"{number}." for number in range(1, len(names) + 1)]
    indent = _width(numbers[-1]) + _AFTER_NUMBER
    cell = indent + max(map(_width, names)) + _GAP
    count = max(int((_TEXT_WIDTH + _GAP) / cell), 1)
    step = (_TEXT_WIDTH + _GAP) / count
    starts = [indent - _AFTER_NUMBER - _width(number) for number in numbers]
    if count == 1:
        for start, number, name in zip(starts, numbers, names, strict=True):
            first, *later = wrap(name, width=_TEXT_WIDTH - indent, size=_SIZE)
            yield ((start, number), (indent, first))
            yield from (((indent, line),) for line in later)
        return
    for begin in range(0, len(names), count):
        yield tuple(
            told
            for i in range(begin, min(begin + count, len(names)))
            for told in (
                ((i - begin) * step + starts[i], numbers[i]),
                ((i - begin) * step + indent, names[i]),
            )
        )


def _width(text: str) -> float:
    return text_width(text, Face.REGULAR, _SIZE)


def _draw_head(sheet: Sheet, certificate: RegistrationCertificate, page: str) -> None:
    heading = Pen(20, face=Face.BOLD, align=Align.CENTRE, colour=DEEP, spacing=5)
    small = Pen(10.5, align=Align.CENTRE, colour=SOFT)
    sheet.text(LEFT_MIDDLE, 31, f"{TITLE}{ANNEX_TITLE}", heading)
    sheet.text(LEFT_MIDDLE, 39.5, f"{ANNEX_TITLE}　{page}", small)
    middle, number = _COLUMNS[1][0] + _WIDTH / 2, certificate.certificate_no.text
    size = line_size(
        number, field="certificate_no", width=_WIDTH * MM, sizes=(15.0, 13.0, 11.0, 9.5)
    )
    sheet.text(middle, 31, number, Pen(size, align=Align.CENTRE))
    sheet.text(middle, 39.5, f"编号 NO {certificate.print_no}", small)


def _draw_column(sheet: Sheet, x: float, blocks: Sequence[_Block]) -> float:
    """Draw one column and return where it ends, mm."""
    top = _TOP
    for block in blocks:
        if top > _TOP:
            sheet.rule(x, top, x + _WIDTH, top, width=0.45, colour=DEEP)
        pen = Pen(_SIZE, align=Align.CENTRE, colour=DEEP)
        sheet.lines(x + _LABEL_WIDTH / 2, top + PADDING, block.label, pen)
        for i, line in enumerate(block.lines):
            for offset, text in line:
                place = x + _LABEL_WIDTH + PADDING + offset / MM
                sheet.lines(place, top + PADDING + i * _LINE, Setting((text,), _SIZE))
        top += block.height
    if blocks:
        sheet.rule(x + _LABEL_WIDTH, _TOP, x + _LABEL_WIDTH, top, width=0.45, colour=DEEP)
        sheet.box(x, _TOP, _WIDTH, top - _TOP, width=0.9, colour=DEEP)
    return top


def _draw_end(sheet: Sheet, x: float, top: float) -> None:
    """Say that nothing follows, so that nothing can be added."""
    pen = Pen(_SMALL_SIZES[0], align=Align.CENTRE, colour=SOFT, spacing=2)
    sheet.text(x + _WIDTH / 2, top + 7, _END, pen)


def _draw_foot(sheet: Sheet, certificate: RegistrationCertificate) -> None:
    """Say what the leaf belongs to, and let it be checked when it lies alone."""
    x = _COLUMNS[0][0]
    side = draw_qr(sheet, x, 152, certificate.scanned, least=26, most=48)
    words = (
        f"本附页是{TITLE}（{certificate.certificate_no}）的组成部分，与证明为同一电子文件，"
        "由登记机构的电子印章整体签署。请扫码核验真伪与现势。"
    )
    left, day = x + side + 4, format_day(certificate.registered_on)
    setting = fit(
        f"{words}\n{certificate.office}　{day}",
        field="office",
        width=(x + _WIDTH - left) * MM,
        height=34 * MM,
        sizes=_SMALL_SIZES,
    )
    sheet.lines(left, 154, setting, Pen(setting.size, colour=SOFT))
