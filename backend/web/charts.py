"""Where the bars of a chart lie: numbers for SVG attributes, nothing drawn by a style."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10
from typing import Final

WIDTH: Final = 600
_LEFT, _RIGHT, _TOP, _FLOOR = 44, 590, 16, 220
"""Of the area of columns."""
_LABELS, _LONGEST, _PITCH = 198, 336, 35
"""Of the area of bars: where they begin, the longest, and how far apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One rectangle with its label and its number."""

    x: float
    y: float
    width: float
    height: float
    look: str
    """Class of the style sheet: "c1", "c2" or "c3"."""
    label: str = ""
    value: str = ""

    @property
    def middle(self) -> float:
        """Return the middle of the bar from left to right."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the grid."""

    y: float
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Upright bars over a grid."""

    bars: tuple[Bar, ...]
    labels: tuple[tuple[float, str], ...]
    """(middle, text) under the bars."""
    grid: tuple[Line, ...]
    limit: float | None = None
    """Where the promised time stands; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Lying bars, one below the other."""

    bars: tuple[Bar, ...]
    height: int


def columns(
    labels: Sequence[str], rows: Sequence[Sequence[int]], *, late_from: int | None = None
) -> Columns:
    """Return columns for one or two rows of numbers; those from `late_from` on are warm."""
    top = _scale_top(max((n for row in rows for n in row), default=0))
    pitch = (_RIGHT - _LEFT) / max(len(labels), 1)
    width = (pitch - 8) / len(rows)
    bars = [
        Bar(
            x=round(_LEFT + 4 + at * pitch + place * width, 1),
            y=round(_FLOOR - (_FLOOR - _TOP) * number / top, 1),
            width=round(width - 2, 1),
            height=round((_FLOOR - _TOP) * number / top, 1),
            look=_look(at, place, len(rows), late_from),
            value=str(number) if len(rows) == 1 else "",
        )
        for place, row in enumerate(rows)
        for at, number in enumerate(row)
    ]
    limit = None if late_from is None else round(_LEFT + late_from * pitch, 1)
    middles = (round(_LEFT + (at + 0.5) * pitch, 1) for at in range(len(labels)))
    return Columns(
        bars=tuple(bars),
        labels=tuple(zip(middles, labels, strict=True)),
        grid=_grid(top),
        limit=limit,
    )


def bars(items: Sequence[tuple[str, int]]) -> Bars:
    """Return one lying bar for each (label, number)."""
    most = max((number for _, number in items), default=0) or 1
    found = [
        Bar(
            x=_LABELS,
            y=9 + at * _PITCH,
            width=round(_LONGEST * number / most, 1),
            height=24,
            look="c1",
            label=label,
            value=str(number),
        )
        for at, (label, number) in enumerate(items)
    ]
    return Bars(bars=tuple(found), height=len(found) * _PITCH + 8)


def _look(at: int, place: int, rows: int, late_from: int | None) -> str:
    if rows > 1:
        return ("c2", "c1")[place]
    return "c3" if late_from is not None and at >= late_from else "c1"


def _grid(top: int) -> tuple[Line, ...]:
    return tuple(
        Line(y=_FLOOR - (_FLOOR - _TOP) * part / 4, value=str(top * part // 4)) for part in range(5)
    )


def _scale_top(most: int) -> int:
    """Return a round number from which a quarter is round too, at least the largest."""
    if most <= 4:
        return 4
    step = 10 ** int(log10(most / 4))
    quarter: float = next(
        m * step for m in (1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10) if ceil(m * step) * 4 >= most
    )
    return ceil(quarter) * 4
