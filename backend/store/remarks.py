"""What reviewers told each other about a case, sealed; never changed."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from backend.office.rows import Remark
from backend.store.desk_tables import RemarkTable
from backend.store.faults import guarded
from backend.store.sealed import DataKeys, case_key


@dataclass(frozen=True, slots=True)
class StoreRemarks:
    """The thread of each case, in order."""

    connection: Connection
    keys: DataKeys

    def add(self, remark: Remark) -> None:
        """Append to the thread. Raises: ConflictError: no such case."""
        last = self.connection.scalar(
            select(func.max(RemarkTable.seq)).where(RemarkTable.case_no == remark.case_no)
        )
        seq = (last or 0) + 1
        with guarded(self.connection):
            self.connection.execute(
                insert(RemarkTable).values(
                    case_no=remark.case_no,
                    seq=seq,
                    staff_id=remark.staff_id,
                    kind=remark.kind,
                    sealed_text=self.keys.seal(
                        case_key(remark.case_no),
                        _context(remark.case_no, seq),
                        remark.text.encode(),
                    ),
                    at=remark.at,
                )
            )

    def of(self, case_no: str) -> tuple[Remark, ...]:
        """Return the thread, oldest first."""
        rows = self.connection.execute(
            select(RemarkTable.__table__)
            .where(RemarkTable.case_no == case_no)
            .order_by(RemarkTable.seq)
        )
        key = case_key(case_no)
        return tuple(
            Remark(
                case_no=case_no,
                staff_id=row.staff_id,
                kind=row.kind,
                text=self.keys.open(key, _context(case_no, row.seq), row.sealed_text).decode(),
                at=row.at,
            )
            for row in rows
        )


def _context(case_no: str, seq: int) -> str:
    return f"remarks/{case_no}/{seq}"
