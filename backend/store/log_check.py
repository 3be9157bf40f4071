"""Checking everything that the office says of its past: journal, tree, heads, certificates.

One pass over the records recomputes the chain and the tree together; every head that was ever
signed is compared where the tree has its size.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from backend.office.log_keeping import (
    OFD_PUBLISHED,
    PREPARED,
    PRESERVED,
    PUBLISHED,
    RESEALED,
)
from backend.office.rows import JournalRecord
from backend.store.chain import FIRST_PREVIOUS, find_fault
from backend.store.file_tables import CertificateFileTable
from backend.store.journal import find_bad_receipt, read_record
from backend.store.log_tables import LogBlockTable, LogFaultTable, LogHeadTable, LogProofTable
from backend.store.tables import CertificateTable, JournalTable
from certs.checkpoints import check_proof, open_checkpoint, parse_proof
from certs.errors import LogError
from certs.merkle import Peaks
from certs.notes import NoteKey

_OF_CERTIFICATES: Final = (PREPARED, PUBLISHED, OFD_PUBLISHED)
_PAGE: Final = 10_000
_MOST: Final = 20
"""Faults that are told; more would tell nothing new."""

Keys = Callable[[str], tuple[NoteKey, ...]]
"""Gives the keys that may sign heads of a log of this name."""
Progress = Callable[[int, int], None]
"""Is told how many records of how many are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogVerdict:
    """What a check of everything found."""

    records: int
    """How many records are good, counted from the first."""
    head: str
    """Hash of the last good record."""
    heads: int
    """How many signed heads were checked."""
    size: int
    """How many records the newest of them holds."""
    certificates: int
    """How many certificates were compared with their records."""
    faults: tuple[str, ...]
    """What is wrong, in words, the journal first; empty when everything holds."""

    @property
    def is_good(self) -> bool:
        return not self.faults


def check_log(connection: Connection, keys: Keys, progress: Progress) -> LogVerdict:
    """Check the whole log; reads only."""
    return _Check(connection, keys, progress).run()


class _Check:
    def __init__(self, connection: Connection, keys: Keys, progress: Progress) -> None:
        self._connection, self._progress = connection, progress
        self._keys = lru_cache(keys)
        self._faults: list[str] = []
        self._heads = self._size = self._certificates = 0

    def run(self) -> LogVerdict:
        head, tree = FIRST_PREVIOUS, Peaks(self._compare_block)
        self._blocks = self._read_blocks()
        table = LogHeadTable
        heads = _pages(self._connection, select(table.__table__), table.size, table.origin)
        waiting = next(heads, None)
        for record in self._records():
            fault = find_fault(record, tree.size + 1, head)
            if fault:
                self._tell(f"record {tree.size + 1}: {fault}")
                break
            head = record.hash
            tree.add(bytes.fromhex(head))
            while waiting is not None and waiting.size == tree.size:
                self._compare_head(waiting, tree)
                waiting = next(heads, None)
        else:
            self._after(tree, waiting)
        return LogVerdict(
            records=tree.size,
            head=head,
            heads=self._heads,
            size=self._size,
            certificates=self._certificates,
            faults=tuple(self._faults[:_MOST]),
        )

    def _records(self) -> Iterator[JournalRecord]:
        """Yield the records in order, and tell how far they are."""
        last = select(JournalTable.seq).order_by(JournalTable.seq.desc()).limit(1)
        count = self._connection.scalar(last) or 0
        for row in _pages(self._connection, select(JournalTable.__table__), JournalTable.seq):
            if row.seq % _PAGE == 0:
                self._progress(row.seq, count)
            yield read_record(row)
        self._progress(count, count)

    def _read_blocks(self) -> dict[tuple[int, int], bytes]:
        rows = self._connection.execute(select(LogBlockTable.__table__))
        return {(row.level, row.number): row.hash for row in rows}

    def _compare_block(self, level: int, number: int, block_hash: bytes) -> None:
        if self._blocks.pop((level, number), block_hash) != block_hash:
            self._tell(f"block {number} of level {level} is not the hash of its records")

    def _compare_head(self, row: Row[Any], tree: Peaks) -> None:
        self._heads += 1
        self._size = row.size
        if row.root != tree.root():
            self._tell(f"head of {row.size} records: the journal has another tree")
            return
        try:
            head, _ = open_checkpoint(row.note, self._keys(row.origin), row.origin)
        except LogError as error:
            self._tell(f"head of {row.size} records: {error.code}: {error}")
            return
        if (head.size, head.root) != (row.size, row.root):
            self._tell(f"head of {row.size} records: the signed words differ")

    def _after(self, tree: Peaks, waiting: Row[Any] | None) -> None:
        """Compare what stands beside the records, once they are found whole."""
        if waiting is not None:
            self._tell(f"a head of {waiting.size} records was signed; there are {tree.size}")
        for level, number in sorted(self._blocks):
            self._tell(f"block {number} of level {level} has no records")
        seq = find_bad_receipt(self._connection)
        if seq is not None:
            self._tell(f"record {seq}: receipt")
        self._compare_certificates()
        self._compare_files()
        self._compare_proofs()
        standing = select(LogFaultTable.kind).where(LogFaultTable.cleared_at.is_(None))
        for kind in self._connection.scalars(standing):
            self._tell(f"evidence stands against the log: {kind}")

    def _compare_certificates(self) -> None:
        """Compare each certificate with the records of its facts and of its paper."""
        row, record = CertificateTable, JournalTable
        found = self._connection.execute(
            select(
                row.certificate_no,
                row.facts_sha256,
                row.pdf_sha256,
                row.ofd_sha256,
                row.issued_at,
                record.act,
                record.body_sha256,
            )
            .outerjoin(
                record,
                (record.ref == row.certificate_no) & record.act.in_(_OF_CERTIFICATES),
            )
            .order_by(row.certificate_no)
            .execution_options(yield_per=_PAGE)
        )
        last = None
        for one in found:
            self._certificates += one.certificate_no != last
            last = one.certificate_no
            wanted = {
                PREPARED: one.facts_sha256,
                PUBLISHED: _digest(one.pdf_sha256),
                OFD_PUBLISHED: _digest(one.ofd_sha256),
            }.get(one.act, "no record")
            if one.body_sha256 != wanted:
                self._tell(f"certificate {one.certificate_no}: not what the journal says")

    def _compare_files(self) -> None:
        """Compare each later version of a certificate's files with the records of its digests."""
        row, record = CertificateFileTable, JournalTable
        found = self._connection.execute(
            select(row.certificate_no, row.version, row.pdf_sha256)
            .where(row.version > 1)
            .order_by(row.certificate_no, row.version)
            .execution_options(yield_per=_PAGE)
        )
        for one in found:
            known = self._connection.scalar(
                select(record.seq).where(
                    record.ref == one.certificate_no,
                    record.act.in_((PRESERVED, RESEALED)),
                    record.body_sha256 == _digest(one.pdf_sha256),
                )
            )
            if known is None:
                self._tell(
                    f"certificate {one.certificate_no}, version {one.version}:"
                    " not what the journal says"
                )

    def _compare_proofs(self) -> None:
        """Check every proof that was handed on."""
        rows = self._connection.execute(
            select(LogProofTable.seq, LogProofTable.proof, JournalTable.hash)
            .join(JournalTable, JournalTable.seq == LogProofTable.seq)
            .order_by(LogProofTable.seq)
            .execution_options(yield_per=_PAGE)
        )
        for row in rows:
            try:
                proof = parse_proof(row.proof)
                origin = proof.checkpoint.partition("\n")[0]
                check_proof(proof, bytes.fromhex(row.hash), self._keys(origin), origin)
            except LogError as error:
                self._tell(f"proof of record {row.seq}: {error.code}: {error}")

    def _tell(self, fault: str) -> None:
        self._faults.append(fault)


def _pages(connection: Connection, chosen: Any, key: Any, *more: Any) -> Iterator[Row[Any]]:
    """Yield rows by a key that counts up, in pages, so that no result is held whole."""
    last, offset = -1, 0
    while True:
        rows = connection.execute(
            chosen.where(key >= last).order_by(key, *more).limit(_PAGE).offset(offset)
        ).all()
        if not rows:
            return
        yield from rows
        newest = getattr(rows[-1], key.key)
        same = sum(getattr(row, key.key) == newest for row in rows)
        # Several logs may have a head of one size: those that were read are passed over.
        offset = same + (offset if newest == last else 0)
        last = newest


def _digest(sha256: str | None) -> str:
    """Return what a record says of a file."""
    return hashlib.sha256((sha256 or "").encode()).hexdigest()
