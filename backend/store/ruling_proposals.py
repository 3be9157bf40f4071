"""Rulings that one person proposed and another decides on."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from backend.errors import ConflictError
from backend.office.book_ports import RulingProposal
from backend.store.book_tables import RulingProposalTable
from backend.store.faults import guarded
from backend.store.second_word import close, words_of


@dataclass(frozen=True, slots=True)
class StoreRulingProposals:
    """As `backend.office.book_ports.RulingProposals`."""

    connection: Connection

    def propose(self, row: RulingProposal) -> RulingProposal:
        if self.waiting() is not None:
            raise ConflictError("another proposal waits")
        table = RulingProposalTable
        seq = (self.connection.scalar(select(func.max(table.seq))) or 0) + 1
        with guarded(self.connection):
            self.connection.execute(
                insert(table).values(
                    seq=seq,
                    version=row.version,
                    claims=json.dumps(dict(row.claims), ensure_ascii=False, sort_keys=True),
                    proposed_by=row.proposed_by,
                    proposer=row.proposer,
                    proposed_at=row.proposed_at,
                )
            )
        return self.all()[-1]

    def decide(self, seq: int, *, verdict: str, by: str, person: str, at: datetime) -> None:
        table = RulingProposalTable
        is_meant = table.seq == seq
        close(self.connection, table, is_meant, verdict=verdict, by=by, person=person, at=at)

    def waiting(self) -> RulingProposal | None:
        return next((one for one in self.all() if not one.verdict), None)

    def all(self) -> tuple[RulingProposal, ...]:
        table = RulingProposalTable
        rows = self.connection.execute(select(table.__table__).order_by(table.seq))
        return tuple(map(_proposal, rows))


def _proposal(row: Row[Any]) -> RulingProposal:
    return RulingProposal(
        seq=row.seq,
        version=row.version,
        claims=json.loads(row.claims),
        **words_of(row),
    )
