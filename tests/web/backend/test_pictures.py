import io

import pytest
from PIL import Image

from backend.errors import NotFoundError
from backend.web.pictures import draw_page
from tests.factories import make_pdf


def make_picture(kind: str, size: tuple[int, int] = (300, 200)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (make_pdf("M06", pages=2), "application/pdf"),
        (make_picture("PNG"), "image/png"),
        (make_picture("JPEG"), "image/jpeg"),
    ],
    ids=["pdf", "png", "jpeg"],
)
def test_every_kind_of_material_is_drawn_as_wide_as_asked(data: bytes, media_type: str) -> None:
    with Image.open(io.BytesIO(draw_page(data, media_type, 1, 120))) as picture:
        assert (picture.format, round(picture.width, -1)) == ("PNG", 120)


@pytest.mark.parametrize(
    ("data", "media_type", "page"),
    [
        (b"", "application/pdf", 1),
        (b"%PDF-1.7 nonsense", "application/pdf", 1),
        (make_pdf("M06"), "application/pdf", 2),
        (make_pdf("M06"), "image/png", 1),
        (make_picture("PNG"), "image/png", 2),
        (make_picture("GIF"), "image/png", 1),
        (make_picture("PNG", (9000, 9000)), "image/png", 1),
    ],
    ids=["empty", "nonsense", "no such page", "not a picture", "one page", "gif", "bomb"],
)
def test_what_cannot_be_drawn_is_not_found(data: bytes, media_type: str, page: int) -> None:
    with pytest.raises(NotFoundError):
        draw_page(data, media_type, page, 120)
