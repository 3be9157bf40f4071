"""The registration certificate as OFD: the same drawing as the PDF, line for line."""

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from registration import schema
from registration.outcomes import RegistrationCertificate
from registration.papers.certificate import SEAL_CENTRE, draw_pages
from registration.papers.leaf import SPECIMEN_WORDS, TITLE, draw_engraving
from registration.papers.ofd.canvas import OFDCanvas
from registration.papers.ofd.document import (
    About,
    Engraving,
    format_document,
    format_engraving,
)
from registration.papers.sheet import LANDSCAPE, MM, Imprint, Sheet
from registration.papers.stamp import SEAL_SIDE

_SIZE: Final = (LANDSCAPE[0] * MM, LANDSCAPE[1] * MM)


@dataclass(frozen=True, slots=True)
class OFDPaper:
    """A drawn certificate, not yet sealed: files by their places, without attachments."""

    files: dict[str, bytes]
    page: int
    """Identifier of the first page."""
    seal_box: tuple[float, float, float, float]
    """Where the seal goes on it: left, top, width, height in mm."""


def draw_certificate_ofd(certificate: RegistrationCertificate, *, is_specimen: bool) -> OFDPaper:
    """Draw the certificate; equal facts give equal files.

    Raises:
        PaperOverflowError, MissingGlyphError: as `draw_certificate`.

    Source: GB/T 33190-2016.
    """
    imprint = Imprint(title=TITLE, day=certificate.registered_on)
    canvas = OFDCanvas(_SIZE)
    draw_pages(_Plain(imprint, LANDSCAPE, canvas), certificate, is_specimen=is_specimen)
    digest = hashlib.sha256(schema.format_certificate(certificate)).hexdigest()
    about = About(
        imprint=imprint,
        document_id=digest[:32],
        data=(
            ("ZZMC", TITLE),
            ("ZZBH", certificate.certificate_no.text),
            ("ZZBS", certificate.licence_id.text),
            ("ZZBFJG", certificate.office),
            ("ZZBFRQ", certificate.registered_on.isoformat()),
            ("BDCDYH", certificate.unit_no.text),
        ),
        keywords=(SPECIMEN_WORDS,) if is_specimen else (),
    )
    x, y = SEAL_CENTRE
    box = (x - SEAL_SIDE / 2, y - SEAL_SIDE / 2, SEAL_SIDE, SEAL_SIDE)
    under = _engraving()
    return OFDPaper(format_document(canvas, about, under), under.next, box)


class _Plain(Sheet):
    """A sheet without what every leaf shares, which stands in the file once."""

    def engrave(self, draw: Callable[[Sheet], None]) -> None:
        pass


@functools.cache
def _engraving() -> Engraving:
    canvas = OFDCanvas(_SIZE)
    draw_engraving(Sheet(Imprint(title=TITLE, day=date.min), LANDSCAPE, canvas))
    return format_engraving(canvas)
