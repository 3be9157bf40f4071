"""Fonts of an OFD file: the few characters that it uses, and letters as outlines."""

import functools
from collections.abc import Iterable
from typing import Any, Final

import uharfbuzz as hb

from registration.papers.faces import read_font
from registration.papers.ofd.geometry import Point, Step

_DROPPED: Final = {
    int.from_bytes(name, "big")
    for name in (b"GSUB", b"GPOS", b"GDEF", b"vhea", b"vmtx", b"VORG", b"DSIG")
}
"""Tables for setting text, which is set already."""


def subset(font: str, characters: Iterable[str]) -> bytes:
    """Cut a font down to some characters; TrueType with its map from Unicode, same glyphs.

    Equal characters give equal bytes.
    """
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(set(map(ord, characters)))
    wanted.layout_feature_tag_set.clear()
    wanted.drop_table_tag_set.update(_DROPPED)
    return bytes(hb.subset(_face(font), wanted).blob.data)


@functools.lru_cache(maxsize=4096)
def outline(font: str, character: str) -> tuple[Step, ...]:
    """Return a character's outline in units of its size, upward from the baseline."""
    shape = hb.Font(_face(font))
    pen = _Pen(_face(font).upem)
    glyph = shape.get_nominal_glyph(ord(character))
    if glyph is not None:
        shape.draw_glyph_with_pen(glyph, pen)
    return tuple(pen.steps)


@functools.cache
def _face(font: str) -> Any:
    return hb.Face(read_font(font))


class _Pen:
    """A pen as uharfbuzz draws with; TrueType's curves become those of OFD's paths."""

    def __init__(self, units: int) -> None:
        self.steps: list[Step] = []
        self._units = units
        self._here: Point = (0.0, 0.0)

    def moveTo(self, point: Point) -> None:  # noqa: N802  # the name that uharfbuzz calls
        self._add("M", point)

    def lineTo(self, point: Point) -> None:  # noqa: N802  # as above
        self._add("L", point)

    def qCurveTo(self, bend: Point, end: Point) -> None:  # noqa: N802  # as above
        (x, y), (u, v), (s, t) = self._here, bend, end
        first = (x + 2 * (u - x) / 3, y + 2 * (v - y) / 3)
        self._add("B", first, (s + 2 * (u - s) / 3, t + 2 * (v - t) / 3), end)

    def curveTo(self, *points: Point) -> None:  # noqa: N802  # as above
        self._add("B", *points)

    def closePath(self) -> None:  # noqa: N802  # as above
        self.steps.append(Step("C"))

    def endPath(self) -> None:  # noqa: N802  # as above
        pass

    def _add(self, kind: str, *points: Point) -> None:
        self._here = points[-1]
        self.steps.append(Step(kind, tuple((x / self._units, y / self._units) for x, y in points)))
