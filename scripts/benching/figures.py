"""Figures of the benchmark: what was measured, beside the least that it could cost."""

import statistics
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_HEAD = ("figure", "measured", "floor", "of floor", "the floor is")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number."""

    name: str
    unit: str
    value: float
    floor: float | None = None
    """The bare thing's number in the same run and unit; None where nothing is comparable."""
    floor_is: str = ""
    """What the bare thing was."""
    rounds: int = 1
    """How many rounds the median is of."""
    spread: tuple[float, float] | None = None
    """The lowest and the highest of the rounds."""
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """How many times the floor it is; below 1 is worse for rates, above 1 for seconds."""
        return self.value / self.floor if self.floor else None

    def as_json(self) -> dict[str, Any]:
        """Return it for results.json."""
        told: dict[str, Any] = {
            "name": self.name,
            "unit": self.unit,
            "value": rounded(self.value),
            "rounds": self.rounds,
        }
        if self.spread is not None:
            told["spread"] = [rounded(edge) for edge in self.spread]
        if self.floor is not None and self.ratio is not None:
            told |= {
                "floor": rounded(self.floor),
                "floor_is": self.floor_is,
                "ratio": rounded(self.ratio),
            }
        return told | ({"detail": _rounded_all(self.detail)} if self.detail else {})


def make_figure(
    name: str,
    unit: str,
    values: Sequence[float],
    *,
    floors: Sequence[float] = (),
    floor_is: str = "",
    detail: Mapping[str, Any] | None = None,
) -> Figure:
    """Return the median of rounds beside the median of the floor's rounds."""
    return Figure(
        name=name,
        unit=unit,
        value=statistics.median(values),
        floor=statistics.median(floors) if floors else None,
        floor_is=floor_is,
        rounds=len(values),
        spread=(min(values), max(values)) if len(values) > 1 else None,
        detail=detail or {},
    )


def percentile(values: Iterable[float], percent: float) -> float:
    """Return the nearest-rank percentile of some numbers."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1]


def rounded(value: float) -> float:
    """Return a number with three significant digits: more would be noise."""
    return float(f"{value:.3g}")


def _rounded_all(value: Any) -> Any:
    if isinstance(value, float):
        return rounded(value)
    if isinstance(value, Mapping):
        return {key: _rounded_all(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded_all(one) for one in value]
    return value


def table(figures: Iterable[Figure]) -> str:
    """Lay figures out as lines with aligned columns."""
    rows = [_HEAD, *map(_cells, figures)]
    widths = [max(_width(row[at]) for row in rows) for at in range(len(_HEAD))]
    lines = ["  ".join(_pad(cell, width) for cell, width in zip(r, widths, strict=True))
             for r in rows]  # fmt: skip
    return "\n".join(line.rstrip() for line in lines)


def _cells(figure: Figure) -> tuple[str, ...]:
    is_compared = figure.floor is not None and figure.ratio is not None
    return (
        figure.name,
        f"{rounded(figure.value):g} {figure.unit}",
        f"{rounded(figure.floor or 0):g} {figure.unit}" if is_compared else "–",
        f"× {rounded(figure.ratio or 0):g}" if is_compared else "–",
        figure.floor_is if is_compared else "",
    )


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
