"""Ink on paper: the strokes of a pad, drawn where a finished paper was signed."""

from dataclasses import dataclass
from typing import Final

from registration.ink import Stroke
from registration.papers.sheet import INK, MM, Sheet

_WIDTH: Final = 1.1
"""Points, of a pen's line."""


@dataclass(frozen=True, slots=True)
class Given:
    """One signature, and when it was given."""

    strokes: tuple[Stroke, ...]
    when: str

    def __repr__(self) -> str:
        return f"Given({self.when!r})"


@dataclass(frozen=True, slots=True)
class Frame:
    """Where on the page it stands, mm from the upper left."""

    x: float
    top: float
    width: float
    height: float


def draw_ink(sheet: Sheet, given: Given, frame: Frame) -> None:
    """Draw strokes as large as the frame lets them be, and no larger than they were written."""
    points = [point for stroke in given.strokes for point in stroke.points]
    if not points:
        return
    left, top = min(p.x for p in points), min(p.y for p in points)
    width = max(max(p.x for p in points) - left, 1) / 100
    height = max(max(p.y for p in points) - top, 1) / 100
    scale = min(frame.width / width, frame.height / height, 1.0) / 100
    path = sheet.canvas.beginPath()
    for stroke in given.strokes:
        for number, point in enumerate(stroke.points):
            x = (frame.x + (point.x - left) * scale) * MM
            y = sheet.at(frame.top + (point.y - top) * scale)
            if number:
                path.lineTo(x, y)
            else:
                path.moveTo(x, y)
                path.lineTo(x, y)  # A dot is one sample, and a line all the same.
    sheet.canvas.saveState()
    sheet.canvas.setLineCap(1)
    sheet.canvas.setLineJoin(1)
    sheet.canvas.setLineWidth(_WIDTH)
    sheet.canvas.setStrokeColor(INK)
    sheet.canvas.drawPath(path, stroke=1, fill=0)
    sheet.canvas.restoreState()
