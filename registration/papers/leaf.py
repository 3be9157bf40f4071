"""One leaf of a certificate, before anything is written on it: ground, frame, fold and warning."""

from typing import Final

from reportlab.lib.colors import Color, HexColor

from registration.papers.faces import Face, text_width
from registration.papers.guilloche import DEEP, PALE, draw_frame, draw_ground, draw_rosette
from registration.papers.sheet import MM, Pen, Sheet

TITLE: Final = "不动产登记证明"
SPECIMEN_WORDS: Final = "样本 SPECIMEN 测试印章"
LEFT_MIDDLE: Final = 81.25
"""mm: the middle of the left page of the booklet."""
_WARNING: Final[Color] = HexColor(0xDD8888)
_WARNINGS: Final = ((16, 88), (152, 88), (20, 124), (156, 142), (16, 196), (152, 196))
"""Where the specimen's words begin, mm; none crosses the QR code."""


def draw_leaf(sheet: Sheet, certificate_no: str) -> None:
    """Draw A4 landscape as the two pages of the booklet side by side, still empty."""
    sheet.engrave(draw_engraving)
    _draw_fold(sheet, certificate_no)


def draw_engraving(sheet: Sheet) -> None:
    """Draw what is the same on every leaf of every certificate."""
    draw_ground(sheet, 14, 14, 269, 182)
    draw_rosette(sheet, LEFT_MIDDLE, 88, 40, colour=PALE)
    draw_frame(sheet, 9, 9, 279, 192, band=5)


def _draw_fold(sheet: Sheet, certificate_no: str) -> None:
    """Draw the fold between the pages as a line of microtext that names the certificate."""
    unit = f"{TITLE}{certificate_no} "
    size = 1.9
    text = unit * int(168 * MM / text_width(unit, Face.REGULAR, size))
    sheet.canvas.saveState()
    sheet.canvas.translate(148.5 * MM, sheet.at(21))
    sheet.canvas.rotate(-90)
    sheet.canvas.translate(0, -sheet.at(0))
    sheet.text(0, 0, text, Pen(size, colour=DEEP))
    sheet.canvas.restoreState()


def draw_specimen(sheet: Sheet) -> None:
    """Write hollow words across everything: read at once, hiding nothing."""
    canvas = sheet.canvas
    for x, y in _WARNINGS:
        canvas.saveState()
        canvas.translate(x * MM, sheet.at(y))
        canvas.rotate(24)
        canvas.translate(0, -sheet.at(0))
        canvas.setLineWidth(0.45)
        canvas.setStrokeColor(_WARNING)
        sheet.text(0, 0, SPECIMEN_WORDS, Pen(30, is_outline=True))
        canvas.restoreState()
