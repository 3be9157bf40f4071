"""The front door: takes a sealed package that it cannot read, and gives a signed receipt."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backend.errors import NotAllowedError, SequenceConflictError
from backend.office.log_keeping import require_running
from backend.office.log_ports import Log
from backend.office.ports import Blobs, Clock, FailPoints, OfficeSigner, Work, Works
from backend.office.rows import JournalRecord, PackageRow, TerminalRow
from certs.cover import Cover, check_cover, read_beginning, read_cover
from certs.identity import Role
from certs.trust import TrustStore
from registration import schema
from registration.outcomes import Receipt

FAIL_POINTS: Final = (
    "receive.before-blob",
    "receive.blob-stored",
    "receive.before-commit",
    "receive.after-commit",
)


LOG_WITHIN_S: Final = 24 * 3600
"""What each receipt promises: its record stands in the public log a day later at the latest."""


@dataclass(frozen=True, slots=True)
class Received:
    """The signed receipt, and whether the package was new."""

    receipt: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """Answers every sealed package with a receipt; holds no key that could open one."""

    office: str
    """The office's credit code, as packages must be addressed."""
    works: Works
    blobs: Blobs
    signer: OfficeSigner
    clock: Clock
    trust: Callable[[], TrustStore]
    """The trust as published now."""
    fail_point: FailPoints

    def receive(self, data: bytes, *, terminal: TerminalRow, digest: str) -> Received:
        """Keep a package and give its receipt; a repeat gets the same receipt, for ever.

        Raises:
            PackageError: damaged, cut, or signed by another; send the original bytes.
            SignerNotTrustedError: no terminal of this office signed it, or its certificate ended.
            NotAllowedError: sealed for another office or by another terminal.
            SequenceConflictError: the number was used for another package.
            LogStoppedError: the journal contradicts what was published; keep the package.
        """
        known = self.find(digest, terminal=terminal)
        if known:
            return Received(known.receipt_statement, is_new=False)
        # Checked before anything is kept: bytes that nobody vouches for never reach the disk.
        cover = read_cover(data)
        self._check(cover, terminal)
        self.fail_point("receive.before-blob")
        self.blobs.put(data)
        self.fail_point("receive.blob-stored")
        return self._keep(cover, terminal, len(data))

    def find(self, digest: str, *, terminal: TerminalRow) -> PackageRow | None:
        """Return a package that this terminal handed in before."""
        with self.works.reading() as work:
            row = work.packages.find(digest)
        return row if row and row.terminal == terminal.terminal else None

    def check_beginning(self, data: bytes, *, terminal: TerminalRow, digest: str) -> bool:
        """Judge a package by its first bytes; say whether there were enough of them.

        What would be turned away in the end is turned away before the rest takes its time on a
        slow line. Raises: as `receive`.
        """
        cover = read_beginning(data, digest)
        if cover is None:
            return False
        self._check(cover, terminal)
        with self.works.reading() as work:
            require_running(work)
            other = work.packages.find_by_sequence(terminal.terminal, cover.sequence)
        if other and other.sha256 != digest:
            raise SequenceConflictError(f"sequence {cover.sequence} is taken")
        return True

    def _check(self, cover: Cover, terminal: TerminalRow) -> None:
        if cover.office != self.office:
            raise NotAllowedError("sealed for another office")
        # By the authority and not by the certificate in force: a package that was sealed before
        # the counter renewed its keys is as good as ever.
        certificate, *issuers = cover.certificates
        now = self.clock.now()
        signer = self.trust().require(certificate, issuers, Role.PACKAGE, now)
        check_cover(cover, certificate)
        if {cover.terminal, signer.name} != {terminal.terminal}:
            raise NotAllowedError("sealed by another terminal")

    def _keep(self, cover: Cover, terminal: TerminalRow, size: int) -> Received:
        with self.works() as work:
            again = work.packages.find(cover.digest)
            if again:
                return Received(again.receipt_statement, is_new=False)
            require_running(work)
            other = work.packages.find_by_sequence(terminal.terminal, cover.sequence)
            if other:
                raise SequenceConflictError(f"sequence {cover.sequence} is taken")
            row = self._write(work, cover, terminal, size)
            self.fail_point("receive.before-commit")
            work.commit()
        self.fail_point("receive.after-commit")
        return Received(row.receipt_statement, is_new=True)

    def _write(self, work: Work, cover: Cover, terminal: TerminalRow, size: int) -> PackageRow:
        now = self.clock.now()
        record = work.journal.append(
            actor=f"terminal:{terminal.terminal}",
            act="received",
            ref=cover.digest,
            body=cover.text.encode(),
            at=now,
        )
        receipt = _receipt(cover, record, work.log, now)
        row = PackageRow(
            sha256=cover.digest,
            terminal=terminal.terminal,
            sequence=cover.sequence,
            size=size,
            received_at=now,
            receipt=receipt,
            receipt_statement=self.signer.sign("receipt/1", schema.format_receipt(receipt), now),
        )
        work.packages.add(row)
        work.tasks.add("open", cover.digest, at=now)
        return row


def _receipt(cover: Cover, record: JournalRecord, log: Log, at: datetime) -> Receipt:
    # Where an older copy had to be restored, records lost their numbers, and others have them now.
    log_origin, number = log.origin(), log.number()
    return Receipt(
        receipt_no=f"R{number}-{record.seq:010d}" if number > 1 else f"R{record.seq:010d}",
        package_sha256=cover.digest,
        terminal=cover.terminal,
        sequence=cover.sequence,
        received_at=at.replace(microsecond=0),
        journal_seq=record.seq,
        journal_hash=record.hash,
        log_origin=log_origin,
        log_within_s=LOG_WITHIN_S if log_origin else 0,
    )
