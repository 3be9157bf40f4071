"""The journal: one chain for the whole office, written in the act's own transaction."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select

from backend.office.rows import JournalRecord
from backend.store.chain import FIRST_PREVIOUS, JournalVerdict, check_chain, link
from backend.store.tables import JournalTable, ReceiptTable

_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class StoreJournal:
    """The append-only, hash-chained record of acts."""

    connection: Connection

    def append(self, *, actor: str, act: str, ref: str, body: bytes, at: datetime) -> JournalRecord:
        """Write the next record; the writer's lock keeps the chain free of gaps and forks."""
        last = self.connection.execute(
            select(JournalTable.seq, JournalTable.hash).order_by(JournalTable.seq.desc()).limit(1)
        ).one_or_none()
        seq, previous_hash = (last[0] + 1, last[1]) if last else (1, FIRST_PREVIOUS)
        record = link(
            seq=seq,
            at=at,
            actor=actor,
            act=act,
            ref=ref,
            body=body,
            previous_hash=previous_hash,
            salt=secrets.token_hex(16),
        )
        # Not in a savepoint: nobody goes on with a transaction whose record was refused.
        self.connection.execute(
            insert(JournalTable).values(
                seq=record.seq,
                at=record.at,
                actor=record.actor,
                act=record.act,
                ref=record.ref,
                body_sha256=record.body_sha256,
                previous_hash=record.previous_hash,
                hash=record.hash,
                salt=record.salt,
            )
        )
        return record

    def of(self, ref: str) -> tuple[JournalRecord, ...]:
        """Return the records about one thing, oldest first."""
        rows = self.connection.execute(
            select(JournalTable.__table__).where(JournalTable.ref == ref).order_by(JournalTable.seq)
        )
        return tuple(read_record(row) for row in rows)


def verify_journal(connection: Connection) -> JournalVerdict:
    """Recompute the whole chain and compare it with every receipt that was given out.

    A receipt names the record that was written with it, so a tail that was cut off, or a chain
    that was computed anew after a change, shows as a receipt that fits no record.
    """
    verdict = check_chain(_read(connection))
    if not verdict.is_good:
        return verdict
    seq = find_bad_receipt(connection)
    if seq is None:
        return verdict
    return JournalVerdict(records=seq - 1, head=verdict.head, bad_seq=seq, reason="receipt")


def find_bad_receipt(connection: Connection) -> int | None:
    """Return the first record that a receipt names and that is missing or another one."""
    return connection.scalar(
        select(ReceiptTable.journal_seq)
        .outerjoin(JournalTable, JournalTable.seq == ReceiptTable.journal_seq)
        .where((JournalTable.hash.is_(None)) | (JournalTable.hash != ReceiptTable.journal_hash))
        .order_by(ReceiptTable.journal_seq)
        .limit(1)
    )


def _read(connection: Connection) -> Iterator[JournalRecord]:
    last: int | None = None
    while True:
        where = () if last is None else (JournalTable.seq > last,)
        rows = connection.execute(
            select(JournalTable.__table__).where(*where).order_by(JournalTable.seq).limit(_PAGE)
        ).all()
        if not rows:
            return
        yield from (read_record(row) for row in rows)
        last = rows[-1].seq


def read_record(row: Row[Any]) -> JournalRecord:
    """Return a row of the journal as a value."""
    return JournalRecord(
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        act=row.act,
        ref=row.ref,
        body_sha256=row.body_sha256,
        previous_hash=row.previous_hash,
        hash=row.hash,
        salt=row.salt,
    )
