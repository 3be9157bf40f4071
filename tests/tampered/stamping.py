"""Document time stamps by whoever can ask an authority, over whatever was changed."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper

from tests.sealed import make_timestamper
from tests.tampered.genuine import SOON, Genuine


def stamp_over(
    genuine: Genuine,
    pdf: bytes,
    change: Callable[[Any], None] = lambda _: None,
    *,
    timestamper: TimeStamper | None = None,
    field: str = "ArchiveX",
) -> bytes:
    """Change a file and stamp it in the same update, with the trusted authority or another."""
    writer: Any = IncrementalPdfFileWriter(BytesIO(pdf))
    writer._update_meta = lambda: None
    change(writer)
    output = BytesIO()
    PdfTimeStamper(
        timestamper or make_timestamper(genuine.pki, SOON), field_name=field
    ).timestamp_pdf(writer, "sha256", bytes_reserved=16384, output=output)
    return output.getvalue()
