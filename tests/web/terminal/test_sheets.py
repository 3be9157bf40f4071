"""Pages of a PDF are drawn by a process of their own."""

import pytest

from terminal.errors import BadMaterialError, NotFoundError
from terminal.web.sheets import draw_page
from tests.factories import make_pdf
from tests.keepers import developing_keeper


def test_a_page_is_drawn_with_the_page_count() -> None:
    picture, count = draw_page(developing_keeper(), make_pdf("M06", 3), 2, 200)

    assert picture.startswith(b"\xff\xd8\xff")
    assert count == 3


def test_a_page_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        draw_page(developing_keeper(), make_pdf("M06", 1), 2, 200)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 nothing", b"\x00" * 4096])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(BadMaterialError):
        draw_page(developing_keeper(), data, 1, 200)
