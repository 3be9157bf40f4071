"""The shelf of the box that belongs to the office's log: what the witness remembers, and proofs."""

import logging
from dataclasses import replace
from typing import Final

from terminal.box_file import BoxFile
from terminal.desk.items import OutboxItem
from terminal.desk.watch import Watch
from terminal.errors import BoxDamagedError, ConflictError
from terminal.rows import OUTBOX, WATCH

logger = logging.getLogger(__name__)

_CONTEXT: Final = "watch"


class LogShelf(BoxFile):
    """The part of a `terminal.desk.watch.LogShelf` that is about the log alone."""

    def watch(self) -> Watch | None:
        """Return what is remembered of the log; None before the first time."""
        with self._reading():
            row = self._db.execute("SELECT payload FROM watch").fetchone()
        return self._open(WATCH, row[0], _CONTEXT) if row else None

    def save_watch(self, watch: Watch) -> Watch:
        """Write a changed watch. Raises: ConflictError."""
        saved = replace(watch, version=watch.version + 1)
        sealed = self._vault.seal(WATCH.encode(saved), _CONTEXT)
        with self._writing():
            done = self._db.execute(
                "INSERT INTO watch VALUES (1, ?1, ?2) ON CONFLICT (number)"
                " DO UPDATE SET version = ?1, payload = ?2 WHERE version = ?3",
                (saved.version, sealed, watch.version),
            )
            if not done.rowcount:
                raise ConflictError("the watch was changed meanwhile")
        return saved

    def unproven(self, most: int) -> tuple[OutboxItem, ...]:
        """Return packages with a receipt and without a proof, oldest first."""
        with self._reading():
            rows = self._db.execute(
                "SELECT sequence, payload FROM outbox WHERE is_delivered = 1 AND sequence NOT IN"
                " (SELECT sequence FROM log_proofs) ORDER BY sequence LIMIT ?",
                (most,),
            ).fetchall()
        items = (self._item(key, payload) for key, payload in rows)
        return tuple(item for item in items if item is not None and item.receipt is not None)

    def keep_proof(self, sequence: int, proof: str) -> None:
        """Keep the proof of a package's record; a later one takes its place."""
        sealed = self._vault.seal(proof.encode(), f"log-proof:{sequence}")
        with self._writing():
            self._db.execute("INSERT OR REPLACE INTO log_proofs VALUES (?, ?)", (sequence, sealed))

    def find_proof(self, sequence: int) -> str | None:
        """Return the proof of a package's record; None while there is none."""
        with self._reading():
            row = self._db.execute(
                "SELECT payload FROM log_proofs WHERE sequence = ?", (sequence,)
            ).fetchone()
        return self._opened(row[0], f"log-proof:{sequence}").decode() if row else None

    def forget_proofs(self) -> None:
        """Forget every proof."""
        with self._writing():
            self._db.execute("DELETE FROM log_proofs")

    # --- inside

    def _item(self, sequence: int, payload: bytes) -> OutboxItem | None:
        try:
            return self._open(OUTBOX, payload, f"outbox:{sequence}")
        except BoxDamagedError:
            logger.warning("outbox row damaged sequence=%s", sequence)
            return None
