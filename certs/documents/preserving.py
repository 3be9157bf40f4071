"""Making a sealed PDF last: validation material and a document time stamp behind it (PAdES B-LTA)."""

import asyncio
from datetime import datetime
from io import BytesIO
from typing import Final

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from certs.bundle import TrustBundle
from certs.documents.material import Material, gather
from certs.documents.sealing import MALFORMED, Writer
from certs.documents.wrapping import Wrapping, WrappingError, unwrap
from certs.errors import SealError
from certs.timestamps import Timestamper

# Hexadecimal characters: a token with a chain of four RSA certificates has some 8 KB.
_RESERVED: Final = 24 * 1024


class Preserver:
    """Adds a layer to sealed files; the bytes that were there stay as they are."""

    def __init__(self, timestamper: Timestamper, *, timeout_s: float = 5.0) -> None:
        """Stamp with this authority; wait so long for each list that another office publishes."""
        self._timestamper = timestamper
        self._timeout_s = timeout_s

    def preserve(self, pdf: bytes, *, bundle: TrustBundle, at: datetime) -> bytes:
        """Return the file with what proves its seal and stamps so far, and a new time stamp over all.

        Raises:
            SealError: this is no file that the office sealed.
            MaterialError, TimestampError: something is not to be had now; try again later.
        """
        try:
            wrapping = unwrap(pdf)
        except WrappingError as exc:
            raise SealError("not a sealed file") from exc
        return asyncio.run(self._preserve(pdf, len(wrapping.layers) + 1, wrapping, bundle, at))

    async def _preserve(
        self, pdf: bytes, number: int, wrapping: Wrapping, bundle: TrustBundle, at: datetime
    ) -> bytes:
        material = await gather(wrapping, bundle, at, timeout_s=self._timeout_s)
        try:
            return await self._write(pdf, number, material, at)
        except (PdfError, SigningError, *MALFORMED) as exc:
            raise SealError("cannot be stamped") from exc

    async def _write(self, pdf: bytes, number: int, material: Material, at: datetime) -> bytes:
        writer, output = _LayerWriter(pdf, at), BytesIO()
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            None,
            certs=material.certificates,
            crls=material.lists,
            ocsps=material.responses,
        )
        stamper = PdfTimeStamper(self._timestamper, field_name=f"Archive{number}")
        await stamper.async_timestamp_pdf(writer, "sha256", bytes_reserved=_RESERVED, output=output)
        return output.getvalue()


class _LayerWriter(Writer):
    """Writes a layer: what the paper says of itself stays as it is."""

    def _update_meta(self) -> None:
        """Leave dates and makers alone: nothing was changed."""
