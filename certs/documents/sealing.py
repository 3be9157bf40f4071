"""Sealing a PDF: one certifying PAdES signature with a time stamp, under a stamp that is drawn."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from pyhanko.pdf_utils import content, generic, layout
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.metadata import model
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.stamp import StaticStampStyle

from certs.attachments import Attachment
from certs.documents.attachments import attach
from certs.errors import SealError
from certs.ports import Signer
from certs.timestamps import CMSSigner, Timestamper

VENDOR: Final[str] = model.VENDOR
"""What the sealing writes as /Producer; draw papers with the same, or PDF/A readers object."""

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points from the page's lower left corner."""

FIELD: Final = "Seal"
# Hexadecimal characters. Two chains of certificates, a signature and a token take about half;
# a fixed size spares pyHanko a rehearsal of the whole signature.
_RESERVED: Final = 24 * 1024


class Sealer:
    """Seals PDFs with one key; what can be made ready once is made ready here."""

    def __init__(self, signer: Signer, timestamper: Timestamper | None) -> None:
        """Hold a seal's key and its time-stamper, if any; both are used for every document."""
        self._signer = CMSSigner(signer)
        self._timestamper = timestamper

    def seal(
        self,
        pdf: bytes,
        *,
        box: Box,
        stamp_pdf: bytes,
        reason: str,
        at: datetime,
        page: int = 0,
        attachments: Sequence[Attachment] = (),
    ) -> bytes:
        """Seal a PDF; the file comes back with an update after it, its own bytes unchanged.

        `stamp_pdf` is one page, drawn into `box` on `page` (from 0; negative counts from the
        end). `attachments` go into the same update. `at` is what the file says of itself; what is
        proven is the time stamp. The same input gives the same bytes, but for the signature and
        the time stamp within.

        Raises:
            SealError: not a PDF, encrypted, sealed already, or the stamp is no page.
            TimestampError: no time stamp to be had; nothing was sealed.
            CertsError: the device that holds the key refused.
        """
        try:
            return asyncio.run(self._seal(pdf, _Job(box, stamp_pdf, reason, at, page, attachments)))
        except (PdfError, SigningError, layout.LayoutError, *MALFORMED) as exc:
            raise SealError("cannot be sealed") from exc

    async def _seal(self, pdf: bytes, job: "_Job") -> bytes:
        writer = Writer(pdf, job.at)
        if writer.prev.encrypted or any(writer.prev.embedded_signatures):
            raise SealError("encrypted or sealed already")
        attach(writer, job.attachments, job.at)
        session = signers.PdfSigner(
            _meta(job.reason),
            self._signer,
            timestamper=self._timestamper,
            stamp_style=_style(job.stamp_pdf),
            new_field_spec=SigFieldSpec(FIELD, on_page=job.page, box=job.box),  # type: ignore[arg-type]  # whole points are not enough for a stamp
        ).init_signing_session(writer)
        session.system_time = job.at
        document = session.prepare_tbs_document(None, _RESERVED)
        digest, output = document.digest_tbs_document()
        await document.perform_signature(
            digest.document_digest, PdfCMSSignedAttributes(signing_time=job.at)
        )
        output.seek(0)
        return bytes(output.read())


def seal_pdf(
    pdf: bytes,
    *,
    signer: Signer,
    timestamper: Timestamper | None,
    box: Box,
    stamp_pdf: bytes,
    reason: str,
    at: datetime,
) -> bytes:
    """Seal one PDF on its first page; `Sealer` is the way for many.

    Raises:
        SealError, TimestampError, CertsError: as `Sealer.seal`.
    """
    return Sealer(signer, timestamper).seal(pdf, box=box, stamp_pdf=stamp_pdf, reason=reason, at=at)


MALFORMED: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError)


@dataclass(frozen=True, slots=True)
class _Job:
    box: Box
    stamp_pdf: bytes
    reason: str
    at: datetime
    page: int
    attachments: Sequence[Attachment]


class Writer(IncrementalPdfFileWriter):
    """Writes the update without asking a clock or for random bytes."""

    def __init__(self, pdf: bytes, at: datetime) -> None:
        super().__init__(BytesIO(pdf))
        self._at = at
        # Half of the identifier belongs to this version of the file. Source: ISO 32000-1, 14.4.
        digest = hashlib.sha256(pdf).digest()
        first = generic.ByteStringObject(
            self.document_id[0] if "/ID" in self.trailer else digest[16:]
        )
        self._document_id = generic.ArrayObject([first, generic.ByteStringObject(digest[:16])])

    def _update_meta(self) -> None:
        if "/Metadata" in self.root:
            # A paper for the archives says itself when and with what it was made, in two places
            # that must agree; pyHanko would write the hour into one of them.
            return
        super()._update_meta()  # type: ignore[no-untyped-call]  # pyHanko is typed in part
        if self._info is not None:
            information = self._info.get_object()  # type: ignore[no-untyped-call]  # as above
            information["/ModDate"] = generic.pdf_date(self._at)


class _Picture(content.PdfContent):
    """A page of another PDF as a picture, under a name that is always the same."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        writer = self.writer
        if writer is None:
            raise SealError("stamp without a document")
        picture = writer.import_page_as_xobject(PdfFileReader(BytesIO(self._pdf)))
        self.resources.xobject["/Picture"] = picture
        left, bottom, right, top = (float(edge) for edge in picture.get_object()["/BBox"])
        self.box = layout.BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Picture Do"


def _style(stamp_pdf: bytes) -> StaticStampStyle:
    return StaticStampStyle(
        border_width=0,
        background=_Picture(stamp_pdf),
        background_layout=layout.SimpleBoxLayoutRule(
            x_align=layout.AxisAlignment.ALIGN_MID, y_align=layout.AxisAlignment.ALIGN_MID
        ),
        background_opacity=1.0,
    )


def _meta(reason: str) -> signers.PdfSignatureMetadata:
    return signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=reason,
    )
