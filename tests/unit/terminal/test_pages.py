import io

import pikepdf
import pytest
from PIL import Image

from terminal.desk.ports import PageReport
from terminal.errors import BadMaterialError
from terminal.pages import ChildPageChecker, inspect
from tests.factories import make_pdf


def make_image(kind: str = "PNG", size: tuple[int, int] = (60, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def changed_pdf(change: str) -> bytes:
    """Return a PDF with something active in it, or closed with a password."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf("x"))) as pdf:
        if change == "script":
            pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        if change == "launch":
            pdf.pages[0].Annots = pikepdf.Array(
                [pikepdf.Dictionary(A=pikepdf.Dictionary(S=pikepdf.Name.Launch))]
            )
        if change == "attachment":
            pdf.attachments["x.txt"] = b"x"
        if change == "password":
            pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
        else:
            pdf.save(out)
    return out.getvalue()


def test_a_pdf_tells_its_pages() -> None:
    assert inspect(make_pdf("contract", pages=3)) == PageReport(
        media_type="application/pdf", pages=3
    )


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_an_image_tells_its_size(kind: str, media_type: str) -> None:
    assert inspect(make_image(kind)) == PageReport(
        media_type=media_type, pages=1, width=60, height=40
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "type"),
        (b"MZ\x90", "type"),
        (b"GIF89a", "type"),
        (b"%PDF-1.7 nothing", "damaged"),
        (make_pdf("x")[:400], "damaged"),
        (make_image("PNG")[:60], "damaged"),
        (make_image("JPEG")[:-200], "damaged"),
        (changed_pdf("script"), "active"),
        (changed_pdf("launch"), "active"),
        (changed_pdf("attachment"), "active"),
        (changed_pdf("password"), "encrypted"),
        (make_pdf("x", pages=201), "pages"),
        (make_image("PNG", (9000, 9000)), "size"),
    ],
    ids=[
        "empty", "program", "GIF", "no PDF", "cut PDF", "cut PNG", "cut JPEG", "script", "launch",
        "attachment", "password", "a book", "a poster",
    ],
)  # fmt: skip
def test_a_file_that_is_not_taken_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(BadMaterialError) as caught:
        inspect(data)

    assert caught.value.reason == reason


def test_the_child_tells_what_it_saw() -> None:
    checker = ChildPageChecker()

    assert checker.check(make_pdf("contract", pages=2)).pages == 2
    with pytest.raises(BadMaterialError) as caught:
        checker.check(changed_pdf("script"))
    assert caught.value.reason == "active"
