"""How long recent cases took, and what waits now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, func, select

from backend.office.case import Stage
from backend.office.past import Run
from backend.store.tables import AnswerTable, CaseTable, PackageTable, TaskTable
from registration.outcomes import Registered


@dataclass(frozen=True, slots=True)
class StorePast:
    """Durations of cases, newest first."""

    connection: Connection

    def runs(self, limit: int) -> tuple[Run, ...]:
        rows = self.connection.execute(
            select(CaseTable.kind, CaseTable.is_automatic, CaseTable.accepted_at, AnswerTable.at)
            .join(AnswerTable, AnswerTable.case_no == CaseTable.case_no)
            .where(AnswerTable.kind == Registered.__name__, CaseTable.accepted_at.is_not(None))
            .order_by(AnswerTable.cursor.desc())
            .limit(limit)
        )
        return tuple(
            Run(kind=kind, is_automatic=is_automatic, accepted_at=begin, ended_at=end)
            for kind, is_automatic, begin, end in rows
            if begin is not None
        )

    def openings(self, limit: int) -> tuple[tuple[datetime, datetime], ...]:
        rows = self.connection.execute(
            select(CaseTable.received_at, CaseTable.accepted_at)
            .where(CaseTable.accepted_at.is_not(None))
            .order_by(CaseTable.accepted_at.desc())
            .limit(limit)
        )
        return tuple((begin, end) for begin, end in rows if end is not None)

    def unopened(self) -> int:
        return self._count(select(func.count()).where(TaskTable.kind == "open"))

    def unanswered(self, limit: int) -> tuple[tuple[str, datetime], ...]:
        rows = self.connection.execute(
            select(PackageTable.sha256, PackageTable.received_at)
            .join(TaskTable, TaskTable.ref == PackageTable.sha256)
            .where(TaskTable.kind == "open")
            .order_by(PackageTable.received_at, PackageTable.sha256)
            .limit(limit)
        )
        return tuple((sha256, at) for sha256, at in rows)

    def in_review(self) -> int:
        return self._count(select(func.count()).where(CaseTable.stage == Stage.IN_REVIEW.value))

    def _count(self, query: Select[int]) -> int:
        return self.connection.scalar(query) or 0
