"""The front door for slow lines: a sealed package that comes in pieces; the last one makes it whole."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from backend.errors import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    SequenceConflictError,
    UploadMismatchError,
    UploadOffsetError,
)
from backend.office.ports import Clock, FailPoints
from backend.office.rows import TerminalRow, Upload
from certs.cover import LARGEST_COVER, PREFIX_SIZE
from certs.errors import CertsError

FAIL_POINTS: Final = ("upload.whole", "upload.received")
KEPT: Final = timedelta(days=10)
"""How long an upload may rest: longer than the longest public holiday."""
MOST: Final = 8
"""Uploads of one terminal at a time; the one that rested longest makes room."""
MOST_BYTES: Final = 128 * 1024 * 1024
"""Of one terminal's uploads together, as declared."""
_BEGINNING: Final = PREFIX_SIZE + LARGEST_COVER
_REFUSED: Final = (CertsError, NotAllowedError, SequenceConflictError, UploadMismatchError)


class Uploads(Protocol):
    """Packages that come in pieces, by terminal and digest; not part of a transaction.

    Raises (every method): NotReadyError: the disk is full or broken; what was told before stands.
    """

    def begin(self, terminal: str, sha256: str, length: int, at: datetime) -> Upload:
        """Begin an upload and take it; one that was begun with this length goes on."""

    def take(self, terminal: str, sha256: str) -> Upload | None:
        """Make durable what is here and say how much it is; from now on only the taker writes."""

    def write(self, upload: Upload, data: bytes, at: datetime) -> Upload:
        """Put bytes behind those that are here; they count after `keep`.

        Raises:
            ConflictError: somebody took the upload meanwhile. NotFoundError: it is gone.
        """

    def keep(self, upload: Upload) -> None:
        """Make durable what was written; one that is gone is passed over."""

    def read(self, upload: Upload, most: int) -> bytes:
        """Return the first bytes, `most` at the most. Raises: NotFoundError."""

    def remove(self, terminal: str, sha256: str) -> None:
        """Forget an upload; again is harmless."""

    def of(self, terminal: str) -> tuple[Upload, ...]:
        """Return a terminal's uploads, the one untouched longest first."""

    def sweep(self, before: datetime) -> int:
        """Forget every upload untouched since; return how many."""


class Known(Protocol):
    """What came whole before."""

    @property
    def size(self) -> int: ...
    @property
    def receipt_statement(self) -> str: ...


class Taken(Protocol):
    """What is told of a whole that was taken in."""

    @property
    def receipt(self) -> str: ...
    @property
    def is_new(self) -> bool: ...


class Destination(Protocol):
    """Where a whole goes: `Reception` for a package, a `ParcelDoor` for the relay."""

    def find(self, digest: str, *, terminal: TerminalRow) -> Known | None:
        """Return what this terminal handed in before."""

    def check_beginning(self, data: bytes, *, terminal: TerminalRow, digest: str) -> bool:
        """Judge a whole by its first bytes; say whether there were enough of them."""

    def receive(self, data: bytes, *, terminal: TerminalRow, digest: str) -> Taken:
        """Take a whole in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How much of a package is here."""

    sha256: str
    length: int
    offset: int
    expires_at: datetime | None = None
    """When it is forgotten unless more comes; None once the package is received."""
    receipt: str = ""
    """The signed receipt, once the package is received."""
    is_new: bool = False
    """True for the request that began the upload or completed the package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRoom:
    """Takes packages in pieces; each terminal sees its own uploads alone.

    Raises (every act): NotReadyError: the office cannot take it now; what is here stays.
    """

    uploads: Uploads
    reception: Destination
    clock: Clock
    fail_point: FailPoints

    def begin(self, *, terminal: TerminalRow, sha256: str, length: int) -> Standing:
        """Begin an upload, or say how far it is; a package that is known has its receipt at once.

        Raises: as `write`, for one whose last byte came before a crash.
        """
        known = self._known(terminal, sha256)
        if known:
            return known
        held = {u.sha256: u for u in self.uploads.of(terminal.terminal)}
        is_new = sha256 not in held
        if is_new:
            self._make_room(held.values(), length)
        upload = self.uploads.begin(terminal.terminal, sha256, length, self.clock.now())
        return self._standing(terminal, upload, is_new=is_new)

    def look(self, *, terminal: TerminalRow, sha256: str) -> Standing:
        """Say how far an upload is; whoever was still writing to it writes no more.

        Raises:
            NotFoundError: nothing of it is here; begin. Otherwise as `write`.
        """
        known = self._known(terminal, sha256)
        return known or self._standing(terminal, self._take(terminal, sha256))

    def write(
        self,
        *,
        terminal: TerminalRow,
        sha256: str,
        offset: int,
        pieces: Callable[[int], Iterable[bytes]],
    ) -> Standing:
        """Take the bytes from `offset` on, as many as come; the last of all brings the receipt.

        `pieces` is told how many bytes are missing and gives what comes, at most so many.

        Raises:
            NotFoundError: nothing of it is here; begin.
            UploadOffsetError: ask how far it is and go on from there.
            UploadMismatchError: the whole has another digest than declared; begin again.
            PackageError, SignerNotTrustedError, NotAllowedError, SequenceConflictError: as
                `Reception.receive`; told as soon as the cover is here.
        """
        upload = self.uploads.take(terminal.terminal, sha256)
        if upload is None:
            return self._whole(terminal, sha256, offset)
        if upload.offset != offset:
            raise UploadOffsetError(f"{upload.offset} bytes are here")
        is_judged = offset >= _BEGINNING
        try:
            for piece in pieces(upload.length - offset):
                upload = self._write(upload, piece)
                is_judged = is_judged or self._judge(terminal, upload)
        finally:
            # Also when the line broke: what came needs not come again.
            self.uploads.keep(upload)
        return self._standing(terminal, upload)

    def end(self, *, terminal: TerminalRow, sha256: str) -> None:
        """Forget an upload. Raises: NotFoundError."""
        self._take(terminal, sha256)
        self.uploads.remove(terminal.terminal, sha256)

    def sweep(self) -> int:
        """Forget what rested too long; return how many there were."""
        return self.uploads.sweep(self.clock.now() - KEPT)

    # --- inside

    def _known(self, terminal: TerminalRow, sha256: str) -> Standing | None:
        row = self.reception.find(sha256, terminal=terminal)
        if row is None:
            return None
        # A crash may have come between the receipt and this.
        self.uploads.remove(terminal.terminal, sha256)
        return Standing(
            sha256=sha256, length=row.size, offset=row.size, receipt=row.receipt_statement
        )

    def _whole(self, terminal: TerminalRow, sha256: str, offset: int) -> Standing:
        """Answer a piece of what is not being uploaded: nothing is missing, or nothing is here."""
        known = self._known(terminal, sha256)
        if known is None:
            raise NotFoundError("no such upload")
        if known.offset != offset:
            raise UploadOffsetError(f"{known.offset} bytes are here")
        return known

    def _take(self, terminal: TerminalRow, sha256: str) -> Upload:
        upload = self.uploads.take(terminal.terminal, sha256)
        if upload is None:
            raise NotFoundError("no such upload")
        return upload

    def _make_room(self, held: Iterable[Upload], length: int) -> None:
        left = list(held)
        while left and (len(left) >= MOST or sum(u.length for u in left) + length > MOST_BYTES):
            oldest = left.pop(0)
            self.uploads.remove(oldest.terminal, oldest.sha256)

    def _write(self, upload: Upload, piece: bytes) -> Upload:
        try:
            return self.uploads.write(upload, piece, self.clock.now())
        except ConflictError as exc:
            raise UploadOffsetError("another request goes on with this upload") from exc

    def _judge(self, terminal: TerminalRow, upload: Upload) -> bool:
        """Turn away what would be turned away in the end; say whether it could be judged yet."""
        beginning = self.uploads.read(upload, _BEGINNING)
        with self._forgetting(upload):
            return self.reception.check_beginning(
                beginning, terminal=terminal, digest=upload.sha256
            )

    def _standing(self, terminal: TerminalRow, upload: Upload, *, is_new: bool = False) -> Standing:
        if upload.offset == upload.length:
            return self._receive(terminal, upload)
        return Standing(
            sha256=upload.sha256,
            length=upload.length,
            offset=upload.offset,
            expires_at=upload.touched_at + KEPT,
            is_new=is_new,
        )

    def _receive(self, terminal: TerminalRow, upload: Upload) -> Standing:
        """Make a whole upload a package like any other."""
        data = self.uploads.read(upload, upload.length)
        self.fail_point("upload.whole")
        with self._forgetting(upload):
            if hashlib.sha256(data).hexdigest() != upload.sha256:
                raise UploadMismatchError("another digest than declared")
            received = self.reception.receive(data, terminal=terminal, digest=upload.sha256)
        self.fail_point("upload.received")
        self.uploads.remove(upload.terminal, upload.sha256)
        return Standing(
            sha256=upload.sha256,
            length=upload.length,
            offset=upload.length,
            receipt=received.receipt,
            is_new=received.is_new,
        )

    @contextmanager
    def _forgetting(self, upload: Upload) -> Iterator[None]:
        """Forget bytes that are refused for good; sent again they would be refused again."""
        try:
            yield
        except _REFUSED:
            self.uploads.remove(upload.terminal, upload.sha256)
            raise
