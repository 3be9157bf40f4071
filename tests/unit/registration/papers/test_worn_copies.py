"""The code on a certificate, read from what becomes of a paper: copied, worn, small, askew."""

from functools import cache

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from registration.papers.certificate import draw_certificate
from tests.papers import grain
from tests.unit.registration.papers.facts import VERIFY_URL, make_certificate
from tests.unit.registration.papers.reading import render

# The signed code of a certificate with two owners and a specimen's mark, at an office with an address
# of usual length; the figures are any.
LINK = "HTTPS://REGISTRATION.EXAMPLE.GOV.CN:8443/Q/" + str(7**375)[:316]
SIDE_MM = 25.0
DPI = 150


def copied(link: str, seed: int, *, is_specimen: bool) -> Image.Image:
    """Print the certificate so that its code is 2.5 cm wide, copy it, and carry it in a pocket.

    The copier lays the sheet a little askew, smears, and makes near black and near white of
    everything; then come folds, specks and scratches, and a scanner of 150 dpi with its noise.
    """
    hand = grain(seed)
    turn = float(hand.uniform(-3, 3))
    picture = printed(link, is_specimen).rotate(turn, Image.Resampling.BICUBIC, fillcolor=255)
    picture = picture.filter(ImageFilter.GaussianBlur(0.5))
    levels = np.asarray(picture, dtype=np.float32) + hand.normal(0, 12, picture.size[::-1])
    dark = np.clip((levels - 128) * 1.7 + 145, 25, 235).astype(np.uint8)
    return _worn(Image.fromarray(dark), hand)


@cache
def printed(link: str, is_specimen: bool) -> Image.Image:
    """Render the left page so small that the code, without its quiet zone, has 2.5 cm."""
    pdf = draw_certificate(make_certificate(verify_url=link), is_specimen=is_specimen).pdf
    fine: Image.Image = render(pdf, dpi=300).convert("L")
    (code,) = zxingcpp.read_barcodes(fine)
    corners = code.position
    side = ((corners.top_right.x - corners.top_left.x) ** 2
            + (corners.top_right.y - corners.top_left.y) ** 2) ** 0.5  # fmt: skip
    scale = SIDE_MM / 25.4 * DPI / side
    size = (round(fine.width * scale), round(fine.height * scale))
    return fine.resize(size, Image.Resampling.BOX).crop((0, 0, size[0] // 2, size[1]))


def _worn(picture: Image.Image, hand: np.random.Generator) -> Image.Image:
    pen = ImageDraw.Draw(picture)
    width, height = picture.size
    # Folded in four, one fold through the code, where the toner has come off.
    pen.line((0, height * 0.7, width, height * 0.705), fill=200, width=2)
    pen.line((width * 0.25, 0, width * 0.255, height), fill=190, width=2)
    for _ in range(500):
        x, y = hand.uniform(0, width), hand.uniform(0, height)
        r = float(hand.uniform(0.5, 1.3))
        pen.ellipse((x - r, y - r, x + r, y + r), fill=int(hand.choice([40, 235])))
    # One side lay in the sun.
    sun = np.linspace(0, 25, width) + hand.normal(0, 9, (height, width))
    levels = np.asarray(picture, dtype=np.float64) + sun
    return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("is_specimen", [False, True], ids=["real", "specimen"])
@pytest.mark.parametrize("seed", range(3))
def test_the_code_is_read_from_a_worn_copy_at_two_and_a_half_centimetres(
    seed: int, is_specimen: bool
) -> None:
    (code,) = zxingcpp.read_barcodes(copied(LINK, seed, is_specimen=is_specimen))

    assert code.text == LINK


def test_an_older_certificate_s_link_is_read_from_a_worn_copy_as_well() -> None:
    (code,) = zxingcpp.read_barcodes(copied(VERIFY_URL, 11, is_specimen=False))

    assert code.text == VERIFY_URL
