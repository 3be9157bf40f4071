"""The certificate as OFD: the drawing of the PDF, in another notation."""

import io
import xml.etree.ElementTree as ET

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it ships no types

from registration.papers.ofd.certificate import draw_certificate_ofd
from registration.papers.ofd.geometry import Step, clip, number
from tests.ofds import drawn, files
from tests.unit.registration.papers.facts import (
    LONG_NAMES,
    make_certificate,
    make_long_certificate,
)

OFD = "{http://www.ofdspec.org/2016}"
EDGE = (0.0, 0.0, 10.0, 10.0)


def parsed(name: str) -> ET.Element:
    return ET.fromstring(files()[name])


def test_every_object_has_a_number_of_its_own() -> None:
    pages = [name for name in files() if name.endswith("Content.xml")]
    found = [o.get("ID") for name in pages for o in parsed(name).iter() if o.get("ID")]
    found += [o.get("ID") for o in parsed("Doc_0/PublicRes.xml").iter() if o.get("ID")]

    assert len(found) == len(set(found))
    largest = parsed("Doc_0/Document.xml").find(f".//{OFD}MaxUnitID")
    assert largest is not None
    assert max(int(one or 0) for one in found) < int(largest.text or 0)


def test_every_place_that_is_named_is_there() -> None:
    document = parsed("Doc_0/Document.xml")
    named = [o.get("BaseLoc") for o in document.iter() if o.get("BaseLoc")]

    assert len(named) == 2  # the page and what lies under it
    assert {f"Doc_0/{name}" for name in named} <= files().keys()


def test_the_fonts_hold_what_is_written_and_little_more() -> None:
    fonts = {name: data for name, data in drawn().files.items() if name.endswith(".ttf")}
    held = {c for data in fonts.values() for c in TTFont(io.BytesIO(data)).getBestCmap()}

    assert set(map(ord, "".join(LONG_NAMES))) <= held
    assert sum(map(len, fonts.values())) < 100_000


def test_a_rare_character_is_drawn_and_can_be_copied() -> None:
    """Readers that count UTF-16 would make two broken characters of it."""
    page = parsed("Doc_0/Pages/Page_0/Content.xml")
    (text,) = [o for o in page.iter(f"{OFD}TextObject") if "𠮷" in "".join(o.itertext())]
    colour = text.find(f"{OFD}FillColor")

    assert "".join(text.itertext()).strip() == "𠮷"
    assert colour is not None
    assert colour.get("Alpha") == "0"


def test_equal_facts_give_equal_files() -> None:
    again = draw_certificate_ofd(make_certificate(obligors=LONG_NAMES), is_specimen=True)

    assert again == drawn()


def test_an_annex_is_a_page_of_its_own_over_the_same_engraving() -> None:
    long = draw_certificate_ofd(make_long_certificate(obligors=LONG_NAMES * 12), is_specimen=False)
    pages = [name for name in long.files if "/Pages/" in name]

    assert len(pages) == 3
    assert all(b'<ofd:Template TemplateID="1"' in long.files[name] for name in pages)
    assert (
        long.files["Doc_0/Tpls/Tpl_0/Content.xml"] == drawn().files["Doc_0/Tpls/Tpl_0/Content.xml"]
    )


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([Step("M", ((-5, 5),)), Step("L", ((5, 5),))], [("M", (0, 5)), ("L", (5, 5))]),
        ([Step("M", ((5, 5),)), Step("L", ((15, 5),))], [("M", (5, 5)), ("L", (10, 5))]),
        ([Step("M", ((-5, 5),)), Step("L", ((15, 5),))], [("M", (0, 5)), ("L", (10, 5))]),
        ([Step("M", ((-5, -5),)), Step("L", ((15, -5),))], []),
        ([Step("M", ((2, 2),)), Step("L", ((3, 3),))], [("M", (2, 2)), ("L", (3, 3))]),
    ],
    ids=["comes in", "goes out", "goes through", "passes by", "stays"],
)
def test_lines_end_at_the_edge(
    steps: list[Step], expected: list[tuple[str, tuple[float, float]]]
) -> None:
    assert [(s.kind, s.points[-1]) for s in clip(steps, EDGE)] == expected


def test_a_curve_that_crosses_the_edge_stays_within() -> None:
    steps = [Step("M", ((5, 5),)), Step("B", ((9, 20), (12, -20), (15, 5)))]

    cut = list(clip(steps, EDGE))

    assert len(cut) > 5
    assert all(0 <= x <= 10 and 0 <= y <= 10 for s in cut for x, y in s.points)


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (-0.001, "0"), (12.0, "12"), (-1.50, "-1.5"), (0.125, "0.12")]
)
def test_numbers_are_as_short_as_can_be(value: float, text: str) -> None:
    assert number(value) == text
