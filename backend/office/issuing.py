"""缮证: the certificate of an entry; numbers and facts are stored before anything is sealed.

The order is that of a careful certificate authority: (1) number, code and the exact facts are
kept; (2) the proof is kept that they stand in the public log; (3) the paper is drawn from them and
sealed; (4) the public check must accept it; (5) the file is stored; (6) it is published, its own
digest goes into the log, and the branch is told. A crash at any place leaves the same
number to be finished, once.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from backend.office.answering import Answering
from backend.office.case import Stage, move
from backend.office.code_claims import make_claims
from backend.office.editions import Editions, next_version
from backend.office.log_keeping import OFD_PUBLISHED, PREPARED, PUBLISHED
from backend.office.ports import Blobs, Clock, FailPoints, Work, Works
from backend.office.register import Deed, EncumbranceKind, MortgageEntry
from backend.office.rows import CertificateRow, CertificateStatus
from backend.office.wording import wording
from certs.checkpoints import LogProof
from registration import schema
from registration.days import local_day
from registration.identifiers import (
    CreditCode,
    format_certificate_no,
    format_licence_id,
    parse_unit_no,
)
from registration.outcomes import RegistrationCertificate

FAIL_POINTS: Final = (
    "issue.before-numbers",
    "issue.prepared",
    "issue.proven",
    "issue.sealed",
    "issue.stored",
    "issue.before-publishing",
    "issue.published",
)


_ENDED: Final = frozenset(
    {CertificateStatus.CANCELLED, CertificateStatus.REPLACED, CertificateStatus.REVOKED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """What stands on every certificate of this office."""

    office: str
    """Its name, as printed."""
    code: CreditCode
    province: str
    """First character of certificate numbers: 豫."""
    place: str
    """In certificate numbers: 开封市."""
    province_code: str
    """First two digits of print numbers: 41."""
    public_url: str
    """Where the check page is, without a final slash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    """Gives each entry the certificate of what its case wrote; repeating is harmless."""

    works: Works
    blobs: Blobs
    editions: Editions
    answering: Answering
    clock: Clock
    prove: Callable[[int], LogProof]
    """Gives the proof that a journal record stands in the public log."""
    make_code: Callable[[], str]
    """Returns 128 random bits in base32: what stands under the QR code, beside the number."""
    sign_code: Callable[[Mapping[int, Any]], str]
    """Signs what the QR code says, and returns its text."""
    imprint: Imprint
    fail_point: FailPoints

    def issue(self, case_no: str) -> None:
        """Number, draw, seal, check, store and publish the certificate of a registered case.

        Raises:
            PaperError: the facts cannot be drawn; somebody has to look at it.
            IntegrityError: the sealed paper does not pass the public check.
            LogStoppedError: the public log cannot take the facts in; try again later.
        """
        self.fail_point("issue.before-numbers")
        row = self._prepare(case_no)
        if row.status in _ENDED:
            self._leave(row)
        if row.status == CertificateStatus.PREPARED:
            self.fail_point("issue.prepared")
            self._prove(row)
            self.fail_point("issue.proven")
            row = self._seal(row)
        if row.status == CertificateStatus.SEALED:
            self._publish(row)

    def _prepare(self, case_no: str) -> CertificateRow:
        with self.works() as work:
            known = work.certificates.find_by_case(case_no)
            if known is not None:
                return known
            deed = work.register.get_deed(case_no)
            row = self._number(work, deed)
            work.certificates.prepare(row, replaces=_converted_from(deed))
            work.journal.append(
                actor="system",
                act=PREPARED,
                ref=row.certificate_no,
                body=row.facts,
                at=row.prepared_at,
            )
            work.commit()
        return row

    def _leave(self, row: CertificateRow) -> None:
        """Close a case whose right ended before its certificate was out: nothing is handed over."""
        with self.works() as work:
            case = work.cases.get(row.case_no)
            if case.stage is Stage.REGISTERED:
                work.cases.save(move(case, Stage.DELIVERED), was=case)
                work.commit()

    def _number(self, work: Work, deed: Deed) -> CertificateRow:
        now, code = self.clock.now(), self.make_code()
        year = local_day(now).year
        certificate = self._facts(deed, year, work.certificates.next_serial(year), code)
        facts = schema.format_certificate(certificate)
        return CertificateRow(
            certificate_no=certificate.certificate_no.text,
            entry_no=deed.entry_no,
            case_no=deed.case_no,
            licence_id=certificate.licence_id.text,
            print_no=certificate.print_no,
            check_code=code,
            facts=facts,
            facts_sha256=hashlib.sha256(facts).hexdigest(),
            status=CertificateStatus.PREPARED,
            prepared_at=now,
        )

    def _facts(self, deed: Deed, year: int, serial: int, code: str) -> RegistrationCertificate:
        """Return what the certificate says; `serial` is the number within the year."""
        number = format_certificate_no(
            province=self.imprint.province, year=year, place=self.imprint.place, serial=serial
        )
        running = year % 100 * 10_000_000 + serial
        said = wording(deed)
        certificate = RegistrationCertificate(
            certificate_no=number,
            licence_id=format_licence_id(office=self.imprint.code, serial=running),
            print_no=f"D{self.imprint.province_code}{running:09d}",
            right=said.right,
            holder=said.holder,
            obligors=said.obligors,
            location=deed.location,
            unit_no=parse_unit_no(deed.unit_no),
            other_items=said.other_items,
            remarks=said.remarks,
            office=self.imprint.office,
            registered_on=local_day(deed.registered_at),
            # ASCII alone: what a scanner makes of other bytes in a QR code is its own guess.
            verify_url=f"{self.imprint.public_url}/verify/{quote(number.text)}?c={code}",
        )
        claims = make_claims(certificate, deed, is_specimen=self.editions.seal.is_specimen)
        return replace(certificate, code=self.sign_code(claims))

    def _prove(self, row: CertificateRow) -> None:
        """Keep the proof that the facts stand in the public log, before anything is sealed."""
        with self.works.reading() as work:
            seq = _prepared(work, row.certificate_no)
            if work.log.find_proof(seq) is not None:
                return
        proof = self.prove(seq)
        with self.works() as work:
            work.log.keep_proof(seq, proof.format())
            work.commit()

    def _seal(self, row: CertificateRow) -> CertificateRow:
        with self.works.reading() as work:
            proof = work.log.find_proof(_prepared(work, row.certificate_no))
        now = self.clock.now()
        files = self.editions.make(row, proof or "", now)
        self.fail_point("issue.sealed")
        pdf_sha256 = self.blobs.put(files.pdf)
        ofd_sha256 = self.blobs.put(files.ofd) if files.ofd else ""
        self.fail_point("issue.stored")
        with self.works() as work:
            known = work.certificates.get(row.certificate_no)
            if known.status == CertificateStatus.PREPARED:
                work.certificates.set_sealed(
                    row.certificate_no, pdf_sha256=pdf_sha256, ofd_sha256=ofd_sha256
                )
                first = next_version(row.certificate_no, 0, files.standing, now)
                work.files.add(replace(first, ofd_sha256=ofd_sha256))
                work.commit()
            return work.certificates.get(row.certificate_no)

    def _publish(self, row: CertificateRow) -> None:
        now = self.clock.now()
        certificate = schema.parse_certificate(row.facts)
        with self.works() as work:
            case = work.cases.get(row.case_no)
            known = work.certificates.get(row.certificate_no)
            if case.stage is not Stage.REGISTERED or known.status in _ENDED:
                return
            work.certificates.publish(row.certificate_no, at=now)
            certified = work.cases.save(move(case, Stage.CERTIFIED), was=case)
            self.answering.issue(
                work,
                certified,
                certificate_no=row.certificate_no,
                pdf_sha256=row.pdf_sha256,
                ofd_sha256=row.ofd_sha256,
                verify_url=certificate.verify_url,
                at=now,
            )
            _record(work, row, now)
            if self.editions.is_incomplete(work.files.newest(row.certificate_no).level):
                work.tasks.add("preserve", row.case_no, at=now)
            self.fail_point("issue.before-publishing")
            work.commit()
        self.fail_point("issue.published")


def _record(work: Work, row: CertificateRow, at: datetime) -> None:
    """Put the digests of the sealed files into the journal, and so into the public log."""
    for act, sha256 in ((PUBLISHED, row.pdf_sha256), (OFD_PUBLISHED, row.ofd_sha256)):
        if sha256:
            work.journal.append(
                actor="system", act=act, ref=row.certificate_no, body=sha256.encode(), at=at
            )


def _prepared(work: Work, certificate_no: str) -> int:
    """Return the journal's record of a certificate's facts."""
    (seq,) = (r.seq for r in work.journal.of(certificate_no) if r.act == PREPARED)
    return seq


def _converted_from(deed: Deed) -> str:
    """Return the certificate of the notice that a mortgage came out of."""
    if isinstance(deed, MortgageEntry) and deed.kind is EncumbranceKind.MORTGAGE:
        return deed.notice_no
    return ""
