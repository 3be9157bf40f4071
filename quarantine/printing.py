"""A page as it travels: as small as it can be and still be read.

Black writing alone becomes a facsimile of one bit a dot at 300 dots an inch; grey and colour
become a JPEG at 200. Nothing but the drawn page is in either.
"""

import io
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops

from quarantine.measuring import Grey, Prepared, no_finer

TARGET_BYTES: Final = 250_000
"""Of a coloured page of A4."""
JPEG_DPI: Final = 200
FACSIMILE_DPI: Final = 300
_COARSER_DPI: Final = 150
_QUALITIES: Final = (60, 50, 42)
_FEWEST_DPI: Final = 140
"""A page scanned more coarsely loses too much when every dot becomes black or white."""
_LIGHTEST_INK: Final = 92
_LIGHTEST_CORE: Final = 76
"""Hundredths of the paper's brightness."""
_MOST_BETWEEN: Final = 0.00006
_PARTING: Final = 0.8
_MOST_INK: Final = 0.25
_DARKEST_PAPER: Final = 150


@dataclass(frozen=True, slots=True)
class Printed:
    """A clean page and its bytes."""

    media_type: Literal["image/jpeg", "image/x-ccitt-g4"]
    data: bytes
    width: int
    height: int
    dots_per_inch: int
    components: Literal[1, 3]


def print_page(page: Prepared) -> Printed:
    """Return a page in the smallest form that keeps what can be read on it."""
    if page.is_colour:
        return _jpeg(page.seen.picture.convert("RGB"), page.seen.dots_per_inch)
    return _facsimile(page) if _is_black_alone(page) else _jpeg(page.fine, page.fine_dpi)


def _jpeg(picture: Image.Image, dpi: float) -> Printed:
    picture, dpi = no_finer(picture, dpi, JPEG_DPI)
    budget = _budget(picture, dpi)
    for quality in _QUALITIES:
        data = _encoded(picture, quality)
        if len(data) <= budget:
            break
    else:
        picture, dpi = no_finer(picture, dpi, _COARSER_DPI)
        data = _encoded(picture, _QUALITIES[1])
    width, height = picture.size
    return Printed("image/jpeg", data, width, height, round(dpi), 3 if picture.mode == "RGB" else 1)


def _encoded(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def _budget(picture: Image.Image, dpi: float) -> float:
    """Return the bytes that a page may have; more than a sheet of A4 may have more."""
    sheets = picture.width * picture.height / dpi**2 / (8.27 * 11.69)
    return TARGET_BYTES * max(sheets, 1)


def _is_black_alone(page: Prepared) -> bool:
    """Say whether nothing is lost in black and white: no pencil, no photograph, no dark paper."""
    light = page.light
    if page.fine_dpi < _FEWEST_DPI or light.level < _DARKEST_PAPER:
        return False
    if light.ink.mean() > _MOST_INK:
        return False
    share = _share_of_paper(page.fine, light.blocks)
    # Ink has a dark core, however thin it is; what has none was meant to be grey.
    between = (share < _LIGHTEST_INK) & (_darkest_near(share) > _LIGHTEST_CORE)
    return bool(between.mean() < _MOST_BETWEEN)


def _share_of_paper(grey: Image.Image, blocks: Grey) -> npt.NDArray[np.uint8]:
    """Return how bright each dot is, in hundredths of the paper around it."""
    percent = np.asarray(_paper(grey, blocks), dtype=np.uint16)
    return (np.asarray(grey, dtype=np.uint16) * 100 // percent).astype(np.uint8)


def _paper(grey: Image.Image, blocks: Grey) -> Image.Image:
    small = Image.fromarray(blocks.clip(1, 255).astype(np.uint8))
    return small.resize(grey.size, Image.Resampling.BILINEAR)


def _darkest_near(share: npt.NDArray[np.uint8], reach: int = 3) -> npt.NDArray[np.uint8]:
    """Return the darkest of each dot's neighbours, so many to every side."""
    for _ in range(reach):
        wide = share.copy()
        np.minimum(wide[:, 1:], share[:, :-1], out=wide[:, 1:])
        np.minimum(wide[:, :-1], share[:, 1:], out=wide[:, :-1])
        high = wide.copy()
        np.minimum(high[1:], wide[:-1], out=high[1:])
        np.minimum(high[:-1], wide[1:], out=high[:-1])
        share = high
    return share


def _facsimile(page: Prepared) -> Printed:
    grey = page.seen.picture.convert("L")
    scale = FACSIMILE_DPI / page.seen.dots_per_inch
    if round(scale, 2) != 1:
        size = (max(round(grey.width * scale), 1), max(round(grey.height * scale), 1))
        grey = grey.resize(size, Image.Resampling.BICUBIC)
    parting = _paper(grey, page.light.blocks).point([round(v * _PARTING) for v in range(256)])
    black = ImageChops.subtract(grey, parting).point([0, *[255] * 255]).convert("1")
    out = io.BytesIO()
    # One strip, so that its bytes are the whole page.
    black.save(out, "TIFF", compression="group4", tiffinfo={278: black.height, 262: 0})
    with Image.open(io.BytesIO(out.getvalue())) as tiff:
        tags = tiff.tag_v2  # type: ignore[attr-defined]  # a TIFF has them
        (start,), (size_,) = tags[273], tags[279]
    data = out.getvalue()[start : start + size_]
    return Printed("image/x-ccitt-g4", data, black.width, black.height, FACSIMILE_DPI, 1)
