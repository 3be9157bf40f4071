"""Sealed packages and their receipts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from backend.errors import NotFoundError, SequenceConflictError
from backend.office.rows import PackageRow
from backend.store.faults import guarded
from backend.store.tables import PackageTable, ReceiptTable, TaskTable
from registration.outcomes import Receipt

_JOINED = select(
    PackageTable.__table__,
    ReceiptTable.receipt_no,
    ReceiptTable.journal_seq,
    ReceiptTable.journal_hash,
    ReceiptTable.log_origin,
    ReceiptTable.log_within_s,
    ReceiptTable.statement,
).join_from(PackageTable, ReceiptTable)


@dataclass(frozen=True, slots=True)
class StorePackages:
    """The sealed packages, found by digest."""

    connection: Connection

    def find(self, sha256: str) -> PackageRow | None:
        return self._find(PackageTable.sha256 == sha256)

    def find_by_sequence(self, terminal: str, sequence: int) -> PackageRow | None:
        return self._find(PackageTable.terminal == terminal, PackageTable.sequence == sequence)

    def find_by_receipt(self, receipt_no: str) -> PackageRow | None:
        return self._find(ReceiptTable.receipt_no == receipt_no)

    def add(self, row: PackageRow) -> None:
        """Keep a package with its receipt.

        Raises:
            ConflictError: the digest is there already.
            SequenceConflictError: the terminal used that number for another package.
        """
        laws = {"uq_packages_terminal_sequence": SequenceConflictError}
        with guarded(self.connection, laws):
            self.connection.execute(
                insert(PackageTable).values(
                    sha256=row.sha256,
                    terminal=row.terminal,
                    sequence=row.sequence,
                    size=row.size,
                    received_at=row.received_at,
                    case_no=row.case_no or None,
                )
            )
            self._add_receipt(row.receipt, row.receipt_statement)

    def is_any_unopened(self, terminal: str, *, until: datetime) -> bool:
        """Say whether a package of a terminal that came by then still waits to be opened."""
        waiting = (
            select(PackageTable.sha256)
            .join(TaskTable, (TaskTable.ref == PackageTable.sha256) & (TaskTable.kind == "open"))
            .where(PackageTable.terminal == terminal, PackageTable.received_at <= until)
        )
        return bool(self.connection.scalar(select(waiting.exists())))

    def _add_receipt(self, receipt: Receipt, statement: str) -> None:
        self.connection.execute(
            insert(ReceiptTable).values(
                receipt_no=receipt.receipt_no,
                package_sha256=receipt.package_sha256,
                terminal=receipt.terminal,
                sequence=receipt.sequence,
                received_at=receipt.received_at,
                journal_seq=receipt.journal_seq,
                journal_hash=receipt.journal_hash,
                log_origin=receipt.log_origin,
                log_within_s=receipt.log_within_s,
                statement=statement,
            )
        )

    def set_case(self, sha256: str, case_no: str) -> None:
        """Note which case a package went to.

        Raises:
            NotFoundError: no such package.
            ConflictError: it went to another case.
        """
        with guarded(self.connection):
            found = self.connection.execute(
                update(PackageTable).where(PackageTable.sha256 == sha256).values(case_no=case_no)
            )
        if found.rowcount != 1:
            raise NotFoundError(f"package {sha256}")

    def of_case(self, case_no: str) -> tuple[PackageRow, ...]:
        rows = self.connection.execute(
            _JOINED.where(PackageTable.case_no == case_no).order_by(ReceiptTable.journal_seq)
        )
        return tuple(_package(row) for row in rows)

    def _find(self, *where: ColumnElement[bool]) -> PackageRow | None:
        row = self.connection.execute(_JOINED.where(*where)).one_or_none()
        return None if row is None else _package(row)


def _package(row: Row[Any]) -> PackageRow:
    return PackageRow(
        sha256=row.sha256,
        terminal=row.terminal,
        sequence=row.sequence,
        size=row.size,
        received_at=row.received_at,
        case_no=row.case_no or "",
        receipt_statement=row.statement,
        receipt=Receipt(
            receipt_no=row.receipt_no,
            package_sha256=row.sha256,
            terminal=row.terminal,
            sequence=row.sequence,
            received_at=row.received_at,
            journal_seq=row.journal_seq,
            journal_hash=row.journal_hash,
            log_origin=row.log_origin,
            log_within_s=row.log_within_s,
        ),
    )
