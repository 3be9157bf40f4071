"""Every version of certificates' sealed files."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    case,
    func,
    insert,
    literal,
    or_,
    select,
)

from backend.errors import ConflictError, NotFoundError
from backend.office.rows import CertificateStatus, FileCount, FileRow
from backend.store.faults import guarded
from backend.store.file_tables import CertificateFileTable
from backend.store.flat_rows import values_of
from backend.store.tables import CertificateTable

_TABLE = CertificateFileTable


@dataclass(frozen=True, slots=True)
class StoreFiles:
    """Rows are only added; the one with the highest version is given out."""

    connection: Connection

    def add(self, row: FileRow) -> None:
        """Keep a version. Raises: ConflictError: it is not the one after the newest."""
        versions = [one.version for one in self.of(row.certificate_no)]
        if row.version != max(versions, default=0) + 1:
            raise ConflictError("version of the certificate's files")
        with guarded(self.connection):
            self.connection.execute(insert(_TABLE).values(values_of(row)))

    def of(self, certificate_no: str) -> tuple[FileRow, ...]:
        """Return the versions, oldest first."""
        rows = self.connection.execute(
            select(_TABLE.__table__)
            .where(_TABLE.certificate_no == certificate_no)
            .order_by(_TABLE.version)
        )
        return tuple(_read(row) for row in rows)

    def newest(self, certificate_no: str) -> FileRow:
        """Raises: NotFoundError."""
        versions = self.of(certificate_no)
        if not versions:
            raise NotFoundError("certificate file")
        return versions[-1]

    def due(self, before: datetime, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        return self._numbers(_is_due(before), after, limit)

    def count_due(self, before: datetime) -> int:
        return self._count(_is_due(before))

    def under_other_seals(self, seal: str, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        return self._numbers(_TABLE.seal != seal, after, limit)

    def count_under_other_seals(self, seal: str) -> int:
        return self._count(_TABLE.seal != seal)

    def counts(self) -> tuple[FileCount, ...]:
        unknown = func.sum(case((_TABLE.proven_until.is_(None), 1), else_=literal(0)))
        rows = self.connection.execute(
            select(_TABLE.level, func.count(), func.min(_TABLE.proven_until), unknown)
            .join(CertificateTable, CertificateTable.certificate_no == _TABLE.certificate_no)
            .where(_IS_LIVE, _is_newest())
            .group_by(_TABLE.level)
            .order_by(_TABLE.level)
        )
        return tuple(
            FileCount(level=row[0], count=row[1], proven_until=None if row[3] else row[2])
            for row in rows
        )

    def _numbers(self, where: ColumnElement[bool], after: str, limit: int) -> tuple[str, ...]:
        found = self.connection.scalars(
            select(_TABLE.certificate_no)
            .join(CertificateTable, CertificateTable.certificate_no == _TABLE.certificate_no)
            .where(_IS_LIVE, _is_newest(), where, _TABLE.certificate_no > after)
            .order_by(_TABLE.certificate_no)
            .limit(limit)
        )
        return tuple(found)

    def _count(self, where: ColumnElement[bool]) -> int:
        found = self.connection.scalar(
            select(func.count())
            .select_from(_TABLE)
            .join(CertificateTable, CertificateTable.certificate_no == _TABLE.certificate_no)
            .where(_IS_LIVE, _is_newest(), where)
        )
        return found or 0


_IS_LIVE = CertificateTable.status == CertificateStatus.PUBLISHED


def _is_due(before: datetime) -> ColumnElement[bool]:
    return or_(_TABLE.proven_until.is_(None), _TABLE.proven_until < before)


def _is_newest() -> ColumnElement[bool]:
    other = CertificateFileTable.__table__.alias("other")
    newest = select(func.max(other.c.version)).where(
        other.c.certificate_no == _TABLE.certificate_no
    )
    return _TABLE.version == newest.scalar_subquery()


def _read(row: Row[Any]) -> FileRow:
    return FileRow(**row._asdict())
