"""A canvas that takes what the papers draw with and notes it down for a page of OFD.

It has as much of reportlab's canvas as the pen of the papers uses, and the same meaning: points
from the lower left corner.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from registration.papers.faces import find_font
from registration.papers.ofd.geometry import (
    IDENTITY,
    Matrix,
    Point,
    Rect,
    Step,
    clip,
    multiply,
    to_page,
)

Colour = tuple[int, int, int]
_OUTLINE: Final = 1
"""The text rendering mode of hollow letters. Source: ISO 32000-1, 9.3.6."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the canvas draws at a moment."""

    matrix: Matrix = IDENTITY
    stroke: Colour = (0, 0, 0)
    fill: Colour = (0, 0, 0)
    width: float = 1.0
    """Points."""
    edge: Rect | None = None
    """What is cut away lies outside of it; mm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Lines or a surface of one colour; mm."""

    steps: tuple[Step, ...]
    colour: Colour
    width: float | None
    """Millimetres of the line; None for a surface."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A run of characters of one font on one line."""

    text: str
    font: str
    size: float
    """Points."""
    spacing: float
    """Points after each character."""
    colour: Colour
    at: Matrix
    """Where and how turned it begins: points, from the page's lower left."""
    is_outline: bool
    width: float
    """Of the outline: points."""


class Outline:
    """A path under construction."""

    def __init__(self) -> None:
        """Begin without any step."""
        self.steps: list[Step] = []

    def moveTo(self, x: float, y: float) -> None:  # noqa: N802  # reportlab's name
        """Lift the pen to a point."""
        self.steps.append(Step("M", ((x, y),)))

    def lineTo(self, x: float, y: float) -> None:  # noqa: N802  # as above
        """Draw a line."""
        self.steps.append(Step("L", ((x, y),)))

    def curveTo(self, *numbers: float) -> None:  # noqa: N802  # as above
        """Draw a Bézier curve: two points that bend it and its end."""
        x1, y1, x2, y2, x3, y3 = numbers
        self.steps.append(Step("B", ((x1, y1), (x2, y2), (x3, y3))))

    def rect(self, x: float, y: float, w: float, h: float) -> None:
        """Draw a rectangle."""
        self.moveTo(x, y)
        for corner in ((x + w, y), (x + w, y + h), (x, y + h)):
            self.lineTo(*corner)
        self.close()

    def close(self) -> None:
        """Go back to where the pen was last put down."""
        self.steps.append(Step("C"))


@dataclass
class Line:
    """A text under construction, as the papers write it: one line, several fonts."""

    x: float
    y: float
    runs: list[Writing] = field(default_factory=list)
    _font: str = ""
    _size: float = 0.0
    _spacing: float = 0.0
    _mode: int = 0
    _colour: Colour = (0, 0, 0)

    def setFillColor(self, colour: Any) -> None:  # noqa: N802  # reportlab's name
        """Choose the colour of what follows."""
        self._colour = _colour(colour)

    def setCharSpace(self, spacing: float) -> None:  # noqa: N802  # as above
        """Choose the room after each character."""
        self._spacing = spacing

    def setTextRenderMode(self, mode: int) -> None:  # noqa: N802  # as above
        """Choose between full and hollow letters."""
        self._mode = mode

    def setFont(self, font: str, size: float) -> None:  # noqa: N802  # as above
        """Choose the font."""
        self._font, self._size = font, size

    def textOut(self, text: str) -> None:  # noqa: N802  # as above
        """Write, and go on behind it."""
        run = Writing(
            text=text, font=self._font, size=self._size, spacing=self._spacing,
            colour=self._colour, at=(1, 0, 0, 1, self.x, self.y),
            is_outline=self._mode == _OUTLINE, width=0.0,
        )  # fmt: skip
        self.runs.append(run)
        advance = float(find_font(self._font).stringWidth(text, self._size))
        self.x += advance + self._spacing * len(text)


class OFDCanvas:
    """One page after another, as figures and writings."""

    def __init__(self, size: Point) -> None:
        """Begin with an empty page; its size in points."""
        self.size = size
        self.pages: list[list[Figure | Writing]] = [[]]
        self._look = Look()
        self._kept: list[Look] = []
        self._forms: dict[str, list[tuple[Step, ...]]] = {}
        self._form: list[tuple[Step, ...]] | None = None

    def showPage(self) -> None:  # noqa: N802  # reportlab's name
        """Begin another page."""
        self.pages.append([])

    def saveState(self) -> None:  # noqa: N802  # as above
        """Remember how it draws."""
        self._kept.append(self._look)

    def restoreState(self) -> None:  # noqa: N802  # as above
        """Draw again as remembered."""
        self._look = self._kept.pop()

    def translate(self, x: float, y: float) -> None:
        """Move the origin."""
        self._turn((1, 0, 0, 1, x, y))

    def rotate(self, degrees: float) -> None:
        """Turn around the origin, counter-clockwise."""
        sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
        self._turn((cosine, sine, -sine, cosine, 0, 0))

    def _turn(self, matrix: Matrix) -> None:
        self._look = replace(self._look, matrix=multiply(matrix, self._look.matrix))

    def setStrokeColor(self, colour: Any) -> None:  # noqa: N802  # as above
        """Choose the colour of lines."""
        self._look = replace(self._look, stroke=_colour(colour))

    def setFillColor(self, colour: Any) -> None:  # noqa: N802  # as above
        """Choose the colour of surfaces."""
        self._look = replace(self._look, fill=_colour(colour))

    def setLineWidth(self, width: float) -> None:  # noqa: N802  # as above
        """Choose the breadth of lines."""
        self._look = replace(self._look, width=width)

    def beginPath(self) -> Outline:  # noqa: N802  # as above
        """Begin an outline."""
        return Outline()

    def clipPath(self, path: Outline, **_: int) -> None:  # noqa: N802  # as above
        """Cut what follows at a rectangle."""
        points = [self._place(p) for step in path.steps for p in step.points]
        xs, ys = zip(*points, strict=True)
        self._look = replace(self._look, edge=(min(xs), min(ys), max(xs), max(ys)))

    def drawPath(self, path: Outline, stroke: int = 1, fill: int = 0) -> None:  # noqa: N802 - theirs
        """Draw an outline; within a form, note it down for later."""
        if self._form is not None:
            self._form.append(tuple(path.steps))
        else:
            self._draw(tuple(path.steps), stroke=stroke, fill=fill)

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a line."""
        self._draw((Step("M", ((x1, y1),)), Step("L", ((x2, y2),))), stroke=1, fill=0)

    def rect(self, x: float, y: float, w: float, h: float, **how: int) -> None:
        """Draw a rectangle."""
        path = self.beginPath()
        path.rect(x, y, w, h)
        self._draw(tuple(path.steps), stroke=how["stroke"], fill=how["fill"])

    def hasForm(self, name: str) -> bool:  # noqa: N802  # as above
        """Say whether a form was noted down."""
        return name in self._forms

    def beginForm(self, name: str, *_: float) -> None:  # noqa: N802  # as above
        """Note down what follows under a name."""
        self._form = self._forms[name] = []

    def endForm(self) -> None:  # noqa: N802  # as above
        """Draw again."""
        self._form = None

    def doForm(self, name: str) -> None:  # noqa: N802  # as above
        """Draw what was noted down, in lines."""
        for steps in self._forms[name]:
            self._draw(steps, stroke=1, fill=0)

    def beginText(self, x: float, y: float) -> Line:  # noqa: N802  # as above
        """Begin a line of text."""
        return Line(x, y)

    def drawText(self, text: Line) -> None:  # noqa: N802  # as above
        """Write a line of text."""
        look = self._look
        for run in text.runs:
            at = multiply(run.at, look.matrix)
            colour = look.stroke if run.is_outline else run.colour
            self.pages[-1].append(replace(run, at=at, colour=colour, width=look.width))

    def _draw(self, steps: tuple[Step, ...], *, stroke: int, fill: int) -> None:
        look = self._look
        placed = [Step(s.kind, tuple(map(self._place, s.points))) for s in steps]
        if look.edge is not None:
            placed = list(clip(placed, look.edge))
        if not placed:
            return
        if fill:
            self._add(Figure(steps=tuple(placed), colour=look.fill, width=None))
        if stroke:
            width = look.width / _POINTS_A_MM
            self._add(Figure(steps=tuple(placed), colour=look.stroke, width=width))

    def _add(self, figure: Figure) -> None:
        """Note a figure; one that follows its like becomes a part of it, which readers thank for."""
        page = self.pages[-1]
        last = page[-1] if page else None
        if isinstance(last, Figure) and (last.colour, last.width) == (figure.colour, figure.width):
            page[-1] = replace(last, steps=last.steps + figure.steps)
        else:
            page.append(figure)

    def _place(self, point: Point) -> Point:
        return to_page(self._look.matrix, self.size[1], point)


_POINTS_A_MM: Final = 72 / 25.4


def _colour(colour: Any) -> Colour:
    red, green, blue = (round(part * 255) for part in (colour.red, colour.green, colour.blue))
    return red, green, blue


def letters(pages: list[list[Figure | Writing]]) -> Iterator[tuple[str, str]]:
    """Yield font and character of everything that is written in full letters."""
    for page in pages:
        for mark in page:
            if isinstance(mark, Writing) and not mark.is_outline:
                yield from ((mark.font, character) for character in mark.text)
