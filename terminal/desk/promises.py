"""Promises: what a receipt was given for stands in the office's log, and in time."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from certs.checkpoints import Checkpoint, check_proof, parse_proof
from certs.errors import LogProofError, NoteDamagedError, NoteForgedError
from certs.logkeys import log_keys
from registration.outcomes import Receipt
from terminal.desk.items import Event, ItemState, OutboxItem
from terminal.desk.keyring import Keys
from terminal.desk.ports import Clock, FailPoints
from terminal.desk.watch import LogLink, LogShelf
from terminal.errors import BadAnswerError, OfficeRefusedError

FAIL_POINTS: Final = ("watch.proven",)
_MOST: Final = 20
"""Proofs in one round; each is a question of its own."""
_LOST: Final = (
    "log.lost",
    "登记中心的记录里没有这件了，重新发出",
    "The office's records do not hold it any more; it goes again",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """Asks for the proof of each receipt, and keeps it."""

    shelf: LogShelf
    link: LogLink
    keys: Keys
    clock: Clock
    fail_point: FailPoints

    def hold(self, head: Checkpoint, *, since: datetime | None = None) -> int:
        """Prove receipts against a head that is believed; return a package whose promise is broken.

        0 when there is none. A package that arrived before a person let another log begin
        (`since`), and that this log does not know, was lost by the office: it is sent again.

        Raises:
            LinkError: the office could not be asked. BoxError.
        """
        for item in self.shelf.unproven(_MOST):
            assert item.receipt is not None
            proof = self._prove(item.receipt, head)
            if proof:
                self.shelf.keep_proof(item.sequence, proof)
                self.fail_point("watch.proven")
            elif since and item.delivered_at and item.delivered_at < since:
                self._put_back(item)
            elif proof is None or self._is_overdue(item.receipt):
                return item.sequence
        return 0

    def _prove(self, receipt: Receipt, head: Checkpoint) -> str | None:
        """Return the proof of a receipt's record.

        Empty while the office gives none; None when another record stands in its place.
        """
        index = receipt.journal_seq - 1
        if index >= head.size:
            return ""
        try:
            text = get_text(self.link, f"/log/proof/{head.size}/{index}")
            proof = parse_proof(text)
            keys = log_keys(self.keys().trust, head.origin, self.clock.now())
            leaf = bytes.fromhex(receipt.journal_hash)
            found, _ = check_proof(proof, leaf, keys, head.origin)
        except OfficeRefusedError:
            return ""
        except (LogProofError, NoteDamagedError, NoteForgedError):
            return None
        return text if (found, proof.index) == (head, index) else None

    def _is_overdue(self, receipt: Receipt) -> bool:
        due = receipt.received_at + timedelta(seconds=receipt.log_within_s)
        return bool(receipt.log_within_s) and self.clock.now() > due

    def _put_back(self, item: OutboxItem) -> None:
        """Let a package go again; if the office has it after all, it gives the same receipt."""
        again = replace(item, state=ItemState.WAITING, next_try_at=None, is_begun=True)
        code, zh, en = _LOST
        event = Event(at=self.clock.now(), code=code, zh=zh, en=en)
        self.shelf.save_item(again.noted(event))


def get_text(link: LogLink, path: str) -> str:
    """Return a text of the log. Raises: LinkError."""
    try:
        return link.get_bytes(path).decode()
    except UnicodeDecodeError as exc:
        raise BadAnswerError("log") from exc
