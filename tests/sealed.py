"""Papers and stamps drawn for the tests of seals, and the office's keys around them."""

import re
from datetime import datetime
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from certs.documents import VENDOR, seal_pdf
from certs.identity import Role
from certs.timestamps import LocalTimestamper
from tests.pki import NOW, PKI

DIGITS = re.compile(rb"<([0-9A-F]{1000,})>")
"""The signature within a sealed file."""
BOX = (100.5, 100.5, 220.5, 220.5)


def make_paper(text: str = "certificate") -> bytes:
    """Draw a page with one line on it."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), invariant=1)
    canvas.setProducer(VENDOR)
    canvas.drawString(72, 700, text)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def make_stamp() -> bytes:
    """Draw a round red stamp."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=(120, 120), invariant=1)
    canvas.setStrokeColorRGB(0.8, 0, 0)
    canvas.setLineWidth(3)
    canvas.circle(60, 60, 55)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def make_timestamper(pki: PKI, at: datetime = NOW) -> LocalTimestamper:
    """Make the office's time-stamper with a clock that stands."""
    return LocalTimestamper(pki.office(Role.TIMESTAMP), lambda: at)


def make_sealed(
    pki: PKI, text: str = "certificate", at: datetime = NOW, *, is_stamped: bool = True
) -> bytes:
    """Seal a paper with the office's seal."""
    return seal_pdf(
        make_paper(text),
        signer=pki.office(Role.SEAL),
        timestamper=make_timestamper(pki, at) if is_stamped else None,
        box=BOX,
        stamp_pdf=make_stamp(),
        reason="不动产登记证明",
        at=at,
    )
