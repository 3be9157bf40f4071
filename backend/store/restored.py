"""What a restored office must not take up again where its backup left off."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, select, update

from backend.office.inviting_ports import ANSWERED, OPEN, RESTORED
from backend.store.engine import open_engine
from backend.store.invitation_tables import InvitationTable
from backend.store.journal import append_record


def end_open_invitations(url: str, shelf: Path, at: datetime) -> None:
    """End every link to sign elsewhere that was open when the backup was made.

    It may have been used, recalled or locked since: open again, it would be signed twice, and five
    wrong codes would be five more. What was answered by then is no link any more: its answer, where
    it is on the shelf, waits for its counter as it did.
    """
    engine = open_engine(url, is_writing=True, pool_size=1)
    try:
        if not inspect(engine).has_table(InvitationTable.__tablename__):
            return  # A backup from before there were any.
        with engine.begin() as connection:
            for name in tuple(_doubtful(connection, shelf)):
                _end(connection, name, at)
    finally:
        engine.dispose()


def _doubtful(connection: Connection, shelf: Path) -> Iterator[str]:
    rows = connection.execute(
        select(InvitationTable.invitation, InvitationTable.state, InvitationTable.answer_sha256)
        .where(InvitationTable.state.in_(sorted(OPEN)))
        .order_by(InvitationTable.invitation)
    )
    for row in rows:
        sha256 = row.answer_sha256
        if row.state != ANSWERED or not (shelf / sha256[:2] / sha256).is_file():
            yield row.invitation


def _end(connection: Connection, name: str, at: datetime) -> None:
    connection.execute(
        update(InvitationTable)
        .where(InvitationTable.invitation == name)
        .values(state=RESTORED, closed_at=at)
    )
    append_record(
        connection, actor="system", act=f"invitation {RESTORED}", ref=name, body=b"", at=at
    )
