"""The journal: one chain for the whole office, written in the act's own transaction."""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, ForeignKey, Row, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from backend.office.rows import JournalRecord
from backend.store.chain import FIRST_PREVIOUS, JournalVerdict, check_chain, link
from backend.store.sealed import DataKeys, case_key
from backend.store.tables import Base, JournalTable, ReceiptTable

_PAGE: Final = 1000
_CASE: Final = re.compile(r"[0-9]{8}-[0-9]{7}", re.ASCII)


class JournalWordsTable(Base):
    """What a record's digest is of, where people wrote it: sealed, never changed."""

    __tablename__ = "journal_words"
    seq: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("journal.seq"), primary_key=True, autoincrement=False
    )
    sealed: Mapped[bytes]


@dataclass(frozen=True, slots=True)
class StoreJournal:
    """The append-only, hash-chained record of acts."""

    connection: Connection
    keys: DataKeys

    def append(
        self, *, actor: str, act: str, ref: str, body: bytes, at: datetime, is_kept: bool = False
    ) -> JournalRecord:
        """Write the next record; the writer's lock keeps the chain free of gaps and forks."""
        record = append_record(self.connection, actor=actor, act=act, ref=ref, body=body, at=at)
        if is_kept:
            self._keep(record, body)
        return record

    def _keep(self, record: JournalRecord, body: bytes) -> None:
        sealed = self.keys.seal(_key(record.ref), _context(record.seq), body)
        self.connection.execute(insert(JournalWordsTable).values(seq=record.seq, sealed=sealed))

    def words(self, ref: str) -> Mapping[int, bytes]:
        """Return the kept bodies of the records about one thing, by the records' numbers."""
        rows = self.connection.execute(
            select(JournalWordsTable.seq, JournalWordsTable.sealed)
            .join(JournalTable, JournalTable.seq == JournalWordsTable.seq)
            .where(JournalTable.ref == ref)
        )
        return {r.seq: self.keys.open(_key(ref), _context(r.seq), r.sealed) for r in rows}

    def of(self, ref: str) -> tuple[JournalRecord, ...]:
        """Return the records about one thing, oldest first."""
        rows = self.connection.execute(
            select(JournalTable.__table__).where(JournalTable.ref == ref).order_by(JournalTable.seq)
        )
        return tuple(read_record(row) for row in rows)


def append_record(
    connection: Connection, *, actor: str, act: str, ref: str, body: bytes, at: datetime
) -> JournalRecord:
    """Write the next record; who calls it holds the writer's lock, or is alone."""
    last = connection.execute(
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
    connection.execute(insert(JournalTable).values(asdict(record)))
    return record


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


def _key(ref: str) -> str:
    """Return the data key of what was written about something: a case's words go with the case."""
    return case_key(ref) if _CASE.fullmatch(ref) else "journal"


def _context(seq: int) -> str:
    return f"journal_words/{seq}"
