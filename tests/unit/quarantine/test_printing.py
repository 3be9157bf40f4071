"""A page travels small, and nothing that could be read on it is lost."""

import io

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from quarantine.foreign import Seen, open_foreign
from quarantine.measuring import prepare
from quarantine.printing import TARGET_BYTES, Printed, print_page
from scripts.paperwork.papers import PAGES
from scripts.paperwork.seeing import as_jpeg, faint, scanned
from terminal.binding import bind_pages
from terminal.desk.pages import Picture
from terminal.desk.ports import PagePart
from tests.hostile import make_image
from tests.papers import grain, page, photo_of, scan_of

G4 = "image/x-ccitt-g4"


def printed(data: bytes) -> Printed:
    return print_page(prepare(open_foreign(data).see(1)))


def drawn(found: Printed, *, dpi: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return a printed page as any PDF reader draws it."""
    picture = Picture(
        sha256="",
        size=len(found.data),
        media_type=found.media_type,
        width=found.width,
        height=found.height,
        dots_per_inch=found.dots_per_inch,
        components=found.components,
    )
    document = pypdfium2.PdfDocument(bind_pages([PagePart(picture=picture, data=found.data)]))
    try:
        return np.asarray(document[0].render(scale=dpi / 72).to_pil().convert("L"))
    finally:
        document.close()


@pytest.mark.parametrize(("kind", "dpi"), [*((kind, 200) for kind in PAGES), ("form", 300)])
def test_a_scanned_page_of_a4_is_small(kind: str, dpi: int) -> None:
    found = printed(scan_of(kind, dpi))

    assert len(found.data) <= TARGET_BYTES * (1 if found.media_type == "image/jpeg" else 0.4)


def test_a_photographed_page_is_small() -> None:
    assert len(printed(photo_of("sealed")).data) <= TARGET_BYTES


def test_black_writing_becomes_black_and_white_and_colour_stays() -> None:
    assert printed(scan_of("contract", 200)).media_type == G4
    assert printed(scan_of("sealed", 200)).components == 3


@pytest.mark.parametrize("dpi", [150, 200])
def test_every_stroke_is_still_there(dpi: int) -> None:
    """The thin strokes of printed Han once fell out: 自 read 白."""
    ideal = np.asarray(page("contract", 200).convert("L"))
    found = drawn(printed(scan_of("contract", dpi)), dpi=200)
    high, wide = min(ideal.shape[0], found.shape[0]), min(ideal.shape[1], found.shape[1])
    ink = ideal[:high, :wide] < 110

    # A stroke may have moved by a dot.
    near = found[:high, :wide].copy()
    for down, across in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        near = np.minimum(near, np.roll(found[:high, :wide], (down, across), (0, 1)))
    assert (near[ink] < 160).mean() > 0.998


def test_a_page_is_not_turned_into_its_negative() -> None:
    assert drawn(printed(scan_of("contract", 200)), dpi=60).mean() > 200


@pytest.mark.parametrize("grey", [225, 205, 180])
def test_pencil_is_not_lost(grey: int) -> None:
    """A pale line is kept black, or the whole page stays grey; it never disappears."""
    picture = page("statement", 200).convert("L").convert("RGB")
    ImageDraw.Draw(picture).line([(300, 1500), (800, 1560)], fill=(grey,) * 3, width=4)
    found = printed(as_jpeg(scanned(picture, grain()), dpi=200))
    line = drawn(found, dpi=200)[1480:1580, 300:800]

    assert (line.min(axis=0) < 235).mean() > 0.9


def test_a_grey_photograph_stays_grey() -> None:
    picture = page("statement", 200).convert("L")
    shades = np.tile(np.linspace(40, 220, 500, dtype=np.uint8), (400, 1))
    picture.paste(Image.fromarray(shades), (300, 1400))

    assert printed(as_jpeg(picture, dpi=200)).media_type == "image/jpeg"


def test_faint_writing_stays_grey_and_small() -> None:
    found = printed(as_jpeg(scanned(faint(page("contract", 200), 0.35), grain()), dpi=200))

    assert (found.media_type, found.components) == ("image/jpeg", 1)
    assert len(found.data) <= TARGET_BYTES


def test_an_empty_page_takes_nearly_nothing() -> None:
    assert len(printed(scan_of("blank", 200)).data) < 2000


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_pictures_of_every_kind_are_drawn(mode: str) -> None:
    out = io.BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    Image.new(mode, (400, 560)).save(out, kind)

    assert open_foreign(out.getvalue()).see(1).picture.mode in {"L", "RGB"}


def test_a_camera_held_upright_gives_an_upright_page() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    seen = open_foreign(make_image("JPEG", (800, 500), exif=exif.tobytes())).see(1)

    assert seen.picture.size == (500, 800)


def test_a_picture_without_a_size_is_taken_for_a_sheet() -> None:
    seen = open_foreign(make_image("JPEG", (1654, 2339))).see(1)

    assert round(seen.dots_per_inch) == 200


def test_nobodys_page_is_drawn_finer_than_it_is_worth() -> None:
    found = print_page(prepare(Seen(page("sealed", 300), 300.0, 300)))

    assert (found.dots_per_inch, found.width) == (200, round(page("sealed", 300).width / 1.5))
