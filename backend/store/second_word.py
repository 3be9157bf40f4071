"""What two people do: one proposed it, another closes it, once."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, update

from backend.errors import ConflictError, NeedsOtherReviewerError
from backend.store.faults import guarded
from backend.store.tables import Base


def close(
    connection: Connection,
    table: type[Base],
    *where: ColumnElement[bool],
    verdict: str,
    by: str,
    person: str,
    at: datetime,
) -> None:
    """Write the second word on the one open row.

    Raises:
        NeedsOtherReviewerError: who proposed it cannot confirm it. ConflictError: none is open.
    """
    columns = table.__table__.c
    refused = f"ck_{table.__tablename__}_four_eyes"
    meaning = {"four_eyes": NeedsOtherReviewerError, refused: NeedsOtherReviewerError}
    with guarded(connection, meaning):
        changed = connection.execute(
            update(table)
            .where(*where, columns.verdict.is_(None))
            .values(verdict=verdict, decided_by=by, decider=person, decided_at=at)
        )
    if changed.rowcount != 1:
        raise ConflictError("nothing to decide")


def words_of(row: Row[Any]) -> dict[str, Any]:
    """Return who proposed it and who closed it; empty where nobody has."""
    return {
        "proposed_by": row.proposed_by,
        "proposer": row.proposer,
        "proposed_at": row.proposed_at,
        "verdict": row.verdict or "",
        "decided_by": row.decided_by or "",
        "decider": row.decider or "",
        "decided_at": row.decided_at,
    }
