"""A database rewritten by whoever owns it: past its triggers, with every hash made anew."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text, update

from backend.office.rows import JournalRecord
from backend.store.chain import FIRST_PREVIOUS, entry_of, link
from backend.store.journal import read_record
from backend.store.log_tables import LogHeadTable
from backend.store.tables import JournalTable
from backend.store.work import StoreWorks
from certs.merkle import leaf_hash, tree_hash


@contextmanager
def unguarded(store: StoreWorks) -> Iterator[Connection]:
    """Give a transaction in which no trigger stands in the way; afterwards they stand again."""
    with store.writer.connect() as connection:
        triggers = disarm(connection)
        connection.begin()
        yield connection
        connection.commit()
        for statement in triggers:
            connection.execute(text(statement))
        connection.commit()


def disarm(connection: Connection) -> list[str]:
    """Take the triggers away; return the statements that bring them back."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
        connection.commit()
        return ["SET session_replication_role = DEFAULT"]
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    triggers: dict[str, str] = {row.name: row.sql for row in rows.all()}
    for name in triggers:
        connection.execute(text(f"DROP TRIGGER {name}"))
    connection.commit()
    # SQLAlchemy would take :names in them for parameters.
    return [statement.replace(":", r"\:") for statement in triggers.values()]


def rewrite(store: StoreWorks, first: int) -> None:
    """Make the journal anew from a record on, with everything that hangs on it but signatures."""
    with unguarded(store) as connection:
        rows = connection.execute(JournalTable.__table__.select().order_by(JournalTable.seq)).all()
        head, leaves = FIRST_PREVIOUS, []
        for row in rows:
            record = read_record(row)
            if record.seq >= first:
                record = _relink(record, head, is_first=record.seq == first)
                changed = {
                    "body_sha256": record.body_sha256,
                    "previous_hash": record.previous_hash,
                    "hash": record.hash,
                }
                where = JournalTable.seq == record.seq
                connection.execute(update(JournalTable).where(where).values(changed))
            head = record.hash
            leaves.append(leaf_hash(entry_of(record)))
        _remake_tree(connection, leaves)


def forget_heads(store: StoreWorks) -> None:
    """Take away all that was signed over the journal: whoever has the log key signs it anew."""
    with unguarded(store) as connection:
        for table in ("log_cosignatures", "log_heads", "log_blocks", "log_faults"):
            connection.execute(text(f"DELETE FROM {table}"))


def _relink(record: JournalRecord, head: str, *, is_first: bool) -> JournalRecord:
    return link(
        seq=record.seq,
        at=record.at,
        actor=record.actor,
        act=record.act,
        ref=record.ref,
        body=b"another body" if is_first else b"",
        previous_hash=head,
        salt=record.salt,
    )


def _remake_tree(connection: Connection, leaves: list[bytes]) -> None:
    for number in range(len(leaves) // 256):
        block = tree_hash(leaves[number * 256 : (number + 1) * 256])
        connection.execute(
            text("UPDATE log_blocks SET hash = :hash WHERE level = 1 AND number = :number"),
            {"hash": block, "number": number},
        )
    for (size,) in connection.execute(text("SELECT size FROM log_heads")).all():
        connection.execute(
            update(LogHeadTable)
            .where(LogHeadTable.size == size)
            .values(root=tree_hash(leaves[:size]))
        )
