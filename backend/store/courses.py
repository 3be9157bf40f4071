"""The courses of cases, put together of cases, answers and the journal; nothing sealed is opened."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, or_, select

from backend.office.case import Stage
from backend.office.courses import Act, Course, Return
from backend.store import codec
from backend.store.counters import office_day
from backend.store.desk_tables import DecisionTable
from backend.store.tables import AnswerTable, CaseTable, JournalTable
from registration.outcomes import (
    CorrectionRequest,
    NonAcceptance,
    Refusal,
    Registered,
    Withdrawal,
)

_ENDS: Final = {
    Registered.__name__: "registered",
    Refusal.__name__: "refused",
    NonAcceptance.__name__: "not_accepted",
    Withdrawal.__name__: "withdrawn",
}
_ASKED: Final = CorrectionRequest.__name__
_OPEN: Final = (Stage.ACCEPTED.value, Stage.IN_REVIEW.value, Stage.APPROVED.value)


class _Told(NamedTuple):
    """One answer: what, when, and the rules that it asks to correct."""

    kind: str
    at: datetime
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoreCourses:
    """What became of cases, and when."""

    connection: Connection

    def of(self, begin: datetime, end: datetime, *, now: datetime) -> tuple[Course, ...]:
        wanted = _wanted(begin, end, now)
        chosen = select(CaseTable.case_no).where(wanted)
        filed, answers = self._filed(chosen), self._answers(chosen)
        rows = self.connection.execute(
            select(CaseTable.__table__).where(wanted).order_by(CaseTable.case_no)
        )
        return tuple(_course(row, filed[row.case_no], answers[row.case_no]) for row in rows)

    def acts(self, begin: datetime, end: datetime) -> tuple[Act, ...]:
        rows = self.connection.execute(
            select(
                DecisionTable.reviewer, DecisionTable.stage, DecisionTable.verdict, DecisionTable.at
            )
            .where(
                DecisionTable.at >= begin,
                DecisionTable.at < end,
                DecisionTable.stage != "automatic",
            )
            .order_by(DecisionTable.at)
        )
        return tuple(
            Act(staff_id=who, stage=stage, verdict=verdict, at=at)
            for who, stage, verdict, at in rows
        )

    def _filed(self, chosen: Select[str]) -> dict[str, list[datetime]]:
        """Return when each round of each case came in."""
        found: dict[str, list[datetime]] = defaultdict(list)
        rows = self.connection.execute(
            select(JournalTable.ref, JournalTable.at)
            .where(JournalTable.ref.in_(chosen), JournalTable.act == "filed")
            .order_by(JournalTable.seq)
        )
        for case_no, at in rows:
            found[case_no].append(at)
        return found

    def _answers(self, chosen: Select[str]) -> dict[str, list[_Told]]:
        found: dict[str, list[_Told]] = defaultdict(list)
        rows = self.connection.execute(
            select(AnswerTable.case_no, AnswerTable.kind, AnswerTable.at, AnswerTable.rules)
            .where(AnswerTable.case_no.in_(chosen), AnswerTable.kind.in_([*_ENDS, _ASKED]))
            .order_by(AnswerTable.cursor)
        )
        for row in rows:
            told = _Told(row.kind, row.at, tuple(row.rules.split()))
            found[row.case_no].append(told)
        return found


def _wanted(begin: datetime, end: datetime, now: datetime) -> ColumnElement[bool]:
    """Choose cases by their number, which begins with the day they came, by entry, and the late."""
    entered = select(AnswerTable.case_no).where(
        AnswerTable.kind == Registered.__name__, AnswerTable.at >= begin, AnswerTable.at < end
    )
    return or_(
        CaseTable.case_no.between(office_day(begin), office_day(end)),
        CaseTable.case_no.in_(entered),
        CaseTable.stage.in_(_OPEN) & (CaseTable.due_at < now),
    )


def _course(row: Row[Any], filed: Sequence[datetime], answers: Sequence[_Told]) -> Course:
    ends = [(_ENDS[a.kind], a.at) for a in answers if a.kind in _ENDS]
    due = {d.name: d.at for d in codec.load(codec.DUE, row.due.encode())}
    return Course(
        case_no=row.case_no,
        kind=row.kind,
        bank=row.bank,
        branch=row.branch,
        teller=row.teller,
        is_automatic=row.is_automatic,
        received_at=filed[0] if filed else row.received_at,
        accepted_at=row.accepted_at,
        registered_at=next((at for how, at in ends if how == "registered"), None),
        ended=ends[-1][0] if ends else "",
        statutory_due=due.get("statutory"),
        returns=tuple(_return(a, filed) for a in answers if a.kind == _ASKED),
    )


def _return(asked: _Told, filed: Sequence[datetime]) -> Return:
    came = next((at for at in filed if at > asked.at), None)
    return Return(at=asked.at, answered_at=came, rules=asked.rules)
