"""Making certificates last: new versions of their files before what proves the old ones ends.

A version that is preserved is the one before with more behind it; one that is sealed anew is drawn
from the same facts, with the same number, under the seal in force. Every version that was ever
given out stays known. The order is that of issuing: make, check with the public check, store the
file, then keep its row and its digest in the journal in one transaction.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from backend.errors import IntegrityError, NotReadyError
from backend.office.editions import Editions, Standing, next_version
from backend.office.log_keeping import OFD_RESEALED, PREPARED, PRESERVED, RESEALED
from backend.office.ports import Blobs, Clock, FailPoints, Work, Works
from backend.office.rows import CertificateRow, CertificateStatus, FileAct, FileRow

FAIL_POINTS: Final = (
    "preserve.begun",
    "preserve.stamped",
    "preserve.stored",
    "preserve.before-commit",
    "preserve.kept",
)
_WAITING: Final = frozenset({CertificateStatus.PREPARED, CertificateStatus.SEALED})
_ACTS: Final = {FileAct.PRESERVED: PRESERVED, FileAct.RESEALED: RESEALED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preserving:
    """Adds versions; what was interrupted is begun again and leaves one version, not two."""

    works: Works
    blobs: Blobs
    editions: Editions
    clock: Clock
    fail_point: FailPoints

    def complete(self, case_no: str) -> None:
        """Give a case's certificate the stamp that was not to be had when it was issued.

        Raises:
            NotReadyError: it is not published yet.
            CertsError: the stamp is still not to be had; try again later.
        """
        with self.works.reading() as work:
            row = work.certificates.find_by_case(case_no)
            if row is None or row.status in _WAITING:
                raise NotReadyError("certificate")
            level = work.files.newest(row.certificate_no).level
        if self.editions.is_incomplete(level):
            self.preserve(row.certificate_no)

    def preserve(self, certificate_no: str) -> FileRow:
        """Add validation material and a new document time stamp to the newest PDF.

        Raises:
            IntegrityError: the result does not pass the public check; nothing was kept.
            CertsError: no stamp or list to be had now; try again later.
            NotFoundError: no such certificate, or it has no file yet.
        """
        with self.works.reading() as work:
            newest = work.files.newest(certificate_no)
        self.fail_point("preserve.begun")
        now, archive = self.clock.now(), self.editions.archive
        pdf = archive.preserve(self.blobs.get(newest.pdf_sha256), now)
        standing = archive.judge(pdf, now)
        return self._keep(newest, FileAct.PRESERVED, (pdf, b""), standing, now)

    def reseal(self, certificate_no: str) -> FileRow:
        """Draw and seal a published certificate anew, from the facts that were kept.

        Raises: as `preserve`; PaperError: the facts cannot be drawn.
        """
        with self.works.reading() as work:
            row = work.certificates.get(certificate_no)
            newest = work.files.newest(certificate_no)
            proof = _proof(work, row)
        if row.status != CertificateStatus.PUBLISHED:
            raise NotReadyError("certificate")
        self.fail_point("preserve.begun")
        now = self.clock.now()
        files = self.editions.make(row, proof, now)
        return self._keep(newest, FileAct.RESEALED, (files.pdf, files.ofd), files.standing, now)

    def _keep(
        self,
        before: FileRow,
        act: str,
        files: tuple[bytes, bytes],
        standing: Standing,
        at: datetime,
    ) -> FileRow:
        if not standing.is_good:
            raise IntegrityError(f"{before.certificate_no}: the new file does not pass the check")
        self.fail_point("preserve.stamped")
        pdf_sha256, ofd_sha256 = (self.blobs.put(one) if one else "" for one in files)
        self.fail_point("preserve.stored")
        row = replace(
            next_version(before.certificate_no, before.version, standing, at),
            act=act,
            pdf_sha256=pdf_sha256,
            ofd_sha256=ofd_sha256 or before.ofd_sha256,
        )
        with self.works() as work:
            # Another worker may have been faster: then its version stands and ours is forgotten.
            work.files.add(row)
            _record(work, row, is_new_ofd=bool(ofd_sha256))
            self.fail_point("preserve.before-commit")
            work.commit()
        self.fail_point("preserve.kept")
        return row


def _record(work: Work, row: FileRow, *, is_new_ofd: bool) -> None:
    """Put the digests of new files into the journal, and so into the public log."""
    digests = [(_ACTS[row.act], row.pdf_sha256)]
    digests += [(OFD_RESEALED, row.ofd_sha256)] if is_new_ofd else []
    for act, sha256 in digests:
        work.journal.append(
            actor="system", act=act, ref=row.certificate_no, body=sha256.encode(), at=row.made_at
        )


def _proof(work: Work, row: CertificateRow) -> str:
    """Return the proof that the facts stand in the public log; empty for the oldest ones."""
    seqs = [r.seq for r in work.journal.of(row.certificate_no) if r.act == PREPARED]
    return next((proof for seq in seqs if (proof := work.log.find_proof(seq))), "")
