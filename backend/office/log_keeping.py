"""Keeping the public log: takes the journal's records into the tree and signs its heads.

The journal is the truth, written in each act's own transaction; the log is made from it, in order.
A head is signed only over records that were recomputed, and only if it continues the last head
that was published: the one in the store, and the one that this machine remembers outside of it.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from backend.errors import IntegrityError, LogStoppedError, NotAllowedError, NotFoundError
from backend.office.log_ports import Log
from backend.office.log_rows import LogFaultKind, LogHead
from backend.office.ports import Clock, FailPoints, Work, Works
from certs.checkpoints import Checkpoint, LogProof, parse_checkpoint, sign_checkpoint
from certs.errors import LogError, LogProofError
from certs.merkle import HASH_SIZE, tree_hash
from certs.notes import NoteSigner, parse_note
from certs.tiles import WIDTH, Tile, TileTree

logger = logging.getLogger(__name__)

FAIL_POINTS: Final = ("log.before-commit", "log.committed", "log.remembered")
PREPARED: Final = "certificate prepared"
"""The act whose record holds the digest of a certificate's facts."""
PUBLISHED: Final = "certificate published"
"""The act whose record holds the digest of the sealed paper."""
OFD_PUBLISHED: Final = "certificate published as OFD"
"""The act whose record holds the digest of the same certificate as OFD."""
PRESERVED: Final = "certificate preserved"
"""The act whose record holds the digest of a paper with one more time stamp behind it."""
RESEALED: Final = "certificate sealed anew"
"""The act whose record holds the digest of a paper under another seal."""
OFD_RESEALED: Final = "certificate sealed anew as OFD"
_UNSEEN: Final = 1000
"""Records that may have been written in the second before they would have got a head."""
_BATCH: Final = 2048
"""Records in one transaction: about 30 ms, in which nobody else can write."""


class LogMemory(Protocol):
    """Remembers the newest published head outside the store, so that no backup brings it back."""

    def recall(self) -> str:
        """Return the signed head; empty when none was ever published from here."""

    def remember(self, note: str) -> None:
        """Keep a head; durable when it returns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKeeper:
    """Lets the log grow; several may work at once, for each step is one transaction."""

    works: Works
    clock: Clock
    signer: Callable[[str], NoteSigner]
    """Opens the log key for a log of this name."""
    memory: LogMemory
    name: str
    """What the first log is called; later ones have a number behind it."""
    fail_point: FailPoints

    def step(self) -> bool:
        """Take the next records in and publish a head; say whether there was anything to do.

        Raises:
            LogStoppedError: the journal contradicts what was published; nothing was signed.
        """
        if not self._is_behind():
            return False
        with self._watching(), self.works() as work:
            self._require_continuity(work)
            head = self._grow(work)
            self.fail_point("log.before-commit")
            work.commit()
        self.fail_point("log.committed")
        self.memory.remember(head.note)
        self.fail_point("log.remembered")
        return True

    def begin(self) -> str:
        """Begin the first log where there is none; return the present log's name."""
        with self.works.reading() as work:
            origin = work.log.origin()
        if origin:
            return origin
        with self.works() as work:
            origin = work.log.origin()
            if not origin:
                origin = self.name
                work.log.begin(origin, self.clock.now())
                work.commit()
        return origin

    def look(self) -> None:
        """Compare the store with what was published; on a contradiction everything stops.

        Raises:
            LogStoppedError: the journal contradicts what was published.
        """
        with self._watching(), self.works.reading() as work:
            self._require_continuity(work)

    def prove(self, seq: int) -> LogProof:
        """Return the proof of a record against a head that holds it, publishing one if need be.

        Raises:
            LogStoppedError: the journal contradicts what was published.
            NotFoundError: the journal has no such record.
        """
        while True:
            with self.works.reading() as work:
                head = work.log.head()
                if head and head.size >= seq:
                    return prove(work.log, head, seq)
            if not self.step():
                raise NotFoundError(f"record {seq}")

    def restart(self, *, by: str, reason: str) -> str:
        """Begin a new log over the journal as it is, where the old one cannot go on.

        The evidence stays in the new log's first records; every counter sees that another log
        began, and waits for a person to accept it. Numbers that may have been given in a part
        of the journal that is gone are left out. Return the new log's name.

        Raises:
            NotAllowedError: nothing stands against the present log.
        """
        with self.works() as work:
            now, faults = self.clock.now(), work.log.faults()
            if not faults:
                raise NotAllowedError("nothing stands against the log")
            origin = f"{self.name}/{work.log.number() + 1}"
            seen = (self.memory.recall(), *(f.theirs for f in faults))
            evidence = "\n".join((reason, *seen))
            lost = max(0, *map(_size_of, seen)) - work.log.length()
            work.journal.append(
                actor=by,
                act="log restarted",
                ref=origin,
                body=evidence.encode(),
                at=now,
                is_kept=True,
            )
            work.log.clear_faults(by=by, at=now)
            work.log.begin(origin, now, lost=max(0, lost) + _UNSEEN)
            head = self._grow(work)
            work.commit()
        self.memory.remember(head.note)
        return origin

    # --- inside

    def _is_behind(self) -> bool:
        with self.works.reading() as work:
            require_running(work)
            head = work.log.head()
            if head is None or head.note != self.memory.recall():
                return work.log.length() > 0
            return head.size < work.log.length()

    def _grow(self, work: Work) -> LogHead:
        """Take the next records in; return the newest head, which may have been there already."""
        log = work.log
        if not log.origin():
            log.begin(self.name, self.clock.now())
        last = log.head()
        begin = last.size if last else 0
        size = begin + log.require_records(begin, _BATCH)
        if last and size == last.size:
            return last
        _keep_blocks(log, size)
        origin, root = log.origin(), TileTree(log.tile, size).root()
        note = sign_checkpoint(Checkpoint(origin=origin, size=size, root=root), self.signer(origin))
        head = LogHead(origin=origin, size=size, root=root, note=note, at=self.clock.now())
        log.keep_head(head)
        return head

    def _require_continuity(self, work: Work) -> None:
        """Compare the journal with the last head in the store and the one that is remembered."""
        require_running(work)
        last = work.log.head()
        for note in {self.memory.recall(), last.note if last else ""} - {""}:
            kind = find_contradiction(work.log, note)
            if kind:
                raise _Contradiction(kind, note)

    @contextmanager
    def _watching(self) -> Iterator[None]:
        """Keep the evidence of a contradiction, after what was begun has been given up."""
        try:
            yield
        except _Contradiction as found:
            self._stop(found.kind, found.theirs)
            raise LogStoppedError(found.kind) from found
        except (IntegrityError, LogError) as error:
            self._stop(LogFaultKind.DAMAGED, str(error))
            raise LogStoppedError(LogFaultKind.DAMAGED) from error

    def _stop(self, kind: str, theirs: str) -> None:
        logger.error("log stopped kind=%s", kind)
        with self.works() as work:
            last = work.log.head()
            ours = last.note if last else ""
            work.log.add_fault(kind, by="system", ours=ours, theirs=theirs, at=self.clock.now())
            work.commit()


class _Contradiction(Exception):  # noqa: N818  # never leaves this module
    """The journal is not what was published."""

    def __init__(self, kind: str, theirs: str) -> None:
        super().__init__(kind)
        self.kind, self.theirs = kind, theirs


def find_contradiction(log: Log, note: str) -> str:
    """Say how the journal contradicts a head that our key signed; empty when it does not."""
    seen = parse_checkpoint(parse_note(note).text)
    if seen.origin != log.origin():
        # Of an earlier log of ours: somebody answered for its end when the present one began.
        return "" if log.knows(seen.origin) else LogFaultKind.ROLLED_BACK
    if seen.size > log.length():
        return LogFaultKind.ROLLED_BACK
    try:
        root = TileTree(log.tile, seen.size).root()
    except LogProofError:
        return LogFaultKind.REWRITTEN
    return "" if root == seen.root else LogFaultKind.REWRITTEN


def _size_of(note: str) -> int:
    """Return the size of a head; 0 for evidence of another kind."""
    try:
        return parse_checkpoint(parse_note(note).text).size
    except LogError:
        return 0


def prove(log: Log, head: LogHead, seq: int) -> LogProof:
    """Return the proof that a record stands in the log of this head, with the record itself.

    Raises:
        NotFoundError: the head is older than the record.
    """
    if not 1 <= seq <= head.size:
        raise NotFoundError(f"record {seq}")
    path = TileTree(log.tile, head.size).prove_inclusion(seq - 1)
    return LogProof(index=seq - 1, path=path, checkpoint=head.note, entry=log.entry(seq))


def require_running(work: Work) -> None:
    """Raises: LogStoppedError: evidence stands against the log, and nobody has answered for it."""
    faults = work.log.faults()
    if faults:
        raise LogStoppedError(faults[0].kind)


def _keep_blocks(log: Log, size: int) -> None:
    """Keep the hash of every block that became full, level by level."""
    level, count = 1, size // WIDTH
    while count:
        for number in range(log.blocks(level), count):
            hashes = log.tile(Tile(level - 1, number))
            if len(hashes) != WIDTH * HASH_SIZE:
                raise LogProofError("block")
            leaves = (hashes[i : i + HASH_SIZE] for i in range(0, len(hashes), HASH_SIZE))
            log.keep_block(level, number, tree_hash(leaves))
        level, count = level + 1, count // WIDTH
