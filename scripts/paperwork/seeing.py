"""Papers as machines see them: grain, tint, slant, shadow, and what goes wrong."""

import io
import math
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

Grain = np.random.Generator
_TABLE: Final = (96, 74, 58)


def scanned(
    page: Image.Image, grain: Grain, *, slant: float = 0.0, paper: int = 247, noise: float = 2.5
) -> Image.Image:
    """Return a page as a flatbed or feeder gives it; `slant` in degrees, falling to the right."""
    turned = page.rotate(-slant, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    soft = turned.filter(ImageFilter.GaussianBlur(0.25 + page.width / 5000))
    levels = np.asarray(soft, dtype=np.float32) / 255 * (paper - 22) + 22
    return _grained(levels.astype(np.float32), grain, noise)


def photographed(
    page: Image.Image,
    grain: Grain,
    *,
    size: tuple[int, int] = (2600, 3400),
    light: tuple[float, float] = (0.86, 0.66),
    noise: float = 4.0,
) -> Image.Image:
    """Return a page as a document camera sees it: on a table, from aside, in uneven light.

    `light` is how bright the brightest and the darkest corner are.
    """
    width, height = size
    corners = _lying(grain, size)
    table = Image.new("RGB", size, _TABLE)
    flat = page.resize((width, round(width * page.height / page.width)), Image.Resampling.LANCZOS)
    sheet = flat.transform(
        size, Image.Transform.PERSPECTIVE, _onto(corners, flat.size), Image.Resampling.BICUBIC
    )
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in corners], fill=255)
    table.paste(sheet, (0, 0), mask)
    down, across = np.mgrid[0 : 1 : 1j * height, 0 : 1 : 1j * width]
    falloff = (light[0] + (light[1] - light[0]) * (0.6 * down + 0.4 * across)).astype(np.float32)
    soft = table.filter(ImageFilter.GaussianBlur(width / 3600))
    levels = np.asarray(soft, dtype=np.float32) * falloff[:, :, None]
    return _grained((levels * np.array([1.0, 0.985, 0.95])).astype(np.float32), grain, noise)


def _lying(grain: Grain, size: tuple[int, int]) -> list[tuple[float, float]]:
    """Return where a sheet's corners lie: nearly square to the camera, with table around it."""
    width, height = size
    tilt = math.radians(float(grain.uniform(-2, 2)))
    half = (width * 0.43, width * 0.43 * 1.414)
    found = []
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        across, down = x * half[0], y * half[1]
        far = 1 - 0.02 * y  # the upper edge is further away
        found.append(
            (
                width / 2 + (across * math.cos(tilt) - down * math.sin(tilt)) * far,
                height / 2 + (across * math.sin(tilt) + down * math.cos(tilt)) * far,
            )
        )
    return found


def _onto(corners: list[tuple[float, float]], size: tuple[int, int]) -> list[float]:
    width, height = size
    source = [(0, 0), (width, 0), (width, height), (0, height)]
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [float(number) for number in np.linalg.solve(np.array(rows), np.array(values))]


def _grained(levels: npt.NDArray[np.float32], grain: Grain, noise: float) -> Image.Image:
    rough = levels + grain.normal(0, noise, levels.shape).astype(np.float32)
    return Image.fromarray(rough.clip(0, 255).astype(np.uint8))


def blurred(picture: Image.Image, radius_mm: float, *, dpi: float) -> Image.Image:
    """Return a picture out of focus."""
    return picture.filter(ImageFilter.GaussianBlur(radius_mm / 25.4 * dpi))


def shaken(picture: Image.Image, length_mm: float, *, dpi: float) -> Image.Image:
    """Return a picture that moved along its lines while it was taken."""
    reach = max(round(length_mm / 25.4 * dpi), 1)
    levels = np.asarray(picture, dtype=np.float32)
    total = sum(np.roll(levels, step, axis=1) for step in range(reach))
    return Image.fromarray((np.asarray(total) / reach).clip(0, 255).astype(np.uint8))


def glaring(picture: Image.Image, *, share: float, at: tuple[float, float]) -> Image.Image:
    """Return a picture with a lamp's reflection; `share` of its width across."""
    high, wide = picture.height, picture.width
    down, across = np.mgrid[0:high, 0:wide]
    radius = share * wide / 2
    away = np.hypot(across - at[0] * wide, (down - at[1] * high) * 1.3) / radius
    shine = np.clip(1.6 - away, 0, 1)[:, :, None].astype(np.float32)
    levels = np.asarray(picture, dtype=np.float32)
    return Image.fromarray((levels * (1 - shine) + 255 * shine).clip(0, 255).astype(np.uint8))


def darkened(picture: Image.Image, share: float) -> Image.Image:
    """Return a picture in too little light."""
    return picture.point(lambda value: value * share)


def half_shaded(picture: Image.Image, share: float) -> Image.Image:
    """Return a picture with a shadow over its lower right."""
    mask = Image.new("L", picture.size, 0)
    width, height = picture.size
    corners = [(width, height * 0.45), (width, height), (width * 0.2, height)]
    ImageDraw.Draw(mask).polygon(corners, fill=255)
    soft = mask.filter(ImageFilter.GaussianBlur(width / 60))
    return Image.composite(darkened(picture, share), picture, soft)


def faint(picture: Image.Image, share: float) -> Image.Image:
    """Return a picture whose ink has nearly no toner; `share` of it is left."""
    return picture.point(lambda value: 255 - (255 - value) * share)


def cut_off(picture: Image.Image, share: float) -> Image.Image:
    """Return a picture of which a strip on the right is missing."""
    return picture.crop((0, 0, round(picture.width * (1 - share)), picture.height))


def blank(*, dpi: int) -> Image.Image:
    """Return the empty back of a sheet."""
    return Image.new("RGB", (round(8.27 * dpi), round(11.69 * dpi)), "white")


def as_jpeg(picture: Image.Image, *, dpi: int = 0, quality: int = 85) -> bytes:
    """Return a picture as a scanner (with its `dpi`) or a camera (without) writes it."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, **({"dpi": (dpi, dpi)} if dpi else {}))
    return out.getvalue()


def as_pdf(pictures: list[bytes]) -> bytes:
    """Return JPEGs as the pages of a PDF, as a feeder's software does."""
    opened = [Image.open(io.BytesIO(data)) for data in pictures]
    out = io.BytesIO()
    opened[0].save(out, "PDF", save_all=True, append_images=opened[1:], resolution=300.0)
    return out.getvalue()
