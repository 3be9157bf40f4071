"""Issued certificates, from the number to the end of the right."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, func, insert, or_, select, update

from backend.errors import ConflictError, NotFoundError
from backend.office.rows import CertificateRow, CertificateStatus
from backend.store.counters import next_number
from backend.store.faults import guarded
from backend.store.file_tables import CertificateFileTable
from backend.store.sealed import REGISTER, DataKeys
from backend.store.tables import CertificateTable


@dataclass(frozen=True, slots=True)
class StoreCertificates:
    """Certificates by number, case and digest of a file."""

    connection: Connection
    keys: DataKeys

    def next_serial(self, year: int) -> int:
        return next_number(self.connection, f"certificate:{year}")

    def prepare(self, row: CertificateRow, *, replaces: str = "") -> None:
        """Keep the facts before anything is drawn or sealed.

        Raises:
            ConflictError: the entry has a live certificate, does not exist, or a number is taken.
        """
        context = _context(row.certificate_no)
        with guarded(self.connection):
            self._name_successor(row, replaces)
            self.connection.execute(
                insert(CertificateTable).values(
                    certificate_no=row.certificate_no,
                    entry_no=row.entry_no,
                    case_no=row.case_no,
                    licence_id=row.licence_id,
                    print_no=row.print_no,
                    check_code=row.check_code,
                    sealed_facts=self.keys.seal(REGISTER, context, row.facts),
                    facts_sha256=row.facts_sha256,
                    status=row.status,
                    prepared_at=row.prepared_at,
                    pdf_sha256=row.pdf_sha256 or None,
                    ofd_sha256=row.ofd_sha256 or None,
                    issued_at=row.issued_at,
                    ended_at=row.ended_at,
                )
            )

    def find(self, certificate_no: str) -> CertificateRow | None:
        return self._find(CertificateTable.certificate_no == certificate_no)

    def get(self, certificate_no: str) -> CertificateRow:
        found = self.find(certificate_no)
        if found is None:
            raise NotFoundError("certificate")
        return found

    def find_by_case(self, case_no: str) -> CertificateRow | None:
        """Return the newest certificate of a case."""
        return self._find(CertificateTable.case_no == case_no)

    def find_by_file(self, sha256: str) -> CertificateRow | None:
        if not sha256:
            return None
        table, file = CertificateTable, CertificateFileTable
        later = select(file.certificate_no).where(
            or_(file.pdf_sha256 == sha256, file.ofd_sha256 == sha256)
        )
        return self._find(
            or_(
                table.pdf_sha256 == sha256,
                table.ofd_sha256 == sha256,
                table.certificate_no.in_(later),
            )
        )

    def set_sealed(self, certificate_no: str, *, pdf_sha256: str, ofd_sha256: str = "") -> None:
        """Note the sealed files. Raises: ConflictError: the certificate is not at "prepared"."""
        self._move(
            certificate_no,
            CertificateStatus.SEALED,
            pdf_sha256=pdf_sha256,
            ofd_sha256=ofd_sha256 or None,
        )

    def publish(self, certificate_no: str, *, at: datetime) -> None:
        """Publish. Raises: ConflictError: the certificate is not at "sealed"."""
        self._move(certificate_no, CertificateStatus.PUBLISHED, issued_at=at)

    def end(self, certificate_no: str, *, status: str, at: datetime) -> None:
        """End a certificate. Raises: ConflictError: it has ended, or `status` is no end."""
        if status not in _ENDS:
            raise ConflictError("not an end")
        self._move(certificate_no, status, ended_at=at)

    def count_by_status(self, year: int) -> dict[str, int]:
        table = CertificateTable
        found = select(table.status, func.count()).where(_of_year(year)).group_by(table.status)
        return {row[0]: row[1] for row in self.connection.execute(found)}

    def ended(self, year: int) -> tuple[tuple[str, str, str], ...]:
        table = CertificateTable
        found = self.connection.execute(
            select(table.certificate_no, table.status, table.successor).where(
                _of_year(year), table.status.in_(_ENDS)
            )
        )
        return tuple((row[0], row[1], row[2] or "") for row in found)

    def newest_number(self, year: int) -> str:
        newest = select(func.max(CertificateTable.certificate_no)).where(_of_year(year))
        return self.connection.scalar(newest) or ""

    def _name_successor(self, row: CertificateRow, replaces: str) -> None:
        is_before = or_(
            CertificateTable.entry_no == row.entry_no, CertificateTable.certificate_no == replaces
        )
        self.connection.execute(
            update(CertificateTable)
            .where(
                is_before,
                CertificateTable.status == CertificateStatus.REPLACED,
                CertificateTable.successor.is_(None),
            )
            .values(successor=row.certificate_no)
        )

    def _move(self, certificate_no: str, status: str, **columns: Any) -> None:
        with guarded(self.connection):
            changed = self.connection.execute(
                update(CertificateTable)
                .where(CertificateTable.certificate_no == certificate_no)
                .values(status=status, **columns)
            )
        if changed.rowcount != 1:
            raise NotFoundError("certificate")

    def _find(self, where: ColumnElement[bool]) -> CertificateRow | None:
        row = self.connection.execute(
            select(CertificateTable.__table__)
            .where(where)
            .order_by(CertificateTable.prepared_at.desc(), CertificateTable.certificate_no.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else self._certificate(row)

    def _certificate(self, row: Row[Any]) -> CertificateRow:
        return CertificateRow(
            certificate_no=row.certificate_no,
            entry_no=row.entry_no,
            case_no=row.case_no,
            licence_id=row.licence_id,
            print_no=row.print_no,
            check_code=row.check_code,
            facts=self.keys.open(REGISTER, _context(row.certificate_no), row.sealed_facts),
            facts_sha256=row.facts_sha256,
            status=row.status,
            prepared_at=row.prepared_at,
            pdf_sha256=row.pdf_sha256 or "",
            ofd_sha256=row.ofd_sha256 or "",
            issued_at=row.issued_at,
            ended_at=row.ended_at,
            successor=row.successor or "",
        )


def _of_year(year: int) -> ColumnElement[bool]:
    return CertificateTable.certificate_no.like(f"%（{year:04}）%")


_ENDS: Final = frozenset(
    {CertificateStatus.CANCELLED, CertificateStatus.REPLACED, CertificateStatus.REVOKED}
)


def _context(certificate_no: str) -> str:
    return f"certificates/{certificate_no}"
