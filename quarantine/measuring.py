"""What can be measured on a page: sharpness, slant, light, ink, and whether text runs off it.

Everything is told in the page's own terms, so that a photograph and a scan can be judged alike;
what the numbers mean is decided elsewhere.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from quarantine.foreign import Seen
from quarantine.slant import find_slant
from quarantine.values import WHOLE, Figures

Grey = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

COARSE_DPI: Final = 100
FINE_DPI: Final = 200
_BLOCK: Final = 24
"""Pixels at 100 dots an inch: 6 mm, a line of text and the paper around it."""
_LEAST_CONTRAST: Final = 22
_INK_SHARE_OF_PAPER: Final = 0.16
_SHINING: Final = 250
_ABOVE_PAPER: Final = 15
_CHROMA: Final = 34
_COLOURED_MILLIONTHS: Final = 200
_TABLE_SHARE: Final = 0.35
"""Of an edge that is dark: then it shows the table, or a scanner's lid."""
_MIDDLE: Final = 0.12
"""Of the page's sides that are left out where a shadow is looked for: they may be table."""
_MM: Final = 4
"""Pixels in a millimetre at 100 dots an inch."""
_LETTER_PX: Final = (1, 14)
_LETTERS_AT_EDGE: Final = 8


@dataclass(frozen=True, slots=True)
class Light:
    """The paper behind the ink: how bright it is everywhere, and what is ink."""

    grey: Grey
    """The page at 100 dots an inch."""
    paper: Grey
    """The same, without its ink."""
    blocks: Grey
    """Brightness of the paper in blocks of 6 mm."""
    ink: Mask

    @property
    def level(self) -> float:
        """How bright the paper is for the most part."""
        return float(np.median(self.blocks))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A page as it is measured and printed: in grey, fine and coarse, with its light."""

    seen: Seen
    fine: Image.Image
    """Grey, at most 200 dots an inch."""
    fine_dpi: float
    light: Light
    is_colour: bool


def prepare(seen: Seen) -> Prepared:
    """Look at a page once for everything that is asked of it."""
    fine, fine_dpi = no_finer(seen.picture.convert("L"), seen.dots_per_inch, FINE_DPI)
    coarse, _ = no_finer(fine, fine_dpi, COARSE_DPI)
    light = _find_light(np.asarray(coarse, dtype=np.float32))
    return Prepared(seen, fine, fine_dpi, light, _has_colour(seen.picture))


def measure(page: Prepared) -> Figures:
    """Measure one page."""
    light = page.light
    glare, box = _glare(light)
    contrast = _contrast(light)
    return Figures(
        dots_per_inch=page.seen.scanned_dpi,
        edge_width=_edge_width(page, contrast),
        skew=find_slant(light.ink),
        ink=round(float(light.ink.mean()) * 1e6),
        paper=round(light.level),
        contrast=round(contrast),
        shade=_shade(light),
        glare=glare,
        glare_box=box,
        cut_sides=_cut_sides(light),
        is_colour=page.is_colour,
    )


def _find_light(grey: Grey) -> Light:
    """Tell the paper from the ink."""
    blocks = _blocks(grey, 90)
    rows, columns = grey.shape
    smooth = Image.fromarray(blocks).resize((columns, rows), Image.Resampling.BILINEAR)
    paper = np.asarray(smooth, dtype=np.float32)
    least = np.maximum(paper * _INK_SHARE_OF_PAPER, _LEAST_CONTRAST)
    return Light(grey, paper, blocks, paper - grey > least)


def no_finer(picture: Image.Image, dpi: float, finest: int) -> tuple[Image.Image, float]:
    """Return a picture with at most so many dots an inch, and how many it has."""
    scale = finest / dpi
    if scale >= 1:
        return picture, dpi
    size = (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1))
    return picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=1.5), finest


def _blocks(grey: Grey, percentile: int) -> Grey:
    rows, columns = (max(side // _BLOCK, 1) for side in grey.shape)
    height, width = grey.shape[0] // rows, grey.shape[1] // columns
    cut = grey[: rows * height, : columns * width].reshape(rows, height, columns, width)
    flat = cut.swapaxes(1, 2).reshape(rows, columns, height * width)
    at = min(flat.shape[2] * percentile // 100, flat.shape[2] - 1)
    return np.partition(flat, at, axis=2)[:, :, at]


def _contrast(light: Light) -> float:
    """Return how much darker the ink is; thin strokes are half paper at this size."""
    depth = (light.paper - light.grey)[light.ink]
    return float(np.percentile(depth, 85)) if depth.size else 0.0


def _edge_width(page: Prepared, contrast: float) -> int:
    """Return the median width of edges, in hundredths of a pixel at 200 dots an inch.

    The width is what lies between ink and paper divided by how fast one becomes the other. The
    worse of both directions counts: a hand that shook blurs along one alone.
    """
    grey = np.asarray(page.fine)
    lines = (grey[::6].astype(np.float32), grey.T[::6].astype(np.float32))
    widths = [_widths(some, contrast) for some in lines]
    found = [float(np.median(w)) for w in widths if w.size >= 40]
    return round(max(found) * FINE_DPI / page.fine_dpi * 100) if found else 0


def _widths(lines: Grey, contrast: float, reach: int = 7) -> Grey:
    if lines.shape[1] < 4 * reach:
        return np.empty(0, dtype=np.float32)
    slope = np.abs(lines[:, 2:] - lines[:, :-2]) / 2
    steepest = (slope[:, 1:-1] >= slope[:, :-2]) & (slope[:, 1:-1] > slope[:, 2:])
    steepest &= slope[:, 1:-1] > max(contrast * 0.08, 4)
    at_row, at_column = np.nonzero(steepest[:, reach:-reach])
    step = max(at_row.size // 20_000, 1)
    at_row, at_column = at_row[::step], at_column[::step] + reach + 2
    around = at_column[:, None] + np.arange(-reach, reach + 1)
    values = lines[at_row[:, None], around]
    height = values.max(axis=1) - values.min(axis=1)
    is_edge = height > max(contrast * 0.5, _LEAST_CONTRAST)
    steep = slope[at_row, at_column - 1]
    return np.asarray((height / steep)[is_edge], dtype=np.float32)


def _shade(light: Light) -> int:
    """Return the darker tenth of the paper, in hundredths of its usual brightness."""
    down, across = (round(side * _MIDDLE) for side in light.blocks.shape)
    middle = light.blocks[down : -down or None, across : -across or None]
    dark = float(np.percentile(middle, 8))
    return min(round(dark / max(light.level, 1) * 100), 100)


def _glare(light: Light) -> tuple[int, tuple[int, ...]]:
    """Return the share of the page that shines, in millionths, and where; a scanner's white does not."""
    is_bright = (light.blocks >= _SHINING) & (light.blocks - light.level >= _ABOVE_PAPER)
    if not is_bright.any():
        return 0, ()
    rows, columns = np.nonzero(is_bright)
    high, wide = is_bright.shape
    box = (
        columns.min() * WHOLE // wide,
        rows.min() * WHOLE // high,
        (columns.max() + 1) * WHOLE // wide,
        (rows.max() + 1) * WHOLE // high,
    )
    return round(float(is_bright.mean()) * 1e6), tuple(int(side) for side in box)


def _cut_sides(light: Light) -> str:
    """Return the sides at which letters run off the page."""
    sides = {
        "L": (light.ink[:, :_MM], light.blocks[:, 0]),
        "T": (light.ink[:_MM].T, light.blocks[0]),
        "R": (light.ink[:, -_MM:], light.blocks[:, -1]),
        "B": (light.ink[-_MM:].T, light.blocks[-1]),
    }
    return "".join(
        name
        for name, (strip, blocks) in sides.items()
        # Where the edge is no paper, it is the table that the page lies on.
        if np.mean(blocks > light.level * 0.8) > 0.7 and _count_letters(strip) >= _LETTERS_AT_EDGE
    )


def _count_letters(strip: Mask) -> int:
    """Count what crosses an edge and is as long as a letter is; lines and shadows are longer."""
    crosses = strip.mean(axis=1) >= 0.75
    if crosses.mean() > _TABLE_SHARE:
        return 0
    turns = np.flatnonzero(np.diff(np.concatenate(([0], crosses.astype(np.int8), [0]))))
    lengths = turns[1::2] - turns[::2]
    return int(((lengths >= _LETTER_PX[0]) & (lengths <= _LETTER_PX[1])).sum())


def _has_colour(picture: Image.Image) -> bool:
    """Say whether a page has ink of a colour; the tint of the light around it is none."""
    if picture.mode != "RGB":
        return False
    pixels = np.asarray(picture.reduce(3), dtype=np.int16)
    tint = np.median(pixels.reshape(-1, 3), axis=0)
    shifted = pixels - (tint - tint.mean()).astype(np.int16)
    chroma = shifted.max(axis=2) - shifted.min(axis=2)
    return bool((chroma > _CHROMA).mean() * 1e6 > _COLOURED_MILLIONTHS)
