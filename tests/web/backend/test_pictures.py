import hashlib
import io
from collections.abc import Iterator

import pytest
from PIL import Image

from backend.errors import NotFoundError
from backend.web.pictures import Pictures
from quarantine.keeper import VIEWING, Keeper
from tests.factories import make_pdf
from tests.hostile import HARMLESS, NOT_TAKEN, Hostile, make_image


@pytest.fixture(scope="module")
def pictures() -> Iterator[Pictures]:
    made = Pictures(Keeper(VIEWING, act_s=2))
    yield made
    made.close()


def draw(pictures: Pictures, data: bytes, media_type: str, page: int = 1) -> bytes:
    return pictures.draw(
        hashlib.sha256(data).hexdigest(), lambda: data, media_type, page=page, width=120
    )


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (make_pdf("M06", pages=2), "application/pdf"),
        (make_image("PNG", (300, 200)), "image/png"),
        (make_image("JPEG", (300, 200)), "image/jpeg"),
    ],
    ids=["pdf", "png", "jpeg"],
)
def test_every_kind_of_material_is_drawn_as_wide_as_asked(
    pictures: Pictures, data: bytes, media_type: str
) -> None:
    with Image.open(io.BytesIO(draw(pictures, data, media_type))) as picture:
        assert (picture.format, round(picture.width, -1)) == ("JPEG", 120)


@pytest.mark.parametrize(
    ("data", "media_type", "page"),
    [
        (make_pdf("M06"), "application/pdf", 2),
        (make_pdf("M06"), "image/png", 1),
        (make_image("PNG"), "image/png", 2),
        (make_image("GIF", mode="L"), "image/png", 1),
    ],
    ids=["no such page", "not a picture", "one page", "gif"],
)
def test_what_cannot_be_drawn_is_not_found(
    pictures: Pictures, data: bytes, media_type: str, page: int
) -> None:
    with pytest.raises(NotFoundError):
        draw(pictures, data, media_type, page)


@pytest.mark.parametrize("hostile", NOT_TAKEN, ids=lambda h: h.name)
def test_a_hostile_file_is_not_found_and_the_next_is_drawn(
    pictures: Pictures, hostile: Hostile
) -> None:
    data = hostile.make()
    kind = "application/pdf" if data.startswith(b"%PDF") else "image/png"
    with pytest.raises(NotFoundError):
        draw(pictures, data, kind)

    assert draw(pictures, make_image("PNG"), "image/png")


@pytest.mark.parametrize("hostile", HARMLESS, ids=lambda h: h.name)
def test_nothing_of_a_file_reaches_the_reviewer_but_a_picture(
    pictures: Pictures, hostile: Hostile
) -> None:
    data = hostile.make()
    kind = "application/pdf" if data.startswith(b"%PDF") else "image/jpeg"
    try:
        picture = draw(pictures, data, kind)
    except NotFoundError:
        return
    assert picture.startswith(b"\xff\xd8\xff")
    assert b"<script" not in picture


def test_a_picture_that_was_drawn_is_drawn_once(pictures: Pictures) -> None:
    loads: list[int] = []

    def load() -> bytes:
        loads.append(1)
        return make_image("PNG", (300, 200))

    first = pictures.draw("once", load, "image/png", page=1, width=77)

    assert pictures.draw("once", load, "image/png", page=1, width=77) is first
    assert loads == [1]
