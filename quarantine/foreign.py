"""A file from outside, opened: a PDF or a picture, and its pages as they can be seen."""

import encodings.utf_16_le  # noqa: F401  # names are read where no codec can be fetched any more
import io
import warnings
from dataclasses import dataclass
from typing import Any, Final, Protocol

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageFile, ImageOps

from quarantine.errors import ForeignFileError
from quarantine.values import MOST_PAGES, FileReport

MOST_PIXELS: Final = 60_000_000
"""A4 at 600 dots an inch has 35 million."""
LONGEST_SIDE: Final = 20_000
DRAWN_DPI: Final = 300
"""For pages that are letters and lines, and the finest that scans are drawn at."""
COARSEST_DPI: Final = 150
_SMALLEST_POINT, _LARGEST_POINT = 18, 3400  # a stamp; a drawing of 1.2 metres
_A4: Final = (210 / 25.4, 297 / 25.4)
_TAGGED_DPI: Final = (90, 1200)
_SCANNED_SHARE: Final = 0.6
_KINDS: Final = {"JPEG": "image/jpeg", "PNG": "image/png"}
_PASSWORD: Final = (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as a picture."""

    picture: Image.Image
    """RGB, or L where it has no colour."""
    dots_per_inch: float
    """Of this picture."""
    scanned_dpi: int
    """Of what was scanned; 0 where the page is drawn from letters and lines."""


class Foreign(Protocol):
    """A file from outside."""

    report: FileReport

    def see(self, number: int, *, width: int = 0) -> Seen:
        """Return page `number`, from 1; of a width in pixels, or as fine as it is worth.

        Raises:
            ForeignFileError: "page", "size" or "damaged".
        """


def open_foreign(data: bytes) -> Foreign:
    """Open a file by what it is, whatever it is called. Raises: ForeignFileError."""
    if data.startswith(b"%PDF-"):
        return ForeignPDF(data)
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return ForeignPicture(data)
    raise ForeignFileError("type")


class ForeignPDF:
    """A PDF: drawn, never run. The library has no script engine."""

    def __init__(self, data: bytes) -> None:
        try:
            self._pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as exc:
            is_closed = getattr(exc, "err_code", 0) in _PASSWORD
            raise ForeignFileError("encrypted" if is_closed else "damaged") from exc
        pages = len(self._pdf)
        if not 1 <= pages <= MOST_PAGES:
            raise ForeignFileError("pages")
        # What somebody filled in is not drawn without this.
        self._pdf.init_forms()
        self.report = FileReport(
            media_type="application/pdf",
            pages=pages,
            is_signed=pdfium.FPDF_GetSignatureCount(self._pdf) > 0,
            dropped=_dropped(self._pdf),
        )

    def see(self, number: int, *, width: int = 0) -> Seen:
        """Return a page. Raises: ForeignFileError."""
        if not 1 <= number <= self.report.pages:
            raise ForeignFileError("page")
        try:
            page = self._pdf[number - 1]
            size = page.get_size()
            if not all(_SMALLEST_POINT <= side <= _LARGEST_POINT for side in size):
                raise ForeignFileError("size")
            scanned = 0 if width else _scanned_dpi(page, size)
            dpi = width / size[0] * 72 if width else _worth(scanned)
            scale = min(dpi / 72, (MOST_PIXELS / 2 / (size[0] * size[1])) ** 0.5)
            picture = page.render(scale=scale, rev_byteorder=True).to_pil()
        except (pypdfium2.PdfiumError, ValueError, MemoryError) as exc:
            raise ForeignFileError("damaged") from exc
        return Seen(picture.convert("RGB"), scale * 72, scanned)


def _worth(scanned_dpi: int) -> float:
    """Return how finely a page is worth drawing: no finer than it was scanned."""
    return min(max(scanned_dpi, COARSEST_DPI), DRAWN_DPI) if scanned_dpi else DRAWN_DPI


_OWN: Final = frozenset({"certificate.json", "counterpart.json", "record.tlog-proof"})
"""What a registration certificate carries within it: data that nobody opens but to check it."""


def _dropped(pdf: Any) -> Any:
    found = []
    if pdfium.FPDFDoc_GetJavaScriptActionCount(pdf) > 0:
        found.append("script")
    if _has_more_than_own(pdf):
        found.append("attachment")
    return tuple(found)


def _has_more_than_own(pdf: Any) -> bool:
    count = pdf.count_attachments()
    if count > len(_OWN):
        return True
    try:
        return any(pdf.get_attachment(place).get_name() not in _OWN for place in range(count))
    except (pypdfium2.PdfiumError, ValueError):
        return True


def _scanned_dpi(page: Any, size: tuple[float, float]) -> int:
    """Return how finely a page was scanned, if one picture is most of it; else 0."""
    best = 0
    for found in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=2):
        left, bottom, right, top = found.get_bounds()
        share = (right - left) * (top - bottom) / (size[0] * size[1])
        across = found.get_px_size()[0]
        if share >= _SCANNED_SHARE and right > left:
            best = max(best, round(across / (right - left) * 72))
    return min(best, 2400)


class ForeignPicture:
    """A JPEG or PNG: one page."""

    def __init__(self, data: bytes) -> None:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        Image.MAX_IMAGE_PIXELS = MOST_PIXELS
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
                self._require_paper(image)
                kind, tagged = image.format or "", image.info.get("dpi")
                has_tags = bool(image.getexif()) or "xmp" in image.info or "comment" in image.info
                image.load()
                self._picture = _plain(image)
        except ForeignFileError:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as exc:
            raise ForeignFileError("size") from exc
        except _BROKEN as exc:
            raise ForeignFileError("damaged") from exc
        self._tagged_dpi = _tagged_dpi(tagged)
        self.report = FileReport(
            media_type=_KINDS[kind],  # type: ignore[arg-type]  # the table has no other
            pages=1,
            dropped=("metadata",) if has_tags else (),
        )

    @staticmethod
    def _require_paper(image: Image.Image) -> None:
        width, height = image.size
        if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
            raise ForeignFileError("size")

    def see(self, number: int, *, width: int = 0) -> Seen:
        """Return the picture as the camera held it. Raises: ForeignFileError."""
        if number != 1:
            raise ForeignFileError("page")
        picture, dpi = self._picture, self._tagged_dpi or paper_dpi(self._picture.size)
        if width and width < picture.width:
            height = max(round(picture.height * width / picture.width), 1)
            picture, dpi = picture.resize((width, height), reducing_gap=2.0), 0
        return Seen(picture, dpi, round(dpi))


_BROKEN: Final = (OSError, ValueError, SyntaxError, Warning, MemoryError, KeyError, IndexError)


def paper_dpi(size: tuple[int, int]) -> float:
    """Return how many dots an inch a picture has if it shows a sheet of A4."""
    short, long = sorted(size)
    return max(short / _A4[0], long / _A4[1])


def _tagged_dpi(tagged: Any) -> float:
    """Return what a scanner wrote into its picture; 0 for what cameras and programs write."""
    try:
        across, down = (float(number) for number in tagged)
    except (TypeError, ValueError):
        return 0.0
    is_scanner = abs(across - down) < 1 and _TAGGED_DPI[0] < across <= _TAGGED_DPI[1]
    return across if is_scanner and round(across) != 96 else 0.0


def _plain(image: Image.Image) -> Image.Image:
    """Return the bare picture: upright, on white, without profile, palette or transparency."""
    plain = _flat(ImageOps.exif_transpose(image))
    # Pillow would write a comment into the next file that is made of this picture.
    plain.info = {}
    return plain


def _flat(upright: Image.Image) -> Image.Image:
    if upright.mode in {"1", "L"}:
        return upright.convert("L")
    if upright.mode.startswith("I"):  # 16 bits of grey
        return upright.point(lambda value: value / 257).convert("L")
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        clear = upright.convert("RGBA")
        ground = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(ground, clear).convert("RGB")
    return upright.convert("RGB")
