"""Papers that are spoilt by known amounts are found out, and good ones are left in peace."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pytest
from PIL import Image

from quarantine import developing
from quarantine.foreign import open_foreign
from quarantine.measuring import measure, prepare
from quarantine.slant import find_sheet
from quarantine.values import CleanPage, Edit, Figures
from scripts.paperwork import seeing
from scripts.paperwork.papers import PAGES
from scripts.paperwork.seeing import as_jpeg, photographed, scanned
from terminal.desk.quality import judge_figures
from tests.papers import grain, page


def develop(data: bytes, edit: Edit | None = None) -> tuple[Figures, tuple[int, ...]]:
    """Develop the one page of a file, as a cell does, and return what it tells."""
    edit = edit or Edit()
    head = {"page": 1, "cut": list(edit.cut), "turn": edit.turn}
    told, _ = developing.develop(open_foreign(data), head)
    clean = CleanPage(**told | {"figures": Figures(**told["figures"])})
    return clean.figures, clean.offer


def remarks(picture: Image.Image, *, dpi: int = 0, edit: Edit | None = None) -> set[str]:
    """Return the codes of what is remarked upon a picture."""
    return {r.code for r in judge_figures(develop(as_jpeg(picture, dpi=dpi), edit)[0])}


def photo(kind: str, seed: int = 7) -> Image.Image:
    return photographed(page(kind, 200), grain(seed), size=(2000, 2650))


def straight(picture: Image.Image) -> Edit:
    """Return the edit that the teller takes when the sheet is offered."""
    return Edit(cut=find_sheet(picture))


@pytest.mark.parametrize(("kind", "dpi"), [*((kind, 200) for kind in PAGES), ("contract", 300)])
def test_a_good_scan_is_not_remarked_upon(kind: str, dpi: int) -> None:
    seen = scanned(page(kind, dpi), grain(dpi), slant=0.3, paper=243)

    assert remarks(seen, dpi=dpi) == set()


@pytest.mark.parametrize("kind", PAGES)
def test_a_good_photograph_is_not_remarked_upon(kind: str) -> None:
    seen = photo(kind)

    assert remarks(seen, edit=straight(seen)) == set()


def scan(kind: str = "contract", dpi: int = 200) -> Image.Image:
    return scanned(page(kind, dpi), grain())


SPOILT: Final[dict[str, tuple[Callable[[], Image.Image], int, str]]] = {
    "a blur of a quarter millimetre": (
        lambda: seeing.blurred(scan(), 0.25, dpi=200), 200, "blurred",
    ),
    "a hand that shook by 1.2 mm": (lambda: seeing.shaken(scan(), 1.2, dpi=200), 200, "blurred"),
    "a hundred dots an inch": (lambda: scan(dpi=100), 100, "coarse"),
    "a hundred and fifty": (lambda: scan(dpi=150), 150, "low-dpi"),
    "two degrees": (lambda: scanned(page("contract", 200), grain(), slant=2), 200, "skewed"),
    "three degrees the other way": (
        lambda: scanned(page("form", 200), grain(), slant=-3), 200, "skewed",
    ),
    "nothing on it": (lambda: scan("blank"), 200, "blank"),
    "nearly no toner": (
        lambda: scanned(seeing.faint(page("contract", 200), 0.2), grain()), 200, "faint",
    ),
    "a strip cut off": (lambda: seeing.cut_off(scan(), 0.15), 200, "cut-off"),
    "glare of three centimetres": (
        lambda: seeing.glaring(photo("sealed"), share=0.2, at=(0.6, 0.5)), 0, "glare",
    ),
    "a third of the light": (lambda: seeing.darkened(photo("contract"), 0.35), 0, "dark"),
    "a deep shadow": (lambda: seeing.half_shaded(photo("contract"), 0.4), 0, "shaded"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_page_is_found_out(name: str) -> None:
    make, dpi, code = SPOILT[name]
    picture = make()

    assert code in remarks(picture, dpi=dpi, edit=straight(picture) if not dpi else None)


def test_more_blur_makes_wider_edges() -> None:
    widths = [
        develop(as_jpeg(seeing.blurred(scan(dpi=150), mm, dpi=150), dpi=150))[0].edge_width
        for mm in (0.05, 0.3, 0.6)
    ]

    assert widths == sorted(widths)
    assert widths[-1] > 2 * widths[0]


@pytest.mark.parametrize("slant", [-7.0, -1.5, 0.0, 0.6, 4.0])
def test_the_slant_is_measured_to_a_tenth_of_a_degree(slant: float) -> None:
    figures, _ = develop(as_jpeg(scanned(page("contract", 150), grain(), slant=slant), dpi=150))

    assert abs(figures.skew - slant * 100) <= 10


def test_a_slanted_page_is_offered_straight_and_is_then_straight() -> None:
    data = as_jpeg(scanned(page("contract", 150), grain(), slant=3), dpi=150)
    _, offer = develop(data)
    figures, _ = develop(data, Edit(cut=offer))

    assert abs(figures.skew) <= 10


def test_a_turned_page_tells_its_own_slant() -> None:
    data = as_jpeg(scanned(page("contract", 150), grain(), slant=2), dpi=150)

    assert abs(develop(data, Edit(turn=2))[0].skew - 200) <= 10


def test_a_sheet_on_a_table_is_found_to_a_few_millimetres() -> None:
    picture = photo("statement")
    corners = find_sheet(picture)
    cut = Edit(cut=corners)
    seen = developing.after(open_foreign(as_jpeg(picture)).see(1), cut)

    light = prepare(seen).light
    edges = np.concatenate(
        [light.blocks[0], light.blocks[-1], light.blocks[:, 0], light.blocks[:, -1]]
    )
    assert (edges > light.level * 0.75).all()
    assert abs(seen.picture.height / seen.picture.width - 1.414) < 0.04


def test_no_sheet_is_found_where_there_is_none() -> None:
    assert find_sheet(scan()) == ()
    assert find_sheet(Image.new("RGB", (600, 800), (40, 40, 40))) == ()


def test_black_ink_under_a_warm_lamp_has_no_colour() -> None:
    warm = scan().convert("RGB")
    warm = Image.merge(
        "RGB",
        [
            band.point(lambda v, s=s: v * s)
            for band, s in zip(warm.split(), (1.0, 0.95, 0.82), strict=True)
        ],
    )

    assert not measure(prepare(open_foreign(as_jpeg(warm, dpi=200)).see(1))).is_colour
    assert measure(prepare(open_foreign(as_jpeg(scan("sealed"), dpi=200)).see(1))).is_colour
