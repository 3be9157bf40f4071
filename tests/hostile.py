"""Files that were made to break whoever opens them, and what is to be said of each.

All are made here; none was found in the wild.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import pikepdf
from PIL import Image

from tests.factories import make_pdf


@dataclass(frozen=True)
class Hostile:
    """One file and why it is not taken."""

    name: str
    make: Callable[[], bytes]
    reasons: tuple[str, ...]


def make_image(
    kind: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "white").save(out, kind, **options)
    return out.getvalue()


def make_pdf_of(objects: Sequence[bytes]) -> bytes:
    """Return a PDF whose objects, from 1, are these; the first is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n" % (len(data), entries) + data + b"\nendstream"


CATALOGUE: Final = b"<< /Type /Catalog /Pages 2 0 R >>"
_PAGES: Final = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def _page(more: bytes = b"", box: bytes = b"0 0 595 842") -> bytes:
    return b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] %s >>" % (box, more)


def _png_of(width: int, height: int, packed: bytes) -> bytes:
    """Return a PNG of one bit a dot around data that were compressed before."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))
        )

    head = struct.pack("!IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


def huge_png() -> bytes:
    row = bytes(1 + 20_000 // 8)
    return _png_of(20_000, 20_000, zlib.compress(row * 20_000))


def png_with_more_than_it_says() -> bytes:
    return _png_of(64, 64, zlib.compress(bytes(50_000_000)))


def jpeg_that_lies() -> bytes:
    data = bytearray(make_image("JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack("!HH", 65_000, 65_000)
    return bytes(data)


def laughing_pdf() -> bytes:
    """Return a page that draws ten forms, each of which draws ten, nine deep."""
    forms = []
    for level in range(9):
        inner = b"/X Do " * 10 if level < 8 else b"0 0 1 1 re f "
        names = b"/Resources << /XObject << /X %d 0 R >> >>" % (6 + level) if level < 8 else b""
        forms.append(stream(inner, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] " + names))
    page = _page(b"/Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >>")
    return make_pdf_of([CATALOGUE, _PAGES, page, stream(b"/X Do " * 10), *forms])


def inflating_pdf() -> bytes:
    """Return a page whose content is two gigabytes of blanks in two megabytes."""
    packer = zlib.compressobj(9)
    start = packer.compress(b" ") + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush a block stands for itself, so that one is as good as two hundred.
    block = packer.compress(b" " * 10_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = start + block * 200 + packer.flush()
    page = _page(b"/Contents 4 0 R")
    return make_pdf_of([CATALOGUE, _PAGES, page, stream(packed, b"/Filter /FlateDecode")])


def pdf_with_a_huge_image() -> bytes:
    packed = zlib.compress(bytes(60_000 * 60_000 // 8 // 200), 9)
    image = stream(
        packed,
        b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8"
        b" /ColorSpace /DeviceRGB /Filter /FlateDecode",
    )
    page = _page(b"/Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >>")
    return make_pdf_of([CATALOGUE, _PAGES, page, stream(b"595 0 0 842 0 0 cm /I Do"), image])


def pdf_of_pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (3 + number) for number in range(count))
    tree = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)
    return make_pdf_of([CATALOGUE, tree, *[_page()] * count])


def pdf_with_a_box(box: bytes) -> bytes:
    return make_pdf_of([CATALOGUE, _PAGES, _page(box=box)])


def pdf_nested(depth: int) -> bytes:
    return make_pdf_of([CATALOGUE, _PAGES, _page(b"/Odd " + b"[" * depth + b"]" * depth)])


def pdf_whose_pages_are_a_ring() -> bytes:
    ring = b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 >>"
    return make_pdf_of([CATALOGUE, ring, _page()])


def closed_pdf(*, user: str = "u") -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf("x"))) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user=user))
    return out.getvalue()


def active_pdf(*kinds: str) -> bytes:
    """Return a PDF that wants something done: "script", "launch", "attachment", "sent"."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf("x"))) as pdf:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        if "script" in kinds:
            pdf.Root.OpenAction = action
            pdf.Root.Names = pikepdf.Dictionary(
                JavaScript=pikepdf.Dictionary(
                    Names=pikepdf.Array([pikepdf.String("a"), pdf.make_indirect(action)])
                )
            )
        if "launch" in kinds:
            launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="/bin/sh")
            pdf.pages[0].AA = pikepdf.Dictionary(O=launch)
        if "sent" in kinds:
            pdf.Root.AA = pikepdf.Dictionary(
                WC=pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F="http://example.invalid/")
            )
        if "attachment" in kinds:
            pdf.attachments["x.txt"] = b"x"
        pdf.save(out)
    return out.getvalue()


def jpeg_with_more(tail: bytes = b"") -> bytes:
    """Return a JPEG with a camera's notes, a comment and something behind its end."""
    exif = Image.Exif()
    exif[0x010F] = "made-up camera"
    exif.get_ifd(0x8825)[2] = (34.0, 47.0, 50.0)
    return make_image("JPEG", (800, 1100), exif=exif.tobytes(), comment=b"<script>") + tail


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("x.html", "<script>")
    return out.getvalue()


NOT_TAKEN: Final = (
    Hostile("empty", lambda: b"", ("type",)),
    Hostile("a program", lambda: b"MZ\x90\x00", ("type",)),
    Hostile("a drawing with a script", lambda: b"<svg><script/></svg>", ("type",)),
    Hostile("a web page", lambda: b"<!doctype html><script>", ("type",)),
    Hostile("an archive", archive, ("type",)),
    Hostile("a GIF", lambda: make_image("GIF", mode="L"), ("type",)),
    Hostile("junk before a PDF", lambda: b"GIF89a;\n" + make_pdf("x"), ("type",)),
    Hostile("no PDF", lambda: b"%PDF-1.7 nothing", ("damaged",)),
    Hostile("a cut PDF", lambda: make_pdf("x")[:200], ("damaged",)),
    Hostile("a cut PNG", lambda: make_image("PNG", (400, 400))[:60], ("damaged",)),
    Hostile("a cut JPEG", lambda: make_image("JPEG", (400, 400))[:-200], ("damaged",)),
    Hostile("a garbled PNG", lambda: make_image("PNG")[:20] + b"\xff" * 400, ("damaged",)),
    Hostile("a JPEG that lies", jpeg_that_lies, ("size", "damaged")),
    Hostile("a huge PNG", huge_png, ("size",)),
    Hostile("a poster", lambda: make_image("PNG", (9000, 9000), "L"), ("size",)),
    Hostile("a password", closed_pdf, ("encrypted",)),
    Hostile("ten thousand pages", lambda: pdf_of_pages(10_000), ("pages",)),
    Hostile("a ring of pages", pdf_whose_pages_are_a_ring, ("pages", "damaged", "page")),
    Hostile("a page of a kilometre", lambda: pdf_with_a_box(b"0 0 2834645 2834645"), ("size",)),
    Hostile("a page of a thread", lambda: pdf_with_a_box(b"0 0 0.01 842"), ("size", "damaged")),
    Hostile("laughter", laughing_pdf, ("timeout", "damaged", "crashed")),
    Hostile("two gigabytes of blanks", inflating_pdf, ("timeout", "damaged", "size", "crashed")),
)
"""Refused when they are opened, or at the latest when the first page is drawn."""
HARMLESS: Final = (
    Hostile("a PNG with more than it says", png_with_more_than_it_says, ()),
    Hostile("a huge image in a PDF", pdf_with_a_huge_image, ()),
    Hostile("a hundred thousand brackets", lambda: pdf_nested(100_000), ()),
    Hostile("a script", lambda: active_pdf("script"), ()),
    Hostile("a program to start", lambda: active_pdf("launch"), ()),
    Hostile("an address to send to", lambda: active_pdf("sent"), ()),
    Hostile("an attachment", lambda: active_pdf("attachment"), ()),
    Hostile("a picture that is an archive too", lambda: jpeg_with_more(archive()), ()),
)
"""Drawn or refused: in either case nothing of them gets through but what can be seen."""
