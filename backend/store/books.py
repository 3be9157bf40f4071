"""Rulings, the switch, examinations and samples in the database."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from backend.errors import ConflictError
from backend.office.book_ports import Examination, RulingRow, Sample, SampleTally, Switch
from backend.office.case import Stage
from backend.store import codec
from backend.store.book_tables import ExaminationTable, RulingTable, SampleTable, SwitchTable
from backend.store.faults import guarded
from backend.store.sealed import DataKeys, case_key
from backend.store.tables import CaseTable


@dataclass(frozen=True, slots=True)
class StoreBooks:
    """Rulings and the switch."""

    connection: Connection

    def adopt(self, row: RulingRow) -> RulingRow:
        seq = (self.connection.scalar(select(func.max(RulingTable.seq))) or 0) + 1
        with guarded(self.connection):
            self.connection.execute(
                insert(RulingTable).values(
                    seq=seq,
                    version=row.version,
                    begins_at=row.begins_at,
                    adopted_at=row.adopted_at,
                    adopted_by=row.adopted_by,
                    claims=json.dumps(dict(row.claims), ensure_ascii=False, sort_keys=True),
                    statement=row.statement,
                )
            )
        return self.history()[-1]

    def history(self) -> tuple[RulingRow, ...]:
        rows = self.connection.execute(select(RulingTable.__table__).order_by(RulingTable.seq))
        return tuple(_ruling(row) for row in rows)

    def in_force(self, at: datetime) -> RulingRow | None:
        row = self.connection.execute(
            select(RulingTable.__table__)
            .where(RulingTable.begins_at <= at)
            .order_by(RulingTable.begins_at.desc(), RulingTable.seq.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else _ruling(row)

    def switch(self, row: Switch) -> None:
        seq = (self.connection.scalar(select(func.max(SwitchTable.seq))) or 0) + 1
        with guarded(self.connection):
            self.connection.execute(
                insert(SwitchTable).values(
                    seq=seq, is_stopped=row.is_stopped, actor=row.by, reason=row.reason, at=row.at
                )
            )

    def last_switch(self) -> Switch | None:
        row = self.connection.execute(
            select(SwitchTable.__table__).order_by(SwitchTable.seq.desc()).limit(1)
        ).one_or_none()
        return None if row is None else _switch(row)

    def switches(self) -> tuple[Switch, ...]:
        rows = self.connection.execute(select(SwitchTable.__table__).order_by(SwitchTable.seq))
        return tuple(_switch(row) for row in rows)


def _ruling(row: Row[Any]) -> RulingRow:
    return RulingRow(
        seq=row.seq,
        version=row.version,
        begins_at=row.begins_at,
        adopted_at=row.adopted_at,
        adopted_by=row.adopted_by,
        claims=json.loads(row.claims),
        statement=row.statement,
    )


def _switch(row: Row[Any]) -> Switch:
    return Switch(is_stopped=row.is_stopped, by=row.actor, reason=row.reason, at=row.at)


@dataclass(frozen=True, slots=True)
class StoreExaminations:
    """Examinations by the rule book, packed and sealed under their case's key."""

    connection: Connection
    keys: DataKeys

    def add(self, row: Examination) -> None:
        with guarded(self.connection):
            self.connection.execute(
                insert(ExaminationTable).values(
                    case_no=row.case_no,
                    round=row.round,
                    at=row.at,
                    book=row.book,
                    outcome=row.outcome,
                    inputs_sha256=row.inputs_sha256,
                    result_sha256=row.result_sha256,
                    sealed_inputs=self._seal(row, "inputs", codec.dump(codec.INPUTS, row.inputs)),
                    sealed_result=self._seal(row, "result", row.result),
                )
            )

    def find(self, case_no: str) -> Examination | None:
        found = self.of(case_no)
        return found[-1] if found else None

    def of(self, case_no: str) -> tuple[Examination, ...]:
        rows = self.connection.execute(
            select(ExaminationTable.__table__)
            .where(ExaminationTable.case_no == case_no)
            .order_by(ExaminationTable.round)
        )
        return tuple(self._examination(row) for row in rows)

    def cases(self, since: datetime | None = None) -> Sequence[tuple[str, int]]:
        query = select(ExaminationTable.case_no, ExaminationTable.round)
        if since is not None:
            query = query.where(ExaminationTable.at >= since)
        rows = self.connection.execute(
            query.order_by(ExaminationTable.at, ExaminationTable.case_no, ExaminationTable.round)
        )
        return [(row.case_no, row.round) for row in rows]

    def missing(self, since: datetime | None = None) -> tuple[str, ...]:
        kept = select(ExaminationTable.case_no).where(ExaminationTable.case_no == CaseTable.case_no)
        query = select(CaseTable.case_no).where(
            CaseTable.stage != Stage.RECEIVED.value, ~kept.exists()
        )
        if since is not None:
            query = query.where(CaseTable.received_at >= since)
        return tuple(self.connection.scalars(query.order_by(CaseTable.case_no)))

    def find_book(self, case_no: str) -> str:
        return (
            self.connection.scalar(
                select(ExaminationTable.book)
                .where(ExaminationTable.case_no == case_no)
                .order_by(ExaminationTable.round.desc())
                .limit(1)
            )
            or ""
        )

    def _seal(self, row: Examination, what: str, data: bytes) -> bytes:
        packed = zlib.compress(data, level=6)
        return self.keys.seal(case_key(row.case_no), _context(row.case_no, row.round, what), packed)

    def _open(self, row: Row[Any], what: str, sealed: bytes) -> bytes:
        context = _context(row.case_no, row.round, what)
        return zlib.decompress(self.keys.open(case_key(row.case_no), context, sealed))

    def _examination(self, row: Row[Any]) -> Examination:
        return Examination(
            case_no=row.case_no,
            round=row.round,
            at=row.at,
            book=row.book,
            outcome=row.outcome,
            inputs_sha256=row.inputs_sha256,
            result_sha256=row.result_sha256,
            inputs=codec.load(codec.INPUTS, self._open(row, "inputs", row.sealed_inputs)),
            result=self._open(row, "result", row.sealed_result),
        )


def _context(case_no: str, round_no: int, what: str) -> str:
    return f"examinations/{case_no}/{round_no}/{what}"


@dataclass(frozen=True, slots=True)
class StoreSamples:
    """What people look at afterwards; their reasons are sealed."""

    connection: Connection
    keys: DataKeys

    def add(self, row: Sample) -> None:
        with guarded(self.connection):
            self.connection.execute(
                insert(SampleTable).values(
                    case_no=row.case_no,
                    drawn_at=row.drawn_at,
                    seed=row.seed,
                    draw=row.draw,
                    verdict="",
                    reviewer="",
                    sealed_reason=self._seal(row),
                    decided_at=None,
                )
            )

    def find(self, case_no: str) -> Sample | None:
        row = self.connection.execute(
            select(SampleTable.__table__).where(SampleTable.case_no == case_no)
        ).one_or_none()
        return None if row is None else self._sample(row)

    def list(self, since: datetime) -> tuple[Sample, ...]:
        rows = self.connection.execute(
            select(SampleTable.__table__)
            .where(or_(SampleTable.drawn_at >= since, SampleTable.verdict == ""))
            .order_by(SampleTable.drawn_at, SampleTable.case_no)
        ).all()
        self.keys.load(case_key(row.case_no) for row in rows)
        return tuple(self._sample(row) for row in rows)

    def tally(self, begin: datetime, end: datetime) -> SampleTally:
        rows = self.connection.execute(
            select(SampleTable.verdict, func.count())
            .where(SampleTable.drawn_at >= begin, SampleTable.drawn_at < end)
            .group_by(SampleTable.verdict)
        )
        found: dict[str, int] = {row[0]: row[1] for row in rows}
        drawn, wrong = sum(found.values()), found.get("disagree", 0)
        return SampleTally(drawn=drawn, seen=drawn - found.get("", 0), disagreed=wrong)

    def count_disagreed(self, since: datetime) -> int:
        query = select(func.count()).where(
            SampleTable.verdict == "disagree", SampleTable.decided_at >= since
        )
        return self.connection.scalar(query) or 0

    def judge(self, row: Sample) -> None:
        with guarded(self.connection):
            changed = self.connection.execute(
                update(SampleTable)
                .where(SampleTable.case_no == row.case_no, SampleTable.verdict == "")
                .values(
                    verdict=row.verdict,
                    reviewer=row.reviewer,
                    sealed_reason=self._seal(row),
                    decided_at=row.decided_at,
                )
            )
            if changed.rowcount != 1:
                raise ConflictError(f"somebody has looked at {row.case_no} already")

    def _seal(self, row: Sample) -> bytes:
        return self.keys.seal(case_key(row.case_no), _reason(row.case_no), row.reason.encode())

    def _sample(self, row: Row[Any]) -> Sample:
        reason = self.keys.open(case_key(row.case_no), _reason(row.case_no), row.sealed_reason)
        return Sample(
            case_no=row.case_no,
            drawn_at=row.drawn_at,
            seed=row.seed,
            draw=row.draw,
            verdict=row.verdict,
            reviewer=row.reviewer,
            reason=reason.decode(),
            decided_at=row.decided_at,
        )


def _reason(case_no: str) -> str:
    return f"samples/{case_no}/reason"
