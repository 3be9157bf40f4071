"""How far lines of text fall, and where a sheet lies on the table."""

import math
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from quarantine.geometry import Point
from quarantine.values import WHOLE

_WIDEST: Final = 12.0
"""Degrees that are looked at, to each side."""
_MOST_POINTS: Final = 30_000
_CLEAR: Final = 1.25
"""How much better the best angle must be than the usual one, to be believed."""
_STRAIGHT: Final = 30
"""Hundredths of a degree that nobody sees."""
_SHEET_PX: Final = 160
_SHEET_SHARE: Final = (0.15, 0.93)
_FOUR_SIDED: Final = (0.93, 1.06)
"""How much of the four-sided figure between its corners a sheet fills."""
_INWARD: Final = 0.006
"""A cut this much further in leaves no rim of the table; paper has wider margins."""


def find_slant(ink: npt.NDArray[np.bool_]) -> int:
    """Return how far lines of text fall to the right, in hundredths of a degree; 0 where unknown.

    Along the true angle the ink gathers in lines with clear paper between them.
    """
    rows, columns = np.nonzero(ink)
    if rows.size < 400:
        return 0
    step = max(rows.size // _MOST_POINTS, 1)
    y, x = rows[::step].astype(np.float32), columns[::step].astype(np.float32)
    coarse = np.arange(-_WIDEST, _WIDEST + 0.01, 0.5)
    scores = [_gathering(x, y, angle) for angle in coarse]
    best = float(coarse[int(np.argmax(scores))])
    if max(scores) < _CLEAR * float(np.median(scores)) or abs(best) >= _WIDEST:
        return 0
    fine = np.arange(best - 0.5, best + 0.51, 0.1)
    finest = [_gathering(x, y, angle) for angle in fine]
    return round(float(fine[int(np.argmax(finest))]) * 100)


def _gathering(x: npt.NDArray[np.float32], y: npt.NDArray[np.float32], degrees: float) -> float:
    height = y - x * math.tan(math.radians(degrees))
    counts = np.bincount((height - height.min()).astype(np.int64)).astype(np.float64)
    return float(np.square(np.diff(counts)).sum())


def find_slant_cut(size: tuple[int, int], slant: int) -> tuple[int, ...]:
    """Return the cut that makes a whole page straight again; nothing where it is straight."""
    if abs(slant) < _STRAIGHT:
        return ()
    width, height = size
    sine, cosine = math.sin(math.radians(slant / 100)), math.cos(math.radians(slant / 100))
    corners = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]
    turned = [
        (x * width * cosine - y * height * sine, x * width * sine + y * height * cosine)
        for x, y in corners
    ]
    return _places([(x + width / 2, y + height / 2) for x, y in turned], size)


def find_sheet(picture: Image.Image) -> tuple[int, ...]:
    """Return the corners of a sheet that lies on a darker table; nothing where none is plain."""
    scale = _SHEET_PX / max(picture.size)
    size = (max(round(picture.width * scale), 8), max(round(picture.height * scale), 8))
    small = picture.resize(size, Image.Resampling.BOX)
    brightest = np.asarray(small.convert("RGB"), dtype=np.float32).min(axis=2)
    sheet = _middle_part(brightest > _parting(brightest))
    share = float(sheet.mean())
    if not _SHEET_SHARE[0] <= share <= _SHEET_SHARE[1]:
        return ()
    corners = _corners(sheet)
    if not _FOUR_SIDED[0] <= share * sheet.size / max(_area(corners), 1) <= _FOUR_SIDED[1]:
        return ()
    return _places(_moved_in(corners), size)


def _parting(grey: npt.NDArray[np.float32]) -> float:
    """Return the brightness that parts the bright from the dark best. Source: Otsu, 1979."""
    counts = np.histogram(grey, bins=64, range=(0, 256))[0].astype(np.float64)
    middles = np.arange(64) * 4 + 2
    below = np.cumsum(counts)
    weight = np.cumsum(counts * middles)
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = weight / below - (weight[-1] - weight) / above
        spread = np.nan_to_num(below * above * apart**2)
    return float(middles[int(np.argmax(spread))]) + 2


def _middle_part(bright: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return the bright part that holds the middle of the picture, with what it encloses."""
    rows, columns = bright.shape
    part = np.zeros_like(bright)
    part[rows // 2 - 2 : rows // 2 + 3, columns // 2 - 2 : columns // 2 + 3] = True
    part &= bright
    part = _grown(part, bright)
    # Ink inside the sheet belongs to it: what cannot be reached from the picture's edge.
    edge = np.zeros_like(bright)
    edge[[0, -1], :] = edge[:, [0, -1]] = True
    return ~_grown(edge & ~part, ~part)


def _grown(part: npt.NDArray[np.bool_], within: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    for _ in range(4 * _SHEET_PX):
        more = part.copy()
        more[1:] |= part[:-1]
        more[:-1] |= part[1:]
        more[:, 1:] |= part[:, :-1]
        more[:, :-1] |= part[:, 1:]
        more &= within
        if (more == part).all():
            break
        part = more
    return part


def _corners(sheet: npt.NDArray[np.bool_]) -> list[Point]:
    rows, columns = np.nonzero(sheet)
    both, apart = rows + columns, columns - rows
    found = [int(both.argmin()), int(apart.argmax()), int(both.argmax()), int(apart.argmin())]
    # A pixel's outer edge, where the sheet ends on that side.
    outward = [(0, 0), (1, 0), (1, 1), (0, 1)]
    return [
        (float(columns[at] + dx), float(rows[at] + dy))
        for at, (dx, dy) in zip(found, outward, strict=True)
    ]


def _moved_in(corners: list[Point]) -> list[Point]:
    middle = (sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4)
    keep = 1 - 2 * _INWARD
    return [
        (middle[0] + (x - middle[0]) * keep, middle[1] + (y - middle[1]) * keep) for x, y in corners
    ]


def _area(corners: list[Point]) -> float:
    following = [*corners[1:], corners[0]]
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(corners, following, strict=True))) / 2


def _places(corners: list[Point], size: tuple[int, int]) -> tuple[int, ...]:
    width, height = size
    return tuple(
        round(place) for x, y in corners for place in (x / width * WHOLE, y / height * WHOLE)
    )
