"""The registration certificate (不动产登记证明) as a paper, with room left for the seal."""

from dataclasses import dataclass, replace
from typing import Final

from registration.errors import PaperOverflowError
from registration.outcomes import RegistrationCertificate
from registration.papers.annex import draw_annex
from registration.papers.archive import to_archive
from registration.papers.faces import Face, text_width
from registration.papers.guilloche import DEEP, MIDDLE
from registration.papers.leaf import (
    LEFT_MIDDLE,
    SPECIMEN_WORDS,
    TITLE,
    draw_leaf,
    draw_specimen,
)
from registration.papers.qr import draw_qr
from registration.papers.setting import line_size, wrap
from registration.papers.sheet import (
    LANDSCAPE,
    MM,
    PRODUCER,
    SOFT,
    Align,
    Imprint,
    Pen,
    Sheet,
)
from registration.papers.stamp import SEAL_SIDE
from registration.papers.table import PADDING, Table, lay_table, least_height, read_rows

__all__ = ["FOOT_TEXT", "SPECIMEN_WORDS", "TITLE", "CertificatePaper", "draw_certificate"]

FOOT_TEXT: Final = (
    "根据《中华人民共和国民法典》等法律法规，为保护申请人合法权益，对申请人申请登记的"
    "本证明所列不动产权利或登记事项，经审查核实，准予登记，颁发此证明。"
)
SEAL_CENTRE: Final = (106.0, 149.0)
"""mm."""
_OFFICE_SIZES: Final = (13.0, 12.0, 11.0, 10.5, 10.0)
"""Points, for the office's name on one line; a longer one has two."""
_NUMBER_SIZES: Final = (17.0, 15.0, 13.0, 11.0, 9.5)
_TABLE: Final = (154.5, 46.0, 122.0, 143.0)
"""x, y, width, height in mm."""
_LABEL_WIDTH: Final = 31.0


@dataclass(frozen=True, slots=True)
class CertificatePaper:
    """A drawn certificate, not yet sealed."""

    pdf: bytes
    seal_box: tuple[float, float, float, float]
    """Where the seal goes on page 1: left, bottom, right, top in points from the lower left."""


def draw_certificate(
    certificate: RegistrationCertificate,
    *,
    is_specimen: bool,
    producer: str = PRODUCER,
) -> CertificatePaper:
    """Draw the certificate: A4 landscape, the two pages of the booklet side by side.

    What the table has no room for stands on further leaves of the same file, the annex.
    The file is PDF/A-3b. `producer` goes into its metadata; whoever seals it may need another name
    there.

    Raises:
        PaperOverflowError: what is the office's own does not fit: its name, place or link.
        MissingGlyphError: a character that cannot be drawn.

    Source: 不动产登记暂行条例实施细则第二十条; the Ministry's form of the certificate of 2015.
    """
    imprint = Imprint(title=TITLE, day=certificate.registered_on, producer=producer)
    sheet = Sheet(imprint, LANDSCAPE)
    draw_pages(sheet, certificate, is_specimen=is_specimen)
    return CertificatePaper(to_archive(sheet.finish(), imprint), _seal_box(sheet))


def draw_pages(sheet: Sheet, certificate: RegistrationCertificate, *, is_specimen: bool) -> None:
    """Draw the certificate and its annex on a sheet, whatever it makes of them.

    Raises:
        PaperOverflowError, MissingGlyphError: as `draw_certificate`.
    """
    room = (_TABLE[2] - _LABEL_WIDTH - 2 * PADDING) * MM
    table = lay_table(read_rows(certificate), width=room, height=_TABLE[3])
    draw_leaf(sheet, certificate.certificate_no.text)
    _draw_left(sheet, certificate)
    _draw_right(sheet, certificate, table)
    if is_specimen:
        draw_specimen(sheet)
    draw_annex(sheet, certificate, table.entries, is_specimen=is_specimen)


def _seal_box(sheet: Sheet) -> tuple[float, float, float, float]:
    x, y, half = *SEAL_CENTRE, SEAL_SIDE / 2
    box = ((x - half) * MM, sheet.at(y + half), (x + half) * MM, sheet.at(y - half))
    return (round(box[0], 2), round(box[1], 2), round(box[2], 2), round(box[3], 2))


def _draw_left(sheet: Sheet, certificate: RegistrationCertificate) -> None:
    middle = LEFT_MIDDLE
    centred = Pen(10.5, align=Align.CENTRE, colour=SOFT, spacing=6)
    sheet.text(middle, 44, TITLE, replace(centred, size=31, face=Face.BOLD, colour=DEEP, spacing=7))
    sheet.text(middle, 54.5, "电子证照", centred)
    for x1, x2 in ((42.0, 65.0), (97.5, 120.5)):
        sheet.rule(x1, 53, x2, 53, width=0.5, colour=MIDDLE)
    for i, line in enumerate(wrap("　　" + FOOT_TEXT, width=104 * MM, size=14)):
        sheet.text(29.5, 72 + i * 9.6, line, Pen(14))
    side = draw_qr(sheet, 25, 128, certificate.scanned, least=28, most=48)
    caption = replace(centred, size=8.5, spacing=0)
    sheet.text(25 + side / 2, 128 + side + 4.2, "扫码核验真伪与现势", caption)
    typed = Pen(7.5, colour=SOFT)
    sheet.text(25, 128 + side + 9, _typed(certificate.check_code), typed)
    _draw_office(sheet, certificate)
    sheet.text(25, 186, f"编号 NO {certificate.print_no}", Pen(11))
    licence = f"证照标识 {certificate.licence_id}"
    size = line_size(licence, field="licence_id", width=112 * MM, sizes=(7.5, 7.0, 6.5, 6.0))
    sheet.text(25, 191, licence, Pen(size, colour=SOFT))


def _typed(code: str) -> str:
    """Return the check code for the hand of somebody without a camera, in groups."""
    groups = [code[i : i + 5] for i in range(0, len(code), 5)]
    return f"查验码 {' '.join(groups)}" if code else ""


def _draw_office(sheet: Sheet, certificate: RegistrationCertificate) -> None:
    """Write the office's name and the day where the seal will cover them, as on paper.

    They lie above and below its star, which would hide them.
    """
    x, y = SEAL_CENTRE
    pen = Pen(13, align=Align.CENTRE)
    sheet.text(x, y - 23.5, "登记机构（章）", replace(pen, size=11, colour=SOFT))
    lines, size = _office_lines(certificate.office)
    for i, line in enumerate(reversed(lines)):
        sheet.text(x, y - 8 - i * 5.2, line, replace(pen, size=size))
    day = certificate.registered_on
    sheet.text(x, y + 9.5, f"{day.year}年{day.month:02d}月{day.day:02d}日", pen)


def _office_lines(office: str) -> tuple[tuple[str, ...], float]:
    """Return the office's name on one line or in two halves, and its size."""
    width = 66 * MM
    for size in _OFFICE_SIZES:
        if text_width(office, Face.REGULAR, size) <= width:
            return (office,), size
    for size in _OFFICE_SIZES:
        half = text_width(office, Face.REGULAR, size) / 2 + size / 2
        lines = wrap(office, width=half, size=size)
        if half <= width and len(lines) == 2:
            return lines, size
    raise PaperOverflowError("office")


def _draw_right(sheet: Sheet, certificate: RegistrationCertificate, table: Table) -> None:
    x, y, width, height = _TABLE
    number = str(certificate.certificate_no)
    size = line_size(number, field="certificate_no", width=width * MM, sizes=_NUMBER_SIZES)
    sheet.text(x + width / 2, 37, number, Pen(size, align=Align.CENTRE))
    top = y
    for row, setting, row_height in zip(
        table.rows, table.settings, _heights(table, height), strict=True
    ):
        if top > y:
            sheet.rule(x, top, x + width, top, width=0.45, colour=DEEP)
        _draw_label(sheet, row.label, x, top + row_height / 2)
        inset = PADDING if row.share else (row_height - setting.height / MM) / 2
        sheet.lines(x + _LABEL_WIDTH + PADDING, top + inset, setting)
        top += row_height
    sheet.rule(x + _LABEL_WIDTH, y, x + _LABEL_WIDTH, y + height, width=0.45, colour=DEEP)
    sheet.box(x, y, width, height, width=0.9, colour=DEEP)


def _heights(table: Table, height: float) -> tuple[float, ...]:
    least = tuple(map(least_height, table.settings))
    spare = height - sum(least)
    return tuple(h + spare * row.share for h, row in zip(least, table.rows, strict=True))


def _draw_label(sheet: Sheet, label: str, x: float, middle: float) -> None:
    """Write a row's name spread over the label column, as printed forms do."""
    size, room = 10.5, (_LABEL_WIDTH - 5) * MM
    spacing = (room - text_width(label, Face.REGULAR, size)) / max(len(label) - 1, 1)
    pen = Pen(size, spacing=spacing, colour=DEEP)
    sheet.text(x + 2.5, middle + size * 0.38 / MM, label, pen)
