"""Pages bound into a PDF: their pictures as they are, one to a page, and nothing else.

The pictures are written, never read: they came out of the quarantine.
"""

import io
from collections.abc import Sequence
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from terminal.desk.ports import PagePart

_POINTS: Final = 72


def bind_pages(parts: Sequence[PagePart]) -> bytes:
    """Return a PDF of pages in order; equal pages give equal bytes."""
    pdf = pikepdf.new()
    for part in parts:
        _add(pdf, part)
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _add(pdf: pikepdf.Pdf, part: PagePart) -> None:
    picture = part.picture
    width = round(picture.width / picture.dots_per_inch * _POINTS, 2)
    height = round(picture.height / picture.dots_per_inch * _POINTS, 2)
    page = pdf.add_blank_page(page_size=(width, height))
    page.obj.Resources = Dictionary(XObject=Dictionary(P=_image(pdf, part)))
    page.obj.Contents = Stream(pdf, f"{width} 0 0 {height} 0 0 cm /P Do".encode())


def _image(pdf: pikepdf.Pdf, part: PagePart) -> Stream:
    picture = part.picture
    image = Stream(pdf, part.data)
    image.Type, image.Subtype = Name.XObject, Name.Image
    image.Width, image.Height = picture.width, picture.height
    if picture.media_type == "image/jpeg":
        image.Filter, image.BitsPerComponent = Array([Name.DCTDecode]), 8
        image.ColorSpace = Name.DeviceRGB if picture.components == 3 else Name.DeviceGray
        return image
    image.Filter, image.BitsPerComponent = Array([Name.CCITTFaxDecode]), 1
    image.ColorSpace = Name.DeviceGray
    image.DecodeParms = Array(
        [Dictionary(K=-1, Columns=picture.width, Rows=picture.height, BlackIs1=False)]
    )
    return image
