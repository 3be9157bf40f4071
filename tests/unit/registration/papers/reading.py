"""Reading a drawn paper back: its text, fonts, pictures, and whether characters collide."""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
import zxingcpp

Box = tuple[float, float, float, float]


def read_text(pdf: bytes) -> str:
    """Return the whole text without white space, code point for code point."""
    return "".join(read_pages(pdf))


def read_pages(pdf: bytes) -> list[str]:
    """Return each page's text without white space, code point for code point."""
    with pypdfium2.PdfDocument(pdf) as document:
        return ["".join(page.get_textpage().get_text_range().split()) for page in document]


def page_sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Return each page's size in whole points."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [(round(page.get_width()), round(page.get_height())) for page in document]


def render(pdf: bytes, dpi: int = 80, page: int = 0) -> Any:
    """Return a page, counted from 0, as a Pillow picture."""
    with pypdfium2.PdfDocument(pdf) as document:
        return document[page].render(scale=dpi / 72).to_pil().copy()


def read_codes(pdf: bytes, dpi: int = 150, page: int = 0) -> list[str]:
    """Return what a camera reads in the codes of a page, counted from 0."""
    return [code.text for code in zxingcpp.read_barcodes(render(pdf, dpi, page))]


def loose_fonts(pdf: bytes) -> list[str]:
    """Return the names of fonts that the file names and does not hold."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = [o for o in document.objects if _is_dictionary(o) and o.get("/Type") == "/Font"]
        assert fonts
        return [str(f["/BaseFont"]) for f in fonts if not _holds_file(f)]


def _is_dictionary(thing: object) -> bool:
    return isinstance(thing, pikepdf.Dictionary)


def _holds_file(font: Any) -> bool:
    return "/FontDescriptor" in font and "/FontFile2" in font["/FontDescriptor"]


def collisions(pdf: bytes) -> list[tuple[str, str]]:
    """Return the pairs of characters that overlap by more than a fifth of the smaller one."""
    return [pair for marks in _pages_of_marks(pdf) for pair in _colliding(marks)]


def _colliding(marks: list[tuple[str, Box]]) -> Iterator[tuple[str, str]]:
    upward = sorted(marks, key=lambda mark: mark[1][1])
    for place, (one, a) in enumerate(upward):
        for other, b in upward[place + 1 :]:
            if b[1] >= a[3]:
                break
            if _shared(a, b) > 0.2 * min(_area(a), _area(b)):
                yield one, other


def spilled(pdf: bytes, margin: float = 20.0) -> list[str]:
    """Return the characters that stand nearer than a margin (points) to the paper's edge."""
    return [
        text
        for (width, height), marks in zip(page_sizes(pdf), _pages_of_marks(pdf), strict=True)
        for text, (left, bottom, right, top) in marks
        if left < margin or bottom < margin or right > width - margin or top > height - margin
    ]


def _pages_of_marks(pdf: bytes) -> Iterator[list[tuple[str, Box]]]:
    """Yield each page's visible characters with left, bottom, right and top in points."""
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text = page.get_textpage()
            boxes = [text.get_charbox(i) for i in range(text.count_chars())]
            yield [
                (text.get_text_range(i, 1), box)
                for i, box in enumerate(boxes)
                if _area(box) > 0.5 and text.get_text_range(i, 1).strip()
            ]


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _shared(a: Box, b: Box) -> float:
    return _area((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))
