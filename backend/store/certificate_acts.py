"""What was done about issued certificates beside their right's end: suspended, lifted, taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from backend.office.rows import ActKind, CertificateAct
from backend.store.desk_tables import CertificateActTable
from backend.store.faults import guarded
from backend.store.sealed import REGISTER, DataKeys
from backend.store.second_word import close, words_of


@dataclass(frozen=True, slots=True)
class StoreCertificateActs:
    """Acts by certificate, in order."""

    connection: Connection
    keys: DataKeys

    def propose(self, act: CertificateAct) -> None:
        """Keep a proposal. Raises: ConflictError: another waits for its second person."""
        table = CertificateActTable
        last = self.connection.scalar(
            select(func.max(table.seq)).where(table.certificate_no == act.certificate_no)
        )
        seq = (last or 0) + 1
        context = _context(act.certificate_no, seq)
        with guarded(self.connection):
            self.connection.execute(
                insert(table).values(
                    certificate_no=act.certificate_no,
                    seq=seq,
                    kind=act.kind,
                    basis=act.basis,
                    sealed_reason=self.keys.seal(REGISTER, context, act.reason.encode()),
                    proposed_by=act.proposed_by,
                    proposer=act.proposer,
                    proposed_at=act.proposed_at,
                )
            )

    def decide(
        self, certificate_no: str, *, verdict: str, by: str, person: str, at: datetime
    ) -> None:
        """Close the open proposal.

        Raises:
            NeedsOtherReviewerError: who proposed it cannot confirm it. ConflictError: none is open.
        """
        table = CertificateActTable
        is_meant = table.certificate_no == certificate_no
        close(self.connection, table, is_meant, verdict=verdict, by=by, person=person, at=at)

    def of(self, certificate_no: str) -> tuple[CertificateAct, ...]:
        return self._read(CertificateActTable.certificate_no == certificate_no)

    def waiting(self) -> tuple[CertificateAct, ...]:
        return self._read(CertificateActTable.verdict.is_(None))

    def is_suspended(self, certificate_no: str) -> bool:
        return certificate_no in self._suspended(
            CertificateActTable.certificate_no == certificate_no
        )

    def suspended(self, year: int) -> tuple[str, ...]:
        return self._suspended(_of_year(year))

    def count(self, year: int) -> int:
        table = CertificateActTable
        found = select(func.count()).where(_of_year(year), table.verdict == "confirmed")
        return self.connection.scalar(found) or 0

    def _suspended(self, where: ColumnElement[bool]) -> tuple[str, ...]:
        table = CertificateActTable
        rows = self.connection.execute(
            select(table.certificate_no, table.kind)
            .where(where, table.verdict == "confirmed")
            .order_by(table.certificate_no, table.seq)
        )
        newest = {row[0]: row[1] for row in rows}
        return tuple(number for number, kind in newest.items() if kind == ActKind.SUSPEND)

    def _read(self, where: ColumnElement[bool]) -> tuple[CertificateAct, ...]:
        table = CertificateActTable
        rows = self.connection.execute(
            select(table.__table__).where(where).order_by(table.proposed_at, table.seq)
        )
        return tuple(map(self._act, rows))

    def _act(self, row: Row[Any]) -> CertificateAct:
        context = _context(row.certificate_no, row.seq)
        return CertificateAct(
            certificate_no=row.certificate_no,
            kind=row.kind,
            basis=row.basis,
            reason=self.keys.open(REGISTER, context, row.sealed_reason).decode(),
            **words_of(row),
        )


def _of_year(year: int) -> ColumnElement[bool]:
    return CertificateActTable.certificate_no.like(f"%（{year:04}）%")


def _context(certificate_no: str, seq: int) -> str:
    return f"certificate_acts/{certificate_no}/{seq}"
