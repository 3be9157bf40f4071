"""The registration certificate (不动产登记证明) as a paper, with room left for the seal."""

from dataclasses import dataclass, replace

from reportlab.lib.colors import Color, HexColor

from registration.errors import PaperOverflowError
from registration.outcomes import RegistrationCertificate
from registration.papers.faces import Face, text_width
from registration.papers.guilloche import (
    DEEP,
    MIDDLE,
    PALE,
    draw_frame,
    draw_ground,
    draw_rosette,
)
from registration.papers.qr import draw_qr
from registration.papers.setting import Setting, line_size, wrap
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

TITLE = "不动产登记证明"
FOOT_TEXT = (
    "根据《中华人民共和国民法典》等法律法规，为保护申请人合法权益，对申请人申请登记的"
    "本证明所列不动产权利或登记事项，经审查核实，准予登记，颁发此证明。"
)
SPECIMEN_WORDS = "样本 SPECIMEN 测试印章"
_SEAL_CENTRE = (106.0, 149.0)
_TABLE_SIZES = (11.5, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
_SIZES = (14.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0)
"""Points, for one line: the first that fits."""
_TABLE = (154.5, 46.0, 122.0, 143.0)
"""x, y, width, height in mm."""
_LABEL_WIDTH = 31.0
_PADDING = 2.6
_LEAST_ROW = 10.5
_WARNING: Color = HexColor(0xDD8888)
_WARNINGS = ((16, 88), (152, 88), (20, 124), (156, 142), (16, 196), (152, 196))
"""Where the specimen's words begin, mm; none crosses the QR code."""


@dataclass(frozen=True, slots=True)
class CertificatePaper:
    """A drawn certificate, not yet sealed."""

    pdf: bytes
    seal_box: tuple[float, float, float, float]
    """Where the seal goes on page 1: left, bottom, right, top in points from the lower left."""


@dataclass(frozen=True, slots=True)
class _Row:
    field: str
    label: str
    text: str
    share: float = 0.0
    """What part of the spare height the row takes."""


def draw_certificate(
    certificate: RegistrationCertificate, *, is_specimen: bool, producer: str = PRODUCER
) -> CertificatePaper:
    """Draw the certificate: A4 landscape, the two pages of the booklet side by side.

    `producer` goes into the file's metadata; whoever seals the file may need its own name there.

    Raises:
        PaperOverflowError: contents that do not fit at 8 points; nothing is ever cut off.
        MissingGlyphError: a character that cannot be drawn.

    Source: 不动产登记暂行条例实施细则第二十条; the Ministry's form of the certificate of 2015.
    """
    imprint = Imprint(title=TITLE, day=certificate.registered_on, producer=producer)
    sheet = Sheet(imprint, LANDSCAPE)
    draw_ground(sheet, 14, 14, 269, 182)
    draw_rosette(sheet, 81.25, 88, 40, colour=PALE)
    draw_frame(sheet, 9, 9, 279, 192, band=5)
    _draw_fold(sheet, certificate)
    _draw_left(sheet, certificate)
    _draw_right(sheet, certificate)
    if is_specimen:
        _draw_specimen(sheet)
    return CertificatePaper(sheet.finish(), _seal_box(sheet))


def _seal_box(sheet: Sheet) -> tuple[float, float, float, float]:
    x, y, half = *_SEAL_CENTRE, SEAL_SIDE / 2
    box = ((x - half) * MM, sheet.at(y + half), (x + half) * MM, sheet.at(y - half))
    return (round(box[0], 2), round(box[1], 2), round(box[2], 2), round(box[3], 2))


def _draw_left(sheet: Sheet, certificate: RegistrationCertificate) -> None:
    middle = 81.25
    centred = Pen(10.5, align=Align.CENTRE, colour=SOFT, spacing=6)
    sheet.text(middle, 44, TITLE, replace(centred, size=31, face=Face.BOLD, colour=DEEP, spacing=7))
    sheet.text(middle, 54.5, "电子证照", centred)
    for x1, x2 in ((42.0, 65.0), (97.5, 120.5)):
        sheet.rule(x1, 53, x2, 53, width=0.5, colour=MIDDLE)
    for i, line in enumerate(wrap("　　" + FOOT_TEXT, width=104 * MM, size=14)):
        sheet.text(29.5, 72 + i * 9.6, line, Pen(14))
    side = draw_qr(sheet, 25, 128, certificate.verify_url, least=28, most=48)
    caption = replace(centred, size=8.5, spacing=0)
    sheet.text(25 + side / 2, 128 + side + 4.2, "扫码核验真伪与现势", caption)
    _draw_office(sheet, certificate)
    sheet.text(25, 186, f"编号 NO {certificate.print_no}", Pen(11))
    licence = f"证照标识 {certificate.licence_id}"
    size = line_size(licence, field="licence_id", width=112 * MM, sizes=(7.5, 7.0, 6.5, 6.0))
    sheet.text(25, 191, licence, Pen(size, colour=SOFT))


def _draw_office(sheet: Sheet, certificate: RegistrationCertificate) -> None:
    """Write the office's name and the day where the seal will cover them, as on paper.

    They lie above and below its star, which would hide them.
    """
    x, y = _SEAL_CENTRE
    pen = Pen(13, align=Align.CENTRE)
    sheet.text(x, y - 23.5, "登记机构（章）", replace(pen, size=11, colour=SOFT))
    size = line_size(certificate.office, field="office", width=66 * MM, sizes=_SIZES)
    sheet.text(x, y - 8, certificate.office, replace(pen, size=size))
    day = certificate.registered_on
    sheet.text(x, y + 9.5, f"{day.year}年{day.month:02d}月{day.day:02d}日", pen)


def _draw_fold(sheet: Sheet, certificate: RegistrationCertificate) -> None:
    """Draw the fold between the pages as a line of microtext that names the certificate."""
    unit = f"{TITLE}{certificate.certificate_no} "
    size = 1.9
    text = unit * int(168 * MM / text_width(unit, Face.REGULAR, size))
    sheet.canvas.saveState()
    sheet.canvas.translate(148.5 * MM, sheet.at(21))
    sheet.canvas.rotate(-90)
    sheet.canvas.translate(0, -sheet.at(0))
    sheet.text(0, 0, text, Pen(size, colour=DEEP))
    sheet.canvas.restoreState()


def _draw_right(sheet: Sheet, certificate: RegistrationCertificate) -> None:
    x, y, width, height = _TABLE
    number = str(certificate.certificate_no)
    size = line_size(
        number, field="certificate_no", width=width * MM, sizes=(17.0, 15.0, 13.0, 11.0)
    )
    sheet.text(x + width / 2, 37, number, Pen(size, align=Align.CENTRE))
    rows = _rows(certificate)
    settings = _set_rows(rows, width=(width - _LABEL_WIDTH - 2 * _PADDING) * MM, height=height)
    top = y
    for row, setting, row_height in zip(
        rows, settings, _heights(rows, settings, height), strict=True
    ):
        if top > y:
            sheet.rule(x, top, x + width, top, width=0.45, colour=DEEP)
        _draw_label(sheet, row.label, x, top + row_height / 2)
        inset = _PADDING if row.share else (row_height - setting.height / MM) / 2
        sheet.lines(x + _LABEL_WIDTH + _PADDING, top + inset, setting)
        top += row_height
    sheet.rule(x + _LABEL_WIDTH, y, x + _LABEL_WIDTH, y + height, width=0.45, colour=DEEP)
    sheet.box(x, y, width, height, width=0.9, colour=DEEP)


def _rows(certificate: RegistrationCertificate) -> tuple[_Row, ...]:
    other = "\n".join(f"{label}：{text}" for label, text in certificate.other_items)
    return (
        _Row("right", "证明权利或事项", certificate.right),
        _Row("holder", "权利人(申请人)", certificate.holder),
        _Row("obligors", "义务人", "、".join(certificate.obligors)),
        _Row("location", "坐落", certificate.location),
        _Row("unit_no", "不动产单元号", certificate.unit_no.grouped),
        _Row("other_items", "其他", other, share=0.7),
        _Row("remarks", "附记", certificate.remarks, share=0.3),
    )


def _set_rows(rows: tuple[_Row, ...], *, width: float, height: float) -> tuple[Setting, ...]:
    """Set all rows at one size, so that the table stays calm; width in points, height in mm."""
    settings: tuple[Setting, ...] = ()
    for size in _TABLE_SIZES:
        settings = tuple(Setting(wrap(row.text, width=width, size=size), size) for row in rows)
        if sum(map(_least_height, settings)) <= height:
            return settings
    longest = max(zip(settings, rows, strict=True), key=lambda pair: pair[0].height)
    raise PaperOverflowError(longest[1].field)


def _least_height(setting: Setting) -> float:
    return max(_LEAST_ROW, setting.height / MM + 2 * _PADDING)


def _heights(
    rows: tuple[_Row, ...], settings: tuple[Setting, ...], height: float
) -> tuple[float, ...]:
    least = tuple(map(_least_height, settings))
    spare = height - sum(least)
    return tuple(h + spare * row.share for h, row in zip(least, rows, strict=True))


def _draw_label(sheet: Sheet, label: str, x: float, middle: float) -> None:
    """Write a row's name spread over the label column, as printed forms do."""
    size, room = 10.5, (_LABEL_WIDTH - 5) * MM
    spacing = (room - text_width(label, Face.REGULAR, size)) / max(len(label) - 1, 1)
    pen = Pen(size, spacing=spacing, colour=DEEP)
    sheet.text(x + 2.5, middle + size * 0.38 / MM, label, pen)


def _draw_specimen(sheet: Sheet) -> None:
    """Write hollow words across everything: read at once, hiding nothing."""
    canvas = sheet.canvas
    for x, y in _WARNINGS:
        canvas.saveState()
        canvas.translate(x * MM, sheet.at(y))
        canvas.rotate(24)
        canvas.translate(0, -sheet.at(0))
        canvas.setLineWidth(0.45)
        canvas.setStrokeColor(_WARNING)
        sheet.text(0, 0, SPECIMEN_WORDS, Pen(30, is_outline=True))
        canvas.restoreState()
