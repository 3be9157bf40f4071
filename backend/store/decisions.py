"""Opinions and decisions; the database holds the four-eyes rule."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from backend.errors import ConflictError, NeedsOtherReviewerError
from backend.office.rows import Decision
from backend.store.desk_tables import DecisionTable
from backend.store.faults import guarded
from backend.store.sealed import DataKeys, case_key


@dataclass(frozen=True, slots=True)
class StoreDecisions:
    """Written once, never changed."""

    connection: Connection
    keys: DataKeys

    def add(self, decision: Decision) -> None:
        """Keep a decision.

        Raises:
            ConflictError: this stage of the round is decided, or the one before is not yet.
            NeedsOtherReviewerError: the person decided in this round already.
        """
        try:
            with guarded(self.connection):
                self._insert(decision)
        except ConflictError as error:
            # A second click of one person breaks both laws; which one a database names first
            # is its own affair, so the answer is looked up.
            if self._is_by_same_person(decision):
                raise NeedsOtherReviewerError(decision.case_no) from error
            raise

    def of(self, case_no: str) -> tuple[Decision, ...]:
        """Return all decisions of a case, oldest first."""
        rows = self.connection.execute(
            select(DecisionTable.__table__)
            .where(DecisionTable.case_no == case_no)
            .order_by(DecisionTable.round, DecisionTable.at, DecisionTable.stage)
        )
        return tuple(
            Decision(
                case_no=row.case_no,
                round=row.round,
                stage=row.stage,
                reviewer=row.reviewer,
                person=row.person,
                verdict=row.verdict,
                opinion=self.keys.open(
                    case_key(case_no), _context(case_no, row.round, row.stage), row.sealed_opinion
                ).decode(),
                evidence_sha256=row.evidence_sha256,
                at=row.at,
                statement=row.statement,
            )
            for row in rows
        )

    def _insert(self, decision: Decision) -> None:
        context = _context(decision.case_no, decision.round, decision.stage)
        self.connection.execute(
            insert(DecisionTable).values(
                case_no=decision.case_no,
                round=decision.round,
                stage=decision.stage,
                reviewer=decision.reviewer,
                person=decision.person,
                verdict=decision.verdict,
                sealed_opinion=self.keys.seal(
                    case_key(decision.case_no), context, decision.opinion.encode()
                ),
                evidence_sha256=decision.evidence_sha256,
                at=decision.at,
                statement=decision.statement,
            )
        )

    def _is_by_same_person(self, decision: Decision) -> bool:
        in_round = self.connection.execute(
            select(DecisionTable.stage, DecisionTable.person).where(
                DecisionTable.case_no == decision.case_no,
                DecisionTable.round == decision.round,
            )
        ).all()
        return all(stage != decision.stage for stage, _ in in_round) and any(
            person == decision.person for _, person in in_round
        )


def _context(case_no: str, round_no: int, stage: str) -> str:
    return f"decisions/{case_no}/{round_no}/{stage}"
