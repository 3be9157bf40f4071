"""The public log over the journal's dictionary."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from backend.errors import IntegrityError, NotFoundError
from backend.office.log_rows import Cosignature, LogFault, LogHead, Witness
from backend.store.chain import FIRST_PREVIOUS, entry_of, find_fault
from backend.store.counters import office_day
from certs.tiles import WIDTH, Tile
from tests.memory.tables import Room, require


class MemoryLog(Room):
    def origin(self) -> str:
        return self.tables.logs.get(self.number(), "")

    def number(self) -> int:
        return len(self.tables.logs)

    def knows(self, origin: str) -> bool:
        return origin in self.tables.logs.values()

    def begin(self, origin: str, at: datetime, *, lost: int = 0) -> None:
        require(origin not in self.tables.logs.values(), "uq_logs_origin")
        if lost:
            self._skip(at, lost)
        self.tables.logs[self.number() + 1] = origin

    def _skip(self, at: datetime, count: int) -> None:
        day, counters = office_day(at), self.tables.counters
        for name in (f"case:{day}", f"entry:{day}", f"certificate:{day[:4]}", f"title:{day[:4]}"):
            counters[name] = counters.get(name, 0) + count
        last = max(self.tables.answers, default=0)
        counters["answers"] = max(last, counters.get("answers", 0)) + count

    def length(self) -> int:
        return len(self.tables.journal)

    def waiting_since(self) -> datetime | None:
        head = self.head()
        waiting = self.tables.journal.get((head.size if head else 0) + 1)
        return waiting.at if waiting else None

    def require_records(self, after: int, limit: int) -> int:
        head = self.tables.journal[after].hash if after else FIRST_PREVIOUS
        good = 0
        for seq in range(after + 1, min(after + limit, self.length()) + 1):
            reason = find_fault(self.tables.journal[seq], seq, head)
            if reason:
                raise IntegrityError(f"journal record {seq}: {reason}")
            head, good = self.tables.journal[seq].hash, good + 1
        return good

    def entry(self, seq: int) -> bytes:
        if seq not in self.tables.journal:
            raise NotFoundError(f"record {seq}")
        return entry_of(self.tables.journal[seq])

    def tile(self, tile: Tile) -> bytes:
        places = range(tile.number * WIDTH, tile.number * WIDTH + tile.width)
        if tile.level == 0:
            rows = self.tables.journal
            return b"".join(bytes.fromhex(rows[n + 1].hash) for n in places if n + 1 in rows)
        blocks = self.tables.log_blocks
        return b"".join(blocks[tile.level, n] for n in places if (tile.level, n) in blocks)

    def blocks(self, level: int) -> int:
        return sum(one == level for one, _ in self.tables.log_blocks)

    def keep_block(self, level: int, number: int, block_hash: bytes) -> None:
        require((level, number) not in self.tables.log_blocks, "pk_log_blocks")
        self.tables.log_blocks[level, number] = block_hash

    def keep_head(self, head: LogHead) -> None:
        last = self.head()
        is_longer = head.size > (last.size if last else 0)
        require(is_longer and head.size <= self.length(), "law_log_heads_growth")
        self.tables.log_heads[head.origin, head.size] = head

    def head(self) -> LogHead | None:
        return max(self._heads(), key=lambda head: head.size, default=None)

    def head_at(self, size: int) -> LogHead | None:
        return self.tables.log_heads.get((self.origin(), size))

    def head_before(self, at: datetime) -> LogHead | None:
        heads = (head for head in self._heads() if head.at < at)
        return max(heads, key=lambda head: head.size, default=None)

    def _heads(self) -> list[LogHead]:
        origin = self.origin()
        return [head for head in self.tables.log_heads.values() if head.origin == origin]

    def keep_proof(self, seq: int, proof: str) -> None:
        require(seq in self.tables.journal, "foreign_key")
        if seq not in self.tables.log_proofs:
            self.tables.log_proofs[seq] = proof

    def find_proof(self, seq: int) -> str | None:
        return self.tables.log_proofs.get(seq)

    def witnesses(self) -> tuple[Witness, ...]:
        return tuple(one for _, one in sorted(self.tables.log_witnesses.items()))

    def find_witness(self, terminal: str) -> Witness | None:
        return self.tables.log_witnesses.get(terminal)

    def save_witness(self, witness: Witness) -> None:
        require(witness.terminal in self.tables.terminals, "foreign_key")
        for key in [k for k in self.tables.log_cosignatures if k[0] == witness.terminal]:
            self.tables.log_cosignatures.drop(key)
        self.tables.log_witnesses[witness.terminal] = witness

    def cosign(self, cosignature: Cosignature) -> None:
        require(cosignature.terminal in self.tables.log_witnesses, "foreign_key")
        rows = self.tables.log_cosignatures
        rows[cosignature.terminal, cosignature.size] = cosignature
        mine = [one for one in rows.values() if one.terminal == cosignature.terminal]
        for old in sorted(mine, key=lambda one: (one.at, one.size))[:-2]:
            rows.drop((old.terminal, old.size))

    def cosignatures(self, size: int) -> tuple[Cosignature, ...]:
        rows, origin = self.tables.log_cosignatures, self.origin()
        return tuple(
            one for _, one in sorted(rows.items()) if (one.size, one.origin) == (size, origin)
        )

    def cosigned_size(self) -> int | None:
        origin = self.origin()
        rows = [r.size for r in self.tables.log_cosignatures.values() if r.origin == origin]
        return max(rows, key=lambda size: (rows.count(size), size), default=None)

    def add_fault(self, kind: str, *, by: str, ours: str, theirs: str, at: datetime) -> None:
        if (kind, theirs) in {(fault.kind, fault.theirs) for fault in self.faults()}:
            return
        number = len(self.tables.log_faults) + 1
        self.tables.log_faults[number] = LogFault(
            number=number, kind=kind, by=by, ours=ours, theirs=theirs, at=at
        )

    def faults(self) -> Sequence[LogFault]:
        return tuple(f for f in self.tables.log_faults.values() if f.cleared_at is None)

    def clear_faults(self, *, by: str, at: datetime) -> None:
        for fault in self.faults():
            self.tables.log_faults[fault.number] = replace(fault, cleared_at=at)
