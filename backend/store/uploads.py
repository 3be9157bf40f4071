"""Packages that come in pieces: a folder for each terminal, a file for each upload.

A file's name says which package it will be and how long, its size how much of it is here, its time
when somebody last wrote. The bytes are sealed to the office by their sender, and lie as they came.
"""

import contextlib
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from backend.errors import ConflictError, NotFoundError, NotReadyError
from backend.office.rows import Upload
from backend.store.blobs import fsync_folder, pass_by

FAIL_POINTS: Final = ("upload.begun", "upload.written", "upload.kept")
_NAME: Final = re.compile(r"\A([0-9a-f]{64})\.([0-9]{1,9})\Z", re.ASCII)
_LEAST_FREE: Final = 256 * 1024 * 1024
"""What uploads leave of the disk for work that was taken already."""


class _Turns:
    """Who took an upload last, in this process, which alone serves the folder."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[Path, tuple[threading.Lock, int]] = {}

    def next(self, path: Path) -> int:
        """Count the takers of a file."""
        with self._lock:
            own, turn = self._turns.get(path, (threading.Lock(), 0))
            self._turns[path] = own, turn + 1
        # Whoever is in the middle of a piece ends it first.
        with own:
            return turn + 1

    @contextlib.contextmanager
    def holding(self, path: Path, turn: int) -> Iterator[None]:
        """Let one at a time write. Raises: ConflictError: another has taken the file."""
        with self._lock:
            own, _ = self._turns.get(path, (threading.Lock(), 0))
        with own:
            if self._turns.get(path, (own, 0))[1] != turn:
                raise ConflictError("taken over")
            yield


@dataclass(frozen=True, slots=True)
class FolderUploads:
    """Uploads in a folder of the office's disk; give one to the process that serves terminals."""

    folder: Path
    failpoint: Callable[[str], None] = pass_by
    """Called at each of `FAIL_POINTS`."""
    least_free: int = _LEAST_FREE
    _turns: _Turns = field(default_factory=_Turns, repr=False)

    def begin(self, terminal: str, sha256: str, length: int, at: datetime) -> Upload:
        """Begin an upload and take it; one that was begun with this length goes on."""
        with _translated():
            path = self.folder / terminal / f"{sha256}.{length}"
            if not path.exists():
                self.remove(terminal, sha256)
                self._make(path, length, at)
            return self._take(path)

    def take(self, terminal: str, sha256: str) -> Upload | None:
        """Make durable what is here and say how much it is; from now on only the taker writes."""
        with _translated():
            path = self._find(terminal, sha256)
            return None if path is None else self._take(path)

    def write(self, upload: Upload, data: bytes, at: datetime) -> Upload:
        """Put bytes behind those that are here; they count after `keep`.

        Raises:
            ConflictError: somebody took the upload meanwhile. NotFoundError: it is gone.
        """
        path = self._path(upload)
        with _translated(), self._turns.holding(path, upload.turn):
            handle = os.open(path, os.O_WRONLY)
            try:
                _write_at(handle, data, upload.offset)
                os.utime(handle, (at.timestamp(), at.timestamp()))
            finally:
                os.close(handle)
        self.failpoint("upload.written")
        return replace(upload, offset=upload.offset + len(data), touched_at=at)

    def keep(self, upload: Upload) -> None:
        """Make durable what was written; one that is gone is passed over."""
        with _translated(), contextlib.suppress(NotFoundError, FileNotFoundError):
            _fsync(self._path(upload))
        self.failpoint("upload.kept")

    def read(self, upload: Upload, most: int) -> bytes:
        """Return the first bytes, `most` at the most. Raises: NotFoundError."""
        with _translated(), self._path(upload).open("rb") as stream:
            return stream.read(most)

    def remove(self, terminal: str, sha256: str) -> None:
        """Forget an upload; again is harmless."""
        with _translated():
            path = self._find(terminal, sha256)
            if path is not None:
                path.unlink(missing_ok=True)

    def of(self, terminal: str) -> tuple[Upload, ...]:
        """Return a terminal's uploads, the one untouched longest first."""
        with _translated():
            found = [_read(path, turn=0) for path in self._paths(terminal)]
        return tuple(sorted(found, key=lambda upload: upload.touched_at))

    def sweep(self, before: datetime) -> int:
        """Forget every upload untouched since; return how many."""
        count = 0
        with _translated():
            for path in self._paths("*"):
                if path.stat().st_mtime < before.timestamp():
                    path.unlink(missing_ok=True)
                    count += 1
        return count

    # --- inside

    def _path(self, upload: Upload) -> Path:
        return self.folder / upload.terminal / f"{upload.sha256}.{upload.length}"

    def _paths(self, terminal: str) -> list[Path]:
        return [path for path in self.folder.glob(f"{terminal}/*") if _NAME.match(path.name)]

    def _find(self, terminal: str, sha256: str) -> Path | None:
        found = (p for p in self._paths(terminal) if p.name.startswith(f"{sha256}."))
        return next(found, None)

    def _make(self, path: Path, length: int, at: datetime) -> None:
        for folder in (self.folder, path.parent):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, exist_ok=True)
                fsync_folder(folder.parent)
        if shutil.disk_usage(self.folder).free < self.least_free + length:
            raise NotReadyError("uploads: the disk is nearly full")
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.utime(handle, (at.timestamp(), at.timestamp()))
            os.fsync(handle)
        finally:
            os.close(handle)
        fsync_folder(path.parent)
        self.failpoint("upload.begun")

    def _take(self, path: Path) -> Upload:
        turn = self._turns.next(path)
        _fsync(path)
        return _read(path, turn=turn)


def _read(path: Path, *, turn: int) -> Upload:
    found = _NAME.match(path.name)
    assert found is not None
    told = path.stat()
    return Upload(
        terminal=path.parent.name,
        sha256=found.group(1),
        length=int(found.group(2)),
        offset=told.st_size,
        touched_at=datetime.fromtimestamp(told.st_mtime, UTC),
        turn=turn,
    )


def _write_at(handle: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        done = os.pwrite(handle, view, offset)
        view, offset = view[done:], offset + done


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as exc:
        raise NotFoundError("upload") from exc
    except OSError as exc:
        raise NotReadyError(f"uploads: {exc.strerror}") from exc
