"""What a restored office must not take up again where its backup left off."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, select, update

from backend.office.inviting_ports import ANSWERED, OPEN, RESTORED
from backend.office.relay_ports import RECALLED, WAITING
from backend.store.engine import open_engine
from backend.store.invitation_tables import InvitationTable
from backend.store.journal import append_record
from backend.store.tables import ParcelTable


def end_what_was_open(url: str, shelf: Path, at: datetime) -> None:
    """End every link to sign elsewhere, and every parcel, that was open when the backup was made.

    A link may have been used, recalled or locked since: open again, it would be signed twice, and
    five wrong codes would be five more. What was answered by then is no link any more: its answer,
    where it is on the shelf, waits for its counter as it did.

    A parcel may have been taken since. It goes back to its sender: who had heard that it was taken
    keeps nothing of it, and who had not has the draft, which would be lost otherwise.
    """
    engine = open_engine(url, is_writing=True, pool_size=1)
    try:
        known = set(inspect(engine).get_table_names())
        with engine.begin() as connection:
            # A backup may be from before there were any.
            if InvitationTable.__tablename__ in known:
                for name in tuple(_doubtful(connection, shelf)):
                    _end(connection, name, at)
            if ParcelTable.__tablename__ in known:
                for name in tuple(_recalled(connection, at)):
                    _note(connection, f"parcel {RECALLED}", name, at)
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
    _note(connection, f"invitation {RESTORED}", name, at)


def _recalled(connection: Connection, at: datetime) -> Iterator[str]:
    rows = connection.execute(
        update(ParcelTable)
        .where(ParcelTable.state == WAITING)
        .values(state=RECALLED, closed_at=at)
        .returning(ParcelTable.parcel)
    )
    yield from sorted(row.parcel for row in rows)


def _note(connection: Connection, act: str, ref: str, at: datetime) -> None:
    append_record(connection, actor="system", act=act, ref=ref, body=b"", at=at)
