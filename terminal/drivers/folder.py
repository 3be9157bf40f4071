"""The folder into which a scanner's own software writes: what is whole, read once, then removed."""

import hashlib
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from terminal.desk.scanners import Arrival
from terminal.errors import NotFoundError
from terminal.scanner_errors import ScanFolderError

ASIDE: Final = "not-taken"
"""The folder for files that are no papers."""
_KINDS: Final = frozenset({".pdf", ".jpg", ".jpeg", ".png"})
_REST_S: Final = 1.5
"""A file that nobody wrote to for so long is whole, if it has its kind's end."""
_LONG_REST_S: Final = 60.0
"""One without its end is not going to get it any more; it is found damaged when it is taken."""
_ENDS: Final = {
    ".pdf": b"%%EOF",
    ".jpg": b"\xff\xd9",
    ".jpeg": b"\xff\xd9",
    ".png": b"IEND\xaeB`\x82",
}
_TAIL: Final = 1024


@dataclass(slots=True)
class WatchedFolder:
    """A `terminal.desk.scanners.ScanFolder` on this machine or a share of the branch's network."""

    path: Path
    now: Callable[[], float] = time.monotonic
    _keys: dict[tuple[str, int, int, int], str] = field(default_factory=dict)
    _since: dict[tuple[str, int, int], float] = field(default_factory=dict)

    def arrivals(self) -> tuple[Arrival, ...]:
        """Return what lies there, oldest first. Raises: ScanFolderError."""
        try:
            found = [
                (entry.stat().st_mtime_ns, entry)
                for entry in self.path.iterdir()
                if entry.suffix.lower() in _KINDS
                and not entry.name.startswith(".")
                and not entry.is_symlink()
                and entry.is_file()
            ]
            return tuple(self._arrival(entry) for _, entry in sorted(found))
        except FileNotFoundError as exc:
            if self.path.is_dir():
                return ()  # One was taken away while we looked; the next look finds the rest.
            raise ScanFolderError(str(self.path)) from exc
        except OSError as exc:
            raise ScanFolderError(str(self.path)) from exc

    def read(self, key: str) -> bytes:
        """Return the bytes of a whole file. Raises: NotFoundError, ScanFolderError."""
        path = self._find(key)
        try:
            data = path.read_bytes()
        except OSError as exc:
            raise ScanFolderError(path.name) from exc
        if self._key(path) != key:
            raise NotFoundError("the file is being written again")
        return data

    def take_away(self, key: str) -> None:
        """Remove a file that is kept elsewhere now. Raises: ScanFolderError."""
        with suppress(NotFoundError):
            path = self._find(key)
            try:
                path.unlink(missing_ok=True)
                self._make_durable()
            except OSError as exc:
                raise ScanFolderError(path.name) from exc

    def set_aside(self, key: str) -> None:
        """Move a file that is no paper out of the way. Raises: ScanFolderError."""
        with suppress(NotFoundError):
            path = self._find(key)
            aside = self.path / ASIDE
            try:
                aside.mkdir(mode=0o700, exist_ok=True)
                path.rename(aside / f"{key[:8]}-{path.name}")
            except OSError as exc:
                raise ScanFolderError(path.name) from exc

    # --- inside

    def _arrival(self, path: Path) -> Arrival:
        is_whole = self._is_whole(path)
        return Arrival(
            key=self._key(path) if is_whole else "",
            name=path.name,
            size=path.stat().st_size,
            is_whole=is_whole,
        )

    def _key(self, path: Path) -> str:
        """Return what tells this file from all others: its place on the disk, time and bytes.

        The bytes are read once for each state of the file, since a share may be slow.
        """
        stat = path.stat()
        state = (path.name, stat.st_ino, stat.st_size, stat.st_mtime_ns)
        if state not in self._keys:
            digest = hashlib.sha256(repr(state).encode())
            with path.open("rb") as file:
                for block in iter(lambda: file.read(1 << 20), b""):
                    digest.update(block)
            while len(self._keys) > 1000:
                self._keys.pop(next(iter(self._keys)))
            self._keys[state] = digest.hexdigest()
        return self._keys[state]

    def _is_whole(self, path: Path) -> bool:
        """Say whether a file is written to its end: nobody touched it for a while, and it has one."""
        stat = path.stat()
        # By our own clock: a share's may be ahead.
        state = (path.name, stat.st_size, stat.st_mtime_ns)
        rests = self.now() - self._since.setdefault(state, self.now())
        while len(self._since) > 1000:
            self._since.pop(next(iter(self._since)))
        if rests < _REST_S:
            return False
        if rests >= _LONG_REST_S:
            return True
        with path.open("rb") as file:
            file.seek(max(stat.st_size - _TAIL, 0))
            return _ENDS[path.suffix.lower()] in file.read()

    def _find(self, key: str) -> Path:
        try:
            entries = [e for e in self.path.iterdir() if e.suffix.lower() in _KINDS and e.is_file()]
            found = next((entry for entry in entries if self._key(entry) == key), None)
        except OSError as exc:
            raise ScanFolderError(str(self.path)) from exc
        if found is None:
            raise NotFoundError("no such file in the scanner's folder")
        return found

    def _make_durable(self) -> None:
        folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
