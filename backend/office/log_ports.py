"""What the office needs of the store for its public log."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from backend.office.log_rows import Cosignature, LogFault, LogHead, Witness
from certs.tiles import Tile


class Log(Protocol):
    """The public log over the journal: record n of the journal is leaf n - 1 of the tree."""

    def origin(self) -> str:
        """Return the present log's name; empty before the first."""

    def number(self) -> int:
        """Return the present log's number, from 1; 0 before the first."""

    def knows(self, origin: str) -> bool:
        """Say whether this is the name of one of our logs."""

    def begin(self, origin: str, at: datetime, *, lost: int = 0) -> None:
        """Begin a log of this name.

        `lost` is how many records of an earlier past may be gone: so many numbers of cases,
        entries, certificates and answers are left out, for somebody may hold one of them.

        Raises:
            ConflictError: the name was used.
        """

    def length(self) -> int:
        """Return how many records the journal has."""

    def waiting_since(self) -> datetime | None:
        """Return when the oldest record was written that no head holds yet; None: there is none."""

    def require_records(self, after: int, limit: int) -> int:
        """Recompute the records that follow number `after`; return how many of them are good.

        Raises:
            IntegrityError: one of them is not what its hash says, or does not follow.
        """

    def entry(self, seq: int) -> bytes:
        """Return the bytes whose hash is the leaf of a record. Raises: NotFoundError."""

    def tile(self, tile: Tile) -> bytes:
        """Return the hashes of a tile; fewer than its width when they are not all there."""

    def blocks(self, level: int) -> int:
        """Return how many blocks of a level are kept."""

    def keep_block(self, level: int, number: int, block_hash: bytes) -> None:
        """Keep the hash of a full block: level 1 over 256 records, level 2 over 65,536."""

    def keep_head(self, head: LogHead) -> None:
        """Publish a head. Raises: ConflictError: it is not longer than the last one."""

    def head(self) -> LogHead | None:
        """Return the newest head of the present log."""

    def head_at(self, size: int) -> LogHead | None:
        """Return the present log's head of exactly this size."""

    def head_before(self, at: datetime) -> LogHead | None:
        """Return the newest head that was signed before a moment."""

    def keep_proof(self, seq: int, proof: str) -> None:
        """Keep the proof that was handed on; the first one stays."""

    def find_proof(self, seq: int) -> str | None: ...

    def witnesses(self) -> tuple[Witness, ...]: ...

    def find_witness(self, terminal: str) -> Witness | None: ...

    def save_witness(self, witness: Witness) -> None:
        """Add or replace; the signatures of a replaced key are forgotten."""

    def cosign(self, cosignature: Cosignature) -> None:
        """Keep a witness's signature, and forget its oldest ones."""

    def cosignatures(self, size: int) -> tuple[Cosignature, ...]:
        """Return the signatures on the present log's head of this size, by terminal."""

    def cosigned_size(self) -> int | None:
        """Return the size of the head that most witnesses signed, the longest of several."""

    def add_fault(self, kind: str, *, by: str, ours: str, theirs: str, at: datetime) -> None:
        """Keep evidence; the same evidence of one kind once."""

    def faults(self) -> Sequence[LogFault]:
        """Return the evidence that nobody has cleared, oldest first."""

    def clear_faults(self, *, by: str, at: datetime) -> None:
        """Note that somebody answered for all of it."""
