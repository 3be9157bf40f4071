"""The office's seal as a PAdES signature with a time stamp; what it signs may not be changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from certs.attachments import Attachment
from certs.documents import VENDOR, Box, Sealer
from certs.ports import Signer
from certs.timestamps import Timestamper

_REASON: Final = "不动产登记电子证照用印"


class PadesSeal:
    """A `backend.office.ports.Seal`; key and time-stamper are held, nothing is read twice."""

    def __init__(
        self, signer: Signer, timestamper: Timestamper, stamp: bytes, *, reason: str = _REASON
    ) -> None:
        """Hold the seal's key; `stamp` is a PDF of one page, its picture."""
        self._sealer = Sealer(signer, timestamper)
        self._stamp = stamp
        self._reason = reason

    @property
    def is_specimen(self) -> bool:
        """Say that papers under this seal are meant in earnest."""
        return False

    @property
    def producer(self) -> str:
        """What sealing writes as the file's Producer."""
        return VENDOR

    def seal(
        self, pdf: bytes, *, box: Box, at: datetime, attachments: Sequence[Attachment] = ()
    ) -> bytes:
        """Seal a paper on its first page, with the files that it carries.

        Raises:
            SealError: the paper is no PDF, or is sealed already.
            TimestampError: no time stamp to be had now; try again later.
        """
        return self._sealer.seal(
            pdf,
            box=box,
            stamp_pdf=self._stamp,
            reason=self._reason,
            at=at,
            attachments=attachments,
        )
