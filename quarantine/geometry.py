"""Cutting a page out of its picture and turning it."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image

from quarantine.values import WHOLE, Edit

Point = tuple[float, float]
LONGEST_SIDE: Final = 12_000
"""Pixels of a cut."""
_TURNS: Final = {
    1: Image.Transpose.ROTATE_270,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}


def edited(picture: Image.Image, edit: Edit) -> Image.Image:
    """Return a picture after its edit; what lies outside of it is white."""
    if edit.cut:
        picture = _cut(picture, corners_of(edit.cut, picture.size))
    return picture.transpose(_TURNS[edit.turn]) if edit.turn else picture


def corners_of(cut: Sequence[int], size: tuple[int, int]) -> list[Point]:
    """Return a cut's four corners in pixels."""
    width, height = size
    pairs = zip(cut[::2], cut[1::2], strict=True)
    return [(x * width / WHOLE, y * height / WHOLE) for x, y in pairs]


def size_of(corners: Sequence[Point]) -> tuple[int, int]:
    """Return how large the part between four corners is once it is made straight, in pixels."""
    upper_left, upper_right, lower_right, lower_left = corners
    width = max(math.dist(upper_left, upper_right), math.dist(lower_left, lower_right))
    height = max(math.dist(upper_left, lower_left), math.dist(upper_right, lower_right))
    # A cut of nothing is a line of one pixel, which the measures then call blank.
    scale = min(LONGEST_SIDE / max(width, height, 1), 1)
    return max(round(width * scale), 1), max(round(height * scale), 1)


def _cut(picture: Image.Image, corners: Sequence[Point]) -> Image.Image:
    width, height = size_of(corners)
    target = [(0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height))]
    white = 255 if picture.mode == "L" else (255, 255, 255)
    return picture.transform(
        (width, height),
        Image.Transform.PERSPECTIVE,
        _perspective(target, corners),
        resample=Image.Resampling.BICUBIC,
        fillcolor=white,
    )


def _perspective(target: Sequence[Point], source: Sequence[Point]) -> list[float]:
    """Return the eight numbers that take each target corner to its source.

    Corners on one line have no such numbers; the nearest are taken.
    """
    rows, values = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    solved = np.linalg.lstsq(np.array(rows), np.array(values), rcond=None)[0]
    return [float(number) for number in solved]
