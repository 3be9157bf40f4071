"""The engraved ground of a certificate: fine lines, drawn as vectors, always the same.

Every curve is a form that is written once and placed many times, which keeps a file small.
"""

import math
from itertools import pairwise
from typing import Any

from reportlab.lib.colors import Color, HexColor

from registration.papers.sheet import MM, Sheet

DEEP: Color = HexColor(0x2C6156)
MIDDLE: Color = HexColor(0x8DB8AB)
PALE: Color = HexColor(0xDCE9E4)
_SEGMENTS = 8
_SMALL_SEGMENTS = 4
"""Bézier segments for one lobe of a rosette, and of a small one; more are not seen at 600 dpi."""
_SMALL = 5.0
"""mm."""


def draw_ground(sheet: Sheet, x: float, y: float, w: float, h: float) -> None:
    """Weave two families of waves over a rectangle, mm."""
    canvas = sheet.canvas
    period, amplitude, pitch = 33.0, 5.2, 1.5
    _define_wave(canvas, "ground", length=w + 2 * period, period=period, amplitude=amplitude)
    canvas.saveState()
    _clip(sheet, x, y, w, h)
    canvas.setStrokeColor(PALE)
    canvas.setLineWidth(0.28)
    for direction in (1, -1):
        count = int((h + 2 * amplitude) / pitch) + 1
        for i in range(count):
            shift = (direction * i * pitch * 0.55) % period
            _place(sheet, "ground", x - period + shift, y - amplitude + i * pitch)
    canvas.restoreState()


def draw_rosette(sheet: Sheet, x: float, y: float, radius: float, *, colour: Color) -> None:
    """Draw nested rings of turned petals around a point, mm."""
    canvas = sheet.canvas
    canvas.saveState()
    canvas.translate(x * MM, sheet.at(y))
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(0.3)
    for lobes, share, depth, turns in (
        (16, 0.86, 0.14, 12),
        (12, 0.62, 0.2, 12),
        (8, 0.3, 0.42, 10),
    ):
        name = f"ring{lobes}-{radius:g}"
        _define_ring(canvas, name, radius=radius * share, depth=depth, lobes=lobes)
        canvas.saveState()
        for _ in range(turns):
            canvas.doForm(name)
            canvas.rotate(360 / lobes / turns)
        canvas.restoreState()
    canvas.restoreState()


def draw_frame(sheet: Sheet, x: float, y: float, w: float, h: float, *, band: float) -> None:
    """Draw a braided border between two ruled frames; all in mm, `band` is its breadth."""
    canvas = sheet.canvas
    period = band * 2.4
    for name, length in (("across", w), ("down", h)):
        _define_wave(canvas, name, length=length + 2 * period, period=period, amplitude=band * 0.42)
    canvas.setStrokeColor(MIDDLE)
    canvas.setLineWidth(0.35)
    for name, is_down, centre in (
        ("across", False, y + band / 2),
        ("across", False, y + h - band / 2),
        ("down", True, x + band / 2),
        ("down", True, x + w - band / 2),
    ):
        canvas.saveState()
        if is_down:
            _clip(sheet, x, y + band, w, h - 2 * band)
        else:
            _clip(sheet, x + band, y, w - 2 * band, h)
        for strand in range(8):
            shift = -period * (1 + strand / 8)
            _place_turned(sheet, name, (x, y), shift, centre, is_down=is_down)
        canvas.restoreState()
    for corner_x in (x, x + w - band):
        for corner_y in (y, y + h - band):
            _draw_corner(sheet, corner_x, corner_y, band)
    sheet.box(x, y, w, h, width=1.1, colour=DEEP)
    sheet.box(x + band, y + band, w - 2 * band, h - 2 * band, width=0.5, colour=DEEP)
    inner = band + 0.9
    sheet.box(x + inner, y + inner, w - 2 * inner, h - 2 * inner, width=0.3, colour=MIDDLE)


def _draw_corner(sheet: Sheet, x: float, y: float, band: float) -> None:
    draw_rosette(sheet, x + band / 2, y + band / 2, band * 0.46, colour=MIDDLE)
    sheet.box(x, y, band, band, width=0.5, colour=DEEP)


def _define_wave(canvas: Any, name: str, *, length: float, period: float, amplitude: float) -> None:
    """Write a wave along the x axis as a form; each half wave is one Bézier curve."""
    if canvas.hasForm(name):
        return
    half, rise = period / 2 * MM, amplitude * math.pi / 3 * MM
    count = math.ceil(length / period * 2)
    canvas.beginForm(name, -half, -2 * rise, (count + 1) * half, 2 * rise)
    path = canvas.beginPath()
    path.moveTo(0, 0)
    for i in range(count):
        start, height = i * half, rise if i % 2 == 0 else -rise
        path.curveTo(start + half / 3, height, start + 2 * half / 3, height, start + half, 0)
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.endForm()


def _define_ring(canvas: Any, name: str, *, radius: float, depth: float, lobes: int) -> None:
    """Write the closed curve r = R (1 + depth cos(lobes t)) as a form."""
    if canvas.hasForm(name):
        return
    steps = lobes * (_SEGMENTS if radius > _SMALL else _SMALL_SEGMENTS)
    edge = radius * (1 + depth) * MM + 1
    canvas.beginForm(name, -edge, -edge, edge, edge)
    path = canvas.beginPath()
    step = 2 * math.pi / steps
    points = [_ring_point(i * step, radius * MM, depth, lobes) for i in range(steps + 1)]
    path.moveTo(*points[0][:2])
    for (x1, y1, u1, v1), (x2, y2, u2, v2) in pairwise(points):
        third = step / 3
        path.curveTo(
            x1 + u1 * third, y1 + v1 * third, x2 - u2 * third, y2 - v2 * third, x2, y2
        )  # fmt: skip
    path.close()
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.endForm()


def _ring_point(
    t: float, radius: float, depth: float, lobes: int
) -> tuple[float, float, float, float]:
    """Return the curve's point at t and its derivative."""
    r = radius * (1 + depth * math.cos(lobes * t))
    dr = -radius * depth * lobes * math.sin(lobes * t)
    sine, cosine = math.sin(t), math.cos(t)
    return r * cosine, r * sine, dr * cosine - r * sine, dr * sine + r * cosine


def _place(sheet: Sheet, form: str, x: float, y: float) -> None:
    sheet.canvas.saveState()
    sheet.canvas.translate(x * MM, sheet.at(y))
    sheet.canvas.doForm(form)
    sheet.canvas.restoreState()


def _place_turned(
    sheet: Sheet,
    form: str,
    corner: tuple[float, float],
    shift: float,
    centre: float,
    *,
    is_down: bool,
) -> None:
    x, y = corner
    sheet.canvas.saveState()
    if is_down:
        sheet.canvas.translate(centre * MM, sheet.at(y + shift))
        sheet.canvas.rotate(-90)
    else:
        sheet.canvas.translate((x + shift) * MM, sheet.at(centre))
    sheet.canvas.doForm(form)
    sheet.canvas.restoreState()


def _clip(sheet: Sheet, x: float, y: float, w: float, h: float) -> None:
    path = sheet.canvas.beginPath()
    path.rect(x * MM, sheet.at(y + h), w * MM, h * MM)
    sheet.canvas.clipPath(path, stroke=0, fill=0)
