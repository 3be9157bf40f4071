"""Versions of certificates' files in a dictionary."""

from collections.abc import Callable
from datetime import datetime

from backend.errors import ConflictError, NotFoundError
from backend.office.rows import CertificateStatus, FileCount, FileRow
from tests.memory.tables import Room


class MemoryFiles(Room):
    def add(self, row: FileRow) -> None:
        if row.version != len(self.of(row.certificate_no)) + 1:
            raise ConflictError("version of the certificate's files")
        self.tables.files[row.certificate_no, row.version] = row

    def of(self, certificate_no: str) -> tuple[FileRow, ...]:
        rows = [r for r in self.tables.files.values() if r.certificate_no == certificate_no]
        return tuple(sorted(rows, key=lambda row: row.version))

    def newest(self, certificate_no: str) -> FileRow:
        rows = self.of(certificate_no)
        if not rows:
            raise NotFoundError("certificate file")
        return rows[-1]

    def due(self, before: datetime, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        return self._numbers(lambda row: _is_due(row, before), after)[:limit]

    def count_due(self, before: datetime) -> int:
        return len(self._numbers(lambda row: _is_due(row, before)))

    def under_other_seals(self, seal: str, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        return self._numbers(lambda row: row.seal != seal, after)[:limit]

    def count_under_other_seals(self, seal: str) -> int:
        return len(self._numbers(lambda row: row.seal != seal))

    def counts(self) -> tuple[FileCount, ...]:
        rows = [self.newest(no) for no in self._numbers(lambda _: True)]
        found = []
        for level in sorted({row.level for row in rows}):
            ends = [row.proven_until for row in rows if row.level == level]
            known = [end for end in ends if end is not None]
            earliest = min(known) if len(known) == len(ends) else None
            found.append(FileCount(level=level, count=len(ends), proven_until=earliest))
        return tuple(found)

    def _numbers(self, is_meant: Callable[[FileRow], bool], after: str = "") -> tuple[str, ...]:
        live = sorted(
            no
            for no, row in self.tables.certificates.items()
            if row.status == CertificateStatus.PUBLISHED and no > after and self.of(no)
        )
        return tuple(no for no in live if is_meant(self.newest(no)))


def _is_due(row: FileRow, before: datetime) -> bool:
    return row.proven_until is None or row.proven_until < before
