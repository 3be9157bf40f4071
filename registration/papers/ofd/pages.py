"""The pages of an OFD file as XML. Source: GB/T 33190-2016, 7.7, 9.1, 11.1 to 11.3."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final
from xml.sax.saxutils import escape

from registration.papers.faces import find_font
from registration.papers.ofd.canvas import Colour, Figure, Writing
from registration.papers.ofd.fonts import outline
from registration.papers.ofd.geometry import (
    Matrix,
    Point,
    Step,
    abbreviate,
    bounds,
    number,
    to_page,
)
from registration.papers.sheet import MM

NAMESPACE: Final = 'xmlns:ofd="http://www.ofdspec.org/2016"'
HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_BASIC: Final = 0xFFFF
_MARGIN: Final = 0.5
"""Millimetres that an object's boundary leaves around its lines."""


class Numbers:
    """Identifiers of a document's objects: each once, counting up; what is above comes later."""

    def __init__(self, first: int) -> None:
        """Begin at a number."""
        self.next = first

    def take(self) -> int:
        """Give the next number."""
        self.next += 1
        return self.next - 1


def format_page(
    marks: Sequence[Figure | Writing],
    size: Point,
    numbers: Numbers,
    *,
    fonts: Mapping[str, int],
    template: int = 0,
) -> bytes:
    """Write one page; its size in points, fonts and the page that lies under it by identifiers."""
    under = f'<ofd:Template TemplateID="{template}" ZOrder="Background"/>\n' if template else ""
    layer = numbers.take()
    objects = "\n".join(_objects(marks, size, fonts, numbers))
    area = f"0 0 {number(size[0] / MM)} {number(size[1] / MM)}"
    text = (
        f"{HEAD}<ofd:Page {NAMESPACE}>\n"
        f"<ofd:Area><ofd:PhysicalBox>{area}</ofd:PhysicalBox></ofd:Area>\n{under}"
        f'<ofd:Content><ofd:Layer ID="{layer}" Type="Body">\n{objects}\n'
        f"</ofd:Layer></ofd:Content>\n</ofd:Page>\n"
    )
    return text.encode()


def _objects(
    marks: Sequence[Figure | Writing], size: Point, fonts: Mapping[str, int], numbers: Numbers
) -> Iterator[str]:
    for mark in marks:
        if isinstance(mark, Figure):
            yield _path(mark, numbers.take())
        elif mark.is_outline:
            yield _path(_drawn(mark, size[1]), numbers.take())
        else:
            for piece, start in _pieces(mark):
                run = replace(mark, text=piece, at=_moved(mark.at, start))
                is_drawn = ord(piece[0]) > _BASIC
                if is_drawn:
                    yield _path(replace(_drawn(run, size[1]), width=None), numbers.take())
                yield _text(run, size[1], fonts[mark.font], numbers.take(), is_seen=not is_drawn)


def _path(figure: Figure, identifier: int) -> str:
    left, top, right, bottom = bounds(figure.steps)
    x, y = left - _MARGIN, top - _MARGIN
    box = _box(x, y, right - left + 2 * _MARGIN, bottom - top + 2 * _MARGIN)
    data = abbreviate(figure.steps, (x, y))
    if figure.width is None:
        how, colour = 'Stroke="false" Fill="true"', _colour("FillColor", figure.colour)
    else:
        how = f'Stroke="true" Fill="false" LineWidth="{number(figure.width)}"'
        colour = _colour("StrokeColor", figure.colour)
    return (
        f'<ofd:PathObject ID="{identifier}" Boundary="{box}" {how}>{colour}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def _drawn(writing: Writing, height: float) -> Figure:
    """Draw letters as lines: for hollow ones, which few readers know, and for rare ones."""
    steps: list[Step] = []
    x = 0.0
    for character in writing.text:
        at = _moved(writing.at, x)
        for step in outline(writing.font, character):
            points = ((px * writing.size, py * writing.size) for px, py in step.points)
            steps.append(Step(step.kind, tuple(to_page(at, height, p) for p in points)))
        x += _advance(writing, character)
    return Figure(steps=tuple(steps), colour=writing.colour, width=writing.width / MM)


def _pieces(writing: Writing) -> Iterator[tuple[str, float]]:
    """Yield parts of a run and where each begins, in points.

    A character beyond the basic plane stands alone, drawn, with its text unseen above: readers
    that count UTF-16 would make two broken characters of it.
    """
    piece, start, x = "", 0.0, 0.0
    for character in writing.text:
        is_alone = ord(character) > _BASIC
        if piece and (is_alone or ord(piece[-1]) > _BASIC):
            yield piece, start
            piece = ""
        if not piece:
            start = x
        piece += character
        x += _advance(writing, character)
    if piece:
        yield piece, start


def _text(writing: Writing, height: float, font: int, identifier: int, *, is_seen: bool) -> str:
    size, at = writing.size / MM, writing.at
    advances = [_advance(writing, character) / MM for character in writing.text]
    distances = " ".join(map(number, advances[:-1]))
    delta = f' DeltaX="{distances}"' if distances else ""
    rise = 0.88 * size
    x, y = to_page(at, height, (0, 0))
    if at[:4] == (1.0, 0.0, 0.0, 1.0):
        box = _box(x, y - rise, sum(advances), 1.2 * size)
        turn, code = "", f'X="0" Y="{number(rise)}"'
    else:
        a, b, c, d = at[:4]
        box = _box(0, 0, 2 * x, 2 * y)
        turn = f' CTM="{a:.6f} {-b:.6f} {-c:.6f} {d:.6f} {number(x)} {number(y)}"'
        code = 'X="0" Y="0"'
    return (
        f'<ofd:TextObject ID="{identifier}" Boundary="{box}" Font="{font}"'
        f' Size="{number(size)}"{turn}>{_colour("FillColor", writing.colour, is_seen=is_seen)}'
        f"<ofd:TextCode {code}{delta}>{escape(writing.text)}</ofd:TextCode></ofd:TextObject>"
    )


def _moved(at: Matrix, x: float) -> Matrix:
    """Return a place so many points further on along its line."""
    a, b, c, d, e, f = at
    return a, b, c, d, e + a * x, f + b * x


def _advance(writing: Writing, character: str) -> float:
    return float(find_font(writing.font).stringWidth(character, writing.size)) + writing.spacing


def _box(x: float, y: float, width: float, height: float) -> str:
    return " ".join(map(number, (x, y, width, height)))


def _colour(name: str, colour: Colour, *, is_seen: bool = True) -> str:
    alpha = "" if is_seen else ' Alpha="0"'
    return f'<ofd:{name} Value="{colour[0]} {colour[1]} {colour[2]}"{alpha}/>'
