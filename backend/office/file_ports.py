"""What the office needs of the versions of certificates' files."""

from datetime import datetime
from typing import Protocol

from backend.office.rows import FileCount, FileRow


class CertificateFiles(Protocol):
    """Every version of certificates' sealed files; rows are only added."""

    def add(self, row: FileRow) -> None:
        """Keep a version. Raises: ConflictError: it is not the one after the newest."""

    def of(self, certificate_no: str) -> tuple[FileRow, ...]:
        """Return the versions, oldest first."""

    def newest(self, certificate_no: str) -> FileRow:
        """Raises: NotFoundError."""

    def due(self, before: datetime, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        """Return published certificates, by number, whose stamps are not proven up to a moment."""

    def count_due(self, before: datetime) -> int: ...

    def under_other_seals(self, seal: str, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        """Return published certificates, by number, whose newest PDF another certificate sealed."""

    def count_under_other_seals(self, seal: str) -> int: ...

    def counts(self) -> tuple[FileCount, ...]:
        """Count the newest versions of published certificates by level."""
