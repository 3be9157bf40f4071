"""The public log in the database: leaves are the journal's hashes, above them full blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from backend.errors import IntegrityError, NotFoundError
from backend.office.log_rows import Cosignature, LogFault, LogHead, Witness
from backend.office.rows import JournalRecord
from backend.store.chain import FIRST_PREVIOUS, entry_of, find_fault
from backend.store.counters import skip_numbers
from backend.store.faults import guarded
from backend.store.journal import read_record
from backend.store.log_tables import (
    LogBlockTable,
    LogCosignatureTable,
    LogFaultTable,
    LogHeadTable,
    LogProofTable,
    LogTable,
    LogWitnessTable,
)
from backend.store.tables import JournalTable
from certs.tiles import WIDTH, Tile

_KEPT: Final = 2
"""Signatures of one witness: the head of this round, and that of the last, which all have signed."""


@dataclass(frozen=True, slots=True)
class StoreLog:
    """The public log over the journal."""

    connection: Connection

    def origin(self) -> str:
        """Return the present log's name; empty before the first."""
        newest = select(LogTable.origin).order_by(LogTable.number.desc()).limit(1)
        return self.connection.scalar(newest) or ""

    def number(self) -> int:
        """Return the present log's number; 0 before the first."""
        return self.connection.scalar(select(func.max(LogTable.number))) or 0

    def knows(self, origin: str) -> bool:
        """Say whether this is the name of one of our logs."""
        found = select(LogTable.number).where(LogTable.origin == origin)
        return self.connection.scalar(found) is not None

    def begin(self, origin: str, at: datetime, *, lost: int = 0) -> None:
        """Begin a log of this name. Raises: ConflictError."""
        if lost:
            skip_numbers(self.connection, at, lost)
        number = self.number() + 1
        with guarded(self.connection):
            self.connection.execute(
                insert(LogTable).values(number=number, origin=origin, began_at=at)
            )

    # --- the tree

    def length(self) -> int:
        """Return how many records the journal has."""
        return self.connection.scalar(select(func.max(JournalTable.seq))) or 0

    def waiting_since(self) -> datetime | None:
        """Return when the oldest record was written that no head holds yet."""
        head = self.head()
        records = self._records(head.size if head else 0, 1)
        return records[0].at if records else None

    def require_records(self, after: int, limit: int) -> int:
        """Recompute the records that follow number `after`; return how many of them are good.

        Raises:
            IntegrityError: one of them is not what its hash says, or does not follow.
        """
        before = self._records(after - 1, 1) if after else ()
        head = before[0].hash if before else FIRST_PREVIOUS
        records = self._records(after, limit)
        for seq, record in enumerate(records, start=after + 1):
            reason = find_fault(record, seq, head)
            if reason:
                raise IntegrityError(f"journal record {seq}: {reason}")
            head = record.hash
        return len(records)

    def _records(self, after: int, limit: int) -> tuple[JournalRecord, ...]:
        rows = self.connection.execute(
            select(JournalTable.__table__)
            .where(JournalTable.seq > after)
            .order_by(JournalTable.seq)
            .limit(limit)
        )
        return tuple(read_record(row) for row in rows)

    def entry(self, seq: int) -> bytes:
        """Return the bytes whose hash is the leaf of a record. Raises: NotFoundError."""
        found = self._records(seq - 1, 1)
        if not found or found[0].seq != seq:
            raise NotFoundError(f"record {seq}")
        return entry_of(found[0])

    def tile(self, tile: Tile) -> bytes:
        """Return the hashes of a tile; fewer than its width when they are not all there."""
        first = tile.number * WIDTH
        if tile.level == 0:
            hashes = self.connection.scalars(
                select(JournalTable.hash)
                .where(JournalTable.seq > first, JournalTable.seq <= first + tile.width)
                .order_by(JournalTable.seq)
            )
            return bytes.fromhex("".join(hashes))
        blocks = self.connection.scalars(
            select(LogBlockTable.hash)
            .where(
                LogBlockTable.level == tile.level,
                LogBlockTable.number >= first,
                LogBlockTable.number < first + tile.width,
            )
            .order_by(LogBlockTable.number)
        )
        return b"".join(blocks)

    def blocks(self, level: int) -> int:
        """Return how many blocks of a level are kept."""
        table = LogBlockTable
        last = self.connection.scalar(select(func.max(table.number)).where(table.level == level))
        return 0 if last is None else last + 1

    def keep_block(self, level: int, number: int, block_hash: bytes) -> None:
        """Keep the hash of a full block."""
        self.connection.execute(
            insert(LogBlockTable).values(level=level, number=number, hash=block_hash)
        )

    # --- heads

    def keep_head(self, head: LogHead) -> None:
        """Publish a head. Raises: ConflictError: it is not longer than the last one."""
        with guarded(self.connection):
            self.connection.execute(
                insert(LogHeadTable).values(
                    origin=head.origin,
                    size=head.size,
                    root=head.root,
                    note=head.note,
                    at=head.at,
                )
            )

    def head(self) -> LogHead | None:
        """Return the newest head of the present log."""
        return self._head(self._heads())

    def head_at(self, size: int) -> LogHead | None:
        """Return the present log's head of exactly this size."""
        return self._head(self._heads().where(LogHeadTable.size == size))

    def head_before(self, at: datetime) -> LogHead | None:
        """Return the newest head that was signed before a moment."""
        return self._head(self._heads().where(LogHeadTable.at < at))

    def _heads(self) -> Select[Any]:
        return (
            select(LogHeadTable.__table__)
            .where(LogHeadTable.origin == self.origin())
            .order_by(LogHeadTable.size.desc())
            .limit(1)
        )

    def _head(self, chosen: Select[Any]) -> LogHead | None:
        row = self.connection.execute(chosen).one_or_none()
        if row is None:
            return None
        return LogHead(origin=row.origin, size=row.size, root=row.root, note=row.note, at=row.at)

    # --- proofs that were handed on

    def keep_proof(self, seq: int, proof: str) -> None:
        """Keep the proof that was handed on; the first one stays."""
        if self.find_proof(seq) is None:
            self.connection.execute(insert(LogProofTable).values(seq=seq, proof=proof))

    def find_proof(self, seq: int) -> str | None:
        """Return the proof that was handed on of a record."""
        return self.connection.scalar(select(LogProofTable.proof).where(LogProofTable.seq == seq))

    # --- witnesses

    def witnesses(self) -> tuple[Witness, ...]:
        """Return all witnesses by name."""
        rows = self.connection.execute(
            select(LogWitnessTable.__table__).order_by(LogWitnessTable.terminal)
        )
        return tuple(_witness(row) for row in rows)

    def find_witness(self, terminal: str) -> Witness | None:
        """Return a counter as a witness."""
        row = self.connection.execute(
            select(LogWitnessTable.__table__).where(LogWitnessTable.terminal == terminal)
        ).one_or_none()
        return _witness(row) if row else None

    def save_witness(self, witness: Witness) -> None:
        """Add or replace; the signatures of a replaced key are forgotten."""
        table, row = LogCosignatureTable, LogWitnessTable
        values = {"key": witness.key, "statement": witness.statement, "at": witness.at}
        self.connection.execute(delete(table).where(table.terminal == witness.terminal))
        changed = self.connection.execute(
            update(row).where(row.terminal == witness.terminal).values(values)
        )
        if not changed.rowcount:
            self.connection.execute(insert(row).values(terminal=witness.terminal, **values))

    def cosign(self, cosignature: Cosignature) -> None:
        """Keep a witness's signature, and forget its oldest ones."""
        table, terminal = LogCosignatureTable, cosignature.terminal
        mine = table.terminal == terminal
        self.connection.execute(delete(table).where(mine, table.size == cosignature.size))
        self.connection.execute(
            insert(table).values(
                terminal=terminal,
                origin=cosignature.origin,
                size=cosignature.size,
                line=cosignature.line,
                at=cosignature.at,
            )
        )
        newest = self.connection.scalars(
            select(table.size).where(mine).order_by(table.at.desc(), table.size.desc())
        ).all()
        self.connection.execute(delete(table).where(mine, table.size.in_(newest[_KEPT:])))

    def cosignatures(self, size: int) -> tuple[Cosignature, ...]:
        """Return the signatures on the present log's head of this size, by terminal."""
        table = LogCosignatureTable
        rows = self.connection.execute(
            select(table.__table__)
            .where(table.size == size, table.origin == self.origin())
            .order_by(table.terminal)
        )
        return tuple(
            Cosignature(
                terminal=row.terminal, origin=row.origin, size=row.size, line=row.line, at=row.at
            )
            for row in rows
        )

    def cosigned_size(self) -> int | None:
        """Return the size of the head that most witnesses signed, the longest of several."""
        table = LogCosignatureTable
        return self.connection.scalar(
            select(table.size)
            .where(table.origin == self.origin())
            .group_by(table.size)
            .order_by(func.count().desc(), table.size.desc())
            .limit(1)
        )

    # --- faults

    def add_fault(self, kind: str, *, by: str, ours: str, theirs: str, at: datetime) -> None:
        """Keep evidence; the same evidence of one kind once."""
        known = {(fault.kind, fault.theirs) for fault in self.faults()}
        if (kind, theirs) in known:
            return
        number = (self.connection.scalar(select(func.max(LogFaultTable.number))) or 0) + 1
        self.connection.execute(
            insert(LogFaultTable).values(
                number=number, kind=kind, found_by=by, ours=ours, theirs=theirs, at=at
            )
        )

    def faults(self) -> Sequence[LogFault]:
        """Return the evidence that nobody has cleared, oldest first."""
        rows = self.connection.execute(
            select(LogFaultTable.__table__)
            .where(LogFaultTable.cleared_at.is_(None))
            .order_by(LogFaultTable.number)
        )
        return tuple(_fault(row) for row in rows)

    def clear_faults(self, *, by: str, at: datetime) -> None:
        """Note that somebody answered for all of it."""
        self.connection.execute(
            update(LogFaultTable)
            .where(LogFaultTable.cleared_at.is_(None))
            .values(cleared_at=at, cleared_by=by)
        )


def _witness(row: Row[Any]) -> Witness:
    return Witness(terminal=row.terminal, key=row.key, statement=row.statement, at=row.at)


def _fault(row: Row[Any]) -> LogFault:
    return LogFault(
        number=row.number,
        kind=row.kind,
        by=row.found_by,
        ours=row.ours,
        theirs=row.theirs,
        at=row.at,
        cleared_at=row.cleared_at,
    )
