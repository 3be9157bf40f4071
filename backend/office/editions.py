"""The two files of one certificate, PDF and OFD: drawn from the same facts, each naming the other."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from backend.errors import IntegrityError
from backend.office.ports import FailPoints, Seal
from backend.office.rows import CertificateRow, FileAct, FileRow
from certs.attachments import COUNTERPART_FILE, FACTS_FILE, PROOF_FILE, Attachment
from certs.errors import CertsError
from registration import schema
from registration.outcomes import RegistrationCertificate
from registration.papers.certificate import draw_certificate
from registration.papers.ofd.certificate import OFDPaper, draw_certificate_ofd
from registration.papers.ofd.document import HeldFile, attach

logger = logging.getLogger(__name__)


class OFDSeal(Protocol):
    """Puts the office's electronic seal on an OFD document (GB/T 38540)."""

    def seal(
        self,
        files: dict[str, bytes],
        *,
        page: int,
        box: tuple[float, float, float, float],
        at: datetime,
    ) -> bytes:
        """Return the sealed file; `box` is left, top, width, height on that page, in mm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a sealed PDF is worth."""

    is_good: bool
    """Whether the public check accepts it."""
    level: str
    """"B-B", "B-T" or "B-LTA"."""
    until: datetime | None
    """When its time stamps can no longer be proven."""
    seal: str
    """Fingerprint of the certificate that sealed it."""
    sha256: str


class Archive(Protocol):
    """Makes sealed PDFs last: what proves them goes into them, under one more time stamp."""

    @property
    def is_at_once(self) -> bool:
        """Whether certificates are preserved as they are issued."""

    def preserve(self, pdf: bytes, at: datetime) -> bytes:
        """Return the file with a layer behind it. Raises: CertsError: not now, try again later."""

    def judge(self, pdf: bytes, at: datetime) -> Standing:
        """Say what a file is worth."""

    def seal_in_force(self) -> str:
        """Return the fingerprint of the certificate that seals now."""


@dataclass(frozen=True, slots=True)
class SealedFiles:
    """A certificate under seal."""

    pdf: bytes
    ofd: bytes
    """Empty where the office has no seal for OFD."""
    standing: Standing
    """Of the PDF."""


FAIL_POINTS: Final = ("seal.stamped", "seal.preserved")


@dataclass(frozen=True, slots=True, kw_only=True)
class Editions:
    """Draws the files of a certificate and has them sealed."""

    seal: Seal
    ofd_seal: OFDSeal | None
    """None where the office has no national authority: then there is the PDF alone."""
    archive: Archive
    find_faults: Callable[[bytes], tuple[str, ...]]
    """Names what keeps a drawn paper from being PDF/A-3b; nothing else is ever sealed."""
    is_seal_good: Callable[[bytes, datetime], bool]
    """The public check: nothing is published that it does not accept."""
    fail_point: FailPoints

    def make(self, row: CertificateRow, proof: str, at: datetime) -> SealedFiles:
        """Draw and seal both files; each passes the public check.

        The OFD holds the digest of the sealed PDF, and the PDF that of what the OFD draws: who has
        one of them can tell whether another is its counterpart.

        Raises:
            PaperError: the facts cannot be drawn; somebody has to look at it.
            IntegrityError: the facts were changed, or a file does not pass a check.
            CertsError: a key or a time stamp is not to be had now.
        """
        if hashlib.sha256(row.facts).hexdigest() != row.facts_sha256:
            raise IntegrityError(f"facts of {row.certificate_no}")
        certificate = schema.parse_certificate(row.facts)
        held = _held(row, proof)
        if self.ofd_seal is None:
            pdf = self._make_pdf(row, certificate, held, at)
            return SealedFiles(pdf, b"", self.archive.judge(pdf, at))
        drawn = draw_certificate_ofd(certificate, is_specimen=self.seal.is_specimen)
        other = {"content_sha256": content_sha256(drawn.files), "media_type": "application/ofd"}
        pdf = self._make_pdf(row, certificate, (*held, _other(row, other)), at)
        other = {"media_type": "application/pdf", "sha256": hashlib.sha256(pdf).hexdigest()}
        ofd = self._make_ofd(row, drawn, (*held, _other(row, other)), at)
        return SealedFiles(pdf, ofd, self.archive.judge(pdf, at))

    def is_incomplete(self, level: str) -> bool:
        """Say whether a certificate of this level still waits for an authority's stamp."""
        return self.archive.is_at_once and level != "B-LTA"

    def _make_pdf(
        self,
        row: CertificateRow,
        certificate: RegistrationCertificate,
        held: tuple[Attachment, ...],
        at: datetime,
    ) -> bytes:
        paper = draw_certificate(
            certificate,
            is_specimen=self.seal.is_specimen,
            producer=self.seal.producer,
        )
        faults = self.find_faults(paper.pdf)
        if faults:
            raise IntegrityError(f"{row.certificate_no} is no PDF/A-3b: {faults[0]}")
        sealed = self.seal.seal(paper.pdf, box=paper.seal_box, at=at, attachments=held)
        self.fail_point("seal.stamped")
        return self._preserved(row, self._checked(row, sealed, at), at)

    def _preserved(self, row: CertificateRow, sealed: bytes, at: datetime) -> bytes:
        """Preserve a file now, or leave it for later: no certificate waits for an authority."""
        if not self.archive.is_at_once:
            return sealed
        try:
            preserved = self._checked(row, self.archive.preserve(sealed, at), at)
        except (CertsError, IntegrityError) as error:
            logger.warning(
                "issued without archive stamp certificate=%s reason=%s: %s",
                row.certificate_no,
                error.code,
                error,
            )
            return sealed
        self.fail_point("seal.preserved")
        return preserved

    def _make_ofd(
        self, row: CertificateRow, drawn: OFDPaper, held: tuple[Attachment, ...], at: datetime
    ) -> bytes:
        if self.ofd_seal is None:
            return b""
        files = attach(
            drawn.files,
            [HeldFile(name=f.name, media_type=f.media_type, data=f.data) for f in held],
        )
        sealed = self.ofd_seal.seal(files, page=drawn.page, box=drawn.seal_box, at=at)
        return self._checked(row, sealed, at)

    def _checked(self, row: CertificateRow, sealed: bytes, at: datetime) -> bytes:
        if not self.is_seal_good(sealed, at):
            raise IntegrityError(f"the seal on {row.certificate_no} does not pass the check")
        return sealed


def next_version(no: str, before: int, standing: Standing, at: datetime) -> FileRow:
    """Return the row of a certificate's files as issued; `before` is the version before it, or 0."""
    return FileRow(
        certificate_no=no,
        version=before + 1,
        act=FileAct.ISSUED,
        pdf_sha256=standing.sha256,
        level=standing.level,
        proven_until=standing.until,
        seal=standing.seal,
        made_at=at,
    )


def content_sha256(files: Mapping[str, bytes]) -> str:
    """Return the digest of what an OFD draws: of canonical JSON, each file's digest by its place."""
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    return hashlib.sha256(schema.canonical(digests)).hexdigest()


def _held(row: CertificateRow, proof: str) -> tuple[Attachment, ...]:
    """Return the facts that the papers show, and the proof that they stand in the log."""
    facts = Attachment(
        name=FACTS_FILE, media_type="application/json", data=row.facts, is_source=True
    )
    if not proof:
        return (facts,)
    return facts, Attachment(name=PROOF_FILE, media_type="text/plain", data=proof.encode())


def _other(row: CertificateRow, told: dict[str, str]) -> Attachment:
    facts = {"schema": "counterpart/1", "certificate_no": row.certificate_no, **told}
    return Attachment(
        name=COUNTERPART_FILE, media_type="application/json", data=schema.canonical(facts)
    )
