"""The sheet of paper: a canvas in millimetres from the upper left corner, one rule for fonts."""

import enum
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfdoc import PDFPage
from reportlab.pdfgen.canvas import Canvas

from registration.papers.faces import BASE_FONT, Face, find_font, split_runs, text_width
from registration.papers.setting import LEADING, Setting

MM = float(mm)
"""Points in a millimetre."""
PORTRAIT = (210.0, 297.0)
"""A4, millimetres."""
LANDSCAPE = (297.0, 210.0)
INK: Color = HexColor(0x1A1A1A)
SOFT: Color = HexColor(0x4D4D4D)
RULE: Color = HexColor(0x666666)
PRODUCER = "mortgage-registration-kit"


class Align(enum.Enum):
    """Where text stands against its x."""

    LEFT = 0.0
    CENTRE = 0.5
    RIGHT = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """What a viewer shows about a file; the facts date it, never a clock."""

    title: str
    """Without names or numbers of people: title bars and print queues show it."""
    day: date
    """The paper's own date: the PDF's creation date at 00:00 +08:00."""
    producer: str = PRODUCER
    keywords: str = ""
    """ASCII that programs look for; it lies open in the file."""


@dataclass(frozen=True, slots=True)
class Pen:
    """How a line is written."""

    size: float
    """Points."""
    face: Face = Face.REGULAR
    align: Align = Align.LEFT
    colour: Color = INK
    spacing: float = 0.0
    """Points added after each character."""
    is_outline: bool = False
    """Hollow letters, in the canvas's stroke colour and line width."""


class Sheet:
    """Pages under the pen. Equal calls give equal bytes."""

    def __init__(self, imprint: Imprint, size_mm: tuple[float, float], canvas: Any = None) -> None:
        """Lay out a sheet; `canvas` takes the drawing where it shall not become a PDF."""
        find_font(BASE_FONT)
        self._bytes = BytesIO()
        self._height = size_mm[1] * MM
        self.canvas: Any = canvas or self._pdf(imprint, size_mm)

    def _pdf(self, imprint: Imprint, size_mm: tuple[float, float]) -> Any:
        # initialFontName keeps an unembedded Helvetica out of the file.
        canvas: Any = Canvas(
            self._bytes,
            pagesize=(size_mm[0] * MM, self._height),
            invariant=1,
            pageCompression=1,
            initialFontName=BASE_FONT,
            lang="zh-CN",
        )
        canvas.setTitle(imprint.title)
        canvas.setAuthor("")
        canvas.setSubject("")
        canvas.setCreator(PRODUCER)
        if imprint.keywords:
            canvas.setKeywords(imprint.keywords)
        canvas.setProducer(imprint.producer)
        day = imprint.day.strftime("%Y%m%d")
        canvas.setDateFormatter(lambda *_: f"D:{day}000000+08'00'")
        return canvas

    def at(self, y_mm: float) -> float:
        """Return the PDF's y in points, which counts upward, for millimetres from the top."""
        return self._height - y_mm * MM

    def text(self, x_mm: float, y_mm: float, text: str, pen: Pen) -> None:
        """Write one line with its baseline at y.

        Raises:
            MissingGlyphError: a character that cannot be drawn.
        """
        width = text_width(text, pen.face, pen.size) + pen.spacing * max(len(text) - 1, 0)
        writing = self.canvas.beginText(x_mm * MM - width * pen.align.value, self.at(y_mm))
        writing.setFillColor(pen.colour)
        writing.setCharSpace(pen.spacing)
        writing.setTextRenderMode(1 if pen.is_outline else 0)
        for font, run in split_runs(text, pen.face):
            writing.setFont(font, pen.size)
            writing.textOut(run)
        writing.setCharSpace(0)
        writing.setTextRenderMode(0)
        self.canvas.drawText(writing)

    def lines(self, x_mm: float, top_mm: float, setting: Setting, pen: Pen | None = None) -> None:
        """Write set lines downward from `top_mm`; the setting's size counts, not the pen's."""
        pen = replace(pen or Pen(setting.size), size=setting.size)
        for i, line in enumerate(setting.lines):
            # The ideographs of our fonts stand 0.88 em above the baseline and 0.12 below.
            baseline = setting.size * (LEADING * (i + 0.5) + 0.38)
            self.text(x_mm, top_mm + baseline / MM, line, pen)

    def rule(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        width: float = 0.5,
        colour: Color = RULE,
    ) -> None:
        """Draw a line; ends in mm, width in points."""
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(width)
        self.canvas.line(x1 * MM, self.at(y1), x2 * MM, self.at(y2))

    def box(
        self, x: float, y: float, w: float, h: float, *, width: float = 0.5, colour: Color = RULE
    ) -> None:
        """Draw a rectangle by its upper left corner and size in mm."""
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(width)
        self.canvas.rect(x * MM, self.at(y + h), w * MM, h * MM, stroke=1, fill=0)

    def engrave(self, draw: "Callable[[Sheet], None]") -> None:
        """Draw what is the same on every page, under all that follows."""
        draw(self)

    def next_page(self) -> None:
        """End this page."""
        self.canvas.showPage()

    def finish(self) -> bytes:
        """End the last page and return the file."""
        self.canvas.showPage()
        # An empty transition dictionary is noise, and validators of PDF/A do not know it.
        for thing in self.canvas._doc.idToObject.values():  # noqa: SLF001  # reportlab gives no other way
            if isinstance(thing, PDFPage):
                thing.Trans = None
        self.canvas.save()
        return self._bytes.getvalue()
