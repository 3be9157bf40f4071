"""What the printer gets: papers whole and as they lie, and pages with the names on them."""

import io
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from tests.web.terminal.full_tray import fill_tray
from tests.web.terminal.seat import seated

_STILL = """() => {
    // Printing to a file ends as printing does; the paper must still be there while it is drawn.
    window.addEventListener("afterprint", (event) => event.stopImmediatePropagation(), true);
    window.print = () => (document.documentElement.dataset.printed = "yes");
}"""


def _sheet(width: int, height: int) -> bytes:
    """Return a PDF of one empty page, in points."""
    document, data = pypdfium2.PdfDocument.new(), io.BytesIO()
    document.new_page(width, height)
    document.save(data)
    document.close()
    return data.getvalue()


def _printed(page: Page) -> list[tuple[int, int]]:
    """Print to a file; return the pages' sizes in whole points."""
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    sizes = [(round(width), round(height)) for width, height in (p.get_size() for p in document)]
    document.close()
    return sizes


@pytest.mark.parametrize(("width", "height"), [(842, 595), (595, 842)], ids=["lying", "standing"])
def test_a_certificate_is_printed_as_it_lies(
    browser: Browser, tmp_path: Path, width: int, height: int
) -> None:
    with seated(browser, tmp_path / "counter", "zh-CN") as seat:
        fill_tray(seat.world)
        (item,) = seat.world.box.certificates()
        seat.world.box.save_certificate(item, _sheet(width, height))
        seat.page.goto(f"{seat.world.origin}/#/tray")
        seat.page.wait_for_selector("#hand-over")
        seat.page.evaluate(_STILL)
        seat.page.focus("#hand-over")
        seat.press("Enter")
        seat.page.wait_for_selector("html[data-printed]")

        assert _printed(seat.page) == [(width, height)]


def test_names_that_are_pressed_on_the_screen_are_printed(browser: Browser, tmp_path: Path) -> None:
    with seated(browser, tmp_path / "counter", "zh-CN") as seat:
        fill_tray(seat.world)
        seat.page.goto(f"{seat.world.origin}/#/tray")
        name = seat.page.locator("#row-1")
        name.wait_for()
        seat.page.emulate_media(media="print")

        assert name.is_visible()
