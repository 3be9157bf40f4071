"""The office's round red seal as a paper of its own: what a sealed file shows of its signature."""

import math
from datetime import date
from typing import Final

from reportlab.lib.colors import Color, HexColor

from registration.errors import PaperOverflowError
from registration.papers.faces import Face, text_width
from registration.papers.sheet import MM, Align, Imprint, Pen, Sheet

SEAL_SIDE: Final = 42.0
"""mm: the seal of a city's or county's office is 4.2 cm across (国发〔1999〕25号)."""
_RED: Final[Color] = HexColor(0xD5001C)
_MIDDLE: Final = SEAL_SIDE / 2
_RING: Final = 1.1
_STAR: Final = 6.6
"""mm from the middle to a point of the star."""
_LETTER: Final = 5.0
"""mm: height of the name's characters; long names make them narrower, never lower."""
_BASE: Final = 13.6
"""mm from the middle to the foot of the name's characters."""
_PITCH: Final = 6.0
"""mm along the middle of the characters, where the name is short."""
_WIDEST: Final = math.radians(252)
"""What the name may take of the ring; the foot stays open, as on real seals."""
_NARROWEST: Final = 0.38
_DAY: Final = date(1999, 10, 31)
"""Of the rule on seals: a seal has no date of its own, and equal facts give equal bytes."""
_SPECIMEN: Final = (("样本", 13.2, 8.0), ("SPECIMEN", 16.4, 7.5))
"""Words, mm below the middle, points."""


def draw_seal(office_name: str, *, is_specimen: bool) -> bytes:
    """Draw the seal: ring, name on an arc, five-point star; vectors on nothing, one page.

    Raises:
        PaperOverflowError: a name that cannot be read on the arc any more.
        MissingGlyphError: a character that cannot be drawn.

    Source: 国务院关于国家行政机关和企业事业单位社会团体印章管理的规定 (国发〔1999〕25号).
    """
    sheet = Sheet(Imprint(title="印章", day=_DAY), (SEAL_SIDE, SEAL_SIDE))
    sheet.canvas.setStrokeColor(_RED)
    sheet.canvas.setFillColor(_RED)
    sheet.canvas.setLineWidth(_RING * MM)
    radius = _MIDDLE - _RING / 2 - 0.1
    sheet.canvas.circle(_MIDDLE * MM, sheet.at(_MIDDLE), radius * MM, stroke=1, fill=0)
    _draw_star(sheet)
    _draw_name(sheet, office_name)
    if is_specimen:
        for text, below, size in _SPECIMEN:
            pen = Pen(size, face=Face.BOLD, align=Align.CENTRE, colour=_RED)
            sheet.text(_MIDDLE, _MIDDLE + below, text, pen)
    return sheet.finish()


def _draw_star(sheet: Sheet) -> None:
    """Fill the star; its inner corners lie where lines between its points cross."""
    inner = _STAR * math.cos(math.radians(72)) / math.cos(math.radians(36))
    path = sheet.canvas.beginPath()
    for corner in range(10):
        length = (inner if corner % 2 else _STAR) * MM
        angle = math.radians(90 + 36 * corner)
        x = _MIDDLE * MM + length * math.cos(angle)
        y = sheet.at(_MIDDLE) + length * math.sin(angle)
        if corner:
            path.lineTo(x, y)
        else:
            path.moveTo(x, y)
    path.close()
    sheet.canvas.drawPath(path, stroke=0, fill=1)


def _draw_name(sheet: Sheet, name: str) -> None:
    """Write the name around the star, heads outward, its middle at the top."""
    radius = _BASE + _LETTER / 2
    pitch = min(_PITCH / radius, _WIDEST / max(len(name), 1))
    squeeze = min(1.0, pitch * _BASE * 0.98 / _LETTER)
    if squeeze < _NARROWEST:
        raise PaperOverflowError("office")
    for place, character in enumerate(name):
        turn = (place - (len(name) - 1) / 2) * pitch
        _draw_letter(sheet, character, turn, squeeze)


def _draw_letter(sheet: Sheet, character: str, turn: float, squeeze: float) -> None:
    size = _LETTER * MM
    canvas = sheet.canvas
    canvas.saveState()
    canvas.translate(_MIDDLE * MM, sheet.at(_MIDDLE))
    canvas.rotate(-math.degrees(turn))
    canvas.scale(squeeze, 1)
    # The ideographs of our fonts stand 0.12 em below the baseline.
    canvas.translate(-text_width(character, Face.BOLD, size) / 2, (_BASE * MM) + 0.12 * size)
    canvas.translate(0, -sheet.at(0))
    sheet.text(0, 0, character, Pen(size, face=Face.BOLD, colour=_RED))
    canvas.restoreState()
