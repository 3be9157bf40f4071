"""Answers on their way to the terminals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from backend.office.rows import AnswerRow
from backend.store.counters import ANSWERS, count_on
from backend.store.faults import guarded
from backend.store.sealed import DataKeys, case_key
from backend.store.tables import AnswerTable
from registration.outcomes import Answer, CorrectionRequest


@dataclass(frozen=True, slots=True)
class StoreAnswers:
    """Answers by terminal, in order of their cursor."""

    connection: Connection
    keys: DataKeys

    def add(self, terminal: str, case_no: str, answer: Answer, statement: str, at: datetime) -> int:
        sealed = self.keys.seal(case_key(case_no), _context(terminal, case_no), statement.encode())
        values: dict[str, object] = {
            "terminal": terminal,
            "case_no": case_no,
            "kind": type(answer).__name__,
            "sealed_statement": sealed,
            "at": at,
            "rules": " ".join(rules_of(answer)),
        }
        number = count_on(self.connection, ANSWERS)
        with guarded(self.connection):
            cursor: int | None = self.connection.scalar(
                insert(AnswerTable)
                .values(values if number is None else values | {"cursor": number})
                .returning(AnswerTable.cursor)
            )
        assert cursor is not None
        return cursor

    def of(self, case_no: str) -> tuple[AnswerRow, ...]:
        rows = self.connection.execute(
            select(AnswerTable.__table__)
            .where(AnswerTable.case_no == case_no)
            .order_by(AnswerTable.cursor)
        ).all()
        return tuple(map(self._row, rows))

    def after(self, terminal: str, cursor: int, limit: int = 100) -> tuple[AnswerRow, ...]:
        rows = self.connection.execute(
            select(AnswerTable.__table__)
            .where(AnswerTable.terminal == terminal, AnswerTable.cursor > cursor)
            .order_by(AnswerTable.cursor)
            .limit(limit)
        ).all()
        self.keys.load({case_key(row.case_no) for row in rows})
        return tuple(map(self._row, rows))

    def _row(self, row: Row[Any]) -> AnswerRow:
        context = _context(row.terminal, row.case_no)
        opened = self.keys.open(case_key(row.case_no), context, row.sealed_statement)
        return AnswerRow(cursor=row.cursor, terminal=row.terminal, statement=opened.decode())

    def newest(self, cursor: int) -> Mapping[str, int]:
        rows = self.connection.execute(
            select(AnswerTable.terminal, func.max(AnswerTable.cursor))
            .where(AnswerTable.cursor > cursor)
            .group_by(AnswerTable.terminal)
        )
        return {row[0]: row[1] for row in rows}


def rules_of(answer: Answer) -> tuple[str, ...]:
    """Return the rules that an answer asks to correct, each once, in order."""
    if not isinstance(answer, CorrectionRequest):
        return ()
    return tuple(dict.fromkeys(finding.rule for finding in answer.findings))


def _context(terminal: str, case_no: str) -> str:
    return f"answers/{terminal}/{case_no}"
