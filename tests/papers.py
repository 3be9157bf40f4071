"""Papers for the tests: the made-up ones, as a scanner or a camera gives them, drawn once."""

from functools import cache

import numpy as np
from PIL import Image

from scripts.paperwork.papers import PAGES
from scripts.paperwork.seeing import as_jpeg, as_pdf, blank, photographed, scanned

DPI = 150
"""Fine enough for every rule, and small enough for many tests."""


def grain(seed: int = 7) -> np.random.Generator:
    return np.random.default_rng(seed)


@cache
def page(kind: str, dpi: int = DPI) -> Image.Image:
    return blank(dpi=dpi) if kind == "blank" else PAGES[kind](dpi=dpi)


@cache
def scan_of(kind: str, dpi: int = DPI, seed: int = 7) -> bytes:
    return as_jpeg(scanned(page(kind, dpi), grain(seed)), dpi=dpi)


@cache
def photo_of(kind: str, seed: int = 7) -> bytes:
    picture = photographed(page(kind, 200), grain(seed), size=(1500, 2000))
    return as_jpeg(picture)


@cache
def pdf_of(*kinds: str) -> bytes:
    return as_pdf([scan_of(kind, seed=number) for number, kind in enumerate(kinds)])
