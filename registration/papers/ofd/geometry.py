"""Curves on a page of OFD: turned into its millimetres, cut at an edge, written down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from registration.papers.sheet import MM

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f of PDF: x' = a x + c y + e, y' = b x + d y + f."""
Rect = tuple[float, float, float, float]
"""Left, top, right, bottom in mm."""
IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_PIECES: Final = 24
"""Straight pieces of a curve that crosses an edge: nearer than 0.02 mm to it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One part of an outline: M and L have one point, B has three, C none."""

    kind: str
    points: tuple[Point, ...] = ()


def multiply(first: Matrix, then: Matrix) -> Matrix:
    """Return the matrix that applies one and then the other."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j,
        e * g + f * i + k, e * h + f * j + m,
    )  # fmt: skip


def to_page(matrix: Matrix, height: float, point: Point) -> Point:
    """Return a point in points of PDF as mm from the page's upper left; height in points."""
    x, y = point
    a, b, c, d, e, f = matrix
    return (a * x + c * y + e) / MM, (height - (b * x + d * y + f)) / MM


def clip(steps: Sequence[Step], edge: Rect) -> Iterator[Step]:
    """Cut an open outline of lines and curves at a rectangle.

    Readers differ in whether they cut at an object's boundary, so nothing is left to cut.
    """
    here, is_down = (0.0, 0.0), False
    for step in steps:
        if step.kind == "M":
            here, is_down = step.points[0], False
            continue
        end = step.points[-1]
        if _is_within((here, *step.points), edge):
            if not is_down:
                yield Step("M", (here,))
            yield step
            is_down = True
        else:
            is_down = False
            for start, stop in _cut(here, step, edge):
                if not is_down:
                    yield Step("M", (start,))
                yield Step("L", (stop,))
                is_down = _is_within((stop,), edge, inset=1e-6)
        here = end


def _cut(here: Point, step: Step, edge: Rect) -> Iterator[tuple[Point, Point]]:
    """Yield the straight pieces of a line or curve that lie within."""
    if step.kind == "L":
        path = [here, step.points[0]]
    else:
        path = [_on_curve(here, step.points, i / _PIECES) for i in range(_PIECES + 1)]
    for start, stop in pairwise(path):
        kept = _cut_line(start, stop, edge)
        if kept is not None:
            yield kept


def _on_curve(here: Point, points: tuple[Point, ...], t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    pairs = list(zip(weights, (here, *points), strict=True))
    return sum(w * p[0] for w, p in pairs), sum(w * p[1] for w, p in pairs)


def _cut_line(start: Point, stop: Point, edge: Rect) -> tuple[Point, Point] | None:
    """Return what of a line lies within. Source: Liang and Barsky, ACM TOG 3 (1984)."""
    (x, y), (left, top, right, bottom) = start, edge
    dx, dy = stop[0] - x, stop[1] - y
    first, last = 0.0, 1.0
    for p, q in ((-dx, x - left), (dx, right - x), (-dy, y - top), (dy, bottom - y)):
        if p == 0:
            if q < 0:
                return None
        elif p < 0:
            first = max(first, q / p)
        else:
            last = min(last, q / p)
    if first >= last:
        return None
    return (x + first * dx, y + first * dy), (x + last * dx, y + last * dy)


def _is_within(points: Sequence[Point], edge: Rect, inset: float = 0.0) -> bool:
    left, top, right, bottom = edge
    return all(
        left + inset <= x <= right - inset and top + inset <= y <= bottom - inset for x, y in points
    )


def bounds(steps: Sequence[Step]) -> Rect:
    """Return the rectangle around an outline."""
    xs, ys = zip(*(point for step in steps for point in step.points), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def abbreviate(steps: Sequence[Step], origin: Point) -> str:
    """Write an outline from an origin. Source: GB/T 33190-2016, 9.1, AbbreviatedData."""
    x, y = origin
    return " ".join(
        " ".join((s.kind, *(f"{number(px - x)} {number(py - y)}" for px, py in s.points)))
        for s in steps
    )


def number(value: float) -> str:
    """Write millimetres to a hundredth, which is finer than any press, as short as can be."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
