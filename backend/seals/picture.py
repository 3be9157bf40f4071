"""The picture of the office's seal in dots, for readers that take no drawing."""

import threading
from io import BytesIO
from typing import Final

import pypdfium2

_DPI: Final = 300
"""A seal of 42 mm has 496 dots, and its letters are smooth in print."""
_ALONE: Final = threading.Lock()
"""PDFium keeps what is common to all documents without a lock: one thread at a time."""


def picture_of(stamp: bytes) -> bytes:
    """Return the one page of a PDF as PNG, with nothing where nothing is drawn."""
    with _ALONE:
        return _draw(stamp)


def _draw(stamp: bytes) -> bytes:
    with pypdfium2.PdfDocument(stamp) as document:
        bitmap = document[0].render(
            scale=_DPI / 72, fill_color=(255, 255, 255, 0), maybe_alpha=True
        )
        file = BytesIO()
        bitmap.to_pil().save(file, format="PNG", optimize=True)
    return file.getvalue()
